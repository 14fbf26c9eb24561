use crate::agent::AgentConfig;
use crate::image::ImageRef;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for runtime in &agent.server.runtimes {
        let image = format!("{}:{}", runtime.image, runtime.version.text());
        let Some(lapse) = ImageRef::parse(&image).lapse(cx.support_clock()) else { continue };
        let found = cx
            .report(
                runtime.version,
                format!("the server is built with an old runtime: {}", lapse.message),
            )
            .severity(lapse.severity)
            .help(lapse.help)
            .note_in_development();
        let next =
            lapse.next.as_deref().and_then(|next| ImageRef::parse(next).tag.map(str::to_owned));
        if let Some(next) = next {
            found.unsafe_fix(&format!("build with {next}; test it first"), || {
                edit::reword(runtime.version, &next)
            });
        }
    }
}
