//! Values under names that mean a credential: judged by the words of the name, by how the name is
//! given the value, and by what the value is made of.
//!
//! How much is asked of a value depends on where it stands. A variable of a process may be any text; in
//! programs names of this kind are given labels, types and calls, so that only what nobody would
//! write for another purpose counts.

mod call;
mod client;
mod pipeline;
mod syntax;

use std::ops::Range;

pub(super) use self::pipeline::without_throwaways;
use self::syntax::{Assignment, Form};
use super::{Secret, Setting, What, base64};
use crate::credential::{self, Shape, Value};
use crate::source::Span;

/// What is looked for at one of [`WORDS`].
#[derive(Clone, Copy, Debug)]
pub(super) enum Word {
    /// A part of a name.
    Name,
    /// A program that is handed a password on its command line or by a pipe; a part of a name as well.
    Client,
    /// A scheme before a token.
    Bearer,
    /// The end of a statement of SQL, before a text in quotes.
    Statement,
    /// PowerShell's command that makes a password of a text.
    SecureString,
    /// The command of `mc` that takes a secret key as its last argument.
    Alias,
    /// The port in a line of `.pgpass`.
    Port,
}

/// Words of which one stands in every name that means a credential, and what else stands before one.
pub(super) const WORDS: &[(&str, Word)] = &[
    ("pass", Word::Name),
    ("pwd", Word::Name),
    ("secret", Word::Name),
    ("token", Word::Name),
    ("cred", Word::Name),
    ("key", Word::Name),
    ("auth", Word::Name),
    ("bearer", Word::Bearer),
    ("_pat", Word::Name),
    ("-pat", Word::Name),
    ("_pw", Word::Name),
    ("-pw", Word::Name),
    ("kennwort", Word::Name),
    ("erlang_cookie", Word::Name),
    ("identified by", Word::Statement),
    ("convertto-securestring", Word::SecureString),
    ("curl", Word::Client),
    ("mysql", Word::Client),
    ("login", Word::Client),
    ("redis-cli", Word::Client),
    ("mongo", Word::Client),
    ("ldapsearch", Word::Client),
    ("sshpass", Word::Client),
    ("chpass", Word::Client),
    ("psk", Word::Name),
    ("twine", Word::Client),
    ("kinit", Word::Client),
    ("alias set ", Word::Alias),
    (":5432:", Word::Port),
    ("getconnection(", Word::Name),
    ("pdo(", Word::Name),
    ("mysqli", Word::Name),
    ("jwt.sign(", Word::Name),
    ("jwt.encode(", Word::Name),
    ("jwt.verify(", Word::Name),
    ("plaintext(", Word::Name),
    ("honeycomb-team", Word::Name),
    ("exa(", Word::Name),
    ("cohere.client", Word::Name),
    ("twilio", Word::Name),
    ("pinecone(", Word::Name),
    ("mistralclient(", Word::Name),
];

/// The credential that the name around a word is given.
pub(super) fn at(setting: Setting, text: &str, word: Word, mark: &Range<usize>) -> Option<Secret> {
    if !matches!(setting, Setting::Plain | Setting::Code) {
        return None;
    }
    let other = match word {
        Word::Name => None,
        Word::Statement => return in_statement(text, mark),
        Word::SecureString => return secure_string(text, mark),
        Word::Bearer => bearer(text, mark),
        Word::Client => of_client(text, mark),
        Word::Alias => handed(text, client::of_alias(text, mark)?),
        Word::Port => handed(text, client::of_pgpass(text, mark)?),
    };
    if other.is_some() {
        return other;
    }
    if setting == Setting::Code
        && let Some(secret) = in_call(text, mark)
    {
        return Some(secret);
    }
    let found = syntax::assignment(setting, text, mark)?;
    // The documentation of a function shows how it is called.
    let is_documentation = setting == Setting::Code
        && found.is_comment
        && syntax::Text(text).line_before(found.name.start).trim_start().starts_with("* ");
    if is_documentation {
        return None;
    }
    let (value, what) = judge(setting, text, &found)?;
    if is_for_all(text, &found) {
        return None;
    }
    let span = Span::from(value);
    Some(Secret { span, hidden: span, name: Some(found.name.into()), what })
}

/// `CREATE USER app IDENTIFIED BY '…'`
fn in_statement(text: &str, mark: &Range<usize>) -> Option<Secret> {
    // In any other case it is English, unless more of the statement stands there.
    let line = syntax::Text(text).line_before(mark.start).to_ascii_lowercase();
    if text.get(mark.clone()) != Some("IDENTIFIED BY")
        && !["create user", "alter user", "grant ", "create role"]
            .iter()
            .any(|it| line.contains(it))
    {
        return None;
    }
    let start =
        mark.end + text.get(mark.end..)?.bytes().take(8).take_while(|byte| *byte == b' ').count();
    let rest = text.get(start..)?;
    let quote = rest.bytes().next().filter(|byte| matches!(byte, b'\'' | b'"'))?;
    let end = rest.bytes().skip(1).take(200).position(|byte| byte == quote)?;
    let range = start + 1..start + 1 + end;
    let value = text.get(range.clone())?;
    let what = match credential::value(value) {
        Value::WellKnown => What::WellKnown,
        Value::Literal if Shape::of(value) != Shape::Other => What::Named,
        _ => return None,
    };
    let span = Span::from(range);
    Some(Secret { span, hidden: span, name: None, what })
}

/// `$sec = ConvertTo-SecureString '…' -AsPlainText -Force`: PowerShell itself says what it is.
fn secure_string(text: &str, mark: &Range<usize>) -> Option<Secret> {
    let line = syntax::Text(text);
    let option = line.blanks(mark.end);
    let is_option = text.get(option..)?.starts_with("-String ");
    let start = if is_option { line.blanks(option + "-String ".len()) } else { option };
    let quote = [b'\'', b'"'].into_iter().find(|quote| line.byte(start) == *quote)?;
    let end = line.skip(start + 1, 200, |byte| byte != quote && byte != b'\n');
    let rest = line.skip(end, 200, |byte| byte != b'\n');
    let (range, behind) = (start + 1..end, text.get(end..text.floor_char_boundary(rest))?);
    let value = text.get(range.clone())?;
    let is_one = line.byte(end) == quote
        && behind.to_ascii_lowercase().contains("-asplaintext")
        && !(quote == b'"' && value.contains('$'))
        && credential::value(value) == Value::Literal
        && matches!(Shape::of(value), Shape::Generated | Shape::Chosen);
    let before = line.line_before(mark.start).trim_end_matches([' ', '\t', '(']);
    let variable = before.strip_suffix('=').map(str::trim_end).filter(|_| is_one);
    let name = variable.and_then(|before| {
        let is_part = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        let length = before.chars().rev().take_while(is_part).count();
        let end = mark.start - line.line_before(mark.start).len() + before.len();
        (length > 0).then(|| Span::new(end - length, end))
    });
    let span = Span::from(range);
    is_one.then_some(Secret { span, hidden: span, name, what: What::Named })
}

