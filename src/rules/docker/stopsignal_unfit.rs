use crate::docker::{Dockerfile, Image, Start, edit, signal};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image() else { return };
    let Some(base) = image.base().map(ImageRef::parse) else { return };
    let Some((program, wanted)) = fitting(&image, &base) else { return };
    let message =
        |what: &str| format!("{program} of {} is stopped by {what}", image.stage.describe());
    let help = format!("it finishes its work on {wanted} only, and drops it on another signal");
    cx.about(Some(image.stage.subject()));
    if let Some(word) = dockerfile.at_end(image.stage).stopsignal() {
        let other =
            signal(&word.text).filter(|own| own != wanted && own != "SIGKILL" && own != "SIGSTOP");
        if let Some(other) = other {
            cx.report(word.place, message(&other))
                .help(help)
                .safe_fix(&format!("send {wanted}"), || {
                    edit::replace(dockerfile, word.place, wanted.to_owned())
                });
        }
        return;
    }
    // The images of the program itself choose the signal.
    let start = image.entrypoint.or(image.cmd).filter(|_| !is_of(&base, &["nginx", "openresty"]));
    if let Some(start) = start {
        cx.report(start.command.place, message("SIGTERM, as no STOPSIGNAL says otherwise"))
            .help(help)
            .safe_fix(&format!("send {wanted}"), || {
                edit::before_start(dockerfile, &format!("STOPSIGNAL {wanted}"))
            });
    }
}

/// What the image starts, and the signal that ends it in good order.
///
/// Source: nginx.org/en/docs/control.html; systemd(1), "Signals".
fn fitting(image: &Image<'_>, base: &ImageRef<'_>) -> Option<(&'static str, &'static str)> {
    let entrypoint = image.entrypoint.filter(|it| !it.command.is_empty());
    let program = match entrypoint.or(image.cmd).and_then(Start::program) {
        Some(program) => program,
        // The command of the base stays.
        None if is_of(base, &["nginx"]) => "nginx",
        None if is_of(base, &["openresty"]) => "openresty",
        None => return None,
    };
    match program {
        "nginx" => Some(("nginx", "SIGQUIT")),
        "openresty" => Some(("openresty", "SIGQUIT")),
        "systemd" => Some(("systemd", "SIGRTMIN+3")),
        // On Alpine, init is another program.
        "init" if !is_of(base, &["alpine", "busybox"]) => Some(("systemd", "SIGRTMIN+3")),
        _ => None,
    }
}

fn is_of(base: &ImageRef<'_>, names: &[&str]) -> bool {
    let tag = base.tag.unwrap_or_default();
    names.iter().any(|name| base.repository.contains(name) || tag.contains(name))
}
