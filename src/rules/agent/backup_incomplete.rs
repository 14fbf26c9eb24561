use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let platform = &agent.platform;
    if let Some(off) = platform.offsite_backup.off() {
        cx.report(off.at, format!("copies lie where the data do: {}", off.text))
            .help("a fire, or one wrong command, takes both");
    }
    if let Some(unset) = platform.backup_retention.unset() {
        cx.report(unset.at, format!("nobody says how long copies are kept: {}", unset.text))
            .help("state it, such as `30d`: too short loses the last good state, forever is against the law");
    }
}
