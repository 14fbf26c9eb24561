use super::report_grant;
use crate::k8s::Object;
use crate::k8s::rbac::{Access, Role};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Role", "ClusterRole"], check);

const ENTER: [Access; 2] = [
    Access { verbs: &["create", "get"], resources: &[("", "pods/exec"), ("", "pods/attach")] },
    Access { verbs: &["patch", "update"], resources: &[("", "pods/ephemeralcontainers")] },
];

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(role) = Role::of(object) else { return };
    let grants = ENTER.iter().flat_map(|access| role.grants(access));
    for grant in grants.filter(|grant| !grant.is_narrowed()) {
        report_grant(cx, grant.at(), &grant)
            .help("whoever has it runs commands in every pod there, with what its containers know and may do");
    }
}
