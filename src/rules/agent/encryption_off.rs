use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let switch = &agent.platform.encryption;
    let Some(off) = switch.off() else { return };
    cx.report(off.at, format!("data are stored in the clear: {}", off.text))
        .help("a stolen disk or snapshot shows prompts, answers and results")
        .unsafe_fix("encrypt what is stored from now on", || switch.set(true));
}
