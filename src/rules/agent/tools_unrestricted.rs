use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for server in agent.tool_servers.iter().filter(|server| !server.is_off()) {
        let Some(open) = server.limited.off() else { continue };
        let message = format!("every tool of server `{}` is offered: {}", server.name, open.text);
        cx.report(open.at, message).help(
            "list the tools that the agent needs: the server's next release may bring others",
        );
    }
}
