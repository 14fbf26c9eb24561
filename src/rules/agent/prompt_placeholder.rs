use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};
use crate::source::Source;

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for (prompt, fault) in agent.prompts.iter().filter_map(|it| Some((it, it.fault()?))) {
        let place = prompt.at.place();
        // A file that people copy is where placeholders belong.
        if cx.project().source(place.file).is_some_and(Source::is_example) {
            return;
        }
        cx.report(place, format!("the agent's prompt {fault}"))
            .help("without instructions the agent does whatever it is asked to");
    }
}
