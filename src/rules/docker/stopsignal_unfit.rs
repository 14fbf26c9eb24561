use crate::docker::{Dockerfile, Fitting, Start, edit, signal};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// What Docker and Kubernetes send unless told otherwise.
const DEFAULT: &str = "SIGTERM";

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image() else { return };
    let Some(Fitting { program, signal: wanted }) = image.fitting_signal() else { return };
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
    let is_named = |start: &Start<'_>| start.program().and_then(Fitting::of_program).is_some();
    let starts = [image.entrypoint, image.cmd];
    let named = starts.into_iter().flatten().find(is_named);
    let start = named.or(image.entrypoint).or(image.cmd).filter(|_| !image.chooses_signal());
    if let Some(start) = start.filter(|_| wanted != DEFAULT) {
        cx.report(start.command.place, message("SIGTERM, as no STOPSIGNAL says otherwise"))
            .help(help)
            .safe_fix(&format!("send {wanted}"), || {
                edit::before_start(dockerfile, &format!("STOPSIGNAL {wanted}"))
            });
    }
}
