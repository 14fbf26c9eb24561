use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    if let Some(value) = container.own_security("privileged")
        && container.is_privileged()
    {
        cx.report(value, format!("{} runs privileged", container.describe())).help(
            "a privileged container is root on its node; give it the capability or device that it needs",
        );
    }
}
