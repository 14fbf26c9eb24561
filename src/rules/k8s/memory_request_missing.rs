use crate::k8s::{Amount, Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let (at, what) = match cx.project().request_of(container, "memory") {
        Amount::Given => return,
        Amount::Zero(zero) => (zero, "requests zero memory"),
        Amount::Missing => (container.grip_at(&["resources", "requests"]), "requests no memory"),
    };
    cx.report(at, format!("{} {what}", container.describe()))
        .help("pods are placed by what they request, and those that request nothing are the first to be evicted");
}
