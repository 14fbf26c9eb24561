use crate::docker::Dockerfile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image() else { return };
    let Some(word) = image.stage.image() else { return };
    // What nothing starts is a base for other images, or a box of tools.
    if image.has_healthcheck || !dockerfile.is_complete() || !image.is_started() {
        return;
    }
    // Kubernetes does not look at HEALTHCHECK, it has probes.
    if cx.project().has_probed_workloads() {
        return;
    }
    cx.report(word.place, format!("{} has no HEALTHCHECK", image.stage.describe()))
        .help("without one, a process that hangs counts as healthy; where probes take its place, say `HEALTHCHECK NONE`")
        .about(image.stage.subject());
}
