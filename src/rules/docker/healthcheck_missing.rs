use crate::docker::{Dockerfile, Image, edit};
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
    if cx.project().is_image_probed(dockerfile) || cx.project().is_image_checked(dockerfile) {
        return;
    }
    let found = cx
        .report(word.place, format!("{} has no HEALTHCHECK", image.stage.describe()))
        .help("without one, a process that hangs counts as healthy; where probes take its place, say `HEALTHCHECK NONE`")
        .about(image.stage.subject());
    let has_curl = image.may_have_curl() && !dockerfile.lacks(&image, "curl");
    if let Some(port) = only_port(&image).filter(|_| has_curl) {
        // Source: reference production-agent, "Container Security".
        let instruction = format!(
            "HEALTHCHECK --interval=30s --timeout=3s --start-period=45s --retries=3 \
             CMD curl -f http://localhost:{port}/health || exit 1"
        );
        found.unsafe_fix(
            &format!("ask port {port} for /health with curl; the path, and that curl is there, are guesses"),
            || edit::before_start(dockerfile, &instruction),
        );
    }
}

/// The port that the image answers at, where it is one and a number.
fn only_port(image: &Image<'_>) -> Option<u16> {
    let number = |text: &str| text.strip_suffix("/tcp").unwrap_or(text).parse().ok();
    let first = number(&image.ports.first()?.text)?;
    image.ports.iter().all(|port| number(&port.text) == Some(first)).then_some(first)
}
