//! Keeps secrets out of what is printed. Reports show lines of files, logs of builds are often
//! public, and a line that is in the way of a finding may hold a credential.

mod known;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Match, Regex};

pub(crate) use self::known::{Known, REACH};
use crate::credential::{self, Shape, Value};
use crate::finder::Finder;
use crate::personal;
use crate::secret::{self, Setting};

/// Whether the findings of a rule point at secrets.
pub(crate) fn is_about_secrets(rule: &str) -> bool {
    ["credential", "secret", "password", "chpasswd"].iter().any(|word| rule.contains(word))
}

/// The part of a command that holds the password that it sets, whatever that looks like.
///
/// ```text
/// echo root:hunter2 | chpasswd
///      ^^^^^^^^^^^^
/// ```
pub(crate) fn password_of(command: &str) -> Option<Range<usize>> {
    if let Some(bar) = command.rfind('|') {
        let first = command.find(char::is_whitespace)? + 1;
        return (first < bar).then_some(first..bar);
    }
    if let Some(here) = command.find("<<<") {
        return Some(here + "<<<".len()..command.len());
    }
    let is_option = command.starts_with('-');
    let is_heredoc = command.contains("<<");
    (!is_option && !is_heredoc && !command.is_empty()).then_some(0..command.len())
}

/// Whether the findings of a rule point at commands that set a password.
pub(crate) fn is_about_logins(rule: &str) -> bool {
    rule == "docker/chpasswd"
}

/// Whether the findings of a rule point at personal data.
pub(crate) fn is_about_people(rule: &str) -> bool {
    rule == "k8s/configmap-pii"
}

/// What a text holds if it holds a secret that its name tells: looking for that first is a hundred
/// times faster than reading every pair.
const NAMES: [&str; 9] = ["pass", "pw", "pat", "psk", "secret", "token", "cred", "key", "auth"];

/// And if it holds one that its form tells.
const FORMS: [&str; 18] = [
    "://",
    "chpasswd",
    "securestring",
    "bearer",
    "sk-",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xox",
    "akia",
    "asia",
    "aiza",
    "hf_",
    "eyj",
];

static HINT: LazyLock<Finder> = LazyLock::new(|| Finder::new(NAMES.into_iter().chain(FORMS)));

/// What a text may hold, for all that one look at it tells.
#[derive(Clone, Copy, Default)]
struct Hints {
    by_name: bool,
    by_form: bool,
}

impl Hints {
    fn of(text: &str) -> Self {
        let mut hints = Hints::default();
        for found in HINT.find(text) {
            let is_name = found.index < NAMES.len();
            hints.by_name |= is_name;
            hints.by_form |= !is_name;
            if hints.by_name && hints.by_form {
                break;
            }
        }
        hints
    }
}

/// A name and its value: `name: value`, `"name": "value"`, `NAME=value`. All but ASCII counts as letters, as
/// a table of all letters takes a while to build.
static PAIR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"([A-Za-z_][A-Za-z0-9_.\x{80}-\x{10ffff}-]*)["']?\s*"#,
        r#"(?:[:=]\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')"#,
        r#"|=\s*([^\s"',;]+)"#,
        r#"|:\s+([^\s"'\[{].*?)(?:\s+#|,\s|["'}\]]*\s*$))"#,
    ))
    .ok()
});

/// What is a secret whatever its name: the password in a URL, a bearer token, keys by their form.
/// Keys are ASCII; the letters of all scripts, thirty times over, would take long to compile.
static SHAPE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"://[^\s:/@]*:([^\s@/]+)@",
        // `echo root:hunter2 | chpasswd`
        r"|[A-Za-z0-9_}.-]:([^\s\x22']+)[\x22']?\s*\|\s*(?:sudo\s+)?chpasswd",
        r"|(?i:ConvertTo-SecureString)\s+(?:-String\s+)?[\x22']([^\x22']+)[\x22']",
        r"|(?i:bearer)\s+((?-u:[\w.~+/-]){16,}=*)",
        r"|(?-u:\b(sk-[\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}",
        r"|xox[abeprs]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|hf_\w{20,}",
        r"|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*))",
    ))
    .ok()
});

/// The bytes of `line` that hold secrets. `before` is the text before it, where the name of a
/// value may stand:
///
/// ```yaml
/// - name: DB_PASSWORD
///   value: hunter2
/// ```
pub(crate) fn secrets(before: &str, line: &str) -> Vec<Range<usize>> {
    let hints = Hints::of(line);
    let mut found = named(before, line, hints, is_hidden);
    let is_one = |value: &str| is_literal(value) || is_key(value);
    found.extend(shapes(line, hints).filter(|it| is_one(it.as_str())).map(|it| it.range()));
    found.extend(scanned(line));
    found
}

/// What [`secret::scan`] finds on a line.
fn scanned(line: &str) -> impl Iterator<Item = Range<usize>> {
    secret::scan(Setting::Plain, line).into_iter().map(|secret| secret.hidden.range())
}

