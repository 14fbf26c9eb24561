use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SERVING, ContainerClasses::MAIN, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    if container.workload().runs_to_completion() || container.probe("readinessProbe").is_some() {
        return;
    }
    cx.report(
        container.grip_at(&["readinessProbe"]),
        format!("{} has no readiness probe", container.describe()),
    )
    .help("without one, traffic reaches the container before it can serve, and a broken release rolls on");
}
