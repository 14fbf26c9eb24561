use crate::diagnostic::Severity;
use crate::docker::{Action, Dockerfile, Instruction, Stage};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            report(dockerfile, stage, instruction, cx);
        }
    }
}

fn report(dockerfile: &Dockerfile, stage: &Stage, instruction: &Instruction, cx: &mut Cx<'_>) {
    let Action::Copy(transfer) = &instruction.action else { return };
    let Some(from) = instruction.flag("from").and_then(|flag| flag.value.as_ref()) else { return };
    let is_root = |path: &str| matches!(path, "/" | "/." | "/*" | "//");
    let source = transfer.paths().find(|path| is_root(&path.text));
    let Some(source) = source.filter(|_| is_root(&transfer.destination.text)) else { return };
    let message = format!("COPY takes the whole file system of `{}`", from.text);
    if dockerfile.is_empty_before(stage, instruction) {
        // One layer instead of many, at the price of everything that the build left behind.
        cx.report(source.place, message)
            .severity(Severity::Note)
            .help("sources, caches and tools of the build come along: copy what the service needs");
    } else {
        cx.report(source.place, message)
            .help("it replaces files of the base image, its package database included: copy what is needed");
    }
}
