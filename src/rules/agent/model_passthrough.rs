use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for name in &agent.any_model {
        cx.report(*name, "callers may name any model of any provider: `*`")
            .help("list the models that are meant, or a provider's: `anthropic/*`");
    }
}
