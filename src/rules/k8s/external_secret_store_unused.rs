use crate::k8s::{Object, is_templated};
use crate::rules::{Check, Cx};
use crate::source::Source;
use crate::tree::{Entry, Node};

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
    let is_example =
        cx.project().source(secret.node().place().file).is_some_and(Source::is_example);
    let fields = ["data", "stringData"].into_iter().filter_map(|key| secret.node().at(&[key]));
    if is_encrypted || is_example || !fields.flat_map(Node::entries).any(is_worth_hiding) {
        return;
    }
    cx.report(
        secret,
        format!("{} is written down here, and nothing takes secrets from a store", secret.describe()),
    )
    .help("an ExternalSecret, a SealedSecret or a SecretProviderClass keeps the values out of the repository");
}

/// Whether an entry has a value here, and not one that everybody may see: a certificate.
fn is_worth_hiding(entry: Entry<'_>) -> bool {
    let text = entry.value.text();
    let is_certificate =
        entry.key.text().rsplit_once('.').is_some_and(|(_, ending)| ending == "crt")
            || text.trim_start().starts_with("-----BEGIN CERTIFICATE-----");
    !text.is_empty() && !is_templated(text) && !is_certificate
}
