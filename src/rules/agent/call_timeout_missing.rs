use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let mut reported = Vec::new();
    for call in &agent.calls {
        let never = call.timeout.when(|seconds| seconds <= 0.0);
        let Some(why) = never.or_else(|| call.timeout.unsaid()) else { continue };
        // One key may stand for several calls.
        if reported.contains(&why.at) {
            continue;
        }
        reported.push(why.at);
        cx.report(why.at, format!("calls of {} are never given up: {}", call.what, why.text))
            .help("a call that hangs keeps its request, its memory and its connection for good");
    }
}
