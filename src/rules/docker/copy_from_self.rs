use crate::docker::Dockerfile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        let Some(used) = dockerfile.needs_itself(stage) else { continue };
        let Some(other) = dockerfile.used(used) else { continue };
        let whose = stage.describe();
        let message = if other.is(stage) {
            format!("{whose} takes files from itself")
        } else {
            format!("{whose} takes files from {}, which needs {whose} itself", other.describe())
        };
        cx.report(used.word.place, message)
            .help("the build fails: name a stage that can be built before this one")
            .about(stage.subject());
    }
}
