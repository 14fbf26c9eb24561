use crate::diagnostic::Confidence;
use crate::docker::shell::SimpleCommand;
use crate::docker::telemetry::Reporter;
use crate::docker::{Dockerfile, Stage, Start, edit};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        let mut reported: Vec<&str> = Vec::new();
        for step in dockerfile.steps_of(stage) {
            let mut known: Vec<(&str, Option<u32>)> = Vec::new();
            for (_, command) in step.commands() {
                let Some(tool) = started_by(command) else { continue };
                let names = tool.variables();
                let is_own = names.iter().any(|name| command.variable(name).is_some());
                if is_own || reported.contains(&tool.variable) {
                    continue;
                }
                let asked = known.iter().find(|(variable, _)| *variable == tool.variable);
                let set = asked.map_or_else(|| step.sets_from(&names), |(_, set)| *set);
                known.extend(asked.is_none().then_some((tool.variable, set)));
                if set.is_some_and(|from| from <= command.place.span.start) {
                    continue;
                }
                reported.push(tool.variable);
                let at = (command.place, step.instruction.span);
                report(dockerfile, stage, tool, at, cx);
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
    let mut commands = starts.flat_map(|start: Start<'_>| {
        start.command.simple_commands().map(move |command| (start, command))
    });
    let found = commands.find_map(|(start, command)| Some((start, command, started_by(command)?)));
    let Some((start, command, reporter)) = found else { return };
    if !reporter.variables().iter().any(|name| state.declared(name).is_some()) {
        let at = (command.place, start.instruction.span);
        report(dockerfile, image.stage, reporter, at, cx);
    }
}

fn started_by(command: &SimpleCommand) -> Option<&'static Reporter> {
    command.invocation().and_then(Reporter::started_by)
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
