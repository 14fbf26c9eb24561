use crate::k8s::{Container, ContainerClasses, Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

const HELP: &str =
    "give a user id above 0 that the image can run as; volumes become writable for it by fsGroup";

/// A user that images commonly leave free.
///
/// Source: reference production-agent, "Container Security".
const USER: i64 = 1001;

const FIX: &str = "set runAsUser to 1001; the image must be able to run as that user";

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    // Of users of their own, root is nobody on the node; Windows has no such users.
    if workload.is_windows() || workload.has_own_users() {
        return;
    }
    let containers: Vec<Container<'_>> = workload
        .containers()
        .into_iter()
        .filter(|container| ContainerClasses::ALL.contains(container.class()))
        .collect();
    let inherits = |container: &&Container<'_>| container.own_security("runAsUser").is_none();
    if let Some(user) = root(workload.pod_security("runAsUser"))
        && containers.iter().any(|container| inherits(&container))
    {
        let refusal = refusing(workload.pod_security("runAsNonRoot"));
        let message = format!(
            "{} runs its containers as root (runAsUser: 0){}",
            workload.describe(),
            if refusal.is_some() { REFUSED } else { "" }
        );
        let mut finding = cx
            .report(user, message)
            .help(HELP)
            .unsafe_fix(FIX, || edit::replace(user, &USER.into()));
        if let Some(refusal) = refusal {
            finding = finding.related(refusal, "the kubelet does not start them");
        }
        for container in containers.iter().filter(inherits) {
            finding = finding.related(*container, "runs as root");
        }
    }
    for container in containers {
        if let Some(user) = root(container.own_security("runAsUser")) {
            let refusal = refusing(container.security("runAsNonRoot"));
            let but = if refusal.is_some() { REFUSED } else { "" };
            let message = format!("{} runs as root (runAsUser: 0){but}", container.describe());
            let refusal =
                refusal.map(|at| (at.place(), "the kubelet does not start it".to_owned()));
            cx.report(user, message)
                .related_to(refusal.into_iter())
                .about(container.subject())
                .help(HELP)
                .unsafe_fix(FIX, || edit::replace(user, &USER.into()));
        }
    }
}

/// What is said where the same manifest demands the opposite, so that the container never starts.
///
/// Source: kubernetes.io/docs/reference/kubernetes-api, `SecurityContext.runAsNonRoot`.
const REFUSED: &str = ", which runAsNonRoot refuses";

/// The `runAsNonRoot: true` that refuses root.
fn refusing(demand: Option<Node<'_>>) -> Option<Node<'_>> {
    demand.filter(|demand| demand.as_bool() == Some(true))
}

fn root(user: Option<Node<'_>>) -> Option<Node<'_>> {
    user.filter(|user| user.as_int() == Some(0))
}
