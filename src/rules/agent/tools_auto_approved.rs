use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for grant in &agent.grants {
        let Some(off) = grant.checked.off().filter(|off| off.stated) else { continue };
        let (who, what) = (&grant.who, grant.power.describe());
        cx.report(off.at, format!("nobody is asked before {who} {what}: {}", off.text))
            .help("a text that the agent reads can make it call a tool: have a person, or a rule, say yes first");
    }
}
