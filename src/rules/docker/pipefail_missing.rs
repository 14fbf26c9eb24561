use crate::docker::shell::{
    BlockKind, Join, Operator, Pipeline, Script, Settings, SimpleCommand, file_name,
};
use crate::docker::{Dockerfile, Form, Step, edit};
use crate::image::ImageRef;
use crate::rules::{Check, Cx};
use crate::source::Place;
use crate::tree::edit::{Edits, Refusal};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// What cannot fail, or is meant to be stopped.
const SOUND: [&str; 8] = ["echo", "false", "printf", "seq", "sleep", "true", "yes", ":"];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        // One SHELL is enough for all steps behind it that have the same shell.
        let mut first: Option<Step<'_>> = None;
        for step in dockerfile.steps_of(stage) {
            let Some(bar) = hiding_bar(step) else { continue };
            let chosen = |step: Step<'_>| step.state().shell().words.first().map(|it| it.place);
            let earlier = first.filter(|earlier| chosen(*earlier) == chosen(step));
            let at = earlier.unwrap_or(step);
            first = Some(at).filter(|at| is_set_by_shell(*at));
            let message = format!(
                "a RUN of {} goes on when what stands before this pipe fails",
                stage.describe()
            );
            cx.report(bar, message)
                .help("only the last command of a pipe counts: set `-o pipefail`, which /bin/sh of Debian does not know")
                .unsafe_fix("set pipefail by SHELL; see that the image has that shell", || {
                    if !is_set_by_shell(step) {
                        return Err(Refusal::Occupied);
                    }
                    choose_shell(at)
                });
        }
    }
}

/// The first bar of the first pipe in a step of which only the last command counts.
fn hiding_bar(step: Step<'_>) -> Option<Place> {
    let mut outer = step.settings();
    // `bash -o pipefail <<EOF`: the script is the one behind.
    outer.pipefail |= step.commands().any(|(_, it)| is_shell_with_pipefail(it));
    hiding_bar_with(step, outer)
}

/// The same where the shell is started with those options.
fn hiding_bar_with(step: Step<'_>, outer: Settings) -> Option<Place> {
    let hides = |script: &Script, pipeline: &Pipeline| {
        may_fail_unseen(script, pipeline) && !script.settings_at(pipeline, outer).pipefail
    };
    let mut pipelines = step.scripts().iter().flat_map(|script| {
        let piped = script.pipelines().iter().filter(|it| !it.bars.is_empty());
        piped.map(move |pipeline| (script, pipeline))
    });
    let (_, pipeline) = pipelines.find(|(script, it)| hides(script, it))?;
    pipeline.bars.first().copied()
}

/// Whether `SHELL` decides about all pipes of the step; `bash -c` begins anew.
fn is_set_by_shell(step: Step<'_>) -> bool {
    let set = Settings { pipefail: true, ..Settings::default() };
    matches!(step.run.command.form, Form::Shell(_))
        && step.interpreter().is_none()
        && !step.instruction.is_onbuild()
        && hiding_bar_with(step, set).is_none()
}

fn is_shell_with_pipefail(command: &SimpleCommand) -> bool {
    command.invocation().is_some_and(|it| it.name().ends_with("sh")) && command.says("pipefail")
}

/// Whether the failure of another command than the last is lost, and matters.
fn may_fail_unseen(script: &Script, pipeline: &Pipeline) -> bool {
    if is_sound_before_the_end(script, pipeline) {
        return false;
    }
    let next = script.next_pipeline(pipeline).filter(|next| next.join == Join::Or);
    let ignores = next.is_some_and(|next| is_success(script, next));
    let mut around = script.around_pipeline(pipeline);
    // The innermost block that gives the result another meaning.
    let unheard = around.find_map(|kind| match kind {
        BlockKind::Condition => Some(true),
        BlockKind::Substitution => Some(!is_value(script, pipeline)),
        _ => None,
    });
    !pipeline.is_negated && !ignores && !unheard.unwrap_or(false)
}

/// Whether nothing before the last bar can fail: commands, or blocks of such.
fn is_sound_before_the_end(script: &Script, pipeline: &Pipeline) -> bool {
    let words = |kinds: &mut dyn Iterator<Item = BlockKind>| {
        kinds.filter(|kind| *kind == BlockKind::Substitution).count()
    };
    let own = words(&mut script.around_pipeline(pipeline));
    let start = pipeline.place.span.start;
    let end = pipeline.bars.last().map_or(start, |bar| bar.span.start);
    let first = script.commands().partition_point(|it| it.place.span.start < start);
    let before = script.commands().iter().skip(first);
    let before: Vec<_> = before
        .take_while(|it| it.place.span.start < end)
        // What is put into a word fails unheard, pipe or not.
        .filter(|it| words(&mut script.around(it)) == own)
        .collect();
    let mut from = start;
    let has_one = |bar: &Place| {
        let part = from..bar.span.start;
        from = bar.span.end;
        before.iter().any(|it| part.contains(&it.place.span.start))
    };
    // Where no simple command stands, nobody knows.
    pipeline.bars.iter().all(has_one) && before.iter().all(|it| is_sound(it))
}

fn is_sound(command: &SimpleCommand) -> bool {
    let Some(invocation) = command.invocation() else { return false };
    let has_text = command.redirections.iter().any(|it| it.operator == Operator::Here);
    SOUND.contains(&invocation.name())
        || invocation.name() == "cat" && invocation.arguments.is_empty() && has_text
}

/// `true`, `:`, `exit 0`
fn is_success(script: &Script, pipeline: &Pipeline) -> bool {
    let first = script.members(pipeline).next().and_then(SimpleCommand::invocation);
    first.is_some_and(|it| match it.name() {
        "true" | ":" => true,
        "exit" => it.arguments.first().is_some_and(|code| code.text == "0"),
        _ => false,
    })
}

/// Whether the result of what the pipeline is put into is that of the pipeline: `X=$(a | b)`.
fn is_value(script: &Script, pipeline: &Pipeline) -> bool {
    let span = pipeline.place.span;
    let is_around =
        |it: &&SimpleCommand| it.place.span.start < span.start && span.end < it.place.span.end;
    // The last one is the innermost.
    let around = script.commands().iter().rfind(is_around);
    around.is_some_and(|it| it.words.is_empty())
}

/// Sets pipefail where the shell is chosen, or chooses one before the step.
fn choose_shell(step: Step<'_>) -> Edits {
    let dockerfile = step.dockerfile;
    let knows = |shell: &str| !["sh", "dash"].contains(&file_name(shell));
    match step.state().shell().words {
        [] => {
            let origin = dockerfile.origin(step.stage);
            let base = origin.resolved_image().map(ImageRef::parse);
            let is_alpine = base.is_some_and(|base| {
                base.repository.contains("alpine")
                    || base.tag.is_some_and(|tag| tag.contains("alpine"))
            });
            let shell = if is_alpine { "/bin/ash" } else { "/bin/bash" };
            let chosen = format!("SHELL [\"{shell}\", \"-o\", \"pipefail\", \"-c\"]");
            edit::line_before(dockerfile, step.instruction.span, &chosen)
        }
        [shell, options @ ..] if knows(&shell.text) => {
            let last =
                options.last().filter(|it| it.text.ends_with('c')).ok_or(Refusal::Occupied)?;
            edit::insert_before(dockerfile, last.place, "\"-o\", \"pipefail\", ".to_owned())
        }
        _ => Err(Refusal::Occupied),
    }
}
