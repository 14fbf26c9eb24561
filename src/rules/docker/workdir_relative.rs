use crate::docker::{Action, Dockerfile, edit, is_absolute};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    // Where it begins, only the one who wrote the beginning knows.
    if dockerfile.is_fragment() {
        return;
    }
    for stage in dockerfile.stages() {
        // Nothing is below the root where nothing is there yet.
        if dockerfile.origin(stage).is_scratch() {
            continue;
        }
        for instruction in stage.instructions() {
            let Action::Workdir(word) = &instruction.action else { continue };
            let state = dockerfile.at(instruction);
            let path = state.expand(&word.text);
            let path = path.as_deref().unwrap_or(&word.text);
            if path.starts_with('~') {
                cx.report(
                    word.place,
                    format!("WORKDIR `{}` makes a directory called `~`", word.text),
                )
                .help("the builder knows no home directories: write the whole path")
                .about(stage.subject());
                continue;
            }
            if state.has_workdir() || path.starts_with('$') || is_absolute(path) {
                continue;
            }
            let found = cx
                .report(
                    word.place,
                    format!(
                        "WORKDIR `{}` of {} is relative, and no WORKDIR stands before it",
                        word.text,
                        stage.describe()
                    ),
                )
                .help("where it ends up is for the base image to say: begin with an absolute path")
                .about(stage.subject());
            if dockerfile.written(word.place.span) == path && !dockerfile.is_for_windows() {
                let absolute = format!("/{}", path.trim_start_matches("./"));
                found.unsafe_fix(
                    &format!(
                        "use `{absolute}`; make sure that the base image has no other directory"
                    ),
                    || edit::replace(dockerfile, word.place, absolute.clone()),
                );
            }
        }
    }
}