/// `jwt.sign(claims, "…")`, `cohere.Client("…")`
fn in_call(text: &str, mark: &Range<usize>) -> Option<Secret> {
    let (range, variable) = call::handed(text, mark)?;
    let value = text.get(range.clone())?;
    let span = Span::from(range);
    if let Some(variable) = variable {
        let issuer = super::for_name(variable, value)?;
        return Some(Secret { span, hidden: span, name: None, what: What::Issued(issuer) });
    }
    let is_one = match Shape::of(value) {
        Shape::Generated => true,
        Shape::Chosen => value.len() >= 6 && value.contains(|c: char| c.is_ascii_digit()),
        _ => false,
    };
    let is_one = is_one
        && credential::value(value) == Value::Literal
        && !names_something(value)
        && super::issuer_of(value).is_none();
    is_one.then_some(Secret { span, hidden: span, name: None, what: What::Named })
}

/// Whether what surrounds a value says that it is encrypted, or that everybody may know it.
fn is_for_all(text: &str, found: &Assignment) -> bool {
    /// How far a map reaches, for all that is looked at.
    const AROUND: usize = 300;
    // Renovate's `encrypted`, Travis' and AppVeyor's `secure`.
    let is_encrypted = syntax::parent(text, found.name.start).is_some_and(|parent| {
        ["encrypted", "encryptedData", "secure", "sealed", "example", "examples"].contains(&parent)
    });
    if is_encrypted {
        return true;
    }
    // The key with which DocSearch is searched; see docsearch.algolia.com/docs/api.
    let name = text.get(found.name.clone()).unwrap_or_default();
    if found.value.len() != 32 || !name.eq_ignore_ascii_case("apikey") {
        return false;
    }
    let bytes = text.as_bytes();
    let from = found.name.start.saturating_sub(AROUND);
    let to = bytes.len().min(found.value.end + AROUND);
    let around = bytes.get(from..to).unwrap_or_default();
    let has = |word: &[u8]| around.windows(word.len()).any(|window| window == word);
    has(b"indexName") || has(b"docsearch") || has(b"DocSearch")
}

fn bearer(text: &str, mark: &Range<usize>) -> Option<Secret> {
    let range = client::bearer(text, mark)?;
    let value = text.get(range.clone())?;
    let is_one = credential::value(value) == Value::Literal && Shape::of(value) == Shape::Generated;
    let span = Span::from(range);
    is_one.then_some(Secret { span, hidden: span, name: None, what: What::Named })
}

fn of_client(text: &str, mark: &Range<usize>) -> Option<Secret> {
    let range = client::piped(text, mark).or_else(|| client::password(text, mark))?;
    handed(text, range)
}

/// What a program is handed for a password.
fn handed(text: &str, range: Range<usize>) -> Option<Secret> {
    let value = text.get(range.clone())?;
    let is_one = match Shape::of(value) {
        Shape::Generated | Shape::Chosen => true,
        Shape::Word => value.len() >= 6 && !is_vocabulary(value),
        // `Slate-comet-52`
        Shape::Name => {
            value.len() >= 10
                && value.contains(|c: char| c.is_ascii_digit())
                && !names_something(value)
        }
        _ => false,
    };
    let span = Span::from(range);
    (is_one && credential::value(value) == Value::Literal).then_some(Secret {
        span,
        hidden: span,
        name: None,
        what: What::Named,
    })
}

/// What is known of a name.
struct Name<'t> {
    /// Its last two segments.
    text: &'t str,
    /// People choose what stands under it.
    is_password: bool,
    /// Written as variables of a process are.
    is_variable: bool,
    /// Nothing but the credential itself stands under such a name.
    is_sure: bool,
}

/// Ends of names under which nothing but the credential itself stands.
const SURE: [&str; 23] = [
    "private_key",
    "access_key",
    "unseal_key",
    "hec_token",
    "secret_key",
    "secret_key_base",
    "jwt_secret",
    "session_secret",
    "cookie_secret",
    "auth_secret",
    "app_secret",
    "client_secret",
    "signing_secret",
    "signing_key",
    "encryption_key",
    "master_key",
    "api_secret",
    "token_secret",
    "hmac_secret",
    "hmac_key",
    "api_key",
    "apikey",
    "salt",
];

impl<'t> Name<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let mut dots = text.rmatch_indices('.').map(|(at, _)| at + 1);
        let last = dots.next().and_then(|at| text.get(at..)).unwrap_or(text);
        let two = dots.next().and_then(|at| text.get(at..)).unwrap_or(text);
        let text = if credential::names_credential(last) { last } else { two };
        if !credential::names_credential(text) && !is_header(last) {
            return None;
        }
        let words = credential::words(text);
        // `userPasswordKey` says under which key of a Secret the password is, `passwordSecret` which one.
        let joined = words.join("_");
        let joined = joined.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_of_secret =
            joined == "key" || joined.ends_with("_key") || joined.ends_with("_secret");
        Some(Name {
            text: if is_header(last) { last } else { text },
            is_password: credential::names_password(text) && !is_of_secret,
            is_variable: text.contains(|c: char| c.is_ascii_uppercase())
                && !text.contains(|c: char| c.is_ascii_lowercase()),
            is_sure: SURE.iter().any(|end| joined.ends_with(end)),
        })
    }
}

/// `"Jwt": {"Key": "…"}`: a name that means a credential together with the one of the map that it stands in.
fn below_parent<'t>(text: &'t str, found: &Assignment, value: &str) -> Option<Name<'t>> {
    const PARENTS: [&str; 19] = [
        "aoai",
        "api",
        "connection",
        "jwt",
        "hmac",
        "signing",
        "encryption",
        "openai",
        "anthropic",
        "cohere",
        "mistral",
        "gemini",
        "groq",
        "deepseek",
        "stripe",
        "sendgrid",
        "secret",
        "credentials",
        "token",
    ];
    let name = text.get(found.name.clone())?;
    let last = name.rsplit('.').next().unwrap_or(name);
    if !last.eq_ignore_ascii_case("key")
        || found.is_comment
        || !matches!(found.form, Form::Assigned)
        || Shape::of(value) != Shape::Generated
    {
        return None;
    }
    let parent = syntax::parent(text, found.name.start)?;
    let words = credential::words(parent);
    // `AzureOpenAI` has three words, and ends in one.
    let joined = words.concat();
    let is_one =
        PARENTS.iter().any(|it| words.iter().any(|word| word == it) || joined.ends_with(it));
    is_one.then_some(Name { text: last, is_password: false, is_variable: false, is_sure: true })
}

