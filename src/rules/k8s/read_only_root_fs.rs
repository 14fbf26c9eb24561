use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    if container.workload().is_windows() {
        return;
    }
    let at = match container.own_security("readOnlyRootFilesystem") {
        Some(value) if value.as_bool() == Some(false) => value,
        Some(_) => return,
        None => container.grip_at(&["securityContext", "readOnlyRootFilesystem"]),
    };
    cx.report(at, format!("{} can write to its root file system", container.describe())).help(
        "set securityContext.readOnlyRootFilesystem: true and mount an emptyDir where it must write, e.g. /tmp",
    )
    .unsafe_fix(
        "set securityContext.readOnlyRootFilesystem: true; mount an emptyDir where it must write",
        || edit::set(container.node(), &["securityContext", "readOnlyRootFilesystem"], &true.into()),
    );
}
