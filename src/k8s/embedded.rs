//! What the texts of a ConfigMap hold that is none of a ConfigMap's business.

use std::ops::Range;

use super::Object;
use crate::credential::{self, Value};
use crate::personal::{self, PersonalKind};
use crate::redact;
use crate::source::{Place, Span};
use crate::tree::{Entry, HostMap, Node};

/// A secret inside a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secret<'t> {
    /// A password, a token, ...
    Key(&'t str),
    /// The beginning of a private key in PEM.
    PrivateKey,
}

/// Endings of programs, where what looks like a pair of name and value may be code.
const PROGRAMS: [&str; 20] = [
    "awk", "bash", "cs", "go", "gotmpl", "groovy", "java", "js", "kts", "lua", "php", "pl", "ps1",
    "py", "rb", "sh", "sql", "tmpl", "tpl", "ts",
];

/// What stands for a value or describes one, in schemas and in settings.
const NO_SECRETS: [&str; 28] = [
    "any",
    "apikey",
    "auto",
    "basic",
    "bcrypt",
    "bearer",
    "boolean",
    "cookie",
    "disabled",
    "enabled",
    "env",
    "file",
    "header",
    "integer",
    "jwt",
    "kubernetes",
    "manual",
    "md5",
    "number",
    "oauth2",
    "object",
    "optional",
    "plain",
    "plaintext",
    "required",
    "string",
    "text",
    "vault",
];

/// The texts of a ConfigMap, each with its key.
pub(crate) fn texts(config: Object<'_>) -> Vec<Entry<'_>> {
    let entries = config.node().at(&["data"]).map(Node::entries).unwrap_or_default();
    entries.into_iter().filter(|entry| entry.value.is_scalar()).collect()
}

/// What the value of an entry is, and what to call it, where the entry is one value and not a
/// file.
pub(crate) fn single(entry: Entry<'_>) -> Option<(Value, &'static str)> {
    let (key, text) = (entry.key.text(), entry.value.text());
    if text.trim_end().contains('\n') || is_file(key) || is_account(text) {
        return None;
    }
    let (value, what) = credential::in_variable(key, text);
    Some(match value {
        Value::Literal | Value::WellKnown if what == A_CREDENTIAL && !is_secret(key, text) => {
            (Value::None, what)
        }
        Value::None if credential::is_issued(text.trim()) => (Value::Literal, A_CREDENTIAL),
        value => (value, what),
    })
}

/// What [`credential::in_variable`] calls what is no URL.
const A_CREDENTIAL: &str = "a credential";

/// The secrets in an entry that is a file, each with its place.
pub(crate) fn secrets(entry: Entry<'_>) -> Vec<(Secret<'_>, Place)> {
    let text = entry.value.text();
    if !redact::is_hinted(text) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let is_program = is_program(entry.key.text(), text);
    for (line, start) in lines(text).filter(|(line, _)| redact::is_hinted(line)) {
        if begins_private_key(line, text.get(start..).unwrap_or_default()) {
            found.push((Secret::PrivateKey, start..start + line.len()));
            continue;
        }
        let shaped = redact::shaped(line);
        let mut all =
            if is_program || is_remark(line) { Vec::new() } else { redact::written(line) };
        all.retain(|it| shaped.contains(it) || is_assigned(line, it.clone()));
        all.extend(shaped);
        all.sort_by_key(|it| (it.start, it.end));
        all.dedup_by(|later, earlier| later.start < earlier.end);
        for range in all {
            let secret = line.get(range.clone()).unwrap_or_default();
            found.push((Secret::Key(secret), start + range.start..start + range.end));
        }
    }
    placed(entry, found)
}

/// The personal data in an entry, with the place of each.
pub(crate) fn personal(entry: Entry<'_>) -> Vec<(PersonalKind, Place)> {
    let found = lines(entry.value.text()).flat_map(|(line, start)| {
        personal::on_line(entry.key.text(), line)
            .into_iter()
            .map(move |(kind, range)| (kind, start + range.start..start + range.end))
    });
    placed(entry, found.collect())
}

/// The lines of a text, each with the byte where it begins.
fn lines(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let here = start;
        start += line.len();
        (line.trim_end(), here)
    })
}

