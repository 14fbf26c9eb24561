//! The credentials that stand in a configuration.

use super::endpoint::Url;
use super::leaves::Leaf;
use super::setting::is_template;
use crate::credential::{self, Value};
use crate::tree::Node;

/// A value that may be a credential.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Credential<'t> {
    /// The key, the flag or the URL parameter that names it.
    pub(crate) name: &'t str,
    /// The credential itself, which may be a part of the node's text.
    pub(crate) text: &'t str,
    pub(crate) value: Value,
    pub(crate) at: Node<'t>,
}

/// What stands before the credential in an `Authorization` header.
const SCHEMES: [&str; 5] = ["bearer", "basic", "token", "apikey", "api-key"];

impl<'t> Credential<'t> {
    /// The credential that a scalar holds, if it holds one.
    pub(in crate::agent) fn of(leaf: &Leaf<'t>) -> Option<Self> {
        // A number may be a password, a switch is none.
        let text = leaf.node.text();
        let (name, text) = in_url(text)
            .or_else(|| in_header(leaf.name, text))
            .or_else(|| in_flag(leaf, text))
            .or_else(|| in_header_line(leaf, text))
            .or_else(|| in_assignment(leaf, text))
            .or_else(|| named(leaf).then_some((leaf.name, text)))
            .or_else(|| issued(leaf).then_some((leaf.name, text)))?;
        let value = credential::value(text);
        (value != Value::None).then_some(Credential { name, text, value, at: leaf.node })
    }
}

/// A key by its shape, where no other rule asks what the value is.
fn issued(leaf: &Leaf<'_>) -> bool {
    credential::is_issued(leaf.node.text()) && env_name(leaf).is_none()
}

fn named(leaf: &Leaf<'_>) -> bool {
    // `api_keys: [{key: ...}]`
    let generic = matches!(leaf.name, "key" | "value");
    credential::names_credential(if generic { leaf.within } else { leaf.name })
}

/// `https://user:<password>@host`, `https://host?api-key=<key>`
fn in_url(text: &str) -> Option<(&str, &str)> {
    let url = Url::of(text)?;
    let password = url.user_info.and_then(|info| info.split_once(':'));
    if let Some((_, password)) = password.filter(|(_, password)| !password.is_empty()) {
        return Some(("password in the URL", password));
    }
    let mut pairs = url.query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, value)| {
        !value.is_empty() && (credential::names_credential(name) || credential::is_issued(value))
    })
}

/// `Authorization: Bearer <token>`
fn in_header<'t>(name: &'t str, text: &'t str) -> Option<(&'t str, &'t str)> {
    let headers = ["authorization", "proxy-authorization", "cookie"];
    if !headers.iter().any(|header| name.eq_ignore_ascii_case(header)) {
        return None;
    }
    let value = text
        .split_once(' ')
        .filter(|(scheme, _)| SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)));
    Some((name, value.map_or(text, |(_, value)| value.trim())))
}

/// `--api-key <key>` and `--api-key=<key>` in a list of arguments.
fn in_flag<'t>(leaf: &Leaf<'t>, text: &'t str) -> Option<(&'t str, &'t str)> {
    let names = |flag: &str| flag.starts_with('-') && credential::names_credential(flag);
    if let Some((flag, value)) = text.split_once('=').filter(|(flag, _)| names(flag)) {
        return Some((flag, value));
    }
    let flag = leaf.before?.text();
    (names(flag) && !flag.contains('=') && !text.starts_with('-')).then_some((flag, text))
}

/// `--header "Authorization: Bearer <token>"` in a list of arguments.
fn in_header_line<'t>(leaf: &Leaf<'t>, text: &'t str) -> Option<(&'t str, &'t str)> {
    let text = match text.split_once('=') {
        Some(("--header", line)) => line,
        _ if ["--header", "-H"].contains(&leaf.before?.text()) => text,
        _ => return None,
    };
    let (name, value) = text.split_once(':')?;
    let value = value.trim_start();
    let named = || credential::names_credential(name).then_some((name, value));
    in_header(name, value).or_else(named)
}

/// `-e TOKEN=<token>` in a list of arguments.
fn in_assignment<'t>(leaf: &Leaf<'t>, text: &'t str) -> Option<(&'t str, &'t str)> {
    let text = match text.split_once('=') {
        Some(("--env", assignment)) => assignment,
        _ if ["--env", "-e"].contains(&leaf.before?.text()) => text,
        _ => return None,
    };
    let (name, value) = text.split_once('=')?;
    let is_credential = credential::names_credential(name) || credential::is_issued(value);
    is_credential.then_some((name, value))
}

/// A value that must be the name of an environment variable that holds a credential, with its key:
/// `api_key_env`, `auth_token_env`, `api_credentials_env_vars`.
pub(in crate::agent) fn env_name<'t>(leaf: &Leaf<'t>) -> Option<(&'t str, Node<'t>)> {
    const ENDINGS: [&str; 5] = ["_env", "_env_var", "_env_vars", "_env_var_name", "_env_name"];
    let stem = ENDINGS.iter().find_map(|ending| leaf.name.strip_suffix(ending))?;
    let value = leaf.node.as_str().filter(|value| !value.is_empty() && !is_template(value));
    (credential::names_credential(stem) && value.is_some()).then_some((leaf.name, leaf.node))
}
