use crate::diagnostic::Severity;
use crate::k8s::Object;
use crate::k8s::autoscaler::Autoscaler;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Object(&["HorizontalPodAutoscaler", "ScaledObject"], check);

/// How many times the minimum the fix allows, as much as the fix of `k8s/hpa-missing`.
const ROOM: i64 = 3;

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let (Some(min), Some(max)) = (autoscaler.min(), autoscaler.max()) else { return };
    let Some(stated) = autoscaler.stated_max() else { return };
    if max > min || (max == min && autoscaler.has_idle_count()) {
        return;
    }
    let (name, low, high) = (object.describe(), autoscaler.min_field(), autoscaler.max_field());
    let found = if max < min {
        cx.report(stated, format!("{name} has a `{high}` of {max}, below its `{low}` of {min}"))
            .help("the API server refuses the autoscaler")
            .severity(Severity::Error)
    } else {
        cx.report(stated, format!("{name} cannot scale: {max} is its `{low}` and its `{high}`"))
            .help("at the peak the pods that are there are all that there will be")
    };
    let found = match autoscaler.stated_min() {
        Some(stated) => found.related(stated, "the minimum"),
        None => found,
    };
    found.unsafe_fix(
        "allow three times the minimum, if nodes, databases and quotas bear it",
        || edit::replace(stated, &min.max(1).saturating_mul(ROOM).into()),
    );
}
