use crate::compose::Service;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    for (field, node) in service.host_namespaces() {
        let Some(owner) = service.owner_of(node.place()) else { continue };
        let (what, help) = match field {
            "pid" => (
                "shares the processes of its host",
                "it sees what all of them are doing, and root may read and stop them",
            ),
            "ipc" => (
                "shares the memory that processes of its host share",
                "use `ipc: service:<name>` where it is for another service",
            ),
            "uts" => ("shares the name of its host", "it can rename the host"),
            "cgroup" => (
                "shares the control groups of its host",
                "it sees the groups of all processes, and root may change them",
            ),
            _ => ("is left out of the mapping of users", "its root is root on the host"),
        };
        cx.report(node, format!("{} `{}` {what}", owner.kind, owner.name)).help(help).about(owner);
    }
}
