use crate::diagnostic::Confidence;
use crate::docker::Dockerfile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// Words in the names of stages that are built for themselves, with `--target`.
const TARGETS: [&str; 17] = [
    "bench",
    "ci",
    "coverage",
    "debug",
    "dev",
    "development",
    "devcontainer",
    "docs",
    "e2e",
    "lint",
    "local",
    "output",
    "export",
    "scan",
    "test",
    "tests",
    "validate",
];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        let (Some(word), name) = (stage.image(), stage.name()) else { continue };
        let is_target = name.is_some_and(|name| {
            let name = name.text.to_lowercase();
            name.split(['-', '_', '.']).any(|part| TARGETS.contains(&part))
        });
        if is_target || dockerfile.reaches_final(stage) || dockerfile.is_used(stage) {
            continue;
        }
        let confidence = if name.is_some() { Confidence::Low } else { Confidence::Medium };
        cx.report(word.place, format!("nothing of {} reaches the image", stage.describe()))
            .confidence(confidence)
            .help("the builder skips it unless it is asked for with `--target`: leave it out, or copy from it what was meant")
            .about(stage.subject());
    }
}
