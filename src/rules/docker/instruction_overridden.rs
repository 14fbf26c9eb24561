use crate::docker::{Action, Dockerfile, Instruction, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        let (mut cmd, mut entrypoint, mut healthcheck) = (None, None, None);
        for instruction in stage.instructions().iter().rev() {
            let (keyword, last) = match &instruction.action {
                Action::Cmd(_) => ("CMD", &mut cmd),
                Action::Entrypoint(_) => ("ENTRYPOINT", &mut entrypoint),
                Action::Healthcheck(_) => ("HEALTHCHECK", &mut healthcheck),
                _ => continue,
            };
            let Some(last) = *last else {
                *last = Some(instruction);
                continue;
            };
            let last: &Instruction = last;
            let whose = stage.describe();
            let message =
                format!("this {keyword} of {whose} does nothing, as a later one replaces it");
            cx.report(instruction.keyword.place, message)
                .related(last.keyword.place, format!("the {keyword} that counts"))
                .help("an image has one of each: leave this one out, or make it a stage of its own")
                .safe_fix("leave it out", || edit::remove(dockerfile, instruction.span));
        }
    }
}
