use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let recovery = &agent.platform.crash_recovery;
    let Some(off) = recovery.off() else { return };
    cx.report(off.at, format!("a crash loses the runs that are under way: {}", off.text))
        .help("whoever waits for an answer has to begin again, and pays again for what was done")
        .unsafe_fix("save runs; make sure that the place for them outlives the container", || {
            recovery.set(true)
        });
}
