use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(canary) = &policy.canary else { return };
    let Some(first) = canary.stages().next() else { return };
    let Some((percentage, at)) = first.percentage.stated() else { return };
    let (wanted, most) = (cx.decimal("percent"), cx.decimal("most-percent"));
    if percentage > wanted {
        cx.report(
            at,
            format!("the canary begins with {percentage} % of the traffic, not {wanted} %"),
        )
        .help("the first stage is where a version that fails for everybody should fail for few")
        .milder_where(percentage <= most);
    }
}
