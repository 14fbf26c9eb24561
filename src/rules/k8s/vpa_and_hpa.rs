use crate::k8s::resizer::Resizer;
use crate::k8s::{Container, ContainerClasses, Object, Workload, WorkloadKind};
use crate::project::Project;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["VerticalPodAutoscaler"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(resizer) = Resizer::of(object).filter(|resizer| resizer.acts()) else { return };
    let Some((kind, name)) = resizer.target() else { return };
    let containers = containers(object, kind, name, cx.project());
    let Some(autoscaler) = cx.project().autoscaler_beside(object, kind, name) else { return };
    let by = autoscaler.object();
    let stated = autoscaler.utilizations().into_iter();
    let stated = stated.map(|it| (it.resource, it.container, it.at));
    // What states no metric is given one by CPU.
    let default =
        (!autoscaler.is_keda() && !autoscaler.names_metrics()).then(|| ("cpu", None, by.grip()));
    let sets = |resource: &str, container: Option<&str>| match container {
        Some(container) => resizer.sets(resource, &[container]),
        None => resizer.sets(resource, &containers),
    };
    let mut measured = stated.chain(default);
    let clash = measured.find(|(resource, container, _)| sets(resource, *container));
    let Some((resource, _, at)) = clash else { return };
    let mode = object.node().at(&["spec", "updatePolicy", "updateMode"]);
    cx.report(
        mode.unwrap_or_else(|| object.grip()),
        format!(
            "{} sets the `{resource}` that {kind} `{name}` requests, and {} scales it by a share of that",
            object.describe(),
            by.describe()
        ),
    )
    .help("each undoes what the other measures: advise only (`updateMode: Off`), or scale by another metric")
    .related(at, "the metric");
}

/// The names of the target's containers; of a target that is not in the project, none is known by
/// name.
fn containers<'p>(
    object: Object<'_>,
    kind: &str,
    name: &str,
    project: &Project<'p>,
) -> Vec<&'p str> {
    let known = WorkloadKind::ALL.iter().filter(|known| known.as_str() == kind);
    let mut groups = known.flat_map(|known| known.groups());
    let found = groups.find_map(|group| project.named_beside(object, (group, kind), name));
    let Some(workload) = found.and_then(Workload::of) else { return vec![""] };
    let containers = workload.containers().into_iter();
    let running = containers.filter(|it| ContainerClasses::LONG_RUNNING.contains(it.class()));
    running.map(Container::name).collect()
}
