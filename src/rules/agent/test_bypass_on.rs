use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for bypass in &agent.access.bypasses {
        let Some(on) = bypass.on() else { continue };
        cx.report(on.at, format!("callers get past authentication: {}", on.text))
            .help("what is made for tests opens the service to everybody")
            .safe_fix("turn the bypass off", || bypass.set(false));
    }
}
