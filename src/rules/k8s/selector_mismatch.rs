use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::SELECTING, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(selector) = workload.selector() else { return };
    if !workload.has_pods() || selector.matches(workload.pod_labels()) {
        return;
    }
    let at = workload.object().node().grip(&["spec", "selector"]);
    cx.report(
        at.unwrap_or_else(|| workload.object().grip()),
        format!("the selector of {} does not match its own pods", workload.describe()),
    )
    .help("the API server refuses it; repeat the selector's labels in the template")
    .related(workload.labels_grip(), "the labels of the pods");
}
