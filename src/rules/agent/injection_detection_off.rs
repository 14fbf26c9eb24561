use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(off) = agent.guards.injection_detection.off() else { return };
    cx.report(off.at, format!("prompt injection detection is off: {}", off.text))
        .help("text from users and tools can give the agent new instructions")
        .unsafe_fix("turn injection detection on; it may refuse harmless input", || {
            agent.guards.injection_detection.set(true)
        });
}
