use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(&[WorkloadKind::Pod], check);

/// Where the pods of the cluster itself live, which the kubelet keeps from files.
const OF_THE_CLUSTER: &str = "kube-system";

fn check(pod: Workload<'_>, cx: &mut Cx<'_>) {
    let object = pod.object();
    let is_owned = object.node().at(&["metadata", "ownerReferences"]).is_some();
    if is_owned
        || !pod.has_pods()
        || pod.runs_to_completion()
        || cx.project().namespaces_of(object).contains(&OF_THE_CLUSTER)
    {
        return;
    }
    cx.report(object, format!("{} has no controller", object.describe()))
        .help("nothing brings it back when its node goes; make it a Deployment, or a Job");
}
