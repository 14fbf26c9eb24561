use crate::diagnostic::Severity;
use crate::k8s::{Container, ContainerClasses, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

/// With any of these a process can make itself root on the node.
const AS_GOOD_AS_ROOT: [&str; 3] = ["ALL", "SYS_ADMIN", "SYS_MODULE"];

/// What a container that drops all of them may ask for again.
///
/// Source: Pod Security Standards, "Capabilities" of the baseline.
const COMMON: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    // A privileged container has every capability, whatever it adds.
    if container.is_privileged() || container.workload().is_windows() {
        return;
    }
    let allowed = cx.words("allowed");
    let own_users = container.workload().has_own_users();
    let added = container.node().at(&["securityContext", "capabilities", "add"]);
    for item in added.into_iter().flat_map(Node::items) {
        let upper = item.text().to_uppercase();
        let name = upper.strip_prefix("CAP_").unwrap_or(&upper);
        if is_templated(name) || name.is_empty() || allowed.iter().any(|it| it == name) {
            continue;
        }
        let (severity, help) = if AS_GOOD_AS_ROOT.contains(&name) {
            (Severity::Error, "whoever takes the container over is root on its node with it")
        } else if COMMON.contains(&name) {
            (Severity::Note, "the restricted Pod Security Standard allows NET_BIND_SERVICE only")
        } else {
            (
                Severity::Warning,
                "the baseline Pod Security Standard forbids it; find out which call needs it, and whether that can go",
            )
        };
        cx.report(item, format!("{} has the capability {name} added", container.describe()))
            .help(help)
            .severity(severity)
            // Then it counts within the pod's own users only.
            .milder_where(own_users);
    }
}
