use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let telemetry = &agent.telemetry;
    if telemetry.metrics.off().is_some() {
        return;
    }
    let is_none = |exporter: &str| exporter.eq_ignore_ascii_case("none");
    let Some(because) = telemetry.metrics_exporter.when(is_none) else { return };
    cx.report(because.at, format!("metrics are measured and thrown away: {}", because.text))
        .help("nobody sees tokens, latency and errors until users complain");
}
