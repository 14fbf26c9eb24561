use crate::image::ImageRef;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some(image) = container.stated_image() else { return };
    let text = image.text();
    let reference = ImageRef::parse(text);
    if !reference.is_floating() || cx.project().pins_image(container.workload(), &reference) {
        return;
    }
    let why = match reference.tag {
        Some(_) => "which means another image after every push",
        None => "without a tag, which means `latest`",
    };
    cx.report(image, format!("{} runs `{text}`, {why}", container.describe()))
        .help("name a version or a digest, so that a restart runs what was tested");
}
