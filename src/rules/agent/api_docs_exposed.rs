use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let docs = &agent.access.docs;
    let Some(on) = docs.on() else { return };
    cx.report(on.at, format!("anybody may read the documentation of the interface: {}", on.text))
        .help("it lists every call and sends any of them at a click")
        .unsafe_fix("keep it from the public; its readers then need another way", || {
            docs.set(false)
        });
}
