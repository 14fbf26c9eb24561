use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for call in &agent.calls {
        let Some(off) = call.breaker.off() else { continue };
        cx.report(off.at, format!("calls of {} go on however many fail: {}", call.what, off.text))
            .help("a breaker spares a failing service, and answers its callers at once");
    }
}
