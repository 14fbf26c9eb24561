use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let access = &agent.access;
    let Some(shared) = access.rate_limit_per_caller.off() else { return };
    if access.rate_limit.off().is_some() {
        return;
    }
    cx.report(shared.at, format!("all callers share one rate limit: {}", shared.text))
        .help("one client in a loop uses it up, and every other one is refused")
        .unsafe_fix("limit each caller; the numbers then hold for each of them", || {
            access.rate_limit_per_caller.set(true)
        });
}
