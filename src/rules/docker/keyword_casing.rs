use crate::docker::{Action, Dockerfile, Instruction, Stage, Word, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    keywords(dockerfile, cx);
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        if let Some((r#as, name)) = &stage.from().name {
            follow(dockerfile, r#as, &stage.from().keyword, cx);
            lower(dockerfile, name, &format!("the stage `{}`", name.text), cx);
        }
        for action in stage.actions() {
            let Action::Expose(ports) = action else { continue };
            for port in ports.iter().filter(|port| port.text.contains('/')) {
                lower(dockerfile, port, &format!("the protocol of `{}`", port.text), cx);
            }
        }
    }
}

/// Reports the keywords that are not written as most of the file's are.
fn keywords(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let of_stage = |stage: &'_ Stage| {
        let own = stage.instructions().iter().chain(stage.triggers()).flat_map(written);
        std::iter::once(stage.from().keyword.clone()).chain(own).collect::<Vec<_>>()
    };
    let globals = dockerfile.globals().iter().flat_map(written);
    let all: Vec<Word> = globals.chain(dockerfile.stages().iter().flat_map(of_stage)).collect();
    let lower = all.iter().filter(|word| is_lower(&word.text)).count();
    let is_lower_file = lower * 2 > all.len();
    for word in &all {
        let wanted = if is_lower_file {
            word.text.to_ascii_lowercase()
        } else {
            word.text.to_ascii_uppercase()
        };
        if word.text != wanted {
            let style = if is_lower_file { "small letters" } else { "capitals" };
            cx.report(
                word.place,
                format!("`{}` is not in {style} like the rest of the file", word.text),
            )
            .help("keywords of one style are found at a glance")
            .safe_fix(&format!("write {wanted}"), || {
                edit::replace(dockerfile, word.place, wanted.clone())
            });
        }
    }
}

/// The keywords of an instruction as they are written.
fn written(instruction: &Instruction) -> impl Iterator<Item = Word> {
    instruction.onbuild.clone().into_iter().chain([instruction.keyword.clone()])
}

/// Reports `as` beside `FROM`, and `AS` beside `from`.
fn follow(dockerfile: &Dockerfile, r#as: &Word, from: &Word, cx: &mut Cx<'_>) {
    let wanted = if is_lower(&from.text) { "as" } else { "AS" };
    if r#as.text != wanted {
        cx.report(
            r#as.place,
            format!("`{}` is not written like the `{}` before it", r#as.text, from.text),
        )
        .help("keywords of one style are found at a glance")
        .safe_fix(&format!("write {wanted}"), || {
            edit::replace(dockerfile, r#as.place, wanted.to_owned())
        });
    }
}

/// Reports what should be in small letters. Capitals mean the same here.
fn lower(dockerfile: &Dockerfile, word: &Word, what: &str, cx: &mut Cx<'_>) {
    let written = dockerfile.written(word.place.span);
    let wanted = written.to_ascii_lowercase();
    if written != wanted && !written.contains('$') {
        cx.report(word.place, format!("{what} is not in small letters"))
            .help("capitals mean the same here, and another spelling looks like another thing")
            .safe_fix(&format!("write {wanted}"), || {
                edit::replace(dockerfile, word.place, wanted.clone())
            });
    }
}

fn is_lower(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_lowercase())
}
