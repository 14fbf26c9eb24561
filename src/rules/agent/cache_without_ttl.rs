use crate::agent::{AgentConfig, State, StateKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let caches = agent.states.iter().filter(|it| it.kind == StateKind::Cache && it.is_used());
    for cache in caches {
        let Some(because) = State::endless(&cache.ttl) else { continue };
        cx.report(because.at, format!("entries of {} never expire: {}", cache.what, because.text))
            .help("an answer that was right once is given out forever");
    }
}
