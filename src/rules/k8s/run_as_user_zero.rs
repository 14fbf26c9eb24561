use crate::k8s::{Container, ContainerClasses, Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

const HELP: &str =
    "give a user id above 0 that the image can run as; volumes become writable for it by fsGroup";

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let containers: Vec<Container<'_>> = workload
        .containers()
        .into_iter()
        .filter(|container| ContainerClasses::ALL.contains(container.class()))
        .collect();
    let inherits = |container: &&Container<'_>| container.own_security("runAsUser").is_none();
    if let Some(user) = root(workload.pod_security("runAsUser"))
        && containers.iter().any(|container| inherits(&container))
    {
        let message = format!("{} runs its containers as root (runAsUser: 0)", workload.describe());
        let mut finding = cx.report(user, message).help(HELP);
        for container in containers.iter().filter(inherits) {
            finding = finding.related(*container, "runs as root");
        }
    }
    for container in containers {
        if let Some(user) = root(container.own_security("runAsUser")) {
            cx.report(user, format!("{} runs as root (runAsUser: 0)", container.describe()))
                .about(container.subject())
                .help(HELP);
        }
    }
}

fn root(user: Option<Node<'_>>) -> Option<Node<'_>> {
    user.filter(|user| user.as_int() == Some(0))
}
