use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for version in &agent.api_versions {
        let Some(preview) = version.when(is_preview) else { continue };
        cx.report(preview.at, format!("the model is called through a preview: {}", preview.text))
            .help("a preview changes or goes away with little notice; look for a released version");
    }
}

fn is_preview(version: &str) -> bool {
    version.to_ascii_lowercase().contains("-preview")
}
