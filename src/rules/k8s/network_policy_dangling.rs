use crate::k8s::Object;
use crate::k8s::network::NetworkPolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["NetworkPolicy"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(policy) = NetworkPolicy::of(object) else { return };
    let Some(selector) = policy.selector() else { return };
    let namespaces = project.namespaces_of(object);
    let Some(nothing) = project.selects_no_pods(object, &namespaces, &selector) else { return };
    let found = cx
        .report(
            object.node().grip(&["spec", "podSelector"]).unwrap_or_else(|| object.grip()),
            format!(
                "{} selects no pods: no workload of namespace `{}` in this project has such labels",
                object.describe(),
                project.namespace_of(object)
            ),
        )
        .help("it protects nothing; the pods that it was meant for are open to everybody")
        .confidence(nothing.confidence);
    if let Some(workload) = nothing.stray {
        let namespace = workload.namespace();
        found.related(workload, format!("has such labels, but is in namespace `{namespace}`"));
    }
}
