use crate::k8s::quantity::Quantity;
use crate::k8s::{Container, ContainerClasses, WorkloadKind, schema};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    for resource in cx.words("resources") {
        let stated = |kind| container.node().at(&["resources", kind, resource]);
        // Without a request Kubernetes requests the limit; a missing limit is another rule's.
        let (Some(request), Some(limit)) = (stated("requests"), stated("limits")) else { continue };
        let (Some(low), Some(high)) =
            (Quantity::parse(request.text()), Quantity::parse(limit.text()))
        else {
            continue;
        };
        // A request above the limit is refused, which the schema says.
        if low == high || low > high && schema::is_judged(container.workload().object()) {
            continue;
        }
        cx.report(
            request,
            format!(
                "{} requests {} of {resource} and may take {}",
                container.describe(),
                request.text(),
                limit.text()
            ),
        )
        .related(limit, "the limit")
        .help("only a pod that requests what it may take is among the last to be evicted")
        .unsafe_fix("request the limit, if the nodes have room for that", || {
            edit::reword(request, limit.text())
        });
    }
}
