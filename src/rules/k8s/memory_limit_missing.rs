use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    if container.node().at(&["resources", "limits", "memory"]).is_some() {
        return;
    }
    cx.report(
        container.grip_at(&["resources", "limits"]),
        format!("{} has no memory limit", container.describe()),
    )
    .help("set resources.limits.memory above the observed peak, so that one leak cannot take the node");
}