/// Whether a name is that of a header, or of a setting of its form, that carries a scheme and a credential.
fn is_header(name: &str) -> bool {
    ["authorization", "proxy-authorization", "auth", "_auth", "x-honeycomb-team"]
        .iter()
        .any(|it| name.eq_ignore_ascii_case(it))
}

/// Where the credential in a value stands, and what it is.
fn judge(setting: Setting, text: &str, found: &Assignment) -> Option<(Range<usize>, What)> {
    let stated = text.get(found.value.clone())?;
    let whole_name = text.get(found.name.clone())?;
    let mut value = stated.trim();
    let mut start = found.value.start + (stated.len() - stated.trim_start().len());
    let mut name = Name::of(whole_name)
        .or_else(|| (setting == Setting::Plain).then(|| below_parent(text, found, value))?)?;
    if is_asking_for_one(text, &name, found) {
        return None;
    }
    // Quotes of a program that is written, or of a language inside another: `"\"…\""`.
    for quote in ["\\\"", "\"", "'"] {
        let inner = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
            start += quote.len();
            value = inner;
        }
    }
    // Spring's `{noop}` says that a password is not hashed.
    if let Some(rest) = value.strip_prefix("{noop}") {
        start += value.len() - rest.len();
        value = rest;
    }
    if is_header(name.text) {
        return in_header(value, start);
    }
    // What has the form of an issued key was judged by it, and found to be a sample or public.
    if super::issuer_of(value).is_some() {
        return None;
    }
    if setting == Setting::Plain
        && credential::value(value) == Value::Literal
        && let Some(issuer) = super::for_name(name.text, value)
    {
        return Some((start..start + value.len(), What::Issued(issuer)));
    }
    for scheme in ["Bearer ", "bearer ", "Basic ", "Token ", "token ", "ApiKey ", "Api-Key "] {
        if let Some(rest) = value.strip_prefix(scheme) {
            start += value.len() - rest.len();
            value = rest;
        }
    }
    // `NEO4J_AUTH=neo4j/…`, `BASIC_AUTH=user:…`
    let is_login = credential::words(name.text).last().is_some_and(|word| word == "auth");
    if is_login
        && let Some((user, password)) = value
            .split_once(':')
            .or_else(|| value.split_once('/').filter(|(user, _)| *user == "neo4j"))
        && user.len() <= 24
        && (!user.contains('.') || user.contains('@')) // `basic-auth = "acme.server.auth:create_app"`
        && user.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-@".contains(&it))
    {
        start += user.len() + 1;
        value = password;
        name.is_password = true;
    }
    let whole = start..start + value.len();
    let is_by_equals = text
        .get(found.name.end..start)
        .is_some_and(|between| between.trim_end_matches(['"', '\'', ' ']).ends_with('='));
    let is_setting = is_by_equals && (name.is_variable || whole_name.contains('.'));
    if value.is_empty() || says_the_same(&name, value, is_setting) {
        return None;
    }
    if setting == Setting::Plain
        && let Some(decoded) = base64::readable(value)
    {
        let decoded = decoded.trim();
        return match credential::value(decoded) {
            Value::WellKnown if is_open_to_known(setting, &name, decoded, found) => {
                Some((whole, What::WellKnown))
            }
            Value::Literal
                if is_literal(setting, &name, decoded, found)
                    || Shape::of(value) == Shape::Generated =>
            {
                Some((whole, What::Named))
            }
            _ => None,
        };
    }
    match credential::value(value) {
        Value::WellKnown if is_open_to_known(setting, &name, value, found) => {
            Some((whole, What::WellKnown))
        }
        Value::Literal if is_literal(setting, &name, value, found) => Some((whole, What::Named)),
        _ => None,
    }
}

/// A credential behind the scheme of a header.
fn in_header(value: &str, start: usize) -> Option<(Range<usize>, What)> {
    let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
    let at = start + value.len() - rest.len();
    let range = at..at + rest.len();
    let is_basic = scheme.is_empty() || scheme.eq_ignore_ascii_case("basic");
    if is_basic && let Some(decoded) = base64::readable(rest) {
        let (user, password) = decoded.split_once(':')?;
        let what = match credential::value(password) {
            Value::Literal if !is_sample_login(user, password) => What::Named,
            Value::WellKnown if !is_sample_login(user, password) => What::WellKnown,
            _ => return None,
        };
        return Some((range, what));
    }
    let is_scheme = ["bearer", "token", "apikey", "api-key", "key", "bot"]
        .iter()
        .any(|it| scheme.eq_ignore_ascii_case(it));
    let is_one = (is_scheme || scheme.is_empty())
        && credential::value(rest) == Value::Literal
        && Shape::of(rest) == Shape::Generated;
    is_one.then_some((range, What::Named))
}

/// `user:pass`, as documentation writes logins.
pub(super) fn is_sample_login(user: &str, password: &str) -> bool {
    const USERS: [&str; 14] = [
        "user", "username", "usr", "uname", "login", "name", "myuser", "youruser", "foo", "me",
        "someuser", "alice", "bob", "db_user",
    ];
    const PASSWORDS: [&str; 14] = [
        "pass",
        "password",
        "passwd",
        "pwd",
        "pw",
        "secret",
        "mypass",
        "mypassword",
        "bar",
        "passw0rd",
        "token",
        "db_password",
        "userpass",
        "test",
    ];
    let is_in = |list: &[&str], text: &str| list.iter().any(|it| text.eq_ignore_ascii_case(it));
    is_in(&USERS, user) && is_in(&PASSWORDS, password)
        || user == "USER"
        || user == "USERNAME"
        || user.starts_with("your")
}

