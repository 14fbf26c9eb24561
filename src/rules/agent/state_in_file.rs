use crate::agent::{AgentConfig, Backend, StateKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for state in agent.states.iter().filter(|state| state.kind != StateKind::Queue) {
        let Some(because) = state.kept_in(Backend::File) else { continue };
        // Where there are several, another rule says more.
        if cx.project().copies_with_files_of(agent).is_some() {
            return;
        }
        cx.report(because.at, format!("a local file holds {}: {}", state.what, because.text))
            .help("it needs a volume and a backup, and a second replica does not see it");
    }
}
