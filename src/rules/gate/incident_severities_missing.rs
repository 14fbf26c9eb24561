use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

/// Source: the evaluation guide, section 21.3.3 ("Incident Severity Levels").
const LEVELS: [&str; 4] = ["P1", "P2", "P3", "P4"];

const HELP: &str = "who decides at night how bad it is decides by how tired they are";

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(plan) = &policy.incident else { return };
    let Some((levels, key)) = plan.levels.as_ref().zip(plan.levels_key) else {
        cx.report(plan.key, "the plan does not tell severities apart").help(HELP);
        return;
    };
    let has = |wanted: &str| {
        levels.iter().any(|level| level.name.to_ascii_uppercase().starts_with(wanted))
    };
    // Those who count otherwise (`sev1`, `critical`) are left alone.
    let missing: Vec<_> = LEVELS.into_iter().filter(|level| !has(level)).collect();
    if !missing.is_empty() && (levels.is_empty() || missing.len() < LEVELS.len()) {
        cx.report(key, format!("no severity is {}", missing.join(", "))).help(HELP);
    }
}
