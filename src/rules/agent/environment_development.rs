use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(named) = agent.for_developers() else { return };
    cx.report(
        named.at,
        format!("the agent calls its environment one for developers: {}", named.text),
    )
    .help("telemetry and shortcuts go by that name; set it where the agent is deployed");
}
