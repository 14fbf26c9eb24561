use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Value};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SERVING, ContainerClasses::MAIN, check);

/// How many seconds a slow start may take before the first probe.
const INITIAL_DELAY: i64 = 30;

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    if container.workload().runs_to_completion() || container.probe("livenessProbe").is_some() {
        return;
    }
    let found = cx
        .report(
            container.grip_at(&["livenessProbe"]),
            format!("{} has no liveness probe", container.describe()),
        )
        .help("without one, a process that hangs stays until somebody notices");
    if let Some(port) = container.tcp_port() {
        let probe = Value::map([
            ("tcpSocket", Value::map([("port", port)])),
            ("initialDelaySeconds", INITIAL_DELAY.into()),
        ]);
        found.unsafe_fix("probe the port by TCP; a path that tells health is better", || {
            edit::set(container.node(), &["livenessProbe"], &probe)
        });
    }
}
