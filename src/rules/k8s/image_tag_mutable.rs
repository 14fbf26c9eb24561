use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::BUT_SANDBOXES, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some((image, reference)) = cx.project().floating_image(container) else { return };
    let message =
        format!("{} runs `{}`, {}", container.describe(), image.text(), reference.drift());
    cx.report(image, message)
        .help("name a version or a digest, so that a restart runs what was tested");
}
