use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(off) = agent.access.rate_limit.off() else { return };
    cx.report(off.at, format!("rate limiting is off: {}", off.text))
        .help("one client in a loop can spend the model budget and starve all others")
        .unsafe_fix("turn rate limiting on; look whether the limits suit your clients", || {
            agent.access.rate_limit.set(true)
        });
}
