use crate::agent::AgentConfig;
use crate::credential::Value;
use crate::rules::{Check, Cx};
use crate::source::Source;

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(start) = agent.secrets_file else { return };
    let place = start.place();
    let Some(source) = cx.project().source(place.file).filter(|source| !source.is_example()) else {
        return;
    };
    let holds = |value: Value| agent.credentials.iter().any(|found| found.value == value);
    if !holds(Value::Literal) && !holds(Value::WellKnown) && !holds(Value::Placeholder) {
        return;
    }
    let name = Source::name(source).to_owned();
    cx.report(place, format!("git does not ignore `{name}`, which is there to hold credentials"))
        .help("list it in .gitignore, commit an example beside it, and rotate what was ever in it");
}
