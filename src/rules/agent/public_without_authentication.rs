use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let access = &agent.access;
    let Some(off) = access.authentication.off().filter(|off| off.stated) else { return };
    let Some(open) = cx.project().opening_of(agent) else { return };
    cx.report(off.at, format!("whoever reaches the agent may use it: {}", off.text))
        .related(open, "its port is open because of this")
        .help("everybody can spend its model budget, use its tools and read what they return")
        .unsafe_fix("turn authentication on; callers without credentials are then refused", || {
            access.authentication.set(true)
        });
}
