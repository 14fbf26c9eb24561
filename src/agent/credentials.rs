//! The credentials that stand in a configuration.

use super::Setting;
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

/// The password that an agent logs in to something with, where the format has a default for it.
#[derive(Debug)]
pub(crate) struct Login<'t> {
    /// What it logs in to, in words.
    pub(crate) what: &'static str,
    /// Never to be printed, unless everybody knows it.
    pub(crate) password: Setting<'t, &'t str>,
}

/// What stands before the credential in an `Authorization` header.
const SCHEMES: [&str; 5] = ["bearer", "basic", "token", "apikey", "api-key"];

impl<'t> Credential<'t> {
    /// The value of something that is called `name`, where the format says so in its own way.
    pub(in crate::agent) fn named(name: &'t str, at: Node<'t>) -> Option<Self> {
        let text = at.text();
        let (name, text) = in_header(name, text).unwrap_or((name, text));
        let value = value(text);
        let is_one = at.is_scalar() && value != Value::None;
        is_one.then_some(Credential { name, text, value, at })
    }

    /// The same where the name alone says whether there is one: of a header, of a variable.
    pub(in crate::agent) fn if_named(name: &'t str, at: Node<'t>) -> Option<Self> {
        let is_header = in_header(name, at.text()).is_some();
        let is_named = is_header || credential::names_credential(name);
        Credential::named(name, at).filter(|_| is_named)
    }

    /// The credential that a scalar holds, if it holds one.
    pub(in crate::agent) fn of(leaf: &Leaf<'t>) -> Option<Self> {
        // A number may be a password, a switch is none.
        let text = leaf.node.text();
        // Tool servers in a string are a document of their own.
        let in_json = if leaf.name == "mcpServers" { None } else { in_json(text) };
        if let Some((name, text)) = in_json {
            let value = credential::value(text);
            return Some(Credential { name, text, value, at: leaf.node });
        }
        let (name, text) = in_url(text)
            .or_else(|| in_header(leaf.name, text))
            .or_else(|| in_flag(leaf, text))
            .or_else(|| in_header_line(leaf, text))
            .or_else(|| in_assignment(leaf, text))
            .or_else(|| in_pair(leaf, text))
            .or_else(|| named(leaf).then_some((leaf.name, text)))
            .or_else(|| in_webhook(leaf))
            .or_else(|| issued(leaf).then_some((leaf.name, text)))
            .or_else(|| Some((paired_name(leaf).unwrap_or(leaf.name), bearer(text)?)))?;
        let value = value(text);
        (value != Value::None).then_some(Credential { name, text, value, at: leaf.node })
    }
}

/// What the value of a credential is; a path names the file that holds it.
fn value(text: &str) -> Value {
    match credential::value(text) {
        Value::Literal if is_path(text) => Value::Reference,
        value => value,
    }
}

/// `/app/vertex.json`, `./key`, `vertex.pem`
fn is_path(text: &str) -> bool {
    let begins = ["/", "./", "../", "~/"].iter().any(|start| text.starts_with(start));
    let ends = [".json", ".pem", ".key", ".p12"].iter().any(|ending| text.ends_with(ending));
    // Base64 has the other two, and no dots.
    let is_base64 = text.contains(['+', '=']);
    !text.contains(char::is_whitespace) && (begins && !is_base64 || ends)
}

/// `{"Authorization": "Bearer <token>"}`, where the whole is one string, as variables have it that
/// hold headers.
fn in_json(text: &str) -> Option<(&str, &str)> {
    /// Nobody writes more headers into one string.
    const MOST: usize = 100;
    let mut rest = text.trim().strip_prefix('{').filter(|_| text.trim().ends_with('}'))?;
    for _ in 0..MOST {
        let (_, behind) = rest.split_once('"')?;
        let (name, behind) = behind.split_once('"')?;
        let Some(behind) = behind.trim_start().strip_prefix(':').map(str::trim_start) else {
            rest = behind;
            continue;
        };
        let Some((value, behind)) = behind.strip_prefix('"').and_then(|it| it.split_once('"'))
        else {
            rest = behind;
            continue;
        };
        let held = in_header(name, value)
            .or_else(|| credential::names_credential(name).then_some((name, value)))
            .filter(|(_, value)| credential::value(value) != Value::None);
        if held.is_some() {
            return held;
        }
        rest = behind;
    }
    None
}

/// What a value is called that stands beside its name.
fn paired_name<'t>(leaf: &Leaf<'t>) -> Option<&'t str> {
    Some(leaf.called).filter(|name| leaf.name == "value" && !name.is_empty())
}

/// `{name: TOKEN, value: <token>}`
fn in_pair<'t>(leaf: &Leaf<'t>, text: &'t str) -> Option<(&'t str, &'t str)> {
    let name = paired_name(leaf)?;
    let named = || credential::names_credential(name).then_some((name, text));
    in_header(name, text).or_else(named)
}

/// `Bearer <token>`, where the token cannot be a word.
fn bearer(text: &str) -> Option<&str> {
    /// No shorter one keeps anybody out.
    const LEAST: usize = 12;
    let (scheme, token) = text.split_once(' ')?;
    let is_token = token.len() >= LEAST
        && token.contains(|c: char| c.is_ascii_digit())
        && !token.contains(char::is_whitespace);
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then_some(token)
}

/// A key by its shape, where no other rule asks what the value is.
fn issued(leaf: &Leaf<'_>) -> bool {
    credential::is_issued(leaf.node.text()) && env_name(leaf).is_none()
}

fn named(leaf: &Leaf<'_>) -> bool {
    // The variable that holds it has a finding of its own.
    if env_name(leaf).is_some() {
        return false;
    }
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

/// The part of a webhook's address that lets whoever knows it post: it is a key, whatever the key that
/// holds it is called.
fn in_webhook<'t>(leaf: &Leaf<'t>) -> Option<(&'t str, &'t str)> {
    const HOOKS: [(&str, &str); 7] = [
        ("hooks.slack.com", "/services/"),
        ("hooks.slack.com", "/workflows/"),
        ("discord.com", "/api/webhooks/"),
        ("discordapp.com", "/api/webhooks/"),
        ("webhook.office.com", "/webhookb2/"),
        ("outlook.office.com", "/webhook/"),
        ("api.telegram.org", "/bot"),
    ];
    let text = leaf.node.text();
    let url = Url::of(text)?;
    let path = text.split_once(url.host)?.1;
    let key = HOOKS.iter().find_map(|(host, start)| {
        let is_host =
            url.host == *host || url.host.strip_suffix(host).is_some_and(|it| it.ends_with('.'));
        path.strip_prefix(start).filter(|_| is_host)
    })?;
    (!key.is_empty()).then_some((leaf.name, key))
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
/// `api_key_env`, `auth_token_env`, `api_credentials_env_vars`, `token_key`.
pub(in crate::agent) fn env_name<'t>(leaf: &Leaf<'t>) -> Option<(&'t str, Node<'t>)> {
    const ENDINGS: [&str; 5] = ["_env", "_env_var", "_env_vars", "_env_var_name", "_env_name"];
    /// Of cagent, of several `agent.toml`, and of Dapr.
    const WHOLE: [&str; 3] = ["token_key", "key_env", "envRef"];
    let stem = ENDINGS.iter().find_map(|ending| leaf.name.strip_suffix(ending));
    let names_one = WHOLE.contains(&leaf.name) || stem.is_some_and(credential::names_credential);
    let value = leaf.node.as_str().filter(|value| !value.is_empty() && !is_template(value));
    (names_one && value.is_some()).then_some((leaf.name, leaf.node))
}
