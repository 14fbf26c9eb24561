use crate::k8s::autoscaler::Autoscaler;
use crate::k8s::{Object, Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["HorizontalPodAutoscaler", "ScaledObject"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let Some(target) = autoscaler.target_name() else { return };
    let (kind, name) = (autoscaler.target_kind(), target.text());
    // What custom resources are called that may be scaled is not known.
    let known = WorkloadKind::REPLICATED.iter().find(|known| known.as_str() == kind);
    let Some(groups) = known.map(|known| known.groups()) else { return };
    let project = cx.project();
    let is_there =
        |group: &&'static str| project.named_beside(object, (group, kind), name).is_some();
    let Some(group) = groups.first().filter(|_| !groups.iter().any(|group| is_there(&group)))
    else {
        return;
    };
    let Some(confidence) = cx.dangles(object, (group, kind), name) else { return };
    let other = WorkloadKind::REPLICATED.iter().find_map(|other| {
        let found =
            |group: &&'static str| project.named_beside(object, (group, other.as_str()), name);
        other.groups().iter().find_map(|group| found(&group)).and_then(Workload::of)
    });
    let found = cx
        .report(
            target,
            format!("{} scales {kind} `{name}`, which is not in this project", object.describe()),
        )
        .confidence(confidence);
    match other {
        Some(other) => found
            .help(format!("did you mean {}?", other.describe()))
            .related(other, "has that name"),
        None => {
            found.help("without its target it does nothing, and the number of pods stays as it is")
        }
    };
}
