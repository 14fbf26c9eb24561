use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};
use crate::schema::FaultKind;

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for fault in agent.faults().into_iter().filter(|fault| fault.kind != FaultKind::Unknown) {
        let message = match fault.field.as_str() {
            "" => format!("the {} configuration {}", agent.format(), fault.problem),
            field => format!("`{field}` {}", fault.problem),
        };
        cx.report(fault.at, message).help(fault.help);
    }
}