/// Where pieces of the value of an entry stand in the file; the key, where that cannot be told.
fn placed<T>(entry: Entry<'_>, pieces: Vec<(T, Range<usize>)>) -> Vec<(T, Place)> {
    if pieces.is_empty() {
        return Vec::new();
    }
    let map = HostMap::of(entry.value);
    let place = |range: Range<usize>| match &map {
        Some(map) => entry.value.tree().place(map.outer(Span::new(range.start, range.end))),
        None => entry.key.place(),
    };
    pieces.into_iter().map(|(what, range)| (what, place(range))).collect()
}

/// Whether a key is the name of a file: `app.properties`, but not `db.password`.
fn is_file(key: &str) -> bool {
    const ENDINGS: [&str; 16] = [
        "cfg",
        "conf",
        "config",
        "crt",
        "env",
        "hcl",
        "html",
        "ini",
        "json",
        "md",
        "pem",
        "properties",
        "toml",
        "txt",
        "xml",
        "yaml",
    ];
    let ending = key.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS.contains(&ending) || ending == "yml" || PROGRAMS.contains(&ending)
}

/// Whether a text is a line of `/etc/passwd`, whose passwords stand elsewhere.
fn is_account(text: &str) -> bool {
    let fields: Vec<_> = text.trim_end().split(':').collect();
    let is_number = |text: &str| text.parse::<u32>().is_ok();
    matches!(fields.as_slice(), [_, "" | "*" | "x" | "!" | "!!", user, group, _, _, _]
        if is_number(user) && is_number(group))
}

fn is_program(key: &str, text: &str) -> bool {
    let ending = key.rsplit_once('.').map_or("", |(_, ending)| ending);
    PROGRAMS.contains(&ending) || text.starts_with("#!")
}

fn is_remark(line: &str) -> bool {
    let line = line.trim_start();
    ["#", "//", ";", "--", "*", "<!--"].iter().any(|mark| line.starts_with(mark))
}

/// Whether the piece of a line can be the value of a setting: not a call, not a word of a schema.
fn is_assigned(line: &str, range: Range<usize>) -> bool {
    let value = line.get(range.clone()).unwrap_or_default().trim_end_matches([',', ';']);
    let before = line.get(..range.start).unwrap_or_default();
    let name = before.trim_end_matches([' ', '\t', '"', '\'', ':', '=']);
    let name = name.rsplit([' ', '\t', '"', '\'', ',', '{', '-']).next().unwrap_or_default();
    let is_call = value.contains(['(', '[', '{', '<', '%', '`'])
        || value.starts_with(['|', '>', '&', '*', '!']);
    !is_call && is_secret(name, value)
}

/// Whether a value under a name that speaks of a secret may be one, rather than a word about it or
/// the name of a Secret.
fn is_secret(name: &str, value: &str) -> bool {
    let value = value.trim();
    let is_kebab = value.contains('-') && value.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let names_object = ["secret", "secrets", "credentials"]
        .iter()
        .any(|ending| name.to_ascii_lowercase().ends_with(ending));
    let is_other = value.len() < 4
        || value.contains(' ')
        || value.starts_with('/')
        || NO_SECRETS.contains(&value.to_ascii_lowercase().as_str())
        || names_object && is_kebab;
    !is_other
}

/// Whether a private key begins here: its first line is followed by one of Base64.
fn begins_private_key(line: &str, rest: &str) -> bool {
    let is_start = line.contains("-----BEGIN ")
        && (line.contains("PRIVATE KEY-----") || line.contains("PRIVATE KEY BLOCK-----"));
    let is_body = |line: &&str| {
        line.len() >= 40 && line.chars().all(|c| c.is_ascii_alphanumeric() || "+/=".contains(c))
    };
    is_start && rest.lines().skip(1).map(str::trim).take(4).any(|line| is_body(&line))
}
