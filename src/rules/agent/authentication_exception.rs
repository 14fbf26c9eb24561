use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for switch in &agent.access.exceptions {
        let Some(on) = switch.on() else { continue };
        cx.report(on.at, format!("some callers are let in unchecked: {}", on.text))
            .help("keep it only where nobody but your own services can reach the gateway")
            .unsafe_fix("check every caller; some that are let in now may be refused", || {
                switch.set(false)
            });
    }
}
