use super::report_grant;
use crate::k8s::Object;
use crate::k8s::rbac::{Role, SECRET_READING};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Role", "ClusterRole"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(role) = Role::of(object) else { return };
    for grant in role.grants(&SECRET_READING).iter().filter(|grant| !grant.is_narrowed()) {
        report_grant(cx, grant.at(), grant)
            .help("every credential there is, the tokens of other accounts included; name those needed in `resourceNames`");
    }
}
