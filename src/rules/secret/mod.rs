//! Rules about credentials in any text, which [`crate::secret`] finds. Where a rule of another group
//! says the same at the same place, theirs is left out.

mod anthropic_key;
mod aws_key;
mod azure_key;
mod default_password;
mod generic_assignment;
mod google_key;
mod json_web_token;
mod kubernetes_secret;
mod llm_vendor_key;
mod openai_key;
mod private_key;
mod shared_across_environments;
mod slack_token;
mod source_forge_token;
mod url_credentials;
mod vendor_token;

use crate::credential;
use crate::file::File;
use crate::rules::Cx;
use crate::secret::{Secret, What};
use crate::source::Place;

group!(secret:
    anthropic_key,
    aws_key,
    azure_key,
    default_password,
    generic_assignment,
    google_key,
    json_web_token,
    kubernetes_secret,
    llm_vendor_key,
    openai_key,
    private_key,
    shared_across_environments,
    slack_token,
    source_forge_token,
    url_credentials,
    vendor_token,
);

/// The text of a credential.
fn text<'f>(file: &'f File, secret: &Secret) -> &'f str {
    file.source().text().get(secret.span.range()).unwrap_or_default()
}

/// The name that a credential stands under, as a message begins with it.
fn name(file: &File, secret: &Secret) -> Option<String> {
    let name = file.source().text().get(secret.name?.range())?;
    Some(format!("`{name}`"))
}

/// Reports a key that a service issued, if it is one of those that `rule` is about.
fn issued(rule: &str, file: &File, secret: &Secret, cx: &mut Cx<'_>) {
    let What::Issued(issuer) = secret.what else { return };
    if issuer.rule != rule {
        return;
    }
    let key = file.source().text().get(secret.span.range()).unwrap_or_default();
    // The first characters of a private key are those of its header.
    let shown = match key.starts_with("-----BEGIN") {
        true => String::new(),
        false => format!(": `{}`", credential::redacted(key)),
    };
    let message = format!("{} of {} stands here in clear text{shown}", issuer.what, issuer.name);
    cx.report(Place { file: file.id(), span: secret.span }, message).help(format!(
        "revoke it at {}, as it stays in the history, and take the next one from the environment or a secret manager",
        issuer.revoked_at
    ));
}
