use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let most = cx.number("max-connections");
    #[allow(clippy::cast_precision_loss)] // nobody writes so many connections
    let is_many = |size: f64| size <= 0.0 || size > most as f64;
    for call in &agent.calls {
        let Some(why) = call.pool.when(is_many) else { continue };
        let size = call.pool.value().unwrap_or_default();
        let what = &call.what;
        let many = if size <= 0.0 { "no end".to_owned() } else { format!("{size} connections") };
        cx.report(why.at, format!("each process may open {many} to {what}: {}", why.text))
            .help("every process has a pool of its own; a server has a limit for them together");
    }
}
