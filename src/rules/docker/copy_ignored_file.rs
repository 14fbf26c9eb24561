use crate::diagnostic::Confidence;
use crate::docker::{Dockerfile, plain_path};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let contexts = cx.project().contexts_of(dockerfile);
    for stage in dockerfile.stages() {
        for instruction in stage.instructions() {
            for word in instruction.context_sources() {
                let text = dockerfile.at(instruction).expand(&word.text);
                let Some(path) = text.as_deref().and_then(plain_path) else { continue };
                let found = contexts
                    .iter()
                    .find_map(|context| Some((context, context.excludes_all_of(&path)?)));
                let Some((context, pattern)) = found else { continue };
                cx.report(word.place, format!("{} copies `{}`, which the build does not see", stage.describe(), word.text))
                    .help("the build stops here: take the line out of the ignore file, or let the path in with a later line that begins with `!`")
                    .confidence(if context.is_certain { Confidence::High } else { Confidence::Low })
                    .related(pattern, "this line keeps it out")
                    .about(stage.subject());
            }
        }
    }
}
