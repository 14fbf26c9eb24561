use crate::agent::AgentConfig;
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(off) = agent.access.authentication.off() else { return };
    if off.stated && cx.project().opening_of(agent).is_some() {
        return; // what `public-without-authentication` says is worse
    }
    let severity = if off.stated { Severity::Error } else { Severity::Warning };
    cx.report(off.at, format!("authentication is off: {}", off.text))
        .severity(severity)
        .help("whoever reaches the service can spend its model budget and use its tools")
        .unsafe_fix("turn authentication on; callers without credentials are then refused", || {
            agent.access.authentication.set(true)
        });
}
