use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    for word in container.runs("sudo") {
        cx.report(word, format!("{} runs sudo", container.describe())).help(
            "it fails where privilege escalation is forbidden; run as the user that is needed, or prepare the image or the volume",
        );
    }
}
