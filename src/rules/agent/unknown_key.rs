use crate::agent::AgentConfig;
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};
use crate::schema::FaultKind;

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for fault in agent.faults().into_iter().filter(|fault| fault.kind == FaultKind::Unknown) {
        let message = format!("{} knows no key `{}`", agent.format(), fault.field);
        cx.report(fault.at, message).help(fault.help);
    }
    // Keys of one's own are let pass here, and a slip of the hand is with them.
    for slip in agent.slips() {
        let (name, meant) = (slip.key.text(), slip.meant);
        cx.report(slip.key, format!("{} documents `{meant}`, not `{name}`", agent.format()))
            .help(format!(
                "did you mean `{meant}`? another key does nothing unless your code reads it"
            ))
            .severity(Severity::Warning);
    }
}
