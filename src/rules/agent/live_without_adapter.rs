use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(safeguards) = &agent.safeguards else { return };
    let (Some(live), Some(off)) = (safeguards.live(), safeguards.unconnected()) else { return };
    cx.report(off.at, format!("the integration is live and connected to nothing: {}", off.text))
        .related(live.at, "it is live because of this")
        .help("either a marketplace is missing, or the integration should stay in dry run");
}
