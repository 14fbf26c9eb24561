use crate::agent::AgentConfig;
use crate::log::{info_like, is_debug};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let level = &agent.logs.level;
    let Some(debug) = level.when(is_debug) else { return };
    cx.report(debug.at, format!("the agent logs too much for production: {}", debug.text))
        .help("debug logs hold prompts, answers and tool results; use INFO or WARNING")
        .safe_fix("log from INFO on", || {
            level.reword(info_like(level.value().unwrap_or_default()))
        });
}
