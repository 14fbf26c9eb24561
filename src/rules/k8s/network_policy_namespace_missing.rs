use crate::diagnostic::Confidence;
use crate::k8s::beside::default_deny;
use crate::k8s::{Object, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Object(&["Namespace"], check);

/// The namespaces that Kubernetes makes for itself.
const OF_KUBERNETES: [&str; 3] = ["kube-node-lease", "kube-public", "kube-system"];

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let name = object.name();
    if !object.is("", "Namespace")
        || is_templated(name)
        || OF_KUBERNETES.contains(&name)
        || project.is_policed(object)
        || project.may_hide("NetworkPolicy")
    {
        return;
    }
    let is_likely = project.has_workloads_in(name) && !project.has_unseen_company(object);
    cx.report(
        object,
        format!("no NetworkPolicy in this project is in namespace `{name}`"),
    )
    .help("whatever runs there may be reached from every pod of the cluster, and reach everything")
    .confidence(if is_likely { Confidence::Medium } else { Confidence::Low })
    .unsafe_fix(
        "append a policy that refuses everything but DNS; every connection then needs a policy that allows it",
        || edit::append_beside(object.node(), &default_deny(name)),
    );
}
