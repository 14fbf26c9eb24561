use crate::diagnostic::Confidence;
use crate::k8s::{DEFAULT_NAMESPACE, Object, is_templated};
use crate::project::Project;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Namespace"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let (project, name) = (cx.project(), object.name());
    let is_of_cluster = name == DEFAULT_NAMESPACE || name.starts_with("kube-");
    if !object.is("", "Namespace") || is_of_cluster || is_templated(name) {
        return;
    }
    let lacking: Vec<_> = ["ResourceQuota", "LimitRange"]
        .into_iter()
        .filter(|kind| !may_have(project, name, kind))
        .map(|kind| format!("no {kind}"))
        .collect();
    if lacking.is_empty() {
        return;
    }
    let found = cx
        .report(object, format!("{} has {} in this project", object.describe(), lacking.join(" and ")))
        .help("a ResourceQuota keeps one namespace from taking what all share; a LimitRange fills in what a container forgets to ask for");
    if project.has_unseen_company(object) {
        found.confidence(Confidence::Low);
    }
}

/// Whether a namespace has an object of a kind, or may get one that names no namespace.
fn may_have(project: &Project<'_>, namespace: &str, kind: &str) -> bool {
    let mut unplaced = project.objects("", kind, DEFAULT_NAMESPACE);
    project.objects("", kind, namespace).next().is_some()
        || unplaced.any(|object| !object.names_namespace())
        || project.may_hide(kind)
}
