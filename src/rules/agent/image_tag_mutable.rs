use crate::agent::AgentConfig;
use crate::image::ImageRef;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for (who, image) in &agent.images {
        let text = image.text();
        let reference = ImageRef::parse(text);
        if reference.is_floating() {
            cx.report(*image, format!("{who} runs `{text}`, {}", reference.drift())).help(
                "name a version or a digest, so that the platform runs what was tested, and can go back to it",
            );
        }
    }
}
