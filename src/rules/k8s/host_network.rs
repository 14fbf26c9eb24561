use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    // A host process of Windows has no other network.
    let Some(value) = workload.shares("hostNetwork").filter(|_| !workload.is_windows()) else {
        return;
    };
    let serves_its_node = cx.project().serves_its_node(workload);
    cx.report(value, format!("{} is on the network of its node", workload.describe()))
        .help("it reaches what listens on the node's loopback, and no network policy holds for it")
        .milder_where(serves_its_node)
        .unsafe_fix(
            "set hostNetwork: false; let a Service lead to the pods, and give up dnsPolicy: ClusterFirstWithHostNet",
            || edit::replace(value, &false.into()),
        );
}
