use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(safeguards) = &agent.safeguards else { return };
    let (Some(live), Some(unset)) = (safeguards.live(), safeguards.rollback_unstated()) else {
        return;
    };
    cx.report(
        unset.at,
        format!("whether a critical alert undoes the agent's actions is left open: {}", unset.text),
    )
    .related(live.at, "it is live because of this")
    .help("write down that it does, or that a person will");
}
