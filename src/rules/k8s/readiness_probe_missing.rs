use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SERVING, ContainerClasses::MAIN, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    if container.workload().runs_to_completion() || container.probe("readinessProbe").is_some() {
        return;
    }
    let found = cx.report(
        container.grip_at(&["readinessProbe"]),
        format!("{} has no readiness probe", container.describe()),
    )
    .help("without one, traffic reaches the container before it can serve, and a broken release rolls on");
    if let Some(port) = container.tcp_port() {
        found.unsafe_fix("probe the port by TCP; a path that tells readiness is better", || {
            edit::set(container.node(), &["readinessProbe", "tcpSocket", "port"], &port)
        });
    }
}
