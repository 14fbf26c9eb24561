use crate::compose::Service;
use crate::host_path::Exposure;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    for mount in service.mounts().iter().filter(|mount| !mount.is_writable()) {
        let Some((path, Exposure::Node)) = mount.host_path() else { continue };
        let Some(owner) = service.owner_of(mount.grip().place()) else { continue };
        let help = if path == "/" {
            "the socket of the container runtime is in it, and read-only does not keep anybody from speaking to it"
        } else {
            "whoever reads there learns how to take the host over: mount what is needed of it and no more"
        };
        cx.report(
            mount.grip(),
            format!("{} `{}` can read `{path}` of its host", owner.kind, owner.name),
        )
        .help(help)
        .about(owner);
    }
}
