use crate::compose::Service;
use crate::project::{HealthCommand, Runner};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
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
