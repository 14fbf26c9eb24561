use crate::k8s::{Object, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Object(&["Secret"], check);

/// Types of Secrets that the cluster or a tool fills or keeps for itself.
///
/// Sources: kubernetes.io/docs/concepts/configuration/secret, "Types of Secret"; helm.sh.
const NOT_OURS: [&str; 3] =
    ["bootstrap.kubernetes.io/token", "helm.sh/release.v1", "kubernetes.io/service-account-token"];

fn check(secret: Object<'_>, cx: &mut Cx<'_>) {
    let kind = secret.node().at(&["type"]).map_or("Opaque", Node::text);
    if !secret.is("", "Secret") || NOT_OURS.contains(&kind) || cx.project().has_secret_store() {
        return;
    }
    // SOPS encrypts the values and says so at the top.
    let is_encrypted = secret.node().at(&["sops"]).is_some();
    let values = ["data", "stringData"].into_iter().filter_map(|key| secret.node().at(&[key]));
    let mut values = values.flat_map(Node::entries).map(|entry| entry.value);
    if is_encrypted || !values.any(|value| !value.text().is_empty() && !is_templated(value.text())) {
        return;
    }
    cx.report(
        secret,
        format!("{} is written down here, and nothing takes secrets from a store", secret.describe()),
    )
    .help("an ExternalSecret, a SealedSecret or a SecretProviderClass keeps the values out of the repository");
}
