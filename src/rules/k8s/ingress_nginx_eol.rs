use crate::image::ImageRef;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

/// The images of the controller, by the end of their repositories.
const CONTROLLERS: [&str; 6] = [
    "google_containers/nginx-ingress-controller",
    "ingress-nginx/controller",
    "ingress-nginx/controller-chroot",
    "kubernetes-ingress-controller/nginx-ingress-controller",
    "rancher/nginx-ingress-controller",
    "bitnami/nginx-ingress-controller",
];

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some(image) = container.node().at(&["image"]) else { return };
    let repository = ImageRef::parse(image.text()).repository;
    // Old images had one repository for each processor.
    let of_processor = ["-amd64", "-arm64", "-arm", "-ppc64le", "-s390x"];
    let repository =
        of_processor.iter().find_map(|end| repository.strip_suffix(end)).unwrap_or(repository);
    let is_it = |known: &&str| {
        repository.strip_suffix(*known).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    if CONTROLLERS.iter().any(is_it) {
        cx.report(
            image,
            format!(
                "{} runs ingress-nginx, which has no maintainers since March 2026",
                container.describe()
            ),
        )
        .help("no vulnerability will be mended; move to the Gateway API or to another controller");
    }
}
