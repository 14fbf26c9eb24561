use crate::docker::shell::{ShellWord, SimpleCommand};
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};
use crate::tree::edit::{Edits, Refusal};

pub(crate) const CHECK: Check = Check::Step(check);

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    let commands: Vec<_> =
        step.commands().filter_map(|(_, command)| Some((command, sudo(command)?))).collect();
    let Some((_, first)) = commands.first() else { return };
    let user = step.state().user();
    let is_root = user.as_ref().is_none_or(|user| {
        let name = user.resolved.as_deref().and_then(|name| name.split(':').next());
        name.is_some_and(|name| ["root", "0"].contains(&name))
    });
    let what = format!("a RUN of {} calls sudo", step.stage.describe());
    let found = cx.report(first.place, what).help(if is_root {
        "the step is root's anyway: leave it out, and out of the image"
    } else {
        "it leaves a way to become root in the image: write `USER root` before the step and the other user behind it"
    });
    if is_root {
        found.unsafe_fix("leave `sudo` out; see that the base image does not set a user", || {
            edit::all(commands.iter().map(|(command, word)| leave_out(step, command, word)))
        });
    }
}

/// The word that calls sudo.
fn sudo(command: &SimpleCommand) -> Option<&ShellWord> {
    let invocation = command.invocation()?;
    let is_itself = || (invocation.name() == "sudo").then_some(invocation.program);
    invocation.started_by("sudo").or_else(is_itself)
}

/// Takes the word out where no options say more than `sudo`.
fn leave_out(step: Step<'_>, command: &SimpleCommand, word: &ShellWord) -> Edits {
    let next = command.words.iter().find(|it| it.place.span.start >= word.place.span.end);
    let is_plain = |next: &&ShellWord| !next.text.starts_with('-') && !next.text.contains('=');
    let next = next.filter(is_plain).ok_or(Refusal::Occupied)?;
    let span = Span { start: word.place.span.start, end: next.place.span.start };
    edit::replace(step.dockerfile, Place { span, ..word.place }, String::new())
}
