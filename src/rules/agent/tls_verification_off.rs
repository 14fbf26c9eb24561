use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

const HELP: &str = "name the authority that signed the certificate instead of trusting everybody";

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for call in &agent.calls {
        let Some(off) = call.verification.off() else { continue };
        let what = &call.what;
        cx.report(off.at, format!("certificates of {what} are not checked: {}", off.text))
            .help(HELP);
    }
    for switch in &agent.unverified {
        cx.report(
            *switch,
            format!("certificates are not checked: {} is set to skip it", agent.format()),
        )
        .help(HELP);
    }
}
