use crate::diagnostic::Severity;
use crate::docker::{Dockerfile, Level, ShellCheckError};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    if !cx.asks_shellcheck() {
        return;
    }
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            match dockerfile.shellcheck(stage, instruction) {
                None => {}
                Some(Ok(remarks)) => {
                    for remark in remarks {
                        let severity = match remark.level {
                            Level::Error => Severity::Error,
                            Level::Warning => Severity::Warning,
                            Level::Info | Level::Style => Severity::Note,
                        };
                        let message = remark.message.trim_end_matches('.');
                        cx.report(remark.place, format!("{}: {message}", remark.code))
                            .severity(severity)
                            .help(format!("https://www.shellcheck.net/wiki/{}", remark.code));
                    }
                }
                Some(Err(error)) => {
                    let what = format!("{error}, so the commands of this RUN were not checked");
                    cx.report(instruction.keyword.place, what)
                        .help("`[docker] shellcheck` of the configuration asks for it");
                    // What is not installed here is not installed anywhere in the file.
                    if matches!(error, ShellCheckError::Missing) {
                        return;
                    }
                }
            }
        }
    }
}
