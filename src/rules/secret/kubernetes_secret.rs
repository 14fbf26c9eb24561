use std::borrow::Cow;

use crate::credential::{self, Shape, Value, redacted};
use crate::diagnostic::Severity;
use crate::file::File;
use crate::k8s::{Object, is_templated, schema};
use crate::rules::{Check, Cx};
use crate::secret::{self, Setting, base64};
use crate::tree::{Entry, Node};

pub(crate) const CHECK: Check = Check::Object(&["Secret"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    if !object.is("", "Secret") {
        return;
    }
    let file = cx.project().files().get(object.node().place().file.index());
    let is_example = match file.map(File::setting) {
        Some(Setting::Encrypted) => return,
        setting => setting == Some(Setting::Example),
    };
    for field in ["data", "stringData"] {
        for entry in object.node().at(&[field]).map(Node::entries).unwrap_or_default() {
            literal(object, field, entry, is_example, cx);
        }
    }
}

fn literal(object: Object<'_>, field: &str, entry: Entry<'_>, is_example: bool, cx: &mut Cx<'_>) {
    let (key, stated) = (entry.key.text(), entry.value.text().trim());
    if !entry.value.is_scalar() || is_templated(stated) {
        return;
    }
    // What is no Base64 is the plain text; the schema says that it stands in the wrong place.
    let is_encoded = field == "data" && schema::is_base64(stated);
    let decoded = is_encoded.then(|| base64::decode(&stated.replace(['\r', '\n'], "")));
    let value: Cow<'_, str> = match decoded {
        Some(None) => return,
        Some(Some(bytes)) => String::from_utf8_lossy(&bytes).into_owned().into(),
        None => stated.into(),
    };
    // `base64-encoded-password` says what belongs there.
    let says_encoded = |text: &str| text.contains("base64") || text.contains("encoded");
    if field == "data" && !is_encoded && says_encoded(&value.to_ascii_lowercase()) {
        return;
    }
    // What people copy and fill in holds what they must replace, unless a service issued it.
    if is_example && secret::issuer_of(value.trim()).is_none() {
        return;
    }
    let Some((what, severity)) = held(key, value.trim()) else { return };
    let shown = if value.contains("-----BEGIN") {
        String::new()
    } else {
        format!(": `{}`", redacted(value.trim()))
    };
    let message =
        format!("`{field}.{key}` of {} holds {what} in clear text{shown}", object.describe());
    let found = cx.report(entry.value, message).severity(severity).help(if is_encoded {
        "Base64 hides nothing: commit an ExternalSecret or a SealedSecret instead, and replace what was committed"
    } else {
        "commit an ExternalSecret or a SealedSecret instead, and replace what was committed"
    });
    if severity < Severity::Error {
        found.note_in_development();
    }
}

/// What a value is, and how bad it is that everybody may read it.
fn held(key: &str, value: &str) -> Option<(Cow<'static, str>, Severity)> {
    if matches!(key, ".dockerconfigjson" | ".dockercfg") {
        let config = serde_json::from_str(value).ok()?;
        return secret::holds_login(&config).then(|| ("credentials".into(), Severity::Error));
    }
    if let Some(issuer) = secret::issuer_of(value) {
        return Some((format!("{} of {}", issuer.what, issuer.name).into(), Severity::Error));
    }
    if value.contains("PRIVATE KEY-----") && value.contains("-----BEGIN") {
        return Some(("a private key".into(), Severity::Error));
    }
    if value.len() < 3 || credential::is_unreadable(value) {
        return None;
    }
    match credential::in_variable(key, value) {
        (Value::Literal, what) => Some((what.into(), Severity::Error)),
        (Value::WellKnown, what) => {
            Some((format!("{what} that everybody knows").into(), Severity::Error))
        }
        (Value::Reference | Value::Placeholder, _) => None,
        (Value::None, _) => of_any_name(key, value),
    }
}

/// The same under a name that means no credential: a file of settings, or what nobody would write by
/// hand.
fn of_any_name(key: &str, value: &str) -> Option<(Cow<'static, str>, Severity)> {
    if credential::names_credential(key) || credential::value(value) != Value::Literal {
        return None;
    }
    let holds_more =
        value.lines().any(|line| !secret::scan(secret::Setting::Plain, line).is_empty());
    if holds_more {
        return Some(("credentials".into(), Severity::Error));
    }
    let is_random =
        Shape::of(value) == Shape::Generated && !key.to_ascii_lowercase().contains("id");
    is_random.then_some(("a credential".into(), Severity::Warning))
}
