use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(off) = agent.server.own_authentication.off() else { return };
    cx.report(off.at, format!("the server cannot tell its users apart: {}", off.text))
        .help("on a server of your own nobody is asked who calls; elsewhere all share one API key");
}
