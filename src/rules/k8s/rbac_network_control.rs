use super::report_grant;
use crate::diagnostic::Severity;
use crate::k8s::Object;
use crate::k8s::rbac::{Access, Role};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Role", "ClusterRole"], check);

const WRITE: Access = Access {
    verbs: &["create", "update", "patch", "delete", "deletecollection"],
    resources: &[
        ("", "services"),
        ("", "services/status"),
        ("", "endpoints"),
        ("discovery.k8s.io", "endpointslices"),
        ("networking.k8s.io", "networkpolicies"),
        ("networking.k8s.io", "ingresses"),
        ("extensions", "networkpolicies"),
        ("extensions", "ingresses"),
    ],
};

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(role) = Role::of(object) else { return };
    for grant in role.grants(&WRITE).iter().filter(|grant| !grant.is_narrowed()) {
        // Of `*` another rule speaks.
        if grant.verb("*").is_some() {
            continue;
        }
        let found = report_grant(cx, grant.at(), grant)
            .help("with it traffic is led elsewhere, let in, or let out");
        if !role.is_of_cluster() {
            found.severity(Severity::Note);
        }
    }
}
