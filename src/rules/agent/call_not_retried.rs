use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let mut reported = Vec::new();
    for call in &agent.calls {
        let none = call.retries.when(|tries| tries == 0.0);
        let Some(why) = none.or_else(|| call.retries.unsaid()) else { continue };
        if reported.contains(&why.at) {
            continue;
        }
        reported.push(why.at);
        cx.report(why.at, format!("a failure of {} is final: {}", call.what, why.text))
            .help("providers refuse and drop a call now and then; the next try mostly works");
    }
}
