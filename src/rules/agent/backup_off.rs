use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for switch in &agent.platform.backups {
        let Some(off) = switch.off() else { continue };
        cx.report(off.at, format!("nothing is copied: {}", off.text))
            .help("a lost disk loses memories and results for good")
            .unsafe_fix("make copies; they need a place", || switch.set(true));
    }
}
