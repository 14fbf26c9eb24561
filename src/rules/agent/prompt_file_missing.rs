use crate::agent::{AgentConfig, PromptText};
use crate::project::Presence;
use crate::rules::{Check, Cx};
use crate::source::Source;

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    // What a cluster mounts beside a configuration is not known.
    if agent.object().is_some() {
        return;
    }
    for prompt in &agent.prompts {
        let PromptText::File(path) = prompt.text else { continue };
        let place = prompt.at.place();
        let project = cx.project();
        let source = project.source(place.file).filter(|source| !source.is_example());
        let Some(folder) = source.map(Source::folder) else { continue };
        if prompt.at.tree().is_embedded() {
            continue;
        }
        let message = match project.presence(folder, path) {
            Some(Presence::Missing) => format!("the prompt file `{path}` does not exist"),
            Some(Presence::Empty) => format!("the prompt file `{path}` is empty"),
            Some(Presence::There) | None => continue,
        };
        cx.report(place, message).help("the agent does not start, or starts without instructions");
    }
}
