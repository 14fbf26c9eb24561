use crate::agent::{AgentConfig, Backend, StateKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for state in agent.states.iter().filter(|state| state.kind == StateKind::Queue) {
        let Some(because) = state.kept_in(Backend::Process) else { continue };
        let others = cx.project().copies_of(agent).into_iter();
        let others = others.map(|it| (it.at, format!("each of {} has its own", it.what)));
        cx.report(because.at, format!("a crash loses {}: {}", state.what, because.text))
            .help("they wait in the memory of one process, and no second one can take part")
            .related_to(others);
    }
}