/// Whether a password that everybody knows is a finding there.
fn is_open_to_known(setting: Setting, name: &Name<'_>, value: &str, found: &Assignment) -> bool {
    // Nobody is let in with such a key; it fills a gap where a client insists on one.
    const FILLERS: [&str; 9] =
        ["test", "testing", "test123", "test1234", "demo", "dev", "default", "user", "docker"];
    let is_filler = !name.is_password && FILLERS.iter().any(|it| value.eq_ignore_ascii_case(it));
    // `secretKey: password` of an ExternalSecret names the key of a Secret.
    let is_name = !name.is_variable
        && !name.is_password
        && name.text.to_ascii_lowercase().ends_with("key")
        && is_vocabulary(value);
    setting == Setting::Plain
        && !found.is_comment
        && !is_filler
        && !is_name
        && !matches!(found.form, Form::Argument | Form::Directive)
        && (name.is_password || name.is_variable || name.is_sure)
}

/// Whether a value repeats its name, as labels, schemas and lists of fields do.
fn says_the_same(name: &Name<'_>, value: &str, is_setting: bool) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    if value.len() > 80 {
        return false;
    }
    let (name_letters, value_letters) = (letters(name.text), letters(value));
    name_letters == value_letters && !(is_setting && value.eq_ignore_ascii_case("password"))
}

/// `credentials('id')`, `getToken("name")`: a function that is told which credential is meant. Only those that
/// set one, or that are called as it is, are handed the credential itself.
fn is_asking_for_one(text: &str, name: &Name<'_>, found: &Assignment) -> bool {
    const ASKS: &str = "get fetch load read find lookup resolve has is delete list create require use remove revoke rotate generate \
        validate check parse mask redact secret secrets credential credentials env from show print log assert expect need \
        decode encode verify compare hash update make build request ask prompt store save write refresh on handle";
    if found.form != Form::Argument {
        return false;
    }
    // A case of a test in Rust.
    if syntax::Text(text).line_before(found.name.start).trim_start().starts_with("#[") {
        return true;
    }
    let words = credential::words(name.text);
    let last = words.last().map_or("", String::as_str);
    text.as_bytes().get(found.name.end) == Some(&b'(')
        && (words.first().is_some_and(|first| ASKS.split_ascii_whitespace().any(|it| it == first))
            || !credential::names_credential(last) && !matches!(last, "key" | "auth"))
}

/// Whether a value that is no placeholder and no reference is a credential.
fn is_literal(setting: Setting, name: &Name<'_>, value: &str, found: &Assignment) -> bool {
    let is_argument = matches!(found.form, Form::Argument | Form::Directive);
    let is_code = setting == Setting::Code;
    if is_vocabulary(value) || is_expression(value, found) {
        return false;
    }
    if (is_code || is_argument) && is_of_program(value) {
        return false;
    }
    let length = value.chars().count();
    match Shape::of(value) {
        Shape::Generated => true,
        Shape::Uuid => {
            // `CODECOV_TOKEN`; any other token may be no more than an id.
            let is_token = name.is_variable && name.text.ends_with("_TOKEN");
            let is_key = || credential::words(name.text).concat().ends_with("apikey");
            (!is_code || !is_argument && is_key())
                && !found.is_comment
                && (name.is_sure || name.is_password || is_token)
        }
        Shape::Number => {
            let is_version = value.contains('.');
            name.is_password
                && !is_code
                && !found.is_comment
                && !is_argument
                && !is_version
                && length >= 4
        }
        Shape::Chosen if is_code || is_argument || found.is_comment => {
            let has_digit = value.contains(|c: char| c.is_ascii_digit());
            // Without quotes of its own it stands in a string of a program.
            let is_put = found.is_quoted
                || matches!(found.form, Form::Flag | Form::Directive)
                || is_code
                || found.is_comment && found.form == Form::Assigned && name.is_password;
            let is_close =
                name.is_password && length >= 6 || name.is_sure && length >= 10 || length >= 14;
            has_digit && is_put && is_close && !names_something(value) && !is_name_with_year(value)
        }
        Shape::Chosen if name.is_password => length >= 4 && !names_something(value),
        Shape::Chosen => length >= 8 && !names_something(value) && !is_name_with_year(value),
        _ if is_code || is_argument || found.is_comment => false,
        Shape::Word if name.is_password => length >= 4,
        Shape::Word => length >= 10 && (name.is_variable || name.is_sure),
        Shape::Name if name.is_password => !names_something(value) && length >= 6,
        Shape::Name => {
            name.is_sure
                && value.split(['-', '_']).count() >= 3
                && length >= 12
                && !value.contains('/')
                && (name.is_variable || value.contains("super") || value.contains("secret-key"))
        }
        Shape::Other => false,
    }
}

/// Whether a value names a thing by words: `web-db-credentials`, `SHA256`, `X-Api-Key`, `prod-token-2`.
fn names_something(value: &str) -> bool {
    const LAST: [&str; 28] = [
        "secret",
        "secrets",
        "password",
        "passwords",
        "token",
        "tokens",
        "credential",
        "credentials",
        "creds",
        "key",
        "keys",
        "auth",
        "login",
        "cert",
        "certs",
        "tls",
        "config",
        "name",
        "id",
        "file",
        "path",
        "env",
        "user",
        "admin",
        "hash",
        "field",
        "input",
        "label",
    ];
    let words = credential::words(value);
    let parts =
        value.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).count();
    let is_plain = value.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:".contains(c));
    let last = words.iter().rev().find(|word| !word.bytes().all(|byte| byte.is_ascii_digit()));
    // `m2m-client-credentials` begins with a name of its own.
    let mixed = words.iter().filter(|word| {
        word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
    });
    let has_digit_inside = mixed.clone().count() > usize::from(words.len() >= 3)
        || mixed.clone().any(|word| word.len() > 5);
    is_plain
        && parts >= 2
        && !has_digit_inside
        && last.is_some_and(|last| LAST.contains(&last.as_str()))
}

/// What programs hold in the place of a credential: the name of a variable or of a type, a text that is filled
/// in, a value for tests.
fn is_of_program(value: &str) -> bool {
    let is_constant = value.contains('_')
        && value.starts_with(|c: char| c.is_ascii_uppercase())
        && value.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_');
    let is_filled_in = value.contains('{') && value.contains('}') || value.contains("\\u");
    let is_type = || {
        let words = credential::words(value);
        let short = words.iter().filter(|word| word.len() < 3).count();
        value.starts_with(|c: char| c.is_ascii_uppercase())
            && value.bytes().all(|it| it.is_ascii_alphanumeric())
            && value.bytes().filter(u8::is_ascii_digit).count() <= 2
            && words.len() >= 3
            && short <= 1
    };
    // `@acme/auth_token_v2`: under which something is stored.
    let is_scoped = value.starts_with('@') && value.contains('/');
    let is_for_tests = value.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("test"));
    is_constant
        || is_filled_in
        || Shape::of(value) != Shape::Generated && (is_for_tests || is_scoped || is_type())
}

