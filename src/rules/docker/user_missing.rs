use crate::diagnostic::Confidence;
use crate::docker::{Dockerfile, edit};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};
use crate::source::Source;

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image() else { return };
    let (Some(word), Some(base)) = (image.stage.image(), image.base()) else { return };
    let reference = ImageRef::parse(base);
    let path = cx.project().source(dockerfile.file()).map_or("", Source::path);
    if image.user.is_some()
        || !dockerfile.is_complete()
        || reference.is_non_root()
        || image.is_artifact()
        || image.steps_down()
        // Windows has other users, and a development container's is set in devcontainer.json.
        || image.is_windows()
        || image.is_for_development(path)
    {
        return;
    }
    let (user, made) = dockerfile.lesser_user(image.stage);
    let stage = match made {
        Some(made) => format!("{} makes the user `{}` and", image.stage.describe(), made.text),
        None => image.stage.describe(),
    };
    let (message, confidence) = if reference.is_root() && !base.contains('$') {
        (format!("{stage} has no USER, so the image runs as root"), Confidence::High)
    } else {
        let message = format!(
            "{stage} has no USER, so the image runs as root unless `{base}` sets another user"
        );
        (message, if base.contains('$') { Confidence::Low } else { Confidence::Medium })
    };
    let mut found = cx
        .report(word.place, message)
        .confidence(confidence)
        .help("add a USER, with a numeric id so that Kubernetes can tell that it is not root")
        .about(image.stage.subject());
    if let Some(made) = made {
        found = found.related(made.place, "the user that nothing runs as");
    }
    if let Some(volume) = image.volume() {
        found = found.related(volume.place, "what it keeps here will belong to root");
    }
    found.unsafe_fix(
        &format!("run as user {user}; make sure it may read and write what it needs"),
        || edit::before_start(dockerfile, &format!("USER {user}")),
    );
}
