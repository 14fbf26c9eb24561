use crate::docker::is_official_image;
use crate::image::ImageRef;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some(demand) = container.demands_non_root_of_image() else { return };
    let Some(image) = container.stated_image() else { return };
    let reference = ImageRef::parse(image.text());
    let is_known = reference.official_name().is_none_or(is_official_image);
    let project = cx.project();
    if !reference.is_root()
        || !is_known
        || project.renames_image(container.workload(), &reference)
        || project.link_of_container(container).is_some()
    {
        return;
    }
    let message = format!(
        "{} must not run as root, and `{}` does unless it is told who runs it",
        container.describe(),
        reference.name()
    );
    cx.report(image, message)
        .help("the kubelet does not start the container: give it a runAsUser above 0 that the image can run as, or take an image that has such a user")
        .related(demand, "what the kubelet holds against the image");
}
