use crate::diagnostic::Confidence;
use crate::docker::{Dockerfile, plain_path};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// Nobody copies more in one Dockerfile.
const MOST_SOURCES: usize = 1000;

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let contexts = cx.project().contexts_of(dockerfile);
    if contexts.iter().all(|context| context.ignore_file.is_none()) {
        return;
    }
    let all = dockerfile.stages().iter().flat_map(|stage| {
        let instructions = stage.instructions().iter();
        let words = instructions.flat_map(|it| it.context_sources().map(move |word| (it, word)));
        words.map(move |(instruction, word)| (stage, instruction, word))
    });
    for (stage, instruction, word) in all.take(MOST_SOURCES) {
        let text = dockerfile.at(instruction).expand(&word.text);
        let Some(path) = text.as_deref().and_then(plain_path) else { continue };
        let found =
            contexts.iter().find_map(|context| Some((context, context.excludes_all_of(&path)?)));
        let Some((context, pattern)) = found else { continue };
        let message =
            format!("{} copies `{}`, which the build does not see", stage.describe(), word.text);
        cx.report(word.place, message)
            .help("the build stops here: take the line out of the ignore file, or let the path in with a later line that begins with `!`")
            .confidence(if context.is_certain { Confidence::High } else { Confidence::Low })
            .related(pattern, "this line keeps it out")
            .about(stage.subject());
    }
}
