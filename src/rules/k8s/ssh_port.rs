use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let ports = cx.words("ports");
    for port in container.ports().filter(|port| port.protocol() == "TCP") {
        let Some(at) = port.number().filter(|at| ports.iter().any(|it| it == at.text())) else {
            continue;
        };
        cx.report(
            at,
            format!(
                "{} takes connections on port {}, where SSH is",
                container.describe(),
                at.text()
            ),
        )
        .help("a login into a container is past every role and audit log; `kubectl exec` is not");
    }
}
