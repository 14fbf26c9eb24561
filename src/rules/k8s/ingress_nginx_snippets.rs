use crate::diagnostic::Severity;
use crate::k8s::Object;
use crate::k8s::route::is_ingress;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Object(&["Ingress", "ConfigMap"], check);

const PREFIX: &str = "nginx.ingress.kubernetes.io/";

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    if is_ingress(object) {
        ingress(object, cx);
    } else if object.is("", "ConfigMap") {
        controller(object, cx);
    }
}

/// Snippets of an Ingress, which the controller copies into the configuration of all.
fn ingress(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(annotations) = object.node().at(&["metadata", "annotations"]) else { return };
    for entry in annotations.entries() {
        let Some(name) = entry.key.text().strip_prefix(PREFIX) else { continue };
        if !name.ends_with("-snippet") || entry.value.text().trim().is_empty() {
            continue;
        }
        let found = cx
            .report(entry.key, format!("{} writes nginx configuration by `{name}`", object.describe()))
            .help("whoever may write an Ingress can so read every Secret of the cluster (CVE-2021-25742)");
        let text = entry.value.text();
        let runs_code = text.contains("_by_lua") || text.contains("serviceaccount");
        let found = if runs_code { found.severity(Severity::Error) } else { found };
        found.unsafe_fix("remove the snippet; look for an annotation that does the same", || {
            edit::delete(annotations, entry)
        });
    }
}

/// The settings of the controller that let snippets in.
fn controller(object: Object<'_>, cx: &mut Cx<'_>) {
    if let Some(allowed) = object.node().at(&["data", "allow-snippet-annotations"])
        && allowed.text() == "true"
    {
        cx.report(
            allowed,
            format!("{} lets every Ingress write nginx configuration", object.describe()),
        )
        .help(
            "whoever may write an Ingress can so read every Secret of the cluster (CVE-2021-25742)",
        )
        .unsafe_fix("refuse snippets; see that no Ingress has one", || {
            edit::reword(allowed, "false")
        });
    }
}
