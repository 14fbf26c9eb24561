use super::report_grant;
use crate::k8s::Object;
use crate::k8s::rbac::{Access, Grant, Role};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Role", "ClusterRole"], check);

const APPROVE: Access = Access {
    verbs: &["update", "patch"],
    resources: &[("certificates.k8s.io", "certificatesigningrequests/approval")],
};

/// What an approval is asked for besides: the signers whose certificates one may approve.
const SIGNERS: Access =
    Access { verbs: &["approve"], resources: &[("certificates.k8s.io", "signers")] };

/// What else leads past the rights that one has, and how.
const DETOURS: [(Access, &str); 3] = [
    (
        Access {
            verbs: &["get", "create", "update", "patch", "delete"],
            resources: &[("", "nodes/proxy")],
        },
        "whoever has it runs commands in every pod of the node, past the API server and its audit log",
    ),
    (
        Access { verbs: &["create"], resources: &[("", "serviceaccounts/token")] },
        "whoever has it gets a token of every ServiceAccount there; name those needed in `resourceNames`",
    ),
    (
        Access { verbs: &["create"], resources: &[("", "persistentvolumes")] },
        "a volume of type `hostPath` opens the file system of a node",
    ),
];

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(role) = Role::of(object) else { return };
    let signers = role.grants(&SIGNERS);
    let of_some = !signers.is_empty() && signers.iter().all(Grant::is_narrowed);
    for grant in role.grants(&APPROVE).iter().filter(|_| !of_some) {
        report_grant(cx, grant.at(), grant)
            .help("whoever has it gets a certificate in anybody's name; name the `signers` that it may approve for");
    }
    for (access, help) in &DETOURS {
        for grant in role.grants(access).iter().filter(|grant| !grant.is_narrowed()) {
            report_grant(cx, grant.at(), grant).help(*help);
        }
    }
}
