use crate::agent::{AgentConfig, is_local};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for store in agent.stores.iter().filter(|store| store.enabled.off().is_none()) {
        let remote = store.host.value().filter(|host| !is_local(host));
        let (Some(host), Some(off)) = (remote, store.tls.off()) else { continue };
        cx.report(
            off.at,
            format!("{} on `{host}` is reached without TLS: {}", store.what, off.text),
        )
        .help("its password and all that is stored cross the network in the clear")
        .unsafe_fix("turn TLS on; the store must offer it", || store.tls.set(true));
    }
}