/// `internal-ca-2024`, `token-counting-2024-11-01`: words in small letters with a number or a date.
fn is_name_with_year(value: &str) -> bool {
    let is =
        |part: &str, kind: fn(&u8) -> bool| part.as_bytes().iter().all(kind) && !part.is_empty();
    let words = value.split('-').filter(|part| is(part, u8::is_ascii_lowercase)).count();
    let numbers = value.split('-').filter(|part| is(part, u8::is_ascii_digit)).count();
    words >= 2 && numbers <= 3 && words + numbers == value.split('-').count()
}

/// Whether a value without quotes is a piece of a program: a call, a path of names, an operator.
fn is_expression(value: &str, found: &Assignment) -> bool {
    let is_path = || {
        value.contains('.')
            && value.split('.').all(|part| {
                part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                    && part.chars().all(|c| c.is_ascii_alphanumeric() || "_[]\"'()".contains(c))
            })
            && value.split('.').next().is_some_and(|first| {
                [
                    "var",
                    "local",
                    "module",
                    "data",
                    "self",
                    "this",
                    "os",
                    "process",
                    "config",
                    "settings",
                    "secrets",
                    "env",
                    "inputs",
                    "steps",
                    "vars",
                    "github",
                    "each",
                    "args",
                    "opts",
                    "options",
                    "params",
                    "ctx",
                    "request",
                    "req",
                    "cfg",
                    "conf",
                    "random_password",
                    "app",
                    "props",
                    "state",
                    "context",
                    "spec",
                    "values",
                    "Values",
                ]
                .contains(&first)
            })
    };
    // Of `lookup('name')` what is read ends at the quote.
    let is_call = value.split_once('(').is_some_and(|(name, rest)| {
        let is_named = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_.:".contains(&byte));
        value.ends_with(')')
            || value.ends_with(");")
            || is_named && (rest.is_empty() || rest.starts_with([':', '$', '@', '?']))
    });
    (!found.is_quoted || found.form == Form::Default)
        && (is_call || value.starts_with(['(', '[', '{', '*', '&', '|', '>', '@', '<', '`']))
        || is_path()
        || value.contains("%s") && value.len() < 24
        || value.starts_with("$(")
        || value.starts_with('`')
        // `request.headers['name']`, of which what is read ends at the quote.
        || !found.is_quoted
            && value.split_once('[').is_some_and(|(name, rest)| {
                let is_name =
                    name.bytes().all(|it| it.is_ascii_alphabetic() || it == b'.' || it == b'_');
                is_name && name.contains('.') && (rest.is_empty() || rest.ends_with(']'))
            })
        || is_variable_reference(value)
}

/// `$NAME`, `$1`, `%NAME%`, `:name`, `?`: filled in by a shell or a driver.
fn is_variable_reference(value: &str) -> bool {
    let is_name = |rest: &str| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || "_:.".contains(c))
    };
    let is_plain_name = |rest: &str| {
        is_name(rest)
            && (rest.len() <= 2
                || rest.contains('_')
                || rest.chars().all(|c| c.is_ascii_alphabetic()))
    };
    // `$x.unwrap`, `$this->secret`, `$config['secret']`
    let is_member = |rest: &str| {
        let end = rest.find(|c: char| !(c.is_ascii_alphabetic() || c == '_')).unwrap_or(rest.len());
        let (name, member) = rest.split_at_checked(end).unwrap_or((rest, ""));
        !name.is_empty()
            && (member.starts_with("->") || member.starts_with('[') || member.starts_with("::"))
            || rest.contains('.')
                && rest.split('.').all(|part| {
                    !part.is_empty()
                        && part.bytes().all(|it| it.is_ascii_alphabetic() || it == b'_')
                })
    };
    value.strip_prefix('$').is_some_and(|rest| is_plain_name(rest) || is_member(rest))
        || value.strip_prefix("$env:").is_some_and(is_name)
        || value
            .strip_prefix(':')
            .is_some_and(|rest| is_name(rest) && Shape::of(rest) != Shape::Generated)
}

/// Words that describe a credential, its kind, its state or its type, and are none.
fn is_vocabulary(value: &str) -> bool {
    const WORDS: &str = "access active admin_only always any api apikey app argon2 ask asked auth authenticated authorization auto automatic aws azure azuread \
        base64 basic bcrypt bearer body bool boolean builtin bytes cert certificate char client client_credentials cookie cookies credential \
        credentials custom database date delete deny deprecated digest disable disabled dynamic edit email empty enable enabled encrypted \
        enum env environment error ephemeral expired external false file files float forbidden form function gcp generate generated github \
        gitlab global gpg hash header headers hidden hmac http https iam ident ignore implicit inherit input int integer interactive interactively internal invalid \
        jwt kerberos key keychain keyring keystore kubernetes label ldap length list local login long managed manual map mask \
        masked md5 method missing mixed mtls must never nextauth ntlm null number oauth oauth2 object oidc opaque openid optional passphrase \
        passwd passwort password passwords path peer permanent personal plain plaintext present prompt provided pwd query random read \
        readonly redacted refresh refresh_token required reset restricted rotate rsa runtime saml scram secret secrets secretmanager \
        secretsmanager secure sensitive server service session sha1 sha256 sha512 short shared signed simple sops ssl standard static stdin str \
        string strong symmetric temporary text textarea tls token tokens true trust type undefined unknown unset unsecure insecure update user username valid value \
        variable vault weak workload write x-api-key authorization_code passkey webauthn totp otp string[] text/plain uuid uuid4 \
        hs256 hs384 hs512 rs256 rs384 rs512 es256 es384 es512 ps256 eddsa ed25519 aes256 aes128 aes-256-gcm aes-256-cbc scram-sha-256 scram-sha-512 \
        mot de passe contrasena contraseña clave jeton senha mellangaben";
    let lower = value.to_ascii_lowercase();
    let lower = lower.trim_end_matches(['?', ':', '!', '.', '*']);
    lower.len() <= 24 && WORDS.split_ascii_whitespace().any(|word| word == lower)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::string_slice)]
mod tests {
    use super::*;
    use crate::secret::scan;

    /// What is found in a text, each with what it is.
    fn found(setting: Setting, text: &str) -> Vec<(&str, What)> {
        scan(setting, text).into_iter().map(|it| (&text[it.span.range()], it.what)).collect()
    }

