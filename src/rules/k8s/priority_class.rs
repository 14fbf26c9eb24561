use crate::k8s::{Workload, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

const FIELD: &str = "priorityClassName";

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(spec) = workload.pod_spec().filter(|_| workload.has_pods()) else { return };
    let allowed = cx.words("allowed");
    let name = workload.describe();
    // An empty name is none.
    match spec.at(&[FIELD]).filter(|class| !class.text().is_empty()) {
        None => {
            cx.report(
                workload.pod_grip(&[FIELD]),
                format!("the pods of {name} have no priority class"),
            )
            .help("when nodes are full, what matters more should push out what matters less");
        }
        Some(class) if is_templated(class.text()) || allowed.is_empty() => {}
        Some(class) if !allowed.iter().any(|allowed| allowed == class.text()) => {
            cx.report(
                class,
                format!("the priority class `{}` of {name} is none of those allowed", class.text()),
            )
            .help(format!("allowed are {}", allowed.join(", ")));
        }
        Some(_) => {}
    }
}
