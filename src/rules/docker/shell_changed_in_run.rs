use crate::docker::shell::{Arguments, ShellWord, SimpleCommand, Valued, file_name};
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};
use crate::source::Place;
use crate::tree::edit::{Edits, Refusal};

pub(crate) const CHECK: Check = Check::Step(check);

/// What a shell-form command is run by, and the folders that it is in.
const SHELLS: [&str; 2] = ["/bin/sh", "/usr/bin/sh"];
const FOLDERS: [&str; 2] = ["/bin", "/usr/bin"];

/// Programs that may put something in the place of `/bin/sh`.
const PUTTING: [&str; 6] = ["cp", "dpkg-reconfigure", "install", "ln", "mv", "update-alternatives"];

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    let mut folder = step.state().directory();
    for (_, command) in step.commands() {
        if let Some(cd) = command.invocation().filter(|it| it.name() == "cd") {
            folder = cd.arguments.first().map(|word| word.text.clone());
        }
        let Some((at, shell)) = puts(command, folder.as_deref()) else { continue };
        let what = format!(
            "a RUN of {} puts another shell in the place of /bin/sh",
            step.stage.describe()
        );
        cx.report(at.place, what)
            .help(
                "every script of the image gets it, too: choose the shell of the build with SHELL",
            )
            .unsafe_fix(
                "choose the shell with SHELL; see that no script needs it as /bin/sh",
                || instead(step, shell),
            );
    }
}

/// The word for `/bin/sh`, and the one for the shell that is put there.
fn puts<'c>(
    command: &'c SimpleCommand,
    folder: Option<&str>,
) -> Option<(&'c ShellWord, Option<&'c ShellWord>)> {
    static VALUED: Valued = Valued::of("-S --suffix -m --mode");
    let invocation = command.invocation()?;
    if !PUTTING.contains(&invocation.name()) {
        return None;
    }
    let arguments = Arguments::read(invocation.arguments, &VALUED);
    let is_within = folder.is_some_and(|it| FOLDERS.contains(&it.trim_end_matches('/')));
    let is_shell = |word: &&ShellWord| {
        SHELLS.contains(&word.text.as_str())
            || is_within && ["sh", "./sh"].contains(&word.text.as_str())
    };
    match (invocation.name(), arguments.operands()) {
        ("ln" | "cp" | "mv" | "install", [.., from, to]) if is_shell(to) => Some((to, Some(*from))),
        ("update-alternatives", operands) => {
            let changes = arguments.option(&["--install", "--set"]).is_some();
            operands.iter().copied().find(is_shell).filter(|_| changes).map(|at| (at, None))
        }
        // The package asks whether it shall be /bin/sh.
        ("dpkg-reconfigure", [.., package]) if package.text == "dash" => Some((package, None)),
        _ => None,
    }
}

/// A SHELL where the step does nothing else.
fn instead(step: Step<'_>, shell: Option<&ShellWord>) -> Edits {
    let does_nothing_else = step.commands().all(|(_, command)| {
        let removes = command.invocation().is_some_and(|it| {
            it.name() == "rm"
                && it
                    .arguments
                    .iter()
                    .all(|word| word.text.starts_with('-') || SHELLS.contains(&word.text.as_str()))
        });
        removes || puts(command, None).is_some()
    });
    let shell =
        shell.filter(|word| word.is_literal && does_nothing_else).ok_or(Refusal::Occupied)?;
    let path = match shell.text.as_str() {
        path if path.starts_with('/') => path.to_owned(),
        name => format!("/bin/{}", file_name(name)),
    };
    let place = Place { span: step.instruction.span, ..shell.place };
    edit::replace(step.dockerfile, place, format!("SHELL [\"{path}\", \"-c\"]"))
}
