use super::report_grant;
use crate::k8s::Object;
use crate::k8s::rbac::{Access, Grant, MASTERS, Role};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Role", "ClusterRole"], check);

/// Names that are resources for nothing else but this: whoever grants every verb on them means it.
const NAMES: Access =
    Access { verbs: &["impersonate"], resources: &[("", "users"), ("", "groups")] };

const ACCOUNTS: Access = Access { verbs: &["impersonate"], resources: &[("", "serviceaccounts")] };

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(role) = Role::of(object) else { return };
    let names = role.grants(&NAMES);
    let accounts = role.grants(&ACCOUNTS).into_iter().filter(|grant| {
        let is_told = names.iter().any(|it| it.rule() == grant.rule());
        grant.verb("impersonate").is_some() && !is_told
    });
    for grant in names.iter().cloned().chain(accounts).filter(is_open) {
        let at = grant.verb("impersonate").unwrap_or_else(|| grant.at());
        report_grant(cx, at, &grant)
            .help("whoever has it does what those may, administrators included, and in their name");
    }
}

/// Whether one may be anybody, or one who may do everything.
fn is_open(grant: &Grant<'_>) -> bool {
    !grant.is_narrowed() || grant.rule().names().iter().any(|name| name.text() == MASTERS)
}
