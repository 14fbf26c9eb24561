use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(&[WorkloadKind::Pod], check);

fn check(pod: Workload<'_>, cx: &mut Cx<'_>) {
    let object = pod.object();
    let is_owned = object.node().at(&["metadata", "ownerReferences"]).is_some();
    if is_owned
        || !pod.has_pods()
        || pod.runs_to_completion()
        // The kubelet keeps those from files.
        || cx.project().is_of_the_cluster(object)
    {
        return;
    }
    cx.report(object, format!("{} has no controller", object.describe()))
        .help("nothing brings it back when its node goes; make it a Deployment, or a Job");
}
