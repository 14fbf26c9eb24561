use crate::k8s::beside::network_policy;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::WITHOUT_OWN_POLICY, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    if !workload.has_pods()
        || workload.is_on_host_network()
        || project.policies_on(workload).next().is_some()
        || project.foreign_policy_on(workload).is_some()
        || project.may_hide("NetworkPolicy")
    {
        return;
    }
    let found = cx
        .report(
            workload,
            format!("no NetworkPolicy in this project selects the pods of {}", workload.describe()),
        )
        .help(
            "without one, every pod of the cluster may reach them, and they may reach everything",
        );
    let name = project.name_beside(workload, ("networking.k8s.io", "NetworkPolicy"));
    let served = project.served_ports(workload);
    if let Some(policy) = name.and_then(|name| network_policy(workload, &name, &served)) {
        found.unsafe_fix(
            "append a NetworkPolicy that allows its own ports and DNS only; add what else it must reach",
            || edit::append_beside(workload.object().node(), &policy),
        );
    }
}
