use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for call in &agent.calls {
        // Where nothing is tried again, nothing has to wait.
        let is_tried = call.retries.value().is_none_or(|tries| tries != 0.0);
        let Some(off) = call.backoff.off().filter(|_| is_tried) else { continue };
        let what = &call.what;
        cx.report(
            off.at,
            format!("the pause before each new try of {what} is the same: {}", off.text),
        )
        .help("a pause that grows gives a service that is overloaded time to come back");
    }
}
