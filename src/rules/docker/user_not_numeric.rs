use crate::docker::{Dockerfile, edit};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};
use crate::source::Source;

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// The numbers of users that well-known images bring along: the official image or registry, the
/// name and the number.
///
/// Sources: the images' Dockerfiles, 2026-11.
const KNOWN: [(&str, &str, &str); 4] = [
    ("docker.io/library/node", "node", "1000"),
    ("gcr.io/distroless/", "nonroot", "65532"),
    ("mcr.microsoft.com/dotnet/", "app", "1654"),
    ("docker.io/library/postgres", "postgres", "999"),
];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image() else { return };
    let Some(user) = &image.user else { return };
    let Some(resolved) = user.resolved.as_deref() else { return };
    let (name, group) = resolved.split_once(':').unwrap_or((resolved, ""));
    let is_number = name.chars().all(|c| c.is_ascii_digit());
    let path = cx.project().source(dockerfile.file()).map_or("", Source::path);
    // Of root there is nothing to verify, and no cluster runs a development container.
    if is_number || name == "root" || image.is_windows() || image.is_for_development(path) {
        return;
    }
    let few = dockerfile.few_users(user.stage);
    // `docker/user-name-without-passwd` has more to say of it.
    if few.is_some_and(|few| few.lack(name, user.word.place)) {
        return;
    }
    let made = dockerfile.new_users(image.stage).filter(|it| it.name.text == name).last();
    let uid = match made {
        Some(made) => made.uid,
        None => image.base().and_then(|base| known_uid(base, name)),
    };
    let place = user.word.place;
    let found = cx
        .report(place, format!("the image of {} runs as `{name}`, which is a name", image.stage.describe()))
        .help("Kubernetes cannot tell whether a name is root, and refuses the container under `runAsNonRoot`: give the number")
        .about(image.stage.subject());
    // The group of a number is 0 unless the image knows the number, and here it does.
    if let Some(uid) = uid.filter(|_| group.is_empty() && user.word.text == resolved) {
        found.unsafe_fix(&format!("run as {uid}, which is the number of `{name}`"), || {
            edit::replace(dockerfile, place, uid.to_owned())
        });
    }
}

fn known_uid(base: &str, name: &str) -> Option<&'static str> {
    let reference = ImageRef::parse(base);
    let image = reference.full_name();
    // Alpine brings its own.
    if name == "postgres" && (reference.is_tagged_alpine() || reference.has_open_tag()) {
        let is_known = image == "docker.io/library/postgres" && !reference.has_open_tag();
        return is_known.then_some("70");
    }
    let is_it = |(start, user, _): &&(&str, &str, &str)| {
        *user == name && (image == *start || start.ends_with('/') && image.starts_with(start))
    };
    KNOWN.iter().find(is_it).map(|(_, _, uid)| *uid)
}
