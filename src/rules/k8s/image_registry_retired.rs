use crate::image::ImageRef;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

/// What Kubernetes' own images were called, by the names of today.
///
/// Source: kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement
const RETIRED: [&str; 4] = [
    "k8s.gcr.io/",
    "asia.gcr.io/k8s-artifacts-prod/",
    "eu.gcr.io/k8s-artifacts-prod/",
    "us.gcr.io/k8s-artifacts-prod/",
];

const TODAY: &str = "registry.k8s.io/";

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some(image) = container.stated_image() else { return };
    let Some((old, rest)) =
        RETIRED.iter().find_map(|old| Some((old, image.text().strip_prefix(old)?)))
    else {
        return;
    };
    if cx.project().renames_image(container.workload(), &ImageRef::parse(image.text())) {
        return;
    }
    let old = old.trim_end_matches('/');
    cx.report(image, format!("{} pulls from `{old}`, which is frozen", container.describe()))
        .help("Kubernetes' images moved to registry.k8s.io in 2023; nothing new appears in the old place")
        .safe_fix("pull the same image from registry.k8s.io", || {
            edit::reword(image, &format!("{TODAY}{rest}"))
        });
}
