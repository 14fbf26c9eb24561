use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(safeguards) = &agent.safeguards else { return };
    let (Some(live), Some(off)) = (safeguards.live(), safeguards.monitoring.off()) else { return };
    cx.report(off.at, format!("the integration acts live and unwatched: {}", off.text))
        .related(live.at, "it is live because of this")
        .help("without monitoring nobody learns that the agent goes wrong")
        .unsafe_fix("turn monitoring on; make sure that somebody gets its alerts", || {
            safeguards.monitoring.set(true)
        });
}
