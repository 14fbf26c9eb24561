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
    // `FROM base-${VARIANT}` may mean any stage with a name.
    let is_chosen = dockerfile.stages().iter().any(|stage| stage.resolved_image().is_none());
    let has_named_end = dockerfile.final_stage().is_some_and(|last| last.name().is_some());
    for stage in dockerfile.stages() {
        let (Some(word), name) = (stage.image(), stage.name()) else { continue };
        let is_target = name.is_some_and(|name| {
            let name = name.text.to_lowercase();
            name.split(['-', '_', '.']).any(|part| TARGETS.contains(&part))
        });
        if is_target
            || dockerfile.reaches_final(stage)
            || dockerfile.is_used(stage)
            || cx.project().may_build_stage(dockerfile, stage)
        {
            continue;
        }
        // Whoever names the last stage too chooses by name which one to build.
        let confidence = match name {
            Some(_) if has_named_end || is_chosen => continue,
            Some(_) => Confidence::Low,
            None => Confidence::Medium,
        };
        cx.report(word.place, format!("nothing of {} reaches the image", stage.describe()))
            .confidence(confidence)
            .help("the builder skips it unless it is asked for with `--target`: leave it out, or copy from it what was meant")
            .about(stage.subject());
    }
}
