use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    // What is in a ConfigMap is none of a `.env`'s, and tool servers are everybody's own.
    if agent.root().tree().is_embedded() || agent.format() == "MCP servers" {
        return;
    }
    let Some(listing) = cx.project().listing_for(agent.root().place()) else { return };
    let needed = agent.needed_variables().into_iter().map(|it| (it.name, it.at));
    for (name, at) in listing.lacks(needed.collect()) {
        cx.report(at, format!("`{name}` is needed here, and {} does not list it", listing.example))
            .help(format!(
                "who copies that file starts without `{name}`: add it there, without its value"
            ));
    }
}
