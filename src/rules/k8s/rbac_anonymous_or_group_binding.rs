use crate::diagnostic::Severity;
use crate::k8s::Object;
use crate::k8s::rbac::{Binding, MASTERS, Role, Who};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Object(&["ClusterRoleBinding", "RoleBinding"], check);

/// Roles that are for everyone.
///
/// Source: the documentation of RBAC, "API discovery roles"; kubernetes.io, "Service account issuer
/// discovery"; kubeadm, "Create the public cluster-info `ConfigMap`".
const PUBLIC: [&str; 5] = [
    "kubeadm:bootstrap-signer-clusterinfo",
    "system:basic-user",
    "system:discovery",
    "system:public-info-viewer",
    "system:service-account-issuer-discovery",
];

/// What `system:public-info-viewer` and the discovery of the token issuer show to everyone.
const PUBLIC_URLS: [&str; 9] = [
    "/healthz",
    "/livez",
    "/readyz",
    "/version",
    "/version/",
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/",
    "/openid/v1/jwks",
    "/openid/v1/jwks/",
];

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(binding) = Binding::of(object) else { return };
    let is_public = cx.project().role_of(binding).is_some_and(is_public);
    if is_public || PUBLIC.contains(&binding.role_name()) {
        return;
    }
    for subject in binding.subjects() {
        let (Who::User(name) | Who::Group(name)) = subject.who else { continue };
        let Some((whom, severity)) = crowd(name) else { continue };
        let (role, kind) = (binding.role_name(), binding.role_kind());
        let help = match name {
            MASTERS => {
                "its members may do everything, and no change of a binding takes that from them"
            }
            _ => {
                "a right that nobody in particular has cannot be taken from anybody; bind accounts, users or groups of your own"
            }
        };
        cx.report(
            subject.at,
            format!("{} grants {kind} `{role}` to {whom} (`{name}`)", object.describe()),
        )
        .help(help)
        .severity(severity);
    }
}

/// Who belongs to a user or a group that nobody made, and how bad that is.
fn crowd(name: &str) -> Option<(&'static str, Severity)> {
    Some(match name {
        "system:anonymous" | "system:unauthenticated" => {
            ("everyone who reaches the API server", Severity::Error)
        }
        "system:authenticated" => ("everyone with any login or token", Severity::Error),
        MASTERS => ("those who may do everything anyway", Severity::Warning),
        "system:serviceaccounts" => ("every pod of the cluster", Severity::Warning),
        _ if name.starts_with("system:serviceaccounts:") => {
            ("every pod of a namespace", Severity::Note)
        }
        _ => return None,
    })
}

/// Whether a role shows no more than what the API server shows to everyone by itself.
fn is_public(role: Role<'_>) -> bool {
    let rules = role.rules();
    let is_public = |url: &Node<'_>| PUBLIC_URLS.contains(&url.text());
    !rules.is_empty()
        && rules.iter().all(|rule| rule.resources().is_empty() && rule.urls().iter().all(is_public))
}
