use crate::gate::ReleasePolicy;
use crate::gate::canary::Signal;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(canary) = &policy.canary else { return };
    let Some(criteria) = &canary.criteria else { return };
    let at = canary.criteria_key.unwrap_or(canary.key);
    if criteria.is_empty() {
        cx.report(at, "nothing decides whether the canary is promoted")
            .help("time alone promotes a version that fails as surely as one that works");
        return;
    }
    let missing =
        Signal::ALL.into_iter().filter(|it| criteria.iter().all(|on| on.about != Some(*it)));
    let missing: Vec<_> = missing.map(Signal::words).collect();
    if !missing.is_empty() {
        cx.report(
            at,
            format!("the canary is promoted whatever becomes of {}", missing.join(" and ")),
        )
        .help(
            "an agent that is fast and wrong, or right and slow, is no better than the one before",
        );
    }
}
