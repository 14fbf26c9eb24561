use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let most = cx.decimal("max-connections");
    let is_many = |size: f64| size <= 0.0 || size > most;
    for call in &agent.calls {
        let Some(why) = call.pool.said(is_many) else { continue };
        let what = &call.what;
        cx.report(why.at, format!("connections to {what} have no bound to speak of: {}", why.text))
            .help("every process has a pool of its own; a server has a limit for them together");
    }
}
