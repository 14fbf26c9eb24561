use crate::agent::{AgentConfig, State, StateKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for state in agent.states.iter().filter(|state| state.is_used()) {
        let Some(because) = State::endless(&state.bound) else { continue };
        let help = match state.kind {
            StateKind::Cache => {
                "it grows until memory or disk is full; state how many entries it holds"
            }
            StateKind::Memory | StateKind::Queue => "it grows until memory or disk is full",
        };
        cx.report(because.at, format!("nothing bounds {}: {}", state.what, because.text))
            .help(help);
    }
}
