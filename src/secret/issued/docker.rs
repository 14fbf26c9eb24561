//! The logins of Docker's `config.json`, all of it in Base64, as Kubernetes keeps it in a Secret under
//! `.dockerconfigjson` and as it is handed to builds in variables.
//!
//! Source: kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry.

use std::ops::Range;

use serde_json::Value as Json;

use super::super::{Secret, What, base64};
use super::form;
use crate::credential::{self, Value};
use crate::source::Span;

/// What `{"auths":` is in Base64, without and with the blanks that people and programs write.
pub(super) const MARKS: [&str; 6] = [
    "eyJhdXRocyI6",
    "eyJhdXRocyIg",
    "eyAiYXV0aHMi",
    "ewogICJhdXRocyI6",
    "ewogICAgImF1dGhzIj",
    "ewoJImF1dGhzIj",
];

/// Longer ones have more logins than anybody has registries.
const LONGEST: usize = 32 << 10;

/// The logins that begin at a mark.
pub(super) fn at(text: &str, mark: Range<usize>) -> Option<Secret> {
    let bytes = text.as_bytes();
    let previous = mark.start.checked_sub(1).and_then(|at| bytes.get(at));
    if previous.is_some_and(|it| form::BASE64.has(*it)) && !form::is_escape(bytes, mark.start) {
        return None;
    }
    let rest = bytes.get(mark.start..)?;
    let is_part = |it: &&u8| form::BASE64.has(**it) || **it == b'=';
    let end = mark.start + rest.iter().take(LONGEST).take_while(is_part).count();
    let decoded = base64::decode(text.get(mark.start..end)?)?;
    let config: Json = serde_json::from_slice(&decoded).ok()?;
    let span = Span::new(mark.start, end);
    holds_login(&config).then_some(Secret { span, hidden: span, name: None, what: What::Named })
}

/// Whether what Docker writes of registries holds a login: `{"auths": {"r.acme.io": {"auth": "…"}}}`, and
/// without `auths` in the older form.
pub(crate) fn holds_login(config: &Json) -> bool {
    let registries = config.get("auths").unwrap_or(config).as_object();
    registries.into_iter().flat_map(serde_json::Map::values).any(is_open)
}

/// Whether a login says its password.
fn is_open(login: &Json) -> bool {
    let text = |name: &str| login.get(name).and_then(Json::as_str);
    // The password of a service account is a file with its key.
    let is_literal = |text: &str| {
        text.contains("PRIVATE KEY-----")
            || matches!(credential::value(text), Value::Literal | Value::WellKnown)
    };
    let pair = text("auth").and_then(|pair| String::from_utf8(base64::decode(pair)?).ok());
    let of_both = pair.as_deref().and_then(|it| it.split_once(':')).map(|(_, password)| password);
    [text("password"), text("identitytoken"), text("registrytoken"), of_both]
        .into_iter()
        .flatten()
        .any(is_literal)
}

#[cfg(test)]
mod tests {
    use super::super::super::{Setting, scan};

    #[test]
    fn logins_are_found_in_base64() {
        // {"auths":{"ghcr.io":{"auth":"Ym90OnE3UmsyTG1YOXZUbjRLdw=="}}}
        let open =
            "eyJhdXRocyI6eyJnaGNyLmlvIjp7ImF1dGgiOiJZbTkwT25FM1Vtc3lURzFZT1haVWJqUkxkdz09In19fQ==";
        let found = scan(Setting::Plain, &format!("PULL_CONFIG={open}\n"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].span.range(), 12..12 + open.len());
        // {"auths":{"ghcr.io":{}},"credsStore":"desktop"}
        let none = "eyJhdXRocyI6eyJnaGNyLmlvIjp7fX0sImNyZWRzU3RvcmUiOiJkZXNrdG9wIn0=";
        assert_eq!(scan(Setting::Plain, &format!("config: {none}\n")), []);
    }
}
