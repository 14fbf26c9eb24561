use crate::agent::{AgentConfig, Backend, StateKind};
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for state in agent.states.iter().filter(|state| state.kind == StateKind::Memory) {
        let Some(because) = state.kept_in(Backend::Process) else { continue };
        let (what, why) = (&state.what, &because.text);
        if let Some(copies) = cx.project().copies_of(agent) {
            cx.report(because.at, format!("each of {} has {what} of its own: {why}", copies.what))
                .help("the next request may go to one that has never heard of it; keep it in a service that they share")
                .severity(Severity::Error)
                .confidence(copies.confidence)
                .related(copies.at, "so many are there");
            continue;
        }
        cx.report(because.at, format!("a restart loses {what}: {why}")).help(
            "every deployment and crash forgets all conversations, and replicas do not share them",
        );
    }
}
