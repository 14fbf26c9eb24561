use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};
use crate::source::Source;

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for endpoint in agent.endpoints.iter().filter(|endpoint| endpoint.is_placeholder()) {
        let place = endpoint.at.place();
        if cx.project().source(place.file).is_some_and(Source::is_example) {
            return;
        }
        let (name, host) = (endpoint.name, endpoint.host);
        cx.report(place, format!("`{name}` still names the placeholder host `{host}`"))
            .help("every call fails until it names your own host");
    }
}
