use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::SELECTING, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(selector) = workload.selector() else { return };
    let object = workload.object();
    let at = object.node().grip(&["spec", "selector"]).unwrap_or_else(|| object.grip());
    let must_ask = WorkloadKind::SELECTING_SOME.contains(&workload.kind());
    if must_ask && object.node().at(&["spec", "selector"]).is_some_and(is_empty) {
        cx.report(at, format!("the selector of {} is empty", workload.describe()))
            .help("the API server refuses it; repeat labels of the template there")
            .related(workload.labels_grip(), "the labels of the pods");
        return;
    }
    // The pods of a Job that was read from the cluster have labels of its controller.
    let matches = match workload.kind() {
        WorkloadKind::Job => selector.matches(workload.pod_labels()),
        _ => selector.matches_template(workload.pod_labels()),
    };
    if !workload.has_pods() || matches {
        return;
    }
    cx.report(at, format!("the selector of {} does not match its own pods", workload.describe()))
        .help("the API server refuses it; repeat the selector's labels in the template")
        .related(workload.labels_grip(), "the labels of the pods");
}

/// Whether nothing is asked for, and no template may yet say something.
fn is_empty(selector: Node<'_>) -> bool {
    let says_nothing = |it: Node<'_>| {
        it.is_map() && it.entries().is_empty() || it.is_list() && it.items().len() == 0
    };
    selector.is_map() && selector.entries().iter().all(|entry| says_nothing(entry.value))
}
