use crate::image::ImageRef;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let allowed = cx.words("allowed");
    let Some(image) = container.stated_image().filter(|_| !allowed.is_empty()) else { return };
    let reference = ImageRef::parse(image.text());
    let name = reference.full_name();
    if allowed.iter().any(|start| is_within(&name, start))
        || cx.project().renames_image(container.workload(), &reference)
    {
        return;
    }
    cx.report(
        image,
        format!("{} runs `{}`, which is `{name}`", container.describe(), image.text()),
    )
    .help(format!("allowed is what comes from {}", allowed.join(", ")));
}

/// Whether an image lies below a registry or a part of one.
fn is_within(name: &str, start: &str) -> bool {
    let start = start.trim_end_matches(['*', '/']);
    name.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
