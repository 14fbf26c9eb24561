use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

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
    let found = cx.report(at, format!("{} allows privilege escalation", container.describe()))
        .help("set securityContext.allowPrivilegeEscalation: false; the default lets a setuid program become root");
    let added = container.node().at(&["securityContext", "capabilities", "add"]);
    // The API server refuses `false` beside this capability, spelt so.
    if !added.is_some_and(|added| added.items().any(|item| item.text() == "CAP_SYS_ADMIN")) {
        found.unsafe_fix(
            "set securityContext.allowPrivilegeEscalation: false; setuid programs such as sudo stop working",
            || edit::set(container.node(), &["securityContext", "allowPrivilegeEscalation"], &false.into()),
        );
    }
}
