use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(safeguards) = &agent.safeguards else { return };
    let Some(promise) = safeguards.automatic_rollback() else { return };
    let Some(unset) = safeguards.rollback_webhook.unset() else { return };
    cx.report(promise.at, format!("automatic rollback has nothing to call: {}", unset.text))
        .help("a critical alert would undo nothing");
}
