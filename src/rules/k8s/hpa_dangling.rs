use crate::k8s::autoscaler::Autoscaler;
use crate::k8s::{Object, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["HorizontalPodAutoscaler", "ScaledObject"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let Some(target) = autoscaler.target_name() else { return };
    let (kind, name) = (autoscaler.target_kind(), target.text());
    if !autoscaler.is_keda()
        && kind == "DaemonSet"
        && let Some(at) = object.node().at(&["spec", "scaleTargetRef", "kind"])
    {
        cx.report(at, format!("{} scales DaemonSet `{name}`, which has no number of pods", object.describe()))
            .help("each node runs one pod of a DaemonSet: scale a Deployment, or leave the autoscaler out");
        return;
    }
    let version = object.node().at(&["spec", "scaleTargetRef", "apiVersion"]);
    let is_of_core = version.is_none_or(|it| matches!(it.text(), "" | "v1"));
    let mut others = WorkloadKind::REPLICATED.iter().filter(|it| !it.groups().contains(&""));
    if !autoscaler.is_keda()
        && is_of_core
        && let Some(known) = others.find(|it| it.as_str() == kind)
    {
        let group = known.groups().first().copied().unwrap_or_default();
        let at = version.unwrap_or(target);
        cx.report(
            at,
            format!(
                "{} scales {kind} `{name}` of the core group, which has no such kind",
                object.describe()
            ),
        )
        .help(format!(
            "name the version: `{group}/{}`",
            if group == "apps" { "v1" } else { "v1alpha1" }
        ));
        return;
    }
    // What custom resources are called that may be scaled is not known.
    let known = WorkloadKind::REPLICATED.iter().find(|known| autoscaler.scales(**known));
    let Some(known) = known else { return };
    let project = cx.project();
    let named = |kind: WorkloadKind| {
        let mut groups = kind.groups().iter();
        groups.find_map(|group| project.named_beside(object, (group, kind.as_str()), name))
    };
    if named(*known).is_some() {
        return;
    }
    let Some(group) = known.groups().first() else { return };
    let Some(confidence) = cx.dangles(object, (group, kind), name) else { return };
    let other = WorkloadKind::REPLICATED.iter().find_map(|other| named(*other));
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
