use crate::agent::{AgentConfig, State, StateKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let memories = agent.states.iter().filter(|it| it.kind == StateKind::Memory && it.is_used());
    for memory in memories {
        let Some(because) = State::endless(&memory.ttl) else { continue };
        cx.report(because.at, format!("nothing ever removes {}: {}", memory.what, because.text))
            .help("old conversations and runs fill the storage, with the personal data in them");
    }
}
