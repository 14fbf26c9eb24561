use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(off) = agent.prompt_guard.off() else { return };
    cx.report(off.at, format!("prompts reach the model unseen: {}", off.text))
        .help("a guard in the gateway holds for every program that calls through it");
}
