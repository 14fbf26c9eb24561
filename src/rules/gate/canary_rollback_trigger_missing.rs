use crate::gate::ReleasePolicy;
use crate::gate::canary::Signal;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

/// Source: the evaluation guide, section 21.2.2 ("Canary Monitoring Configuration").
const WANTED: [Signal; 2] = [Signal::Errors, Signal::Latency];

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(canary) = &policy.canary else { return };
    let Some(triggers) = &canary.triggers else { return };
    let at = canary.triggers_key.unwrap_or(canary.key);
    if triggers.is_empty() {
        cx.report(at, "nothing rolls the canary back")
            .help("a bad version stays with its users until somebody notices and acts");
        return;
    }
    let missing = WANTED.into_iter().filter(|it| triggers.iter().all(|on| on.about != Some(*it)));
    let missing: Vec<_> = missing.map(Signal::words).collect();
    if !missing.is_empty() {
        cx.report(at, format!("nothing rolls the canary back for {}", missing.join(" and "))).help(
            "a version that answers late, or not at all, must not wait for somebody to notice",
        );
    }
}
