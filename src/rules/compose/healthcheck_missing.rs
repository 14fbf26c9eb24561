use std::collections::HashSet;

use crate::compose::{ComposeFile, Health, Lack, Service};
use crate::diagnostic::{Confidence, Severity};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Edits, Refusal, Value};

pub(crate) const CHECK: Check = Check::Compose(check);

const TEST: [&str; 2] = ["healthcheck", "test"];

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let mut services = file.lasting();
    for service in &services {
        report_disabled(*service, cx);
    }
    let awaited: HashSet<_> = file.awaited_healthy().iter().map(|it| it.service.name()).collect();
    let project = cx.project();
    // What a Dockerfile says, or does not say, is told where it stands.
    services.retain(|service| {
        !matches!(service.health(), Health::Disabled(_))
            && !awaited.contains(service.name())
            && service.image_has_healthcheck() != Some(true)
            && !service.image_is_one_program()
            && project.dockerfile_of(*service).is_none()
    });
    let is_unasked = |service: Service<'_>| service.health() == Health::OfTheImage;
    for lack in Lack::of_field(file, services, &TEST, is_unasked, |it| cx.is_ignored(it)) {
        cx.about(lack.subject());
        let is_known = |service: &Service<'_>| service.image_has_healthcheck() == Some(false);
        let confidence =
            if lack.services.iter().all(is_known) { Confidence::High } else { Confidence::Medium };
        let message = lack.with_verb("has no health check", "have no health check");
        let found = cx
            .report(lack.grip(), message)
            .help("without one, a process that hangs counts as running, and nothing can wait until it is ready")
            .confidence(confidence)
            .related_to(lack.places())
            .parts(lack.parts());
        if lack.services.iter().any(|service| service.usual_healthcheck().is_some()) {
            found.unsafe_fix("ask with the program that the image brings along for it", || {
                lack.mend(give_usual)
            });
        }
    }
}

/// It is said, not forgotten.
fn report_disabled(service: Service<'_>, cx: &mut Cx<'_>) {
    let Health::Disabled(node) = service.health() else { return };
    let Some(owner) = service.owner_of(node.place()) else { return };
    cx.report(node, format!("{} `{}` has its health check turned off", owner.kind, owner.name))
        .severity(Severity::Note)
        .help("a process that hangs then counts as running")
        .about(owner);
}

fn give_usual(service: Service<'_>) -> Edits {
    let words = service.usual_healthcheck().ok_or(Refusal::Occupied)?;
    let words = words.iter().map(|word| (*word).into()).collect();
    edit::set(service.node(), &TEST, &Value::List(words))
}
