use crate::compose::Service;
use crate::project::{HealthCommand, Runner};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    report_line(service, cx);
    let project = cx.project();
    let Some(health) = HealthCommand::of(service) else { return };
    let runner = Runner::Service(service);
    let lacks = |program: &str| project.lacks(runner, program);
    let by_shell = health.by_shell.then_some(health.place);
    let Some((program, place)) = health.line.missing_program(by_shell, lacks) else { return };
    let Some(owner) = service.owner_of(place) else { return };
    let message = format!(
        "the health check of {} `{}` runs `{program}`, which its image has not",
        owner.kind, owner.name
    );
    cx.report(place, message)
        .help("the check fails every time, and whatever waits for the service never starts; ask with what the image has")
        .confidence(project.sureness_of_image(runner))
        .about(owner)
        .related_to(project.bases_of(runner).into_iter());
}

/// A whole command line where `CMD` takes the name of a program.
///
/// ```text
/// healthcheck: {test: [CMD, "curl -f http://localhost:8000/health || exit 1"]}
/// ```
fn report_line(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(test) = service.node().at(&["healthcheck", "test"]) else { return };
    let words: Vec<_> = test.items().take(3).collect();
    let [kind, line] = words.as_slice() else { return };
    // A variable may hold anything, and so may a path in quotes.
    let command = line.text().trim();
    let is_line = command.contains(char::is_whitespace) && !command.contains(['$', '\\']);
    if kind.text() != "CMD" || !is_line || command.starts_with(['/', '"', '\'']) {
        return;
    }
    let Some(owner) = service.owner_of(line.place()) else { return };
    let message = format!(
        "the health check of {} `{}` runs one program of the name `{command}`",
        owner.kind, owner.name
    );
    cx.report(*line, message)
        .help("the check fails every time: `CMD` splits no words, so say CMD-SHELL, or make each word an item")
        .about(owner);
}
