use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for switch in &agent.server.loads_any_object {
        let Some(on) = switch.on() else { continue };
        cx.report(on.at, format!("stored state may bring objects of any kind: {}", on.text))
            .help("whoever can write to the database then runs code in the server")
            .unsafe_fix(
                "load known objects only; what was stored otherwise is not read any more",
                || switch.set(false),
            );
    }
}
