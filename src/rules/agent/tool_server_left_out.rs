use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

/// The file that Claude Code reads. Programs with a file of another name guess what is behind a
/// `url`.
const FILE: &str = ".mcp.json";

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for server in &agent.tool_servers {
        let Some(why) = server.left_out else { continue };
        let source = cx.project().source(server.at.place().file);
        if source.is_none_or(|source| source.name() != FILE) || server.at.tree().is_embedded() {
            continue;
        }
        cx.report(
            server.at,
            format!("Claude Code leaves out tool server `{}`: {why}", server.name),
        )
        .help("it starts without these tools and without a word; name `type` with a `url`");
    }
}
