use crate::docker::{Dockerfile, edit, is_root};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image() else { return };
    let Some(user) = &image.user else { return };
    let is_root = user.resolved.as_deref().is_some_and(is_root);
    if !is_root || !dockerfile.is_complete() || image.is_artifact() || image.steps_down() {
        return;
    }
    let place = user.word.place;
    // Steps behind the USER need root, and so may other stages that go on from this one.
    let stays = dockerfile.builds_behind(place) || !user.stage.is(image.stage);
    let (lesser, made) = dockerfile.lesser_user(image.stage);
    let message = format!("the image of {} runs as `{}`", image.stage.describe(), user.word.text);
    let mut found = cx
        .report(place, message)
        .help("go back to another user after the last step that needs root")
        .about(image.stage.subject());
    if let Some(made) = made {
        found = found.related(made.place, "this user is there to run as");
    }
    if let Some(volume) = image.volume() {
        found = found.related(volume.place, "what it keeps here will belong to root");
    }
    found.unsafe_fix(
        &format!("run as user {lesser}; make sure it may read and write what it needs"),
        || {
            if stays {
                edit::before_start(dockerfile, &format!("USER {lesser}"))
            } else {
                edit::replace(dockerfile, place, lesser.to_owned())
            }
        },
    );
}
