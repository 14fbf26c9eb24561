use crate::compose::Service;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(missed) = cx.project().health_port_not_served(service) else { return };
    let Some(owner) = service.owner_of(missed.place) else { return };
    // What a file of variables says is right for others; it is this service that asks elsewhere.
    let owner = if owner.kind == "env file" { service.subject() } else { owner };
    cx.report(
        missed.place,
        format!(
            "the health check of {} `{}` asks port {}, but {}",
            owner.kind, owner.name, missed.port, missed.why
        ),
    )
    .help("the service never gets healthy, and whatever waits for it never starts")
    .confidence(missed.confidence)
    .about(owner)
    .related_to(missed.others.into_iter());
}
