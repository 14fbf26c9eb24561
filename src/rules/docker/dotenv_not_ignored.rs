use crate::diagnostic::Confidence;
use crate::docker::{Dockerfile, Instruction, Stage, Word, plain_path, with_lines};
use crate::project::Context;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// What nobody means to put into an image, and how ignore files say it.
const UNWANTED: [(&str, &str); 2] = [(".env", ".env*"), (".git", ".git")];

/// More places do not make it clearer.
const MOST_RELATED: usize = 8;

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let needed = dockerfile.stages().iter().filter(|stage| dockerfile.reaches_final(stage));
    let all = |stage| whole_context(dockerfile, stage).map(move |word| (stage, word));
    let copies: Vec<(&Stage, &Word)> = needed.flat_map(all).collect();
    let Some((stage, word)) = copies.first() else { return };
    let contexts = cx.project().contexts_of(dockerfile);
    let lacking = |context: &&Context<'_>| context.excludes(".env").is_none();
    let Some(context) = contexts.iter().find(lacking) else { return };
    let lacks = UNWANTED.iter().filter(|(path, _)| context.excludes(path).is_none());
    let patterns: Vec<&str> = lacks.map(|(_, pattern)| *pattern).collect();
    let shown: Vec<_> = patterns.iter().map(|pattern| format!("`{pattern}`")).collect();
    let shown = shown.join(" and ");
    let what = match context.ignore_file {
        Some(file) => format!("`{}` does not keep {shown} out of it", file.source().name()),
        None => format!("no .dockerignore keeps {shown} out of it"),
    };
    let is_in_image = copies.iter().any(|(stage, _)| dockerfile.is_in_image(stage));
    let mut found = cx
        .report(word.place, format!("{} copies its whole folder, and {what}", stage.describe()))
        .help("the keys in a developer's .env end up in the image or in the cache of the build: list what a build must not see in .dockerignore")
        .confidence(if context.is_certain && is_in_image { Confidence::Medium } else { Confidence::Low })
        .about(stage.subject());
    for (other, word) in copies.iter().skip(1).take(MOST_RELATED) {
        found = found.related(word.place, format!("{} copies it as well", other.describe()));
    }
    if let Some(file) = context.ignore_file {
        let title = format!(
            "add {shown} to .dockerignore; give the container what it reads from there when it starts"
        );
        found.unsafe_fix(&title, || Ok(with_lines(file.id(), file.source().text(), &patterns)));
    }
}

/// Where a stage copies all of the folder that is built.
fn whole_context<'d>(
    dockerfile: &'d Dockerfile,
    stage: &'d Stage,
) -> impl Iterator<Item = &'d Word> {
    let is_whole = |instruction: &Instruction, word: &Word| {
        let text = dockerfile.at(instruction).expand(&word.text).unwrap_or_default();
        matches!(text.trim_start_matches("./"), "*")
            || plain_path(&text).as_deref() == Some("") && !text.is_empty()
    };
    stage.instructions().iter().flat_map(move |instruction| {
        let excludes = instruction
            .flags_named("exclude")
            .any(|flag| flag.value.as_ref().is_some_and(|value| value.text.contains(".env")));
        let words = instruction.context_sources().filter(move |_| !excludes);
        words.filter(move |word| is_whole(instruction, word))
    })
}
