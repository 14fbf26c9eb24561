use crate::diagnostic::Severity;
use crate::k8s::{Container, ContainerClasses, KubernetesVersion, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

/// The first version that refuses it where the pods have no users of their own.
///
/// Source: CHANGELOG of Kubernetes 1.30, "API Change".
const REFUSED_SINCE: KubernetesVersion = KubernetesVersion::of(30);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let workload = container.workload();
    let value = container.own_security("procMount").filter(|value| value.text() == "Unmasked");
    let Some(value) = value.filter(|_| !workload.is_windows()) else { return };
    let (severity, help) = if workload.has_own_users() {
        (Severity::Note, "only containers that run containers of their own need that")
    } else if cx.kubernetes() >= REFUSED_SINCE {
        (Severity::Error, "the API server refuses it without hostUsers: false")
    } else {
        (Severity::Warning, "what the runtime hides of /proc lets a process change the node")
    };
    cx.report(value, format!("{} has all of /proc, unmasked", container.describe()))
        .help(help)
        .severity(severity)
        .unsafe_fix(
            "set procMount: Default; containers within the container will not start",
            || edit::replace(value, &"Default".into()),
        );
}
