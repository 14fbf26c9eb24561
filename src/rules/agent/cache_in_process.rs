use crate::agent::{AgentConfig, Backend, StateKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for state in agent.states.iter().filter(|state| state.kind == StateKind::Cache) {
        let Some(because) = state.kept_in(Backend::Process) else { continue };
        cx.report(
            because.at,
            format!("each process begins with an empty {}: {}", state.what, because.text),
        )
        .help("after each deployment, and in each replica, the same answers are paid for again");
    }
}
