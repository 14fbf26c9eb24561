use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(off) = agent.guards.pii_detection.off() else { return };
    cx.report(off.at, format!("PII detection is off: {}", off.text))
        .help("personal data that users type reaches the model, the chat history and the logs")
        .unsafe_fix("turn PII detection on; the agent then sees less of what users type", || {
            agent.guards.pii_detection.set(true)
        });
}
