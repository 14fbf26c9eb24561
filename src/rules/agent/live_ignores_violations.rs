use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(safeguards) = &agent.safeguards else { return };
    let (Some(live), Some(off)) = (safeguards.live(), safeguards.fail_on_violation.off()) else {
        return;
    };
    cx.report(off.at, format!("the integration acts on after a safety violation: {}", off.text))
        .related(live.at, "it is live because of this")
        .help("an agent that breaks its limits should stop until somebody has looked")
        .unsafe_fix("stop at a violation; somebody must then start the agent again", || {
            safeguards.fail_on_violation.set(true)
        });
}
