use super::report_grant;
use crate::diagnostic::Severity;
use crate::k8s::Object;
use crate::k8s::rbac::{Access, CLUSTER_ADMIN, GROUP, Grant, Role};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Role", "ClusterRole"], check);

/// What lifts the limit that nobody passes on more than they have.
const LIFT: Access = Access {
    verbs: &["bind", "escalate"],
    resources: &[(GROUP, "roles"), (GROUP, "clusterroles")],
};

const WRITE: Access = Access {
    verbs: &["create", "update", "patch"],
    resources: &[
        (GROUP, "roles"),
        (GROUP, "clusterroles"),
        (GROUP, "rolebindings"),
        (GROUP, "clusterrolebindings"),
    ],
};

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(role) = Role::of(object) else { return };
    let lifted: Vec<_> = role.grants(&LIFT).into_iter().filter(is_open).collect();
    for grant in &lifted {
        let verb = grant.verb("escalate").or_else(|| grant.verb("bind"));
        report_grant(cx, verb.unwrap_or_else(|| grant.at()), grant)
            .help("whoever has it gives itself any right, those of `cluster-admin` as well");
    }
    for grant in role.grants(&WRITE) {
        if !grant.is_narrowed() && !lifted.iter().any(|it| it.rule() == grant.rule()) {
            report_grant(cx, grant.at(), &grant)
                .help("whoever has it passes on what it may do itself, to anyone and for good")
                .severity(Severity::Note);
        }
    }
}

/// Whether the limit is lifted for any role. To bind some roles by name is how one is meant to do
/// it, unless that may do everything; a role that one may escalate becomes that, whatever its name.
fn is_open(grant: &Grant<'_>) -> bool {
    !grant.is_narrowed()
        || grant.verb("escalate").is_some()
        || grant.rule().names().iter().any(|name| name.text() == CLUSTER_ADMIN)
}
