use crate::image::ImageRef;
use crate::k8s::{Container, ContainerClasses, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some(image) = container.stated_image().filter(|it| !is_templated(it.text())) else {
        return;
    };
    let reference = ImageRef::parse(image.text());
    let Some(lapse) = reference.lapse(cx.support_clock()) else { return };
    let (project, workload) = (cx.project(), container.workload());
    if project.pins_image(workload, &reference) || project.renames_image(workload, &reference) {
        return;
    }
    let message = format!("{} runs `{}`: {}", container.describe(), image.text(), lapse.message);
    let found =
        cx.report(image, message).severity(lapse.severity).help(lapse.help).note_in_development();
    if let Some(next) = lapse.next {
        found.unsafe_fix(&format!("run `{next}`; test it first"), || edit::reword(image, &next));
    }
}
