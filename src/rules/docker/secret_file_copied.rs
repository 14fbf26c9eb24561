use crate::credential;
use crate::diagnostic::{Confidence, Severity};
use crate::docker::{Dockerfile, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions().iter().chain(stage.triggers()) {
            let count = instruction.action.transfer().map_or(0, |transfer| transfer.sources.len());
            for word in instruction.context_sources() {
                let Some(what) = credential::file(&word.text) else { continue };
                let is_in_image = dockerfile.is_in_image(stage);
                let mut found = cx
                    .report(word.place, format!("{} copies `{}`, {}", stage.describe(), word.text, what.describe()))
                    .help("everybody who can pull the image has it, and a later step cannot take it out again: mount it when the container starts, or for one step with RUN --mount=type=secret")
                    .confidence(if what.is_certain() { Confidence::High } else { Confidence::Low });
                if !is_in_image || !what.is_certain() {
                    found = found.severity(Severity::Warning);
                }
                if count == 1 && !instruction.is_onbuild() {
                    found.unsafe_fix("do not copy it; mount it where it is needed", || {
                        edit::remove(dockerfile, instruction.span)
                    });
                }
            }
        }
    }
}
