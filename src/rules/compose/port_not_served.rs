use crate::compose::Service;
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(missed) = cx.project().port_not_served(Runner::Service(service)) else { return };
    let Some(owner) = service.owner_of(missed.place) else { return };
    cx.report(
        missed.place,
        format!(
            "{} `{}` publishes its port {}, but {}",
            owner.kind, owner.name, missed.port, missed.why
        ),
    )
    .help(
        "the second number of a port is that of the container; whoever asks the host's is refused",
    )
    .confidence(missed.confidence)
    .about(owner)
    .related_to(missed.others.into_iter());
}
