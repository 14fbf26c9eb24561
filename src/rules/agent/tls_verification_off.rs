use std::collections::HashSet;

use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

const HELP: &str = "name the authority that signed the certificate instead of trusting everybody";

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let mut seen = HashSet::new();
    for call in &agent.calls {
        let off = call.verification.off();
        let Some(off) = off.filter(|off| seen.insert(off.at.place())) else { continue };
        let what = &call.what;
        cx.report(off.at, format!("certificates of {what} are not checked: {}", off.text))
            .help(HELP);
    }
    for switch in agent.unverified.iter().filter(|switch| !seen.contains(&switch.place())) {
        cx.report(
            *switch,
            format!("certificates are not checked: {} is set to skip it", agent.format()),
        )
        .help(HELP);
    }
}
