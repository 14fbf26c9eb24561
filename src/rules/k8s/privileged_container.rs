use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    if let Some(value) = container.own_security("privileged")
        && container.is_privileged()
    {
        cx.report(value, format!("{} runs privileged", container.describe())).help(
            "a privileged container is root on its node; give it the capability or device that it needs",
        )
        .unsafe_fix(
            "set privileged: false; add the capability or mount the device that the container needs",
            || edit::replace(value, &false.into()),
        );
    }
}
