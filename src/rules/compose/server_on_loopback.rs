use crate::compose::Service;
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(missed) = cx.project().missed_on_loopback(Runner::Service(service)) else { return };
    let Some(owner) = service.owner_of(missed.place) else { return };
    cx.report(
        missed.place,
        format!("{} in {} `{}`, where only its own container reaches it", missed.why, owner.kind, owner.name),
    )
    .help("published ports and the other services ask another address and are refused: listen on 0.0.0.0")
    .confidence(missed.confidence)
    .about(owner)
    .related_to(missed.others.into_iter());
}
