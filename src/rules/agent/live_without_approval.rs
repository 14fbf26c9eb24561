use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(safeguards) = &agent.safeguards else { return };
    let Some(live) = safeguards.live() else { return };
    let missing = [
        ("no stated approval threshold", safeguards.approval_threshold.unset()),
        ("no queue for human review", safeguards.review_endpoint.unset()),
    ];
    for (what, unset) in missing {
        let Some(unset) = unset else { continue };
        cx.report(unset.at, format!("the integration acts live with {what}: {}", unset.text))
            .related(live.at, "it is live because of this")
            .help("a person must be asked before an expensive action, and needs a place to answer");
    }
}
