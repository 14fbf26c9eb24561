use crate::docker::Dockerfile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        for used in stage.uses() {
            let empty = dockerfile.used(used).filter(|used| used.is_empty());
            let Some(empty) = empty.filter(|empty| !empty.is(stage)) else { continue };
            cx.report(
                used.word.place,
                format!("{} has no files that could be taken from it", empty.describe()),
            )
            .help("the build fails: it begins with `scratch`, and nothing is copied into it")
            .about(stage.subject());
        }
    }
}
