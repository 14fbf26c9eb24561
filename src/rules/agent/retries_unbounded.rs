use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let most = cx.decimal("max-retries");
    let is_many = |tries: f64| tries < 0.0 || tries > most;
    for call in &agent.calls {
        let Some(why) = call.retries.when(is_many) else { continue };
        let tries = call.retries.value().unwrap_or_default();
        let many = if tries < 0.0 { "endless".to_owned() } else { format!("{tries} more") };
        let what = &call.what;
        cx.report(why.at, format!("{many} tries after a failure of {what}: {}", why.text))
            .help("when a provider is down, every request becomes many, and each may be billed");
    }
}
