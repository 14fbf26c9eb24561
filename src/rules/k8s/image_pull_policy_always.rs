use crate::diagnostic::Severity;
use crate::image::ImageRef;
use crate::k8s::{Container, ContainerClasses, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::{Node, edit};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some(image) = container.stated_image() else { return };
    let reference = ImageRef::parse(image.text());
    let stated = container.node().at(&["imagePullPolicy"]).filter(|it| !it.text().is_empty());
    let policy = stated.map(Node::text);
    let whose = container.describe();
    let (message, help) = match policy {
        Some(policy) if policy == "Always" || is_templated(policy) => return,
        Some("Never") => (
            format!("{whose} never pulls its image"),
            "a node that does not happen to have the image cannot start the pod",
        ),
        // A kustomization that names a version makes it one.
        _ if cx.project().pins_image(container.workload(), &reference) => return,
        // Without a policy `latest` is always pulled, and a digest is one image only.
        None if reference.is_floating() => return,
        _ if reference.digest.is_some() => return,
        _ if is_movable(&reference) || cx.number("versions") > 0 => (
            format!("{whose} runs `{}` as each node has it", image.text()),
            "nodes that pulled the tag at different times run different images",
        ),
        _ => return,
    };
    let at = stated.unwrap_or(image);
    let found = cx.report(at, message).help(help);
    let found = if policy == Some("Never") { found.severity(Severity::Warning) } else { found };
    found.unsafe_fix("pull always; the registry must be reachable whenever a pod starts", || {
        edit::set(container.node(), &["imagePullPolicy"], &"Always".into())
    });
}

/// Whether the tag is no version: `main`, `stable`, `latest`, but not `1.4`, `v2` or `2024-05-01`.
fn is_movable(image: &ImageRef<'_>) -> bool {
    image.tag.is_none_or(|tag| !tag.contains(|c: char| c.is_ascii_digit()))
}
