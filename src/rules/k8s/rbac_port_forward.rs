use super::report_grant;
use crate::k8s::Object;
use crate::k8s::rbac::{Access, Role};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Role", "ClusterRole"], check);

const FORWARD: Access =
    Access { verbs: &["create", "get"], resources: &[("", "pods/portforward")] };

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(role) = Role::of(object) else { return };
    for grant in role.grants(&FORWARD).iter().filter(|grant| !grant.is_narrowed()) {
        report_grant(cx, grant.at(), grant)
            .help("it leads to ports that no Service publishes, past every network policy");
    }
}
