use crate::agent::{AgentConfig, Setting};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for on in agent.payload_logging.iter().filter_map(Setting::on) {
        cx.report(on.at, format!("whole requests and responses are recorded: {}", on.text))
            .help("they hold personal data and credentials, which logs and traces then keep");
    }
}
