use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let filter = &agent.guards.output_filter;
    let Some(off) = filter.off() else { return };
    cx.report(off.at, format!("answers are not filtered: {}", off.text))
        .help("a model repeats what tools and other users have told it, credentials included")
        .unsafe_fix("filter what goes out; it may cut harmless answers short", || filter.set(true));
}
