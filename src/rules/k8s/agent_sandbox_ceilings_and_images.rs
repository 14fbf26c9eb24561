use crate::k8s::quantity::Quantity;
use crate::k8s::{Amount, Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SANDBOXES, ContainerClasses::ALL, check);

/// A resource, what messages call it, the parameter that is its ceiling, and its unit.
const RESOURCES: [(&str, &str, &str, &str); 2] =
    [("cpu", "CPU", "cpu-cores", ""), ("memory", "memory", "memory-gib", "Gi")];

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    limits(container, cx);
    ceilings(container, cx);
    if let Some((image, reference)) = cx.project().floating_image(container) {
        let message =
            format!("{} runs `{}`, {}", container.describe(), image.text(), reference.drift());
        cx.report(image, message)
            .help("name a digest or a version: every sandbox is to be the one that was tested");
    }
}

fn limits(container: Container<'_>, cx: &mut Cx<'_>) {
    let is_unlimited =
        |resource| !matches!(cx.project().limit_of(container, resource), Amount::Given);
    let unlimited = RESOURCES.iter().filter(|(resource, ..)| is_unlimited(resource));
    let unlimited: Vec<_> = unlimited.map(|(_, word, ..)| format!("no {word} limit")).collect();
    if unlimited.is_empty() {
        return;
    }
    let message = format!("{} has {}", container.describe(), unlimited.join(" and "));
    cx.report(container.grip_at(&["resources", "limits"]), message)
        .help("one loop in code that a model wrote takes the node from all the others");
}

fn ceilings(container: Container<'_>, cx: &mut Cx<'_>) {
    for (resource, word, parameter, unit) in RESOURCES {
        let Some(limit) = container.node().at(&["resources", "limits", resource]) else { continue };
        let ceiling = format!("{}{unit}", cx.number(parameter));
        let amounts = (Quantity::parse(limit.text()), Quantity::parse(&ceiling));
        if let (Some(amount), Some(most)) = amounts
            && amount > most
        {
            let limit_text = limit.text();
            cx.report(
                limit,
                format!("{} may take {limit_text} of {word}, more than the {ceiling} that a sandbox is to have", container.describe()),
            )
            .help("where sandboxes need as much, raise the ceiling in the configuration of this rule");
        }
    }
}
