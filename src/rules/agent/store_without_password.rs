use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for (name, at) in &agent.empty_passwords {
        cx.report(*at, format!("`{name}` is empty"))
            .help("whoever reaches the store can read and change all that agents keep there")
            .note_in_development();
    }
}
