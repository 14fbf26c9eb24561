use crate::agent::{AgentConfig, Backend, StateKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for state in agent.states.iter().filter(|state| state.kind == StateKind::Cache) {
        let Some(because) = state.kept_in(Backend::Process) else { continue };
        let copies = cx.project().copies_of(agent);
        let whose = copies.as_ref().map(|copies| format!("each of {}", copies.what));
        let whose = whose.as_deref().unwrap_or("each process");
        cx.report(
            because.at,
            format!("{whose} begins with an empty {}: {}", state.what, because.text),
        )
        .help("after each deployment, and in each replica, the same answers are paid for again")
        .related_to(copies.into_iter().map(|it| (it.at, "so many are there".to_owned())));
    }
}
