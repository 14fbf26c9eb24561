use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let most = cx.number("max-seconds");
    for call in &agent.calls {
        let longest = cx.decimal("max-seconds");
        let Some(why) = call.timeout.when(|seconds| seconds > longest) else { continue };
        let seconds = call.timeout.value().unwrap_or_default();
        let what = &call.what;
        cx.report(
            why.at,
            format!("calls of {what} are given up only after {seconds} seconds: {}", why.text),
        )
        .help("whoever waits has left by then; a hanging call keeps its connection all the time")
        .unsafe_fix(&format!("give up after {most} seconds, if no answer takes longer"), || {
            call.timeout.set(most)
        });
    }
}
