use crate::diagnostic::Severity;
use crate::docker::{Dockerfile, edit};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let clock = cx.support_clock();
    for stage in dockerfile.stages().iter().filter(|stage| stage.is_external()) {
        let (Some(word), Some(image)) = (stage.image(), stage.resolved_image()) else { continue };
        let Some(lapse) = ImageRef::parse(image).lapse(clock) else { continue };
        // What only a build takes files from may well outlive its support by a little.
        if lapse.severity == Severity::Note && !dockerfile.is_in_image(stage) {
            continue;
        }
        let message = format!("{} builds on `{image}`: {}", stage.describe(), lapse.message);
        let found = cx
            .report(word.place, message)
            .severity(lapse.severity)
            .help(lapse.help)
            .note_in_development()
            .about(stage.subject());
        if let Some(next) = lapse.next.filter(|_| word.text == image) {
            found.unsafe_fix(&format!("build on `{next}`; test what you build on it"), || {
                edit::replace(dockerfile, word.place, next)
            });
        }
    }
}
