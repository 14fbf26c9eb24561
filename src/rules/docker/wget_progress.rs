use std::cell::LazyCell;

use crate::docker::download::{Download, Downloader};
use crate::docker::shell::{Operator, SimpleCommand};
use crate::docker::{Dockerfile, Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let is_installed = LazyCell::new(|| dockerfile.installs("wget"));
    for step in dockerfile.steps() {
        for (_, command) in step.commands() {
            let Some(download) = Download::of(command) else { continue };
            let is_wget = download.by == Downloader::Wget;
            if !is_wget
                || !download.fetches()
                || download.is_quiet(command)
                || tells_file(step, command)
            {
                continue;
            }
            let wget = download.invocation.program.place;
            let stage = step.stage;
            let is_busybox = dockerfile.has_busybox(stage) && !*is_installed;
            let option = if is_busybox { "-q" } else { "--progress=dot:giga" };
            let add = || edit::add_words(dockerfile, &step.run.command, wget, &[option]);
            let message = format!("wget in {} fills the log with its progress", stage.describe());
            let found = cx
                .report(wget, message)
                .help(format!("what matters is hard to find among the dots: add {option}"))
                .about(stage.subject());
            if is_busybox || *is_installed {
                found.safe_fix(&format!("add {option}"), add);
            } else {
                let title = format!("add {option}, which the wget of BusyBox does not know");
                found.unsafe_fix(&title, add);
            }
        }
    }
}

/// Whether what it says of its progress goes into a file: `2> /log`, `> /log 2>&1`, and of bash `&> /log`.
fn tells_file(step: Step<'_>, command: &SimpleCommand) -> bool {
    let by_bash = || {
        step.dockerfile.written(step.instruction.span).contains("bash")
            || step.state().shell().words.iter().any(|word| word.text.contains("bash"))
    };
    let mut has_output = false;
    command.redirections.iter().any(|it| match (it.operator, it.descriptor) {
        (Operator::Output, Some(2)) => true,
        (Operator::Output, None) if it.is_of_both && by_bash() => true,
        (Operator::Output, None | Some(1)) => {
            has_output = true;
            false
        }
        (Operator::Duplicate, Some(2)) => it.target.text == "1" && has_output,
        _ => false,
    })
}
