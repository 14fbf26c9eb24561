use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let routes = &agent.server.own_routes_ask;
    let Some(off) = routes.off() else { return };
    cx.report(off.at, format!("routes of the project's own ask nobody who calls: {}", off.text))
        .help("the handler in `auth` is asked for the server's routes only, not for those of `http.app`")
        .unsafe_fix("ask for authentication there too; callers without it are then refused", || {
            routes.set(true)
        });
}
