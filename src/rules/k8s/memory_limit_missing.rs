use crate::k8s::{Amount, Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let (at, what) = match cx.project().limit_of(container, "memory") {
        Amount::Given => return,
        Amount::Zero(zero) => (zero, "has a memory limit of zero, which is no limit"),
        Amount::Missing => (container.grip_at(&["resources", "limits"]), "has no memory limit"),
    };
    cx.report(at, format!("{} {what}", container.describe()))
        .help("a limit above the observed peak keeps one leak from taking the node");
}
