use crate::k8s::{Object, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Object(&["ConfigMap", "AppProject"], check);

/// The ConfigMaps by which Argo CD is configured, and the label by which it knows them.
///
/// Source: argo-cd.readthedocs.io, "Declarative Setup" ("Atomic configuration").
const CONFIG_MAPS: [&str; 3] = ["argocd-cm", "argocd-rbac-cm", "argocd-tls-certs-cm"];
const LABEL: (&str, &str) = ("app.kubernetes.io/part-of", "argocd");

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    if object.is("argoproj.io", "AppProject") {
        check_namespace(object, cx);
    } else if object.group().is_empty() && CONFIG_MAPS.contains(&object.name()) {
        check_label(object, cx);
    }
}

fn check_namespace(project: Object<'_>, cx: &mut Cx<'_>) {
    let allowed = cx.words("namespaces");
    let Some(stated) = project.node().at(&["metadata", "namespace"]) else { return };
    let namespaces = cx.project().namespaces_of(project);
    let fits = |it: &&str| is_templated(it) || allowed.iter().any(|allowed| allowed == it);
    if namespaces.iter().any(fits) {
        return;
    }
    cx.report(
        stated,
        format!(
            "{} is in namespace `{}`, where Argo CD does not look",
            project.describe(),
            stated.text()
        ),
    )
    .help("projects are read from Argo CD's own namespace alone; `namespaces` says which that is");
}

fn check_label(object: Object<'_>, cx: &mut Cx<'_>) {
    let (label, wanted) = LABEL;
    let keys = ["metadata", "labels", label];
    let stated = object.node().at(&keys);
    if stated.is_some_and(|it| it.text() == wanted || is_templated(it.text())) {
        return;
    }
    let grip = || object.node().grip(&keys).unwrap_or_else(|| object.grip());
    cx.report(
        stated.unwrap_or_else(grip),
        format!("{} is not labelled `{label}: {wanted}`", object.describe()),
    )
    .help("Argo CD does not see the configuration without the label, and runs with its defaults")
    .unsafe_fix("add the label", || edit::set(object.node(), &keys, &wanted.into()));
}
