use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for call in &agent.calls {
        let Some(off) = call.verification.off() else { continue };
        let what = &call.what;
        cx.report(off.at, format!("certificates of {what} are not checked: {}", off.text))
            .help("name the authority that signed the certificate instead of trusting everybody");
    }
}
