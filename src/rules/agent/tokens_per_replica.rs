use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let access = &agent.access;
    if access.authentication.off().is_some() {
        return;
    }
    let Some(on) = access.tokens_per_replica.on() else { return };
    let Some(copies) = cx.project().copies_of(agent) else { return };
    cx.report(on.at, format!("each of {} knows only its own tokens: {}", copies.what, on.text))
        .related(copies.at, "so many are there")
        .help("a token is refused wherever the load balancer sends the next request; use API keys, or one replica");
}
