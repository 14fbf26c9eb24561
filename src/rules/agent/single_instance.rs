use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

/// With fewer, the loss of one is the loss of all.
const LEAST: f64 = 2.0;

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let instances = &agent.platform.instances;
    let Some(few) = instances.said(|least| least < LEAST) else { return };
    cx.report(few.at, format!("the agents may run in a single place: {}", few.text))
        .help("its restart stops all of them; keep at least two")
        .unsafe_fix("keep two; they need room to run", || instances.set(2));
}
