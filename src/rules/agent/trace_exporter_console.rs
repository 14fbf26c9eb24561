use crate::agent::{AgentConfig, is_console};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let telemetry = &agent.telemetry;
    if telemetry.tracing.off().is_some() {
        return;
    }
    let Some(console) = telemetry.trace_exporter.when(is_console) else { return };
    cx.report(console.at, format!("traces end in the output of the process: {}", console.text))
        .help("nobody can search them there; send them to a collector or a tracing service");
}
