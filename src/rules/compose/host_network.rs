use crate::compose::Service;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(mode) = service.host_network() else { return };
    let Some(owner) = service.owner_of(mode.place()) else { return };
    cx.report(mode, format!("{} `{}` runs in the network of its host", owner.kind, owner.name))
        .help("publish the ports that are needed: in the host's network it reaches all that listens on localhost")
        .about(owner);
}
