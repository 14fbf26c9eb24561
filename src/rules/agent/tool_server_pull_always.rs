use crate::agent::AgentConfig;
use crate::image::ImageRef;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for server in agent.tool_servers.iter().filter(|server| !server.is_off()) {
        let Some(fetched) = server.fetched() else { continue };
        let is_fixed = ImageRef::parse(fetched.what).digest.is_some();
        let Some(pull) = fetched.pulls_always.filter(|_| !is_fixed) else { continue };
        let (name, what) = (server.name, fetched.what);
        cx.report(pull, format!("tool server `{name}` pulls `{what}` anew at each start")).help(
            "without the registry it does not start, and what was pushed there last runs untested",
        );
    }
}