/// What looks like a key wherever it stands: near a secret another one may stand that nothing tells by
/// its name, as in a table.
pub(crate) fn key_like(line: &str) -> Vec<Range<usize>> {
    const SHORTEST: usize = 16;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/_-.=~".contains(c);
    let mut found = Vec::new();
    let mut start = 0;
    for piece in line.split_inclusive(|c: char| !is_part(c)) {
        let word = piece.trim_end_matches(|c: char| !is_part(c));
        // `NAME=value` is read as the value.
        let skipped = word.trim_end_matches('=').rfind('=').map_or(0, |at| at + 1);
        let value = word.get(skipped..).unwrap_or_default();
        if value.len() >= SHORTEST && Shape::of(value) == Shape::Generated {
            found.push(start + skipped..start + word.len());
        }
        start += piece.len();
    }
    found
}

/// The bytes of `line` that are credentials by their name or by their form, for all that can be told.
pub(crate) fn written(line: &str) -> Vec<Range<usize>> {
    let hints = Hints::of(line);
    let mut found = named("", line, hints, is_literal);
    found.extend(literals(line, hints));
    found
}

/// Whether there may be anything in a text that [`written`] or [`shaped`] find, or a private key.
pub(crate) fn is_hinted(text: &str) -> bool {
    HINT.find(text).next().is_some()
}

/// The values on a line that are credentials by their names, one of which may stand before it.
fn named(before: &str, line: &str, hints: Hints, is_secret: fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut named = false;
    if Hints::of(before).by_name {
        pairs(before, &mut named, is_secret);
    }
    if named || hints.by_name { pairs(line, &mut named, is_secret) } else { Vec::new() }
}

/// The values of credentials. `named` says whether the last name that stood as a value
/// (`name: API_KEY`) is that of a credential.
fn pairs(text: &str, named: &mut bool, is_secret: fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for pair in PAIR.iter().flat_map(|pair| pair.captures_iter(text)) {
        let mut parts = pair.iter().skip(1).flatten();
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else { continue };
        let is_credential = match name.as_str() {
            "name" | "key" => {
                *named = credential::names_credential(value.as_str());
                continue;
            }
            "value" => *named,
            name => credential::names_credential(name),
        };
        if is_credential && is_secret(value.as_str()) {
            found.push(value.range());
        }
    }
    found
}

/// The bytes of `line` that are secrets by their form, whatever their name.
pub(crate) fn shaped(line: &str) -> Vec<Range<usize>> {
    literals(line, Hints::of(line)).collect()
}

fn literals(line: &str, hints: Hints) -> impl Iterator<Item = Range<usize>> {
    shapes(line, hints).filter(|it| is_literal(it.as_str())).map(|it| it.range())
}

/// What has the form of a secret.
fn shapes(line: &str, hints: Hints) -> impl Iterator<Item = Match<'_>> {
    // It takes a while to compile, and most runs need none.
    let shape = hints.by_form.then(|| SHAPE.as_ref()).flatten();
    let shapes = shape.into_iter().flat_map(move |shape| shape.captures_iter(line));
    shapes.filter_map(|shape| shape.iter().skip(1).flatten().next())
}

fn is_literal(value: &str) -> bool {
    credential::value(value) == Value::Literal
}

/// Whether a value is not to be shown. What seems to be made up may be none the less, if it is written
/// like a key.
fn is_hidden(value: &str) -> bool {
    is_literal(value) || is_key(value) && value.bytes().all(|it| it.is_ascii_alphanumeric())
}

/// Whether a value that may be made up has letters and digits, as many as keys have.
fn is_key(value: &str) -> bool {
    const SHORTEST: usize = 16;
    let has = |is: fn(&u8) -> bool| value.bytes().any(|it| is(&it));
    value.len() >= SHORTEST
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && credential::value(value) == Value::Placeholder
}

/// How many characters of a secret may be shown, as in [`credential::redacted`]; of personal data
/// none, as its first characters tell whose it is.
pub(crate) fn shown_of(secret: &str) -> usize {
    if secret.chars().count() >= 12 && !personal::is_personal(secret) { 4 } else { 0 }
}

/// The line with its secrets replaced by stars, one for each character.
pub(crate) fn masked<'t>(before: &str, line: &'t str) -> Cow<'t, str> {
    let hidden: Vec<_> = secrets(before, line)
        .into_iter()
        .map(|secret| secret.start + shown_in(line, &secret)..secret.end)
        .collect();
    if hidden.is_empty() {
        return Cow::Borrowed(line);
    }
    let hides = |at: usize| hidden.iter().any(|range| range.contains(&at));
    line.char_indices().map(|(at, c)| if hides(at) { '*' } else { c }).collect::<String>().into()
}

