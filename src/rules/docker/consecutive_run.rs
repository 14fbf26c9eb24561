use crate::docker::shell::{BlockKind, Join, Script};
use crate::docker::{Dockerfile, Form, Step, edit};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};
use crate::tree::edit::{Edits, Refusal};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// What changes how the commands behind it run.
const LASTING: [&str; 14] = [
    ".", "alias", "cd", "declare", "exec", "exit", "export", "pushd", "set", "shopt", "source",
    "trap", "umask", "unset",
];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages().iter().filter(|stage| dockerfile.is_in_image(stage)) {
        let steps = stage.instructions().iter().map(|it| dockerfile.step(stage, it));
        let steps: Vec<_> = steps.collect();
        let follows = |one: &Option<Step<'_>>, other: &Option<Step<'_>>| match (one, other) {
            (Some(one), Some(other)) => flags(*one) == flags(*other),
            _ => false,
        };
        for group in steps.chunk_by(follows) {
            let group: Vec<_> = group.iter().flatten().copied().collect();
            let [first, second, ..] = group.as_slice() else { continue };
            let what = format!("{} RUNs of {} follow each other", group.len(), stage.describe());
            cx.report(second.instruction.keyword.place, what)
                .about(stage.subject())
                .help("each makes a layer: one RUN is enough where they change together")
                .unsafe_fix("make one RUN of them; what seldom changes is better alone", || {
                    let pairs = group.iter().zip(group.iter().skip(1));
                    // Where another fix makes something else of the first, there is no RUN to join.
                    let first = edit::keep(dockerfile, first.instruction.keyword.place);
                    edit::all(pairs.map(|(one, other)| join(*one, *other)).chain([first]))
                });
        }
    }
}

/// What stands between the keyword and the command.
fn flags(step: Step<'_>) -> Vec<&str> {
    step.instruction.flags.iter().map(|flag| step.dockerfile.written(flag.place.span)).collect()
}

/// Writes the second command behind the first, where that runs the same.
fn join(first: Step<'_>, second: Step<'_>) -> Edits {
    let is_plain = |step: Step<'_>| {
        let is_shell = matches!(step.run.command.form, Form::Shell(_));
        is_shell && step.run.heredocs.is_empty() && step.is_readable()
    };
    if !is_plain(first) || !is_plain(second) {
        return Err(Refusal::Occupied);
    }
    let lasts = first.commands().any(|(_, it)| {
        it.words.is_empty()
            || it
                .invocation()
                .is_some_and(|it| LASTING.contains(&it.name()) || it.started_by("exec").is_some())
    });
    // With anything else the second may run though the first failed.
    let is_chain = |script: &Script| {
        let outer = script
            .pipelines()
            .iter()
            .filter(|it| script.around_pipeline(it).next() == Some(BlockKind::Script));
        outer.into_iter().all(|it| matches!(it.join, Join::First | Join::And))
    };
    let ends = |script: &Script| {
        script.pipelines().iter().any(|it| it.place.span.end == first.run.command.place.span.end)
    };
    let is_sound =
        !lasts && second.scripts().iter().all(is_chain) && first.scripts().iter().all(ends);
    let (start, end) = (first.run.command.place.span.end, second.run.command.place.span.start);
    let between = Place { span: Span { start, end }, ..first.run.command.place };
    let text = first.dockerfile.written(between.span);
    if !is_sound || text.contains('#') {
        return Err(Refusal::Occupied);
    }
    edit::replace(first.dockerfile, between, edit::and_below(first.dockerfile, "    "))
}
