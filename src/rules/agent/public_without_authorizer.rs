use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for &(name, at) in &agent.access.without_authorizer {
        let message = format!("runtime `{name}` is on the public network and has no authorizer");
        cx.report(at, message)
            .help("whoever the cloud's permissions let through may call it, and nobody knows as which user");
    }
}
