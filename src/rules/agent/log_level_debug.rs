use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let is_debug =
        |level: &str| ["debug", "trace"].iter().any(|word| level.eq_ignore_ascii_case(word));
    let Some(debug) = agent.log_level.when(is_debug) else { return };
    cx.report(debug.at, format!("the agent logs too much for production: {}", debug.text))
        .help("debug logs hold prompts, answers and tool results; use INFO or WARNING")
        .safe_fix("log from INFO on", || edit::reword(debug.at, info_like(debug.at.text())));
}

/// The level, in the case in which the other one is written.
fn info_like(level: &str) -> &'static str {
    let mut letters = level.chars().map(char::is_uppercase);
    match (letters.next(), letters.next()) {
        (Some(true), Some(true)) => "INFO",
        (Some(true), _) => "Info",
        _ => "info",
    }
}
