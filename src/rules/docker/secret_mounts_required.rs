use crate::docker::shell::SimpleCommand;
use crate::docker::{Dockerfile, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let wanted = cx.words("commands");
    if wanted.is_empty() {
        return;
    }
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            let Some(run) = instruction.action.run() else { continue };
            let has_secret = instruction
                .flags_named("mount")
                .any(|mount| mount.setting(&["type"]).is_some_and(|kind| kind.text == "secret"));
            if has_secret {
                continue;
            }
            let found = run.command.simple_commands().find_map(|command| {
                wanted.iter().find_map(|wanted| {
                    let (words, id) = wanted.split_once(':').unwrap_or((wanted, ""));
                    begins(command, words).then_some((command, words, id))
                })
            });
            let Some((command, words, id)) = found else { continue };
            let found = cx
                .report(command.place, format!("`{words}` runs without a secret mount"))
                .help("the policy of this project wants its credentials mounted: RUN --mount=type=secret,id=...");
            if !id.is_empty() {
                found.unsafe_fix(
                    &format!("mount the secret `{id}`; make the command read it"),
                    || {
                        let mount = format!(" --mount=type=secret,id={id}");
                        edit::insert_behind(dockerfile, instruction.keyword.place, mount)
                    },
                );
            }
        }
    }
}

/// Whether a command begins with those words, whatever starts it.
fn begins(command: &SimpleCommand, words: &str) -> bool {
    let Some(invocation) = command.invocation() else { return false };
    let arguments = invocation.arguments.iter().map(|word| word.text.as_str());
    let mut said = std::iter::once(invocation.name()).chain(arguments);
    words.split_whitespace().all(|word| said.next() == Some(word))
}
