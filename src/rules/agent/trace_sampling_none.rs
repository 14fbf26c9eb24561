use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let telemetry = &agent.telemetry;
    if telemetry.tracing.off().is_some() {
        return;
    }
    let Some(none) = telemetry.sample_rate.when(|rate| rate <= 0.0) else { return };
    cx.report(none.at, format!("no trace is kept: {}", none.text))
        .help("keep a part of them, such as one in ten");
}
