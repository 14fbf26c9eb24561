use crate::diagnostic::Severity;
use crate::k8s::Object;
use crate::k8s::autoscaler::Autoscaler;
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Object(&["HorizontalPodAutoscaler", "ScaledObject"], check);

/// How many times the minimum the fix allows, as much as the fix of `k8s/hpa-missing`.
const ROOM: i64 = 3;

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let (Some(min), Some(max)) = (autoscaler.min(), autoscaler.max()) else { return };
    let (stated_min, stated_max) = (autoscaler.stated_min(), autoscaler.stated_max());
    let Some(at) = stated_max.or(stated_min) else { return };
    if max > min || (max == min && autoscaler.has_idle_count()) {
        return;
    }
    let (name, low, high) = (object.describe(), autoscaler.min_field(), autoscaler.max_field());
    let found = if max < min {
        let by = if stated_max.is_some() { "" } else { " by default" };
        cx.report(at, format!("{name} has a `{high}` of {max}{by}, below its `{low}` of {min}"))
            .help("the API server refuses the autoscaler")
            .severity(Severity::Error)
    } else {
        cx.report(at, format!("{name} cannot scale: {max} is its `{low}` and its `{high}`"))
            .help("at the peak the pods that are there are all that there will be")
    };
    let found = match stated_min.filter(|_| stated_max.is_some()) {
        Some(stated) => found.related(stated, "the minimum"),
        None => found,
    };
    found.unsafe_fix(
        "allow three times the minimum, if nodes, databases and quotas bear it",
        || {
            let room = min.max(1).saturating_mul(ROOM).into();
            if let Some(stated) = stated_max {
                return edit::replace(stated, &room);
            }
            let spec = object.node().at(&["spec"]).ok_or(Refusal::Occupied)?;
            edit::set_first(spec, &[high], &room)
        },
    );
}
