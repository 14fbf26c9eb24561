use super::report_grant;
use crate::k8s::Object;
use crate::k8s::rbac::{Access, Role};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Role", "ClusterRole"], check);

const WRITE: Access = Access {
    verbs: &["create", "update", "patch", "delete", "deletecollection"],
    resources: &[
        ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
        ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
    ],
};

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(role) = Role::of(object) else { return };
    for grant in role.grants(&WRITE).iter().filter(|grant| !grant.is_narrowed()) {
        report_grant(cx, grant.at(), grant).help(
            "a webhook reads and rewrites what everyone sends to the API server; name the role's own in `resourceNames`",
        );
    }
}
