use crate::docker::{Dockerfile, Instruction, Stage, Transfer, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions().iter().chain(stage.triggers()) {
            if let Some(transfer) = instruction.action.transfer().filter(|it| it.sources.len() > 1)
            {
                report(dockerfile, stage, instruction, transfer, cx);
            }
        }
    }
}

fn report(
    dockerfile: &Dockerfile,
    stage: &Stage,
    instruction: &Instruction,
    transfer: &Transfer,
    cx: &mut Cx<'_>,
) {
    let word = &transfer.destination;
    let resolved = dockerfile.at(instruction).expand(&word.text);
    let path = resolved.as_deref().unwrap_or(&word.text);
    let is_open = resolved.is_none() && (path.ends_with('}') || path.contains('$'));
    // `.` is a directory however it is written.
    let is_directory =
        path.ends_with(['/', '\\']) || matches!(path, "." | "..") || path.ends_with("/.");
    if is_open || is_directory {
        return;
    }
    let keyword = instruction.keyword.text.to_ascii_uppercase();
    let count = transfer.sources.len();
    cx.report(
        word.place,
        format!("{keyword} puts {count} files into `{}`, which does not end in `/`", word.text),
    )
    .help(
        "builders other than BuildKit take it for a file and refuse: end the directory in a slash",
    )
    .about(stage.subject())
    .safe_fix("say that it is a directory", || edit::extend(dockerfile, word, "/"));
}
