use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let (Some(object), Some((at, of))) = (agent.object(), agent.resiliency) else { return };
    let project = cx.project();
    if project.may_hide(of.1) || !project.objects_beside(object, of).is_empty() {
        return;
    }
    cx.report(at, format!("no {} of the project says how {} may fail", of.1, object.describe()))
        .help("state timeouts, retries and circuit breakers for it");
}
