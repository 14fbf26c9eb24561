use crate::compose::Service;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

/// Source: Linux, `ip-sysctl`, `ip_unprivileged_port_start`.
const FIRST_FREE: u16 = 1024;

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    for port in service.ports() {
        if port.published.is_none_or(|(first, _)| first >= FIRST_FREE || first == 0) {
            continue;
        }
        let at = port.grip();
        let Some(owner) = service.owner_of(at.place()) else { continue };
        cx.report(
            at,
            format!("{} `{}` takes port {} of its host", owner.kind, owner.name, port.describe()),
        )
        .help("ports below 1024 are the host's own, and a rootless Docker cannot open them")
        .about(owner);
    }
}
