use crate::compose::Service;
use crate::host_path::Exposure;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    for mount in service.mounts().iter().filter(|mount| mount.is_writable()) {
        let Some((path, Exposure::Node)) = mount.host_path() else { continue };
        let Some(owner) = service.owner_of(mount.grip().place()) else { continue };
        cx.report(
            mount.grip(),
            format!("{} `{}` can write to `{path}` of its host", owner.kind, owner.name),
        )
        .help(
            "whoever can write there can take the host over: mount what is needed of it, read-only",
        )
        .about(owner)
        .unsafe_fix("mount it read-only; what the service writes needs another place", || {
            mount.make_read_only()
        });
    }
}
