use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SERVING, ContainerClasses::MAIN, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    if container.workload().runs_to_completion() || container.probe("livenessProbe").is_some() {
        return;
    }
    cx.report(
        container.grip_at(&["livenessProbe"]),
        format!("{} has no liveness probe", container.describe()),
    )
    .help("without one, a process that hangs stays until somebody notices");
}
