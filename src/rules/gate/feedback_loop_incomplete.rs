use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(feedback) = &policy.feedback else { return };
    if feedback.missing.is_empty() {
        return;
    }
    let names: Vec<_> = feedback.missing.iter().map(|step| format!("`{step}`")).collect();
    cx.report(feedback.key, format!("the feedback loop has no {}", names.join(", ")))
        .help("feedback that is collected and not acted on changes no agent");
}
