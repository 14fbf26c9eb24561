use crate::agent::AgentConfig;
use crate::diagnostic::{Confidence, Severity};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(off) = agent.access.authentication.off() else { return };
    if off.stated && cx.project().opening_of(agent).is_some() {
        return; // what `public-without-authentication` says is worse
    }
    let severity = if off.stated { Severity::Error } else { Severity::Warning };
    // What no file shows may turn it on all the same.
    let variable = agent.access.key_variable.filter(|_| !off.stated);
    let is_key = |value: &str| !value.is_empty();
    if variable.is_some_and(|it| cx.project().may_be_given(agent, it, is_key)) {
        return;
    }
    let confidence = if variable.is_some() { Confidence::Medium } else { Confidence::High };
    let help = "whoever reaches the service can spend its model budget and use its tools";
    let help = match variable {
        Some(variable) => format!("{help}, unless `{variable}` is set where it runs"),
        None => help.to_owned(),
    };
    cx.report(off.at, format!("authentication is off: {}", off.text))
        .severity(severity)
        .confidence(confidence)
        .help(help)
        .unsafe_fix("turn authentication on; callers without credentials are then refused", || {
            agent.access.authentication.set(true)
        });
}
