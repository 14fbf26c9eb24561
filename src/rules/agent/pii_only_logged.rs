use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    if agent.guards.pii_detection.on().is_none() {
        return;
    }
    let Some(warns) = agent.guards.pii_action.when(|action| action.eq_ignore_ascii_case("warn"))
    else {
        return;
    };
    cx.report(warns.at, format!("detected PII is logged and passed on: {}", warns.text))
        .help("`redact` removes it, `block` refuses the request")
        .unsafe_fix("redact what is detected; the agent then sees less of what users type", || {
            agent.guards.pii_action.set("redact")
        });
}
