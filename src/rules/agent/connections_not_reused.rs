use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for call in &agent.calls {
        let Some(off) = call.reuse.off() else { continue };
        cx.report(off.at, format!("each call of {} opens a connection: {}", call.what, off.text))
            .help("the handshake costs more than many an answer, and ports run out under load")
            .unsafe_fix("use connections again", || call.reuse.set(true));
    }
}
