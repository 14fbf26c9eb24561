use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let weak = |scheme: &str| {
        let scheme = scheme.to_ascii_lowercase();
        ["basic", "plain", "digest", "password"].contains(&scheme.as_str())
    };
    let Some(because) = agent.access.scheme.said(weak) else { return };
    cx.report(because.at, format!("callers prove who they are with a password: {}", because.text))
        .help("a password says everything forever; tokens (`oauth2`) expire and hold few rights");
}
