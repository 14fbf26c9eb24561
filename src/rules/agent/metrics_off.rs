use crate::agent::{AgentConfig, is_console};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let telemetry = &agent.telemetry;
    let help = "alerts on errors, latency and token usage have nothing to go by";
    if let Some(off) = telemetry.metrics.off() {
        cx.report(off.at, format!("there are no metrics: {}", off.text))
            .help(help)
            .unsafe_fix("turn metrics on; something must be there to collect them", || {
                telemetry.metrics.set(true)
            });
    } else if let Some(console) = telemetry.metrics_exporter.when(is_console) {
        cx.report(
            console.at,
            format!("metrics end in the output of the process: {}", console.text),
        )
        .help(help);
    }
}
