use crate::docker::shell::{BlockKind, Pipeline, Script, Settings, SimpleCommand};
use crate::docker::{Form, Step, edit};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};
use crate::source::Place;
use crate::tree::edit::{Edits, Refusal};

pub(crate) const CHECK: Check = Check::Step(check);

/// What cannot fail, or is meant to be stopped.
const SOUND: [&str; 8] = ["echo", "false", "printf", "seq", "sleep", "true", "yes", ":"];

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    let shell = step.state().shell();
    let mut outer = Settings::default();
    if matches!(step.run.command.form, Form::Shell(_)) {
        outer.change(shell.words.iter().skip(1).map(|word| word.text.as_str()));
    }
    // `bash -o pipefail <<EOF`: the script is the one behind.
    outer.pipefail |= step.commands().any(|(_, it)| is_shell_with_pipefail(it));
    let hides = |script: &Script, pipeline: &Pipeline| {
        may_fail_unseen(script, pipeline) && !script.settings_at(pipeline, outer).pipefail
    };
    let mut pipelines = step.scripts().iter().flat_map(|script| {
        let piped = script.pipelines().iter().filter(|it| !it.bars.is_empty());
        piped.map(move |pipeline| (script, pipeline))
    });
    let Some((_, pipeline)) = pipelines.find(|(script, it)| hides(script, it)) else { return };
    let Some(&bar) = pipeline.bars.first() else { return };
    let stage = step.stage.describe();
    cx.report(bar, format!("a RUN of {stage} goes on when what stands before this pipe fails"))
        .help("only the last command of a pipe counts: set `-o pipefail`, which /bin/sh of Debian does not know")
        .unsafe_fix("set pipefail by SHELL; see that the image has that shell", || choose_shell(step));
}

fn is_shell_with_pipefail(command: &SimpleCommand) -> bool {
    command.invocation().is_some_and(|it| it.name().ends_with("sh")) && command.says("pipefail")
}

/// Whether the failure of another command than the last is lost, and matters.
fn may_fail_unseen(script: &Script, pipeline: &Pipeline) -> bool {
    let members: Vec<_> = script
        .commands()
        .iter()
        .filter(|it| script.pipeline(it).is_some_and(|own| std::ptr::eq(own, pipeline)))
        .collect();
    let last = pipeline.bars.last().map_or(0, |bar| bar.span.end);
    let before: Vec<_> = members.iter().filter(|it| it.place.span.start < last).collect();
    let is_sound =
        |it: &SimpleCommand| it.invocation().is_some_and(|it| SOUND.contains(&it.name()));
    // Without simple commands before the bar, something compound is there.
    if !before.is_empty()
        && before.iter().all(|it| is_sound(it))
        && before.len() == pipeline.bars.len()
    {
        return false;
    }
    let ignores = script.next_pipeline(pipeline).is_some_and(|next| {
        next.join == crate::docker::shell::Join::Or && starts_with(script, next, &["true", ":"])
    });
    let mut around = script.around_pipeline(pipeline);
    // The innermost block that gives the result another meaning.
    let unheard = around.find_map(|kind| match kind {
        BlockKind::Condition => Some(true),
        BlockKind::Substitution => Some(!is_value(script, pipeline)),
        _ => None,
    });
    !pipeline.is_negated && !ignores && !unheard.unwrap_or(false)
}

fn starts_with(script: &Script, pipeline: &Pipeline, names: &[&str]) -> bool {
    let start = pipeline.place.span.start;
    let first = script.commands().iter().find(|it| it.place.span.start == start);
    first.and_then(|it| it.invocation()).is_some_and(|it| names.contains(&it.name()))
}

/// Whether the result of what the pipeline is put into is that of the pipeline: `X=$(a | b)`.
fn is_value(script: &Script, pipeline: &Pipeline) -> bool {
    let span = pipeline.place.span;
    let is_around =
        |it: &&SimpleCommand| it.place.span.start < span.start && span.end < it.place.span.end;
    // The last one that begins before it is the innermost.
    let around = script.commands().iter().filter(is_around).next_back();
    around.is_some_and(|it| it.words.is_empty())
}

/// Sets pipefail where the shell is chosen, or chooses one before the step.
fn choose_shell(step: Step<'_>) -> Edits {
    let dockerfile = step.dockerfile;
    let place = |span| Place { file: dockerfile.file(), span };
    if matches!(step.run.command.form, Form::Exec(_)) || step.instruction.is_onbuild() {
        return Err(Refusal::Occupied);
    }
    let knows = |shell: &str| !["sh", "dash"].contains(&crate::docker::shell::file_name(shell));
    match step.state().shell().words {
        [] => {
            let origin = dockerfile.origin(step.stage);
            let base = origin.resolved_image().map(ImageRef::parse);
            let is_alpine = base.is_some_and(|base| {
                base.repository.contains("alpine")
                    || base.tag.is_some_and(|tag| tag.contains("alpine"))
            });
            let shell = if is_alpine { "/bin/ash" } else { "/bin/bash" };
            let chosen = format!("SHELL [\"{shell}\", \"-o\", \"pipefail\", \"-c\"]\n");
            edit::insert_before(dockerfile, place(step.instruction.span), chosen)
        }
        [shell, options @ ..] if knows(&shell.text) => {
            let last =
                options.last().filter(|it| it.text.ends_with('c')).ok_or(Refusal::Occupied)?;
            edit::insert_before(dockerfile, last.place, "\"-o\", \"pipefail\", ".to_owned())
        }
        _ => Err(Refusal::Occupied),
    }
}
