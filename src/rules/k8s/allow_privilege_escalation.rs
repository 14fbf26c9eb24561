use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    // For a privileged container the API server refuses `false`.
    if container.is_privileged() || container.workload().is_windows() {
        return;
    }
    let at = match container.own_security("allowPrivilegeEscalation") {
        Some(value) if value.as_bool() == Some(true) => value,
        Some(_) => return,
        None => container.grip_at(&["securityContext", "allowPrivilegeEscalation"]),
    };
    cx.report(at, format!("{} allows privilege escalation", container.describe()))
        .help("set securityContext.allowPrivilegeEscalation: false; the default lets a setuid program become root");
}
