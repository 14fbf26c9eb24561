use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

const ALL: f64 = 100.0;

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(canary) = &policy.canary else { return };
    let Some(schedule) = &canary.schedule else { return };
    let Some(last) = schedule.last() else {
        cx.report(
            canary.schedule_key.unwrap_or(canary.key),
            "the canary has no promotion schedule",
        )
        .help("a version goes from a few users to all in stages that are written down");
        return;
    };
    if let Some((percentage, at)) = last.percentage.stated()
        && percentage < ALL
    {
        cx.report(at, format!("the schedule ends at {percentage} % of the traffic"))
            .help("two versions run side by side for good, or somebody finishes by hand what nothing watches");
    }
}
