use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let guards = &agent.guards;
    if guards.input_validation.off().is_some() {
        return;
    }
    #[allow(clippy::cast_precision_loss)] // far below 2^52
    let most = cx.number("most-characters") as f64;
    let is_none = |limit: f64| limit <= 0.0 || limit > most;
    let Some(none) = guards.input_limit.when(is_none) else { return };
    cx.report(none.at, format!("an input may be of nearly any length: {}", none.text)).help(
        "its length decides what a request costs; allow what people type, such as 10000 characters",
    );
}
