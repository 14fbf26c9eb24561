use crate::k8s::ports::ContainerPort;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

/// Source: capabilities(7), `CAP_NET_BIND_SERVICE`.
const FIRST_UNPRIVILEGED: i64 = 1024;

/// Of which another rule has more to say.
const SSH: i64 = 22;

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let workload = container.workload();
    if workload.is_windows() {
        return;
    }
    let first = workload.sysctl("net.ipv4.ip_unprivileged_port_start");
    let first = match first.map(|value| value.text().parse()) {
        Some(Ok(first)) => first,
        Some(Err(_)) => return,
        None => FIRST_UNPRIVILEGED,
    };
    for at in container.ports().filter_map(ContainerPort::number) {
        if at.as_int().is_some_and(|port| (1..first).contains(&port) && port != SSH) {
            cx.report(at, format!("{} listens on the privileged port {}", container.describe(), at.text()))
                .help("on many nodes that takes root or NET_BIND_SERVICE; listen above 1023, and let the Service have the low port");
        }
    }
}
