use super::report_grant;
use crate::k8s::Object;
use crate::k8s::rbac::{Access, Grant, Role};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Role", "ClusterRole"], check);

const DELETE: &[&str] = &["delete", "deletecollection"];

/// What one could look up afterwards.
const TRACES: Access = Access {
    verbs: DELETE,
    resources: &[("", "events"), ("events.k8s.io", "events"), ("", "pods/log")],
};

/// What takes other things with it when it goes.
const HOLDERS: Access = Access {
    verbs: DELETE,
    resources: &[
        ("", "namespaces"),
        ("", "nodes"),
        ("", "persistentvolumes"),
        ("", "persistentvolumeclaims"),
        ("apiextensions.k8s.io", "customresourcedefinitions"),
    ],
};

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(role) = Role::of(object) else { return };
    let traces: Vec<_> = role.grants(&TRACES).into_iter().filter(is_open).collect();
    for grant in &traces {
        report_grant(cx, grant.at(), grant)
            .help("whoever has it removes the traces of what it did");
    }
    for grant in role.grants(&HOLDERS).into_iter().filter(is_open) {
        if !traces.iter().any(|it| it.rule() == grant.rule()) {
            report_grant(cx, grant.at(), &grant)
                .help("what goes takes everything in it along, data included; a slip is enough");
        }
    }
}

/// Whether it is by name and for any object. Of `*` another rule speaks.
fn is_open(grant: &Grant<'_>) -> bool {
    !grant.is_narrowed() && grant.verb("*").is_none()
}
