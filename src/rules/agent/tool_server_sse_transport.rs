use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for server in agent.tool_servers.iter().filter(|server| !server.is_off()) {
        let is_sse = |transport: &str| transport.eq_ignore_ascii_case("sse");
        let Some(sse) = server.transport.when(is_sse) else { continue };
        let message = format!("tool server `{}` is reached by a deprecated transport", server.name);
        cx.report(sse.at, format!("{message}: {}", sse.text))
            .help("ask the server's makers for an address with Streamable HTTP, which replaced it");
    }
}