/// A whole text with its secrets, and those that are known of other places, replaced by stars, line for line.
pub(crate) fn covered(text: &str, known: &Known) -> String {
    let found = secret::scan(Setting::Plain, text);
    let found = found.into_iter().map(|secret| secret.hidden.range());
    let repeated = known.find(text).into_iter();
    let repeated = repeated.map(|range| range.start + shown_in(text, &range)..range.end);
    let mut hidden: Vec<_> = found.chain(repeated).collect();
    hidden.sort_by_key(|range| (range.start, range.end));
    let mut starred = String::with_capacity(text.len());
    let (mut next, mut covered_to) = (hidden.into_iter().peekable(), 0);
    for (at, c) in text.char_indices() {
        while let Some(range) = next.next_if(|range| range.start <= at) {
            covered_to = covered_to.max(range.end);
        }
        starred.push(if at < covered_to && !c.is_control() { '*' } else { c });
    }
    let mut covered = String::with_capacity(starred.len());
    let mut before = "";
    for line in starred.split_inclusive('\n') {
        covered.push_str(&masked(before, line));
        before = line;
    }
    covered
}

/// How many bytes of a secret in a text may be shown.
pub(crate) fn shown_in(text: &str, secret: &Range<usize>) -> usize {
    let secret = text.get(secret.clone()).unwrap_or_default();
    secret.chars().take(shown_of(secret)).map(char::len_utf8).sum()
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::{Known, covered, key_like, masked, password_of};

    #[test]
    fn secrets_become_stars_of_the_same_length() {
        for (line, shown) in [
            ("password: hunter22", "password: ********"),
            ("  password: 'hunter 22' # why", "  password: '*********' # why"),
            ("password: correct horse staple", "password: corr****************"),
            (r#"{"apiKey":"abcdef","x":1}"#, r#"{"apiKey":"******","x":1}"#),
            ("{name: DB_PASSWORD, value: hunter22}", "{name: DB_PASSWORD, value: ********}"),
            ("ENV API_KEY=abcdef DEBUG=1", "ENV API_KEY=****** DEBUG=1"),
            ("url: postgres://app:hunter22@db/x", "url: postgres://app:********@db/x"),
            (r#"- "--header=Bearer abcdefgh12345678""#, r#"- "--header=Bearer abcd************""#),
            ("- sk-abcdefghij0123456789", "- sk-a*******************"),
            ("RUN echo 'root:hunter22' | chpasswd", "RUN echo 'root:********' | chpasswd"),
        ] {
            assert_eq!(masked("", line), shown);
        }
        assert_eq!(masked("- name: DB_PASSWORD", "  value: hunter22"), "  value: ********");
    }

    #[test]
    fn keys_in_tables_are_seen() {
        let line = "deploy,ci,q7Rk2vXw9LmT4bNz8HsDp3,https://acme.io/console";
        let found: Vec<_> = key_like(line).into_iter().map(|range| &line[range]).collect();
        assert_eq!(found, ["q7Rk2vXw9LmT4bNz8HsDp3"]);
        assert!(key_like("image: ghcr.io/acme/orders-api:1.24.3 # a longer remark").is_empty());
        let line = "$x = ConvertTo-SecureString \"Kestrel.301\" -AsPlainText";
        assert_eq!(masked("", line), "$x = ConvertTo-SecureString \"***********\" -AsPlainText");
    }

    #[test]
    fn a_whole_text_keeps_its_lines() {
        let text = "a: 1\npassword: hunter22\r\n- name: DB_PASSWORD\n  value: hunter22\n";
        let starred = text.replace("hunter22", "********");
        assert_eq!(covered(text, &Known::default()), starred);
        let mut known = Known::default();
        known.add("Kq7vm2Zx41Lp");
        let text = "run: ./init app,Kq7vm2Zx41Lp\nand: 1\n";
        assert_eq!(covered(text, &known), "run: ./init app,Kq7v********\nand: 1\n");
    }

    #[test]
    fn commands_hold_passwords() {
        for (command, hidden) in [
            ("echo root:hunter2 | chpasswd", Some("root:hunter2 ")),
            ("printf '%s:%s' a b | sudo chpasswd", Some("'%s:%s' a b ")),
            ("chpasswd <<< a:b", Some(" a:b")),
            ("hunter2", Some("hunter2")),
            ("--delete", None),
            ("chpasswd <<EOF", None),
        ] {
            assert_eq!(password_of(command).and_then(|range| command.get(range)), hidden);
        }
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        for line in [
            "password: ${DB_PASSWORD}",
            "automountServiceAccountToken: false",
            "secretName: web-tls",
            "max_tokens: 4096",
            "image: ghcr.io/acme/api:1.2.3",
            "- name: DB_PASSWORD",
            "password: changeme",
            "imagePullSecrets: [{name: registry}]",
            "  value: hunter2",
        ] {
            assert_eq!(masked("- name: LOG_LEVEL", line), line);
        }
    }
}
