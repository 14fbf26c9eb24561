use crate::diagnostic::{Confidence, Severity};
use crate::k8s::{DEFAULT_NAMESPACE, Object, Workload};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&[], check);

/// Namespaces of the cluster's own programs.
const OF_CLUSTER: [&str; 3] = ["kube-node-lease", "kube-public", "kube-system"];

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let name = object.describe();
    let is_moved = cx.project().all_namespaces_of(object).len() > 1;
    let has_pods = Workload::of(object).is_some_and(Workload::has_pods);
    if is_moved || object.is_of_no_namespace() {
        return;
    }
    let stated = object.node().at(&["metadata", "namespace"]);
    match stated.filter(|_| object.names_namespace()) {
        Some(at) if at.text() == DEFAULT_NAMESPACE => {
            cx.report(at, format!("{name} is in namespace `default`")).help(HELP);
        }
        Some(at) if OF_CLUSTER.contains(&at.text()) && has_pods => {
            cx.report(at, format!("{name} is in namespace `{}`", at.text()))
                .help("it is for the cluster's own programs: what runs there is trusted with much")
                .severity(Severity::Note);
        }
        None if has_pods => {
            cx.report(object, format!("{name} names no namespace, and so lands in `default` unless whoever applies it names one"))
                .help(HELP)
                .severity(Severity::Note)
                .confidence(Confidence::Low);
        }
        _ => {}
    }
}

const HELP: &str =
    "quotas, network policies and roles are given by namespace, and everything meets in `default`";
