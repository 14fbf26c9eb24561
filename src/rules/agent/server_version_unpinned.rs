use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(unset) = agent.server.version.unset() else { return };
    cx.report(unset.at, format!("each build takes the newest server: {}", unset.text)).help(
        "name the version that you have tested, so that two builds of one commit are the same",
    );
}
