use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let creation = &agent.schema_creation;
    let Some(on) = creation.on() else { return };
    cx.report(on.at, format!("the schema of the database changes at every start: {}", on.text))
        .help("it needs rights that a service should not have, and replicas do it at once; run a migration")
        .unsafe_fix("leave the schema alone; a migration has to make the tables", || {
            creation.set(false)
        });
}
