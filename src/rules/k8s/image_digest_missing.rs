use crate::image::ImageRef;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some(image) = container.stated_image() else { return };
    let reference = ImageRef::parse(image.text());
    // What names no version at all is another rule's.
    if reference.digest.is_some()
        || reference.is_floating() && !cx.project().pins_image(container.workload(), &reference)
        || cx.project().gives_digest(container.workload(), &reference)
    {
        return;
    }
    cx.report(
        image,
        format!("{} runs `{}`, which names no digest", container.describe(), image.text()),
    )
    .help("a tag can be moved to another image; `@sha256:...` cannot");
}
