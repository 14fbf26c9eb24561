use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(canary) = &policy.canary else { return };
    let criteria = canary.criteria.iter().flatten().map(|it| ("criterion", it));
    let triggers = canary.triggers.iter().flatten().map(|it| ("trigger", it));
    for (what, condition) in criteria.chain(triggers) {
        let Some(at) = condition.threshold.missing() else { continue };
        if condition.multiplier.missing().is_some() {
            cx.report(at, format!("the {what}{} has no threshold", condition.on()))
                .help("a metric that is compared with nothing decides nothing");
        }
    }
}
