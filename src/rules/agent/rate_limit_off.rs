use crate::agent::AgentConfig;
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(off) = agent.access.rate_limit.off() else { return };
    let is_judged = off.stated && agent.for_developers().is_none();
    let opening = if is_judged { cx.project().opening_of(agent) } else { None };
    let found = cx.report(off.at, format!("rate limiting is off: {}", off.text));
    let found = match opening {
        Some(open) => found.severity(Severity::Error).related(open.at, open.what),
        None => found,
    };
    found
        .help("one client in a loop can spend the model budget and starve all others")
        .unsafe_fix("turn rate limiting on; look whether the limits suit your clients", || {
            agent.access.rate_limit.set(true)
        });
}
