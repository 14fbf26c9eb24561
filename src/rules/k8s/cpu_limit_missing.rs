use crate::k8s::{Amount, Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let (at, what) = match cx.project().limit_of(container, "cpu") {
        Amount::Given => return,
        Amount::Zero(zero) => (zero, "has a CPU limit of zero, which is no limit"),
        Amount::Missing => (container.grip_at(&["resources", "limits"]), "has no CPU limit"),
    };
    cx.report(at, format!("{} {what}", container.describe())).help(
        "a limit keeps a busy container from its neighbours; where requests do, turn this rule off",
    );
}
