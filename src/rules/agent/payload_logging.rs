use std::collections::HashSet;

use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let mut seen = HashSet::new();
    for setting in &agent.logs.payloads {
        // What several agents take from one place is said there once.
        let Some(on) = setting.on().filter(|on| seen.insert(on.at.place())) else { continue };
        cx.report(on.at, format!("whole requests and responses are recorded: {}", on.text))
            .help("they hold personal data and credentials, which logs and traces then keep")
            .safe_fix("record no payloads", || setting.set(false));
    }
}
