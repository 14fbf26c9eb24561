use crate::agent::{AgentConfig, Origins};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(any) = agent.access.cors.when(Origins::is_any) else { return };
    cx.report(any.at, format!("any web site may call the agent: {}", any.text))
        .help("list the origins of your own front ends");
}
