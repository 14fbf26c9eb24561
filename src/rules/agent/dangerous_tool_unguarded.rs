use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for grant in &agent.grants {
        if grant.checked.off().is_none_or(|off| off.stated) {
            continue;
        }
        let (who, what) = (&grant.who, grant.power.describe());
        cx.report(grant.at, format!("nothing in the file limits that {who} {what}")).help(
            "say what it may do without a question and what it may never do, or leave the tool out",
        );
    }
}
