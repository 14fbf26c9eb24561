use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let is_debug =
        |level: &str| ["debug", "trace"].iter().any(|word| level.eq_ignore_ascii_case(word));
    let Some(debug) = agent.log_level.when(is_debug) else { return };
    cx.report(debug.at, format!("the agent logs too much for production: {}", debug.text))
        .help("debug logs hold prompts, answers and tool results; use INFO or WARNING");
}
