use crate::agent::{AgentConfig, Backend, StateKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for state in agent.states.iter().filter(|state| state.kind != StateKind::Queue) {
        let Some(because) = state.kept_in(Backend::File) else { continue };
        let Some(copies) = cx.project().copies_with_files_of(agent) else { return };
        let message = format!(
            "each of {} keeps {} in a file of its own: {}",
            copies.what, state.what, because.text
        );
        cx.report(because.at, message)
            .help("what one of them is told the others never learn; keep it in a service that they share")
            .confidence(copies.confidence)
            .related(copies.at, "so many are there");
    }
}
