use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let health = &agent.telemetry.health;
    let Some(off) = health.off() else { return };
    cx.report(off.at, format!("nobody can ask the agent how it is: {}", off.text))
        .help("probes and load balancers go by that endpoint")
        .safe_fix("turn the health endpoint on", || health.set(true));
}
