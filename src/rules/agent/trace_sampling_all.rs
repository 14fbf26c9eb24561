use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let telemetry = &agent.telemetry;
    let Some(all) = telemetry.sample_rate.when(|rate| rate >= 1.0) else { return };
    let is_silent = !all.stated && telemetry.tracing.on().is_none();
    if is_silent || telemetry.tracing.off().is_some() {
        return;
    }
    cx.report(all.at, format!("every request is traced: {}", all.text))
        .help("under load this costs network and storage for traces that nobody looks at");
}
