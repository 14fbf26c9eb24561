use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(off) = agent.guards.input_validation.off() else { return };
    cx.report(off.at, format!("input validation is off: {}", off.text))
        .help("input of any length and content reaches the model and its tools")
        .unsafe_fix("turn input validation on; input beyond its limits is then refused", || {
            agent.guards.input_validation.set(true)
        });
}
