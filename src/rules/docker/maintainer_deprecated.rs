use crate::docker::{Action, Dockerfile, Instruction, Word, edit};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// Source: github.com/opencontainers/image-spec, `annotations.md`.
const LABEL: &str = "org.opencontainers.image.authors";

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            if let Action::Maintainer(name) = &instruction.action {
                report(dockerfile, instruction, name, cx);
            }
        }
    }
}

fn report(dockerfile: &Dockerfile, instruction: &Instruction, name: &Word, cx: &mut Cx<'_>) {
    let Place { file, span } = instruction.keyword.place;
    let whole = Place { file, span: Span { start: span.start, end: name.place.span.end } };
    cx.report(instruction.keyword.place, "MAINTAINER is deprecated")
        .help("tools read the label `org.opencontainers.image.authors` instead")
        .safe_fix("use the label", || {
            let value = edit::quoted(dockerfile, &name.text);
            edit::replace(dockerfile, whole, format!("LABEL {LABEL}={value}"))
        });
}
