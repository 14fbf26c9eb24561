use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let switch = &agent.platform.audit_log;
    let Some(off) = switch.off() else { return };
    cx.report(off.at, format!("nobody writes down who did what: {}", off.text))
        .help("after an incident there is no telling what was changed, and by whom")
        .unsafe_fix("write an audit log", || switch.set(true));
}
