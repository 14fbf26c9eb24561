use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let access = &agent.access;
    let Some(off) = access.authentication.off().filter(|off| off.stated) else { return };
    let Some(open) = cx.project().opening_of(agent) else { return };
    let found = cx
        .report(off.at, format!("whoever reaches the agent may use it: {}", off.text))
        .confidence(open.confidence)
        .related(open.at, open.what);
    let found = match access.rate_limit.off().filter(|off| off.stated) {
        Some(off) => found.related(off.at, "and as often as they like"),
        None => found,
    };
    found
        .help("everybody can spend its model budget, use its tools and read what they return")
        .unsafe_fix("turn authentication on; callers without credentials are then refused", || {
            access.authentication.set(true)
        });
}
