use std::collections::HashMap;

use crate::gate::ReleasePolicy;
use crate::gate::canary::Signal;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(canary) = &policy.canary else { return };
    // The first criterion of each metric: a list may be long, and so may the other one.
    let mut criteria = HashMap::new();
    for criterion in canary.criteria.iter().flatten() {
        criteria.entry(criterion.metric.to_ascii_lowercase()).or_insert(criterion);
    }
    for trigger in canary.triggers.iter().flatten() {
        let Some((fires, at)) = trigger.threshold.stated() else { continue };
        let same = criteria.get(&trigger.metric.to_ascii_lowercase());
        let Some((criterion, signal)) = same.zip(trigger.signal) else { continue };
        let Some((promotes, other)) = criterion.threshold.stated() else { continue };
        let is_inside = if signal == Signal::Success { fires > promotes } else { fires < promotes };
        if is_inside {
            let message = format!(
                "`{}` of {} is rolled back, and at {} it is promoted",
                trigger.metric,
                signal.show(fires),
                signal.show(promotes)
            );
            cx.report(at, message)
                .related(other, "what promotes it")
                .help("between the two a version is promoted and rolled back at once");
        }
    }
}
