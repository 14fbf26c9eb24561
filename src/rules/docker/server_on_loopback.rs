use crate::diagnostic::Confidence;
use crate::docker::Dockerfile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let project = cx.project();
    for deaf in project.deaf_images(dockerfile) {
        let found = cx
            .report(deaf.place, format!("{}, where only its own container reaches it", deaf.why))
            .help("whoever asks from outside is refused, a published port and a probe too: listen on 0.0.0.0")
            .about(deaf.image.stage.subject())
            .related_to(deaf.missed.into_iter());
        if !deaf.is_sure {
            found.confidence(Confidence::Medium);
        }
    }
}
