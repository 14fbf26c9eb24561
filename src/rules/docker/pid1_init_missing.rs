use crate::diagnostic::{Confidence, Severity};
use crate::docker::{Deaf, Dockerfile, Form, Image, Word, edit};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};
use crate::source::Source;
use crate::tree::edit::{Edits, Refusal};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// Official images that are built upon Debian or Ubuntu unless their tag says Alpine or Windows.
const WITH_APT: [&str; 12] = [
    "buildpack-deps",
    "debian",
    "golang",
    "nginx",
    "node",
    "perl",
    "php",
    "pypy",
    "python",
    "ruby",
    "rust",
    "ubuntu",
];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image() else { return };
    if !dockerfile.is_complete() || dockerfile.is_for_windows() || image.is_windows() {
        return;
    }
    let Some((word, deaf)) = image.deaf_process() else { return };
    let path = cx.project().source(dockerfile.file()).map_or("", Source::path);
    if image.is_for_development(path) || cx.project().has_init(dockerfile) {
        return;
    }
    let name = &word.text;
    let why = match deaf {
        Deaf::Runner => "does not pass every signal on to the program",
        Deaf::Interpreter | Deaf::Doubtful => "ignores SIGTERM there unless the program handles it",
    };
    let killed = cx.project().killed_running(dockerfile);
    let message = format!("process 1 of {} is `{name}`, which {why}", image.stage.describe());
    let found = cx
        .report(word.place, message)
        .help("stopping takes until the container is killed, with requests lost: start it with an init (`tini --`, `init: true` in Compose), or handle SIGTERM")
        .about(image.stage.subject())
        .related_to(killed.into_iter());
    let found = match deaf {
        Deaf::Runner => found,
        Deaf::Interpreter => found.confidence(Confidence::Medium),
        Deaf::Doubtful => found.severity(Severity::Note).confidence(Confidence::Low),
    };
    if let Some(install) = installs_tini(&image) {
        found.unsafe_fix("install tini and start the program with it", || {
            start_with_tini(dockerfile, &image, &word, install)
        });
    }
}

/// The step that installs an init, where the image has a package manager and root's rights.
fn installs_tini(image: &Image<'_>) -> Option<&'static str> {
    let reference = ImageRef::parse(image.origin.resolved_image()?);
    if !image.stage.is(image.origin) || !reference.is_root() || reference.is_bare() {
        return None;
    }
    let name = reference.official_name()?;
    if reference.has_open_tag() {
        return None;
    }
    if reference.is_tagged_alpine() || name == "alpine" {
        return Some("RUN apk add --no-cache tini");
    }
    WITH_APT.contains(&name).then_some(
        "RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*",
    )
}

fn start_with_tini(
    dockerfile: &Dockerfile,
    image: &Image<'_>,
    first: &Word,
    install: &str,
) -> Edits {
    let tini = match (image.entrypoint, image.cmd) {
        (Some(entrypoint), _) => match &entrypoint.command.form {
            Form::Exec(words) if words.iter().any(|word| word == first) => {
                edit::insert_before(dockerfile, first.place, "\"tini\", \"--\", ".to_owned())?
            }
            _ => return Err(Refusal::Occupied),
        },
        (None, Some(cmd)) => {
            let newline = edit::line_break(dockerfile);
            let entrypoint = format!("ENTRYPOINT [\"tini\", \"--\"]{newline}");
            edit::insert_before(dockerfile, cmd.instruction.keyword.place, entrypoint)?
        }
        (None, None) => return Err(Refusal::Occupied),
    };
    Ok(edit::behind_from(dockerfile, image.stage, install)?.and(tini))
}
