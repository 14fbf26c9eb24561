use super::report_grant;
use crate::diagnostic::Severity;
use crate::k8s::Object;
use crate::k8s::rbac::{Access, Grant, Role};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Role", "ClusterRole"], check);

const WRITE: Access = Access {
    verbs: &["create", "update", "patch", "delete", "deletecollection"],
    resources: &[("", "configmaps")],
};

/// Those that say where names lead, and who may do what.
const OF_CLUSTER: [&str; 2] = ["coredns", "aws-auth"];

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(role) = Role::of(object) else { return };
    let reaches_cluster = role.is_of_cluster() || object.namespace() == "kube-system";
    for grant in role.grants(&WRITE) {
        let is_ours = reaches_cluster && names_cluster(&grant);
        // Of `*` another rule speaks.
        if grant.verb("*").is_some() || (grant.is_narrowed() && !is_ours) {
            continue;
        }
        let found = report_grant(cx, grant.at(), &grant);
        if reaches_cluster {
            found.help(CLUSTER);
        } else {
            found.help(NAMESPACE).severity(Severity::Note);
        }
    }
}

const CLUSTER: &str =
    "`coredns` and `aws-auth` are among them: where names lead, and who is an administrator";
const NAMESPACE: &str =
    "the configuration of everything in the namespace; name those needed in `resourceNames`";

fn names_cluster(grant: &Grant<'_>) -> bool {
    grant.rule().names().iter().any(|name| OF_CLUSTER.contains(&name.text()))
}
