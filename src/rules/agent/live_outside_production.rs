use crate::agent::{AgentConfig, Safeguards};
use crate::rules::{Check, Cx, Environment};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let environment = cx.environment();
    if environment == Environment::Production {
        return;
    }
    let Some(live) = agent.safeguards.as_ref().and_then(Safeguards::live) else {
        return;
    };
    cx.report(
        live.at,
        format!("the integration acts live from {}: {}", environment.as_str(), live.text),
    )
    .help("what is tried out there reaches real customers; keep `dry_run_mode: true`");
}
