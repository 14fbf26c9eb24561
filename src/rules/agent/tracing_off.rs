use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let tracing = &agent.telemetry.tracing;
    let Some(off) = tracing.off() else { return };
    cx.report(off.at, format!("nothing is traced: {}", off.text))
        .milder_where(!off.stated)
        .help(
            "only a trace says which call of a model or a tool made a request slow, wrong or dear",
        )
        .unsafe_fix("turn traces on; something must be there to take them", || tracing.set(true));
}
