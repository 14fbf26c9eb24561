use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(missed) = cx.project().agent_on_loopback(agent) else { return };
    cx.report(missed.place, format!("{}, where only its own container reaches it", missed.why))
        .help("whoever asks from outside is refused, a probe too: listen on 0.0.0.0")
        .confidence(missed.confidence)
        .related_to(missed.others.into_iter());
}
