use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let switch = &agent.platform.high_availability;
    let Some(off) = switch.off() else { return };
    cx.report(off.at, format!("the loss of one machine stops everything: {}", off.text))
        .help("production has a second of everything that can fail")
        .unsafe_fix("turn high availability on; the machines for it must be there", || {
            switch.set(true)
        });
}
