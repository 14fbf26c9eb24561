use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let switch = &agent.platform.access_control;
    let Some(off) = switch.off() else { return };
    cx.report(off.at, format!("no rights decide who sees what: {}", off.text))
        .help("whoever reaches the system can read and change everything in it")
        .unsafe_fix("turn access control on; give people their rights first", || switch.set(true));
}
