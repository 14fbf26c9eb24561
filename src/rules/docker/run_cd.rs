use crate::docker::shell::{
    Arguments, BlockKind, Join, Pipeline, Script, ShellWord, SimpleCommand, Valued,
};
use crate::docker::{Action, Form, Step, edit, is_absolute};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};
use crate::tree::edit::{Edits, Refusal};

pub(crate) const CHECK: Check = Check::Step(check);

/// Where a step works for a moment, and no other step shall.
const PASSING: [&str; 4] = ["/tmp", "/var/tmp", "/dev/shm", "/run"];

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    let [script] = step.scripts() else { return };
    let Some((pipeline, folder)) = enters(script) else { return };
    let Some(path) = step.state().expand(&folder.text) else { return };
    if path.contains(['`', '$', '*']) {
        return;
    }
    let is_passing = PASSING.iter().any(|known| {
        path.strip_prefix(known).is_some_and(|it| it.is_empty() || it.starts_with('/'))
    });
    if is_passing || path.starts_with(['~', '-']) || path.is_empty() {
        return;
    }
    let text = &folder.text;
    match script.next_pipeline(pipeline) {
        None => {
            cx.report(
                pipeline.place,
                format!("`cd {text}` is all that a RUN of {} does", step.stage.describe()),
            )
            .help("the next step begins in the WORKDIR again: write `WORKDIR` instead")
            .unsafe_fix("write WORKDIR; all that follows starts there", || {
                let Place { file, .. } = pipeline.place;
                let place = Place { file, span: step.instruction.span };
                edit::replace(step.dockerfile, place, format!("WORKDIR {text}"))
            });
        }
        Some(next) => {
            cx.report(
                pipeline.place,
                format!("a RUN of {} does all its work in `{text}`", step.stage.describe()),
            )
            .help("WORKDIR says so where everybody looks for it, and makes the folder if need be")
            .unsafe_fix("write WORKDIR; see where the steps behind it start", || {
                split(step, pipeline, next, folder)
            });
        }
    }
}

/// The `cd` that a script begins with and stays in, and its folder.
fn enters(script: &Script) -> Option<(&Pipeline, &ShellWord)> {
    let name = |index: usize| script.commands().get(index)?.invocation().map(|it| it.name());
    // `set -e` and making the folder change nothing about that.
    let prepares = |index: &usize| matches!(name(*index), Some("set" | "mkdir"));
    let index = (0..script.commands().len()).find(|index| !prepares(index))?;
    let command = script.commands().get(index).filter(|_| name(index) == Some("cd"))?;
    let mut behind = script.commands().iter().skip(index + 1).filter_map(SimpleCommand::invocation);
    if behind.any(|it| ["cd", "pushd", "popd"].contains(&it.name())) {
        return None;
    }
    let is_plain = script.around(command).all(|kind| kind == BlockKind::Script);
    let pipeline = script.pipeline(command).filter(|it| it.bars.is_empty() && is_plain)?;
    match command.invocation()?.arguments {
        [folder] if script.next_pipeline(pipeline).is_none_or(|it| !is_or(it)) => {
            Some((pipeline, folder))
        }
        _ => None,
    }
}

/// Whether the command fails where the folder that it makes is there: `mkdir` without `-p`.
fn makes_new(command: &SimpleCommand) -> bool {
    static MKDIR: Valued = Valued::of("-m --mode");
    command.invocation().filter(|it| it.name() == "mkdir").is_some_and(|it| {
        Arguments::plain(it.arguments, &MKDIR).option(&["-p", "--parents"]).is_none()
    })
}

fn is_or(pipeline: &Pipeline) -> bool {
    pipeline.join == Join::Or
}

/// Writes a WORKDIR before the step, and the one before it behind the step where others follow.
fn split(step: Step<'_>, cd: &Pipeline, next: &Pipeline, folder: &ShellWord) -> Edits {
    // A folder that the step makes first would be made within itself, or be there already.
    let makes = step.commands().any(|(_, it)| it.says("mkdir")) && !folder.text.starts_with('/');
    let mut before =
        step.commands().take_while(|(_, it)| it.place.span.start < cd.place.span.start);
    let needs_none = before.any(|(_, it)| makes_new(it));
    if makes
        || needs_none
        || !step.run.heredocs.is_empty()
        || matches!(step.run.command.form, Form::Exec(_))
    {
        return Err(Refusal::Occupied);
    }
    let (dockerfile, file) = (step.dockerfile, cd.place.file);
    let whole = Place { file, span: step.instruction.span };
    let span = Span { start: cd.place.span.start, end: next.place.span.start };
    let enter = format!("WORKDIR {}", folder.text);
    let enter = edit::line_before(dockerfile, step.instruction.span, &enter);
    let leave_out = edit::replace(dockerfile, Place { file, span }, String::new());
    let mut behind = step.stage.instructions().iter();
    let following = behind.find(|it| it.span.start > step.instruction.span.start);
    let goes_elsewhere = following.is_some_and(|next| match &next.action {
        Action::Workdir(word) => is_absolute(&word.text),
        _ => false,
    });
    if goes_elsewhere {
        return edit::all([enter, leave_out]);
    }
    let before = step.state().directory().ok_or(Refusal::Occupied)?;
    let back = format!("{}WORKDIR {before}", edit::line_break(dockerfile));
    let back = edit::insert_behind(dockerfile, whole, back);
    edit::all([enter, leave_out, back])
}
