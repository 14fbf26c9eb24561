use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(schema) = &policy.feedback_schema else { return };
    if schema.missing.is_empty() {
        return;
    }
    let names: Vec<_> = schema.missing.iter().map(|field| format!("`{field}`")).collect();
    cx.report(schema.key, format!("feedback is kept without {}", names.join(", "))).help(
        "a complaint that leads to no trace and no version tells that something is wrong, not what",
    );
}
