use crate::agent::{AgentConfig, Origins};
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(any) = agent.access.cors.when(Origins::is_any) else { return };
    let is_asked = agent.access.authentication.off().is_none_or(|off| !off.stated);
    let is_judged = any.stated && !is_asked && agent.for_developers().is_none();
    let opening = if is_judged { cx.project().opening_of(agent) } else { None };
    let found = cx
        .report(any.at, format!("any web site may call the agent: {}", any.text))
        .help("list the origins of your own front ends");
    if let Some(open) = opening {
        found.severity(Severity::Error).related(open.at, open.what);
    }
}
