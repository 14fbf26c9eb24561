use crate::docker::{Action, Dockerfile, Instruction, Stage, Word};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// The users that distroless images know.
///
/// Source: github.com/GoogleContainerTools/distroless, `base/base.bzl`.
const OF_DISTROLESS: [&str; 3] = ["root", "nobody", "nonroot"];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        let origin = dockerfile.origin(stage);
        let Some(known) = known_users(origin) else { continue };
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            let Some((word, name)) = named(dockerfile, instruction) else { continue };
            if known.contains(&name.as_str()) || brings_users(dockerfile, stage, instruction) {
                continue;
            }
            let base = if origin.is_scratch() { "`scratch`" } else { "distroless" };
            cx.report(word.place, format!("{} names the user `{name}`, whom {base} does not know", stage.describe()))
                .help("without an entry in /etc/passwd the build or the container stops here: give the number, or copy an /etc/passwd that has the name");
        }
    }
}

/// The users of an image without a way to make more; nothing for one that may have any.
fn known_users(origin: &Stage) -> Option<&'static [&'static str]> {
    if origin.is_scratch() {
        return Some(&[]);
    }
    let image = ImageRef::parse(origin.resolved_image().filter(|_| origin.is_external())?);
    let is_distroless =
        image.registry == Some("gcr.io") && image.repository.starts_with("distroless/");
    is_distroless.then_some(&OF_DISTROLESS)
}

/// The user that an instruction names, and where.
fn named<'d>(dockerfile: &Dockerfile, instruction: &'d Instruction) -> Option<(&'d Word, String)> {
    let word = match &instruction.action {
        Action::User(word) => word,
        Action::Copy(_) | Action::Add(_) => instruction.flag("chown")?.value.as_ref()?,
        _ => return None,
    };
    let text = dockerfile.at(instruction).expand(&word.text)?;
    let name = text.split(':').next().unwrap_or_default();
    let is_number = name.is_empty() || name.chars().all(|c| c.is_ascii_digit());
    (!is_number).then(|| (word, name.to_owned()))
}

/// Whether an earlier instruction may bring users along: it copies into `/etc` or all over.
fn brings_users(dockerfile: &Dockerfile, stage: &Stage, before: &Instruction) -> bool {
    let lineage = dockerfile.lineage(stage).flat_map(Stage::instructions);
    let earlier = lineage.filter(|it| it.span.start < before.span.start);
    earlier.filter_map(|it| it.action.transfer()).any(|transfer| {
        let destination = transfer.destination.text.as_str();
        let brings = |word: &Word| word.text.split('.').any(|part| matches!(part, "tar" | "tgz"));
        destination.trim_end_matches('/').is_empty()
            || destination.starts_with("/etc")
            || destination.contains('$')
            || transfer.paths().any(|word| word.text.contains("passwd") || brings(word))
    })
}
