use crate::diagnostic::Severity;
use crate::k8s::{Object, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Object(&["Namespace"], check);

const LABEL: [&str; 3] = ["metadata", "labels", "pod-security.kubernetes.io/enforce"];

/// Namespaces of the cluster itself, some of whose pods need everything.
const OF_THE_CLUSTER: [&str; 3] = ["kube-node-lease", "kube-public", "kube-system"];

fn check(namespace: Object<'_>, cx: &mut Cx<'_>) {
    let node = namespace.node();
    if !namespace.is("", "Namespace") || OF_THE_CLUSTER.contains(&namespace.name()) {
        return;
    }
    let what = namespace.describe();
    let Some(level) = node.at(&LABEL) else {
        cx.report(
            node.grip(&LABEL).unwrap_or_else(|| namespace.grip()),
            format!("{what} admits pods of any kind, privileged ones included"),
        )
        .help("label it pod-security.kubernetes.io/enforce: restricted, or baseline where its pods cannot do with that")
        .unsafe_fix(
            "enforce the baseline Pod Security Standard; pods that do not keep it are refused when they start anew",
            || edit::set(node, &LABEL, &"baseline".into()),
        );
        return;
    };
    match level.text() {
        "restricted" | "baseline" => {}
        "privileged" => {
            cx.report(level, format!("{what} enforces nothing: `privileged` admits pods of any kind"))
                .help("enforce baseline or restricted, unless its pods are meant to own their nodes")
                .unsafe_fix(
                    "enforce the baseline Pod Security Standard; pods that do not keep it are refused when they start anew",
                    || edit::replace(level, &"baseline".into()),
                );
        }
        other if is_templated(other) => {}
        other => {
            cx.report(level, format!("{what} enforces `{other}`, which is no Pod Security Standard"))
                .help("the API server refuses the namespace; the levels are privileged, baseline and restricted")
                .severity(Severity::Error);
        }
    }
}
