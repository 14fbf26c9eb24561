use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some((debug, instead)) = agent.logs.too_much() else { return };
    let found = cx
        .report(debug.at, format!("the agent logs too much for production: {}", debug.text))
        .help("debug logs hold prompts, answers and tool results; use INFO or WARNING");
    if let Some(level) = instead {
        found.safe_fix("log from INFO on", || agent.logs.level.reword(&level));
    }
}
