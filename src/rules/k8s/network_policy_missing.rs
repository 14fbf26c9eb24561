use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    if !workload.has_pods()
        || workload.is_on_host_network()
        || !project.policies_on(workload).is_empty()
        || project.foreign_policy_on(workload).is_some()
        || project.may_hide("NetworkPolicy")
    {
        return;
    }
    cx.report(
        workload,
        format!("no NetworkPolicy in this project selects the pods of {}", workload.describe()),
    )
    .help("without one, every pod of the cluster may reach them, and they may reach everything");
}
