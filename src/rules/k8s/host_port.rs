use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::{Node, edit};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let workload = container.workload();
    // There every port is one of the node, which is the finding of `host-network`.
    if workload.is_on_host_network() {
        return;
    }
    let serves_its_node = cx.project().serves_its_node(workload);
    for port in container.node().at(&["ports"]).into_iter().flat_map(Node::items) {
        let Some(entry) = port.get("hostPort") else { continue };
        let Some(number) = entry.value.as_int().filter(|number| *number > 0) else { continue };
        cx.report(
            entry.value,
            format!("{} takes port {number} of its node", container.describe()),
        )
        .help("only one such pod fits on a node, and whoever reaches the node reaches it; a Service needs no hostPort")
        .milder_where(serves_its_node)
        .unsafe_fix("remove hostPort; let a Service lead to the container", || {
            edit::delete(port, entry)
        });
    }
}