    fn named(setting: Setting, expected: &str, texts: &[&str]) {
        let wrong: Vec<_> = texts
            .iter()
            .filter(|text| found(setting, text) != [(expected, What::Named)])
            .map(|text| (text, found(setting, text)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    fn none(setting: Setting, texts: &[&str]) {
        let wrong: Vec<_> = texts
            .iter()
            .filter(|text| !found(setting, text).is_empty())
            .map(|text| (text, found(setting, text)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn every_syntax_of_configuration_is_read() {
        named(
            Setting::Plain,
            "Vq7xK2mP9wRt",
            &[
                "password: Vq7xK2mP9wRt\n",
                "password: \"Vq7xK2mP9wRt\" # the old one\n",
                "  db.password = Vq7xK2mP9wRt\n",
                "a: [{name: db.password, value: Vq7xK2mP9wRt}]\n",
                "DB_PASSWORD=Vq7xK2mP9wRt\n",
                "export DB_PASSWORD='Vq7xK2mP9wRt'\n",
                "ENV DB_PASSWORD Vq7xK2mP9wRt\n",
                "ENV A=b DB_PASSWORD=Vq7xK2mP9wRt C=d\n",
                "- name: DB_PASSWORD\n  value: Vq7xK2mP9wRt\n",
                "{\"name\": \"DB_PASSWORD\", \"value\": \"Vq7xK2mP9wRt\"}",
                "{\"db\": {\"password\": \"Vq7xK2mP9wRt\", \"x\": 1}}",
                "\"source\": [\"os.environ[\\\"DB_PASSWORD\\\"] = \\\"Vq7xK2mP9wRt\\\"\\n\"]",
                "{name: DB_PASSWORD, value: Vq7xK2mP9wRt}",
                "variable \"db_password\" {\n  type = string\n  default = \"Vq7xK2mP9wRt\"\n}\n",
                "DbPassword:\n  Type: String\n  Default: Vq7xK2mP9wRt\n",
                "Server=db;User Id=app;Password=Vq7xK2mP9wRt;Encrypt=true",
                "host=db user=app password=Vq7xK2mP9wRt dbname=x",
                "<password>Vq7xK2mP9wRt</password>",
                "<add key=\"DbPassword\" value=\"Vq7xK2mP9wRt\" />",
                "<property name=\"password\" value=\"Vq7xK2mP9wRt\"/>",
                "<name>db.password</name>\n<value>Vq7xK2mP9wRt</value>",
                "run --password Vq7xK2mP9wRt --x",
                "run --password=Vq7xK2mP9wRt",
                "args: [\"--db-password\", \"Vq7xK2mP9wRt\"]",
                "args:\n  - --db-password\n  - Vq7xK2mP9wRt\n",
                "password: ${DB_PASSWORD:-Vq7xK2mP9wRt}\n",
                "password: |\n  Vq7xK2mP9wRt\n",
                "password: !!str Vq7xK2mP9wRt\n",
                "machine git.acme.io login ci password Vq7xK2mP9wRt\n",
                "requirepass Vq7xK2mP9wRt\n",
                "curl -s -u deploy:Vq7xK2mP9wRt https://ci.acme.io",
                "mysqldump -h db -u app -pVq7xK2mP9wRt orders",
                "sshpass -p 'Vq7xK2mP9wRt' ssh a@b",
                "docker login -u ci -p Vq7xK2mP9wRt registry.acme.io",
                "CREATE USER app WITH PASSWORD 'Vq7xK2mP9wRt';",
                "CREATE USER 'app'@'%' IDENTIFIED BY 'Vq7xK2mP9wRt';",
                "kubectl create secret generic db --from-literal=password=Vq7xK2mP9wRt",
                "-Dspring.datasource.password=Vq7xK2mP9wRt",
                "$password = \"Vq7xK2mP9wRt\"",
                "$sec = ConvertTo-SecureString 'Vq7xK2mP9wRt' -AsPlainText -Force",
                "$pw = ConvertTo-SecureString -String \"Vq7xK2mP9wRt\" -AsPlainText",
                "param adminPassword string = 'Vq7xK2mP9wRt'\n",
                "DB_PASSWORD ?= Vq7xK2mP9wRt\n",
                "openssl rsa -passin pass:Vq7xK2mP9wRt",
                "mysqladmin ping -h db -uroot -pVq7xK2mP9wRt",
                "test: [\"CMD\", \"mysqladmin\", \"ping\", \"-pVq7xK2mP9wRt\"]",
                "test: [\"CMD\",\"curl\",\"-u\",\"ops:Vq7xK2mP9wRt\",\"http://localhost\"]",
                "{\"Db:Password\": \"Vq7xK2mP9wRt\"}",
                "  password: {{ \"Vq7xK2mP9wRt\" | b64enc }}\n",
                "  password: {{- .Values.password | default \"Vq7xK2mP9wRt\" | quote }}\n",
                "git clone https://x/y && echo \"machine x login ci password Vq7xK2mP9wRt\" > ~/.netrc",
                "echo Vq7xK2mP9wRt | docker login r.acme.io -u ci --password-stdin",
                "RUN echo \"root:Vq7xK2mP9wRt\" | chpasswd",
                "mc alias set prod https://s3.acme.io app Vq7xK2mP9wRt",
                "twine upload -u ci -p Vq7xK2mP9wRt dist/*",
                "curl \\\n  --user \\\n  ops:Vq7xK2mP9wRt \\\n  https://ci.acme.io",
                "sentinel auth-pass main Vq7xK2mP9wRt\n",
                "host smtp.acme.io\nuser ops\npassword Vq7xK2mP9wRt\n",
                "enable password Vq7xK2mP9wRt\n",
                "    HTTP_Passwd Vq7xK2mP9wRt\n",
                "db.acme.io:5432:orders:app:Vq7xK2mP9wRt\n",
                "<key>ApiPassword</key>\n<string>Vq7xK2mP9wRt</string>",
                "# password: Vq7xK2mP9wRt\n",
                "NEO4J_AUTH=neo4j/Vq7xK2mP9wRt\n",
                "  acme:dbPassword: Vq7xK2mP9wRt\n",
                "network={\n  psk=\"Vq7xK2mP9wRt\"\n}\n",
                "password: ${db.password:Vq7xK2mP9wRt}\n",
                "password: ${DB_PASSWORD:Vq7xK2mP9wRt}\n",
            ],
        );
        named(
            Setting::Plain,
            "q7Rk2vXw9LmT4bNz8HcYdQ",
            &[
                "Authorization: Bearer q7Rk2vXw9LmT4bNz8HcYdQ",
                "curl -H \"Authorization: Bearer q7Rk2vXw9LmT4bNz8HcYdQ\" x",
                "curl -H 'x-api-key: q7Rk2vXw9LmT4bNz8HcYdQ' x",
                "headers: {\"X-Api-Key\": \"q7Rk2vXw9LmT4bNz8HcYdQ\"}",
                "//registry.npmjs.org/:_authToken=q7Rk2vXw9LmT4bNz8HcYdQ\n",
                "apiKey: q7Rk2vXw9LmT4bNz8HcYdQ\n",
                "SECRET_KEY=\"q7Rk2vXw9LmT4bNz8HcYdQ\"\n",
                "# api_key: q7Rk2vXw9LmT4bNz8HcYdQ\n",
                "AccountName=a;AccountKey=q7Rk2vXw9LmT4bNz8HcYdQ;EndpointSuffix=x",
            ],
        );
        named(
            Setting::Plain,
            "ZGVwbG95OlZxN3hLMm1QOXdSdA==",
            &[
                "Authorization: Basic ZGVwbG95OlZxN3hLMm1QOXdSdA==",
                "{\"auths\": {\"ghcr.io\": {\"auth\": \"ZGVwbG95OlZxN3hLMm1QOXdSdA==\"}}}",
            ],
        );
    }

    #[test]
    fn programs_are_read_more_strictly() {
        named(
            Setting::Code,
            "Vq7xK2mP9wRt",
            &[
                "password = \"Vq7xK2mP9wRt\"",
                "password: str = \"Vq7xK2mP9wRt\"",
                "const dbPassword: string = 'Vq7xK2mP9wRt';",
                "var password string = \"Vq7xK2mP9wRt\"",
                "String password = \"Vq7xK2mP9wRt\";",
                "let password = String::from(\"Vq7xK2mP9wRt\");",
                "password: str = Field(default=\"Vq7xK2mP9wRt\")",
                "connect(host=\"db\", password=\"Vq7xK2mP9wRt\")",
                "{\"password\": \"Vq7xK2mP9wRt\"}",
                "os.environ[\"DB_PASSWORD\"] = \"Vq7xK2mP9wRt\"",
                "os.environ.setdefault(\"DB_PASSWORD\", \"Vq7xK2mP9wRt\")",
                "define( 'DB_PASSWORD', 'Vq7xK2mP9wRt' );",
                "os.environ.setdefault(\n    \"DB_PASSWORD\",\n    \"Vq7xK2mP9wRt\",\n)",
                "os.getenv('DB_PASSWORD', 'Vq7xK2mP9wRt')",
                "const p = process.env.DB_PASSWORD || \"Vq7xK2mP9wRt\"",
                "os.environ.get(\"DB_PASSWORD\") or \"Vq7xK2mP9wRt\"",
                "config(\"DB_PASSWORD\", default=\"Vq7xK2mP9wRt\")",
                "builder.setPassword(\"Vq7xK2mP9wRt\")",
                "'password' => 'Vq7xK2mP9wRt',",
                ":password => \"Vq7xK2mP9wRt\"",
                "dsn = \"host=db password=Vq7xK2mP9wRt dbname=x\"",
                "const DB_PASSWORD: &str = \"Vq7xK2mP9wRt\";",
                "client.basic_auth(\"ops\", Some(\"Vq7xK2mP9wRt\"))",
                "auth = HTTPBasicAuth(\"ops\", \"Vq7xK2mP9wRt\")",
                "requests.get(url, auth=(\"ops\", \"Vq7xK2mP9wRt\"))",
                "req.SetBasicAuth(\"ops\", \"Vq7xK2mP9wRt\")",
                "DriverManager.getConnection(url, \"ops\", \"Vq7xK2mP9wRt\");",
                "new PDO('mysql:host=db;dbname=x', 'ops', 'Vq7xK2mP9wRt');",
                "jwt.sign({ id, role }, \"Vq7xK2mP9wRt\");",
                "public string Password { get; set; } = \"Vq7xK2mP9wRt\";",
                "#define DB_PASSWORD \"Vq7xK2mP9wRt\"\n",
                "PASSWORD = (\n    \"Vq7xK2mP9wRt\"\n)",
                "  storePassword \"Vq7xK2mP9wRt\"\n",
                "@Value(\"${db.password:Vq7xK2mP9wRt}\")",
            ],
        );
        none(
            Setting::Code,
            &[
                "password = get_password()",
                "password = os.environ[\"DB_PASSWORD\"]",
                "password: str",
                "password: Optional[str] = None",
                "password = config.password",
                "password: \"Password\"",
                "label(\"password\", \"Enter your password\")",
                "token = \"bearer\"",
                "PASSWORD = \"changeme\"",
                "const tokenType = \"Bearer\";",
                "getSecret(\"prod/db/password\")",
                "client.get_secret(\"openai-api-key\")",
                "parser.add_argument(\"--password\", help=\"the password of the user\")",
                "if password == \"Vq7xK2mP9wRt\":",
                "password = f\"{user}-secret\"",
                "headers = {\"Authorization\": \"Bearer \" + token}",
                "headers = {\"Authorization\": f\"Bearer {token}\"}",
                "API_KEY_HEADER = \"X-Api-Key\"",
                "passwordInput: '#password',",
                "token: z.string().min(8)",
                "password = \"letmein\"",
                "type: \"password\"",
                "i18n.t(\"password\", \"Passwort\")",
                "cache_key = \"user:42:profile\"",
                "const SECRET_NAME = \"web-tls-2024\";",
                "password = PasswordField()",
                "\"SELECT password FROM users WHERE token = %s\"",
                "TOKEN = credentials('nexus-deploy-2025')",
                "const tokenAddress = \"0x63686eab5baaeec1347a896cccceea7fbb42a33e\";",
                "token = jwt.sign(claims, secret)",
                "conn = getConnection(url, user, password)",
                "algolia: { apiKey: \"625d9792ad20b02a9817d935bb643c15\", indexName: \"acme\" }",
                "password_hash = \"$2b$12$KIXQ9v7xK2mP9wRtq7Rk2uXw9LmT4bNz8HcYdQ\"",
            ],
        );
    }

    #[test]
    fn what_is_no_credential_is_left_alone() {
        none(
            Setting::Plain,
            &[
                "password: ${DB_PASSWORD}\n",
                "password: $DB_PASSWORD\n",
                "adminPasswordSecret: grafana-adm\n",
                "password-secret: pg-main\n",
                "parameters: [{name: global.token, value: $ARGOCD_ENV_TOKEN}]\n",
                "password: {{ .Values.db.password }}\n",
                "password: \"{{ db_password }}\"\n",
                "password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3462\n",
                "password: ENC[AES256_GCM,data:q7Rk2vXw9LmT,iv:4bNz8HcY,tag:dQ==,type:str]\n",
                "password: '{cipher}q7Rk2vXw9LmT4bNz8HcYdQ'\n",
                "password = var.db_password\n",
                "password = random_password.db.result\n",
                "password = data.vault_generic_secret.db.data[\"password\"]\n",
                "api_key: os.environ/OPENAI_API_KEY\n",
                "api_key: your-api-key-here\n",
                "api_key: <API_KEY>\n",
                "API_KEY=\n",
                "run --token= --user=q7Rk2vXw9LmT4bNz\n",
                "API_KEY=xxxxxxxxxxxxxxxxxxxx\n",
                "api_key: sk-...\n",
                "secretName: web-tls-2024\n",
                "secretKeyRef:\n  name: web\n  key: db-password\n",
                "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {name: db, key: password}\n",
                "existingSecretPasswordKey: postgres-password\n",
                "imagePullSecrets:\n- name: registry-credentials\n",
                "max_tokens: 4096\n",
                "tokenizer: cl100k_base\n",
                "token_budget: 100000\n",
                "passwordPolicy: strong\n",
                "token_url: https://login.acme.io/oauth/token\n",
                "password_file: /run/secrets/db\n",
                "DB_PASSWORD: /run/secrets/db\n",
                "token: ${{ secrets.GITHUB_TOKEN }}\n",
                "password: \"%DB_PASSWORD%\"\n",
                "password=$(cat /run/secrets/db)\n",
                "password=`cat secret`\n",
                "PASSWORD=$1\n",
                "password: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-Vq7xK2\n",
                "password: op://vault/db/password\n",
                "public_key: q7Rk2vXw9LmT4bNz8HcYdQq7Rk2vXw9LmT4bNz8HcYdQ\n",
                "password_hash: q7Rk2vXw9LmT4bNz8HcYdQ\n",
                "password: $2b$12$KIXQ9v7xK2mP9wRtq7Rk2uXw9LmT4bNz8HcYdQ\n",
                "sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n",
                "cache_key: v1-9f86d081884c7d65\n",
                "primary_key: id\n",
                "token: 3f2504e0-4f89-41d3-9a0c-0305e82c3301\n",
                "# password: put it here\n",
                "-- the password is never stored in clear text\n",
                "password: <%= ENV['DB_PASSWORD'] %>\n",
                "password: {type: string, minLength: 8}\n",
                "password:\n  type: string\n  format: password\n",
                "\"password\": {\"type\": \"string\", \"description\": \"The password\"}",
                "\"password\": \"Password\"",
                "password: Bitte Passwort eingeben\n",
                "curl -u \"$USER:$PASSWORD\" https://x",
                "curl -u user:password https://x",
                "curl -u deploy-user-1 https://x",
                "message: \"password: must come from a Secret\"\n",
                "password: {{ required \"password1 is missing\" .Values.password }}\n",
                "password: {{ default (randAlphaNum 24) .Values.password | b64enc }}\n",
                "password: {{ lookup \"v1\" \"Secret\" \"agents1\" \"db-7f3a\" }}\n",
                "docker login -u ci -p registry-token-1 r.acme.io",
                "sshpass -e ssh ops@web-1",
                "mysql -u root -p\"$MYSQL_ROOT_PASSWORD\"",
                "docker login -u ci -p ${{ secrets.TOKEN }}",
                "echo \"$TOKEN\" | docker login -u ci --password-stdin ghcr.io",
                "Authorization: Bearer $TOKEN",
                "Authorization: Bearer <token>",
                "Authorization: Basic dXNlcjpwYXNzd29yZA==",
                "--password-file /run/secrets/db",
                "secret: web-tls\n",
                "auth: basic\n",
                "key: value\n",
                "tokenSecret: github-token\n",
                "admin_password = $__file{/etc/secrets/admin}\n",
                "password: $ENV{DB_PASSWORD}\n",
                "password: \"%env(DB_PASSWORD)%\"\n",
                "password: \"%%DB_PASSWORD%%\"\n",
                "password: ENV[DB_PASSWORD]\n",
                "param adminPassword = readEnvironmentVariable('ADMIN_PASSWORD')\n",
                "password => $password.unwrap\n",
                "UPDATE users SET password = crypt(:password, gen_salt('bf'));\n",
                "- secretKey: password\n  remoteRef: {key: db}\n",
                "API_KEY=my_secret_api_key\n",
                "API_KEY=test\n",
                "API_KEY=set_in_production\n",
                "SSH_HOST_KEY=ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ\n",
                "caSecret: internal-ca-2024\n",
                "secret_scanner: gitleaks-8.21\n",
                "PASSWORD: 'password' | 'PASSWORD';\n",
                "\"encrypted\": {\"token\": \"wcFMA/nKmWp4VNQzKz/y4Tch\"}",
                "password required\n",
                "echo \"${API_TOKEN:0:4}\"\n",
                "ports: [\"127.0.0.1:5432:5432\"]\n",
            ],
        );
    }

    #[test]
    fn clients_are_handed_passwords_of_words() {
        for text in [
            "sshpass -p 'Slate-comet-52' ssh ops@10.0.3.4",
            "db.acme.io:5432:orders:app:Slate-comet-52\n",
            "docker login -u ci -p Slate-comet-52 r.acme.io",
        ] {
            named(Setting::Plain, "Slate-comet-52", &[text]);
        }
    }

    #[test]
    fn passwords_that_everybody_knows_are_told() {
        for text in [
            "POSTGRES_PASSWORD=postgres\n",
            "password: admin\n",
            "MINIO_ROOT_PASSWORD: minioadmin\n",
            "JWT_SECRET: secret\n",
            "keystore.password=changeit\n",
            "password: YWRtaW4=\n",
        ] {
            let found = found(Setting::Plain, text);
            assert!(matches!(found.as_slice(), [(_, What::WellKnown)]), "{text}: {found:?}");
        }
        none(Setting::Code, &["password = \"admin\"", "PASSWORD = 'postgres'"]);
    }

    #[test]
    fn hostile_texts_take_no_longer() {
        for unit in [
            "password=",
            "key=key=",
            "password: ",
            "password='",
            "\"password\": {",
            "--token ",
            "Bearer ",
            "curl -u ",
            "password \\\"",
        ] {
            let text = unit.repeat(4_000);
            scan(Setting::Plain, &text);
            scan(Setting::Code, &text);
        }
    }
}
