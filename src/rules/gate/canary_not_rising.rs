use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(canary) = &policy.canary else { return };
    for (before, stage) in canary.steps() {
        let Some((percentage, at)) = stage.percentage.stated() else { continue };
        let message = if percentage > 100.0 {
            format!("{percentage} % is more than all of the traffic")
        } else if percentage > before {
            continue;
        } else if before > 0.0 {
            format!("the canary goes from {before} % to {percentage} % of the traffic")
        } else {
            format!("a stage with {percentage} % of the traffic tries nothing")
        };
        cx.report(at, message)
            .help("each stage needs more traffic than the one before, to find what that could not");
    }
}
