use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for call in &agent.calls {
        // A pause that there is at most once cannot grow; a negative number stands for no end.
        let has_pauses = call.retries.value().is_none_or(|tries| !(0.0..=1.0).contains(&tries));
        let Some(off) = call.backoff.off().filter(|_| has_pauses) else { continue };
        let what = &call.what;
        cx.report(
            off.at,
            format!("the pause before each new try of {what} is the same: {}", off.text),
        )
        .help("a pause that grows gives a service that is overloaded time to come back");
    }
}
