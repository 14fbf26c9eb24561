use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for state in agent.states.iter().filter(|state| state.is_used()) {
        let never = |policy: &str| {
            ["none", "noeviction", "no_eviction"].iter().any(|it| policy.eq_ignore_ascii_case(it))
        };
        let missing = state.eviction.said(never).or_else(|| state.eviction.unset());
        let Some(because) = missing else { continue };
        cx.report(
            because.at,
            format!("nothing says what goes when {} is full: {}", state.what, because.text),
        )
        .help("the least recently used entry (`lru`) is the usual answer");
    }
}
