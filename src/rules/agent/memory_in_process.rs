use crate::agent::{AgentConfig, Backend, StateKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for state in agent.states.iter().filter(|state| state.kind == StateKind::Memory) {
        let Some(because) = state.kept_in(Backend::Process) else { continue };
        cx.report(because.at, format!("a restart loses {}: {}", state.what, because.text)).help(
            "every deployment and crash forgets all conversations, and replicas do not share them",
        );
    }
}
