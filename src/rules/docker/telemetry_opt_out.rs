use crate::diagnostic::Confidence;
use crate::docker::shell::SimpleCommand;
use crate::docker::telemetry::Reporter;
use crate::docker::{Dockerfile, Stage, Start, State, edit};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        let mut seen: Vec<&str> = Vec::new();
        for step in dockerfile.steps_of(stage) {
            for (_, command) in step.commands() {
                for reporter in reporters(command) {
                    let is_off = |name: &str| step.may_have_set(name, command);
                    if seen.contains(&reporter.variable) || is_stopped(reporter, is_off) {
                        continue;
                    }
                    seen.push(reporter.variable);
                    let at = command.place;
                    let span = step.instruction.span;
                    report(dockerfile, stage, reporter, (at, span), cx);
                }
            }
        }
    }
    started(dockerfile, cx);
}

/// What the image itself starts. Who starts the image may set the variable, too.
fn started(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(image) = dockerfile.image() else { return };
    let state = dockerfile.at_end(image.stage);
    cx.about(Some(image.stage.subject()));
    let starts = [image.entrypoint, image.cmd].into_iter().flatten();
    let commands = starts.flat_map(|start: Start<'_>| {
        start.command.simple_commands().map(move |command| (start, command))
    });
    let found = commands.flat_map(|(start, command)| {
        reporters(command).map(move |reporter| (start, command, reporter))
    });
    let is_set = |state: State<'_>, name: &str| state.declared(name).is_some();
    for (start, command, reporter) in found.take(1) {
        if !is_stopped(reporter, |name| is_set(state, name)) {
            let at = (command.place, start.instruction.span);
            report(dockerfile, image.stage, reporter, at, cx);
        }
    }
}

fn reporters(command: &SimpleCommand) -> impl Iterator<Item = &'static Reporter> {
    command.invocation().and_then(Reporter::started_by).into_iter()
}

fn is_stopped(reporter: &Reporter, is_set: impl Fn(&str) -> bool) -> bool {
    is_set(reporter.variable) || reporter.follows_do_not_track && is_set("DO_NOT_TRACK")
}

fn report(
    dockerfile: &Dockerfile,
    stage: &Stage,
    reporter: &Reporter,
    (at, instruction): (Place, Span),
    cx: &mut Cx<'_>,
) {
    let Reporter { program, variable, value, .. } = reporter;
    let message = format!("{program} in {} tells its makers how it is used", stage.describe());
    let setting = format!("ENV {variable}={value}");
    cx.report(at, message)
        .confidence(Confidence::Medium)
        .help(format!("where that is not wanted, say {setting} before it"))
        .unsafe_fix(&format!("add {setting}; the variable stays in the image"), || {
            edit::line_before(dockerfile, instruction, &setting)
        });
}
