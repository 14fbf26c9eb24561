//! Credentials in URLs: `scheme://user:password@host` and `?api_key=…`.

use std::ops::Range;

use super::assigned::is_sample_login;
use super::{Secret, Setting, What};
use crate::address::decoded;
use crate::credential::{self, Shape, Value};
use crate::source::Span;

/// Longer addresses are data.
const MOST: usize = 2048;
/// The bytes of a login, which stands right behind the scheme.
const MOST_LOGIN: usize = 400;

/// The credential in the URL around a `://`.
pub(super) fn at(setting: Setting, text: &str, mark: Range<usize>) -> Option<Secret> {
    if !matches!(setting, Setting::Plain | Setting::Code) {
        return None;
    }
    let scheme = text.as_bytes().get(mark.start.checked_sub(1)?)?;
    if !scheme.is_ascii_alphanumeric() {
        return None;
    }
    let rest = rest_of(text, mark.end)?;
    let secret = |range: Range<usize>, name: Option<Range<usize>>, what| {
        let span = Span::new(mark.end + range.start, mark.end + range.end);
        let name = name.map(|name| Span::new(mark.end + name.start, mark.end + name.end));
        Secret { span, hidden: span, name, what }
    };
    let found = if let Some((range, what)) = password(setting, rest) {
        secret(range, None, what)
    } else {
        let (name, value) = in_query(setting, rest)?;
        secret(value, Some(name), What::UrlQuery)
    };
    (!is_shown(before(text, mark.start))).then_some(found)
}

/// The password before an address as Go's driver for `MySQL` takes one, around the `@` of `@tcp(`:
///
/// ```text
/// app:hunter2@tcp(db:3306)/orders
/// ```
///
/// Source: github.com/go-sql-driver/mysql, "DSN (Data Source Name)".
pub(super) fn at_protocol(setting: Setting, text: &str, mark: Range<usize>) -> Option<Secret> {
    if !matches!(setting, Setting::Plain | Setting::Code) {
        return None;
    }
    let from = text.ceil_char_boundary(mark.start.saturating_sub(MOST_LOGIN));
    let near = text.get(from..mark.start)?;
    let is_end = |c: char| c.is_whitespace() || "\"'`<>\\(".contains(c);
    let login = near.rfind(is_end).and_then(|at| near.get(at + 1..)).unwrap_or(near);
    let colon = outer_colon(login)?;
    let (user, stated) = (login.get(..colon)?, login.get(colon + 1..)?);
    let user = user.rsplit('=').next().unwrap_or(user);
    let is_part = |it: u8| it.is_ascii_alphanumeric() || b"_-.".contains(&it);
    let is_name = !user.is_empty() && user.bytes().all(is_part);
    let host = rest_of(text, mark.end)?.split([')', '/']).next().unwrap_or_default();
    if !is_name || stated.starts_with("//") || is_shown(before(text, mark.start - login.len())) {
        return None;
    }
    let what = judged(setting, user, (stated, stated), host)?;
    let span = Span::new(mark.start - stated.len(), mark.start);
    Some(Secret { span, hidden: span, name: None, what })
}

/// What stands before an address on its line, as far as it is about it.
fn before(text: &str, at: usize) -> &str {
    const MOST: usize = 60;
    let mut from = at.saturating_sub(MOST);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..at).unwrap_or_default();
    before.rfind('\n').and_then(|at| before.get(at..)).unwrap_or(before)
}

/// Whether an address is there to show how one looks: `placeholder="…"`, `e.g. …`.
fn is_shown(before: &str) -> bool {
    let before = before.to_ascii_lowercase();
    ["example", "e.g.", "placeholder", "such as", "for instance"]
        .iter()
        .any(|word| before.contains(word))
}

/// What of the address follows its scheme.
fn rest_of(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    let is_end = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | 0)
    };
    let end = rest.as_bytes().iter().take(MOST).position(is_end).unwrap_or(rest.len().min(MOST));
    // What follows the next address but one is left to that: a text of nothing else must not be read as
    // often as there are addresses.
    let near = rest.get(..rest.floor_char_boundary(end + "://".len()))?;
    let next = near.match_indices("://").nth(1);
    rest.get(..next.map_or(end, |(next, _)| next.min(end)))
}

/// Nobody's password is shorter.
const SHORTEST: usize = 3;

/// The password before the host.
fn password(setting: Setting, rest: &str) -> Option<(Range<usize>, What)> {
    let login = login(rest)?;
    let colon = outer_colon(login)?;
    let (user, range) = (login.get(..colon)?, colon + 1..login.len());
    let stated = login.get(range.clone())?;
    let host = rest.get(login.len() + 1..)?;
    let host = host.split(['/', '?', '#', ',']).next().unwrap_or_default();
    // Brackets stand for what may be left out: `[user[:pass]@]host`.
    if login.contains(['[', ']', '|']) {
        return None;
    }
    Some((range, judged(setting, user, (stated, &decoded(stated)), host)?))
}

/// What the password of an address is, as it is written and as it is meant; nothing for one that gives
/// nothing away.
fn judged(
    setting: Setting,
    user: &str,
    (stated, password): (&str, &str),
    host: &str,
) -> Option<What> {
    let is_local = is_local(host);
    if password.chars().count() < SHORTEST
        || host.is_empty()
        || is_sample_login(user, password)
        || is_asked(user) && is_asked(stated)
        // Everybody's user of Oracle.
        || user == "scott" && password.starts_with("tiger")
        || is_of_nobody(user, password, host)
    {
        return None;
    }
    let what = match credential::value(password) {
        Value::WellKnown if is_local || setting == Setting::Code => return None,
        Value::WellKnown => What::WellKnown,
        Value::Literal if user == password && (is_local || setting == Setting::Code) => {
            return None;
        }
        Value::Literal if user == password && Shape::of(user) != Shape::Other => What::WellKnown,
        Value::Literal => What::UrlPassword,
        _ => return None,
    };
    let is_made_up = match Shape::of(password) {
        Shape::Generated => true,
        Shape::Chosen | Shape::Number | Shape::Uuid => !is_local || setting == Setting::Plain,
        Shape::Word | Shape::Name => !is_local && setting == Setting::Plain,
        Shape::Other => !password.contains(['{', '}', '%', '(', '$', '*', ' ']) && !is_local,
    };
    (is_made_up || what == What::WellKnown).then_some(what)
}

/// The login of an address: all up to the last `@` before the host ends.
fn login(rest: &str) -> Option<&str> {
    let bytes = rest.as_bytes().get(..rest.len().min(MOST_LOGIN)).unwrap_or_default();
    let mut depth = 0usize;
    let mut last = None;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' | b'(' => depth += 1,
            b'}' | b')' => depth = depth.saturating_sub(1),
            b'@' if depth == 0 => last = Some(at),
            b'/' | b'?' | b'#' if depth == 0 => break,
            _ => {}
        }
    }
    rest.get(..last?)
}

/// The colon between user and password, which is not one of `${USER:-app}`.
fn outer_colon(login: &str) -> Option<usize> {
    let mut depth = 0usize;
    login.bytes().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        byte == b':' && depth == 0
    })
}

/// Whether nobody but the machine itself is at a host.
fn is_local(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "0.0.0.0" | "[::1]" | "::1" | "host.docker.internal")
}

/// Whether a part of a login is what somebody shall write there: `ACCESSKEY:SECRETKEY`.
fn is_asked(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Whether an address is one of documentation: RFC 2606 and what people write for a host.
fn is_of_nobody(user: &str, password: &str, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
    let is_reserved =
        ["example.com", "example.org", "example.net", ".example", ".invalid", ".test"]
            .iter()
            .any(|end| name.ends_with(end));
    let is_asked = [
        "host",
        "hostname",
        "your-host",
        "yourhost",
        "ip",
        "server",
        "my-host",
        "myhost",
        "domain",
    ]
    .contains(&name)
        && (matches!(user, "user" | "username" | "USER" | "USERNAME" | "foo")
            || user.is_empty() && credential::value(password) != Value::Literal);
    is_reserved
        || is_asked
        || name.starts_with("your")
        || name.contains("...")
        || name.starts_with('{') && user.starts_with('{')
}

/// The credential in a query or behind `#`: its name and its value.
fn in_query(setting: Setting, rest: &str) -> Option<(Range<usize>, Range<usize>)> {
    let query = rest.find(['?', '#', ';'])? + 1;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let all = rest.get(query..)?;
    let is_signed = ["se=", "sv=", "sp=", "skn="].iter().any(|part| all.contains(part));
    let mut at = query;
    for part in all.split(['&', '?', '#', ';']) {
        let start = at;
        at += part.len() + 1;
        let Some((name, value)) = part.split_once('=') else { continue };
        let value = value.trim_end_matches([',', ')', ']', '.', '}']);
        let named = name.strip_prefix("amp;").unwrap_or(name);
        if value.is_empty() || !is_credential(setting, named, &decoded(value), is_signed, host) {
            continue;
        }
        let from = start + name.len() + 1;
        return Some((start..start + name.len(), from..from + value.len()));
    }
    None
}

fn is_credential(setting: Setting, name: &str, value: &str, is_signed: bool, host: &str) -> bool {
    let is_for_tries = setting == Setting::Code && is_local(host);
    if credential::value(value) != Value::Literal || is_of_nobody("", value, host) || is_for_tries {
        return false;
    }
    let shape = Shape::of(value);
    let is_generated = shape == Shape::Generated;
    match name.to_ascii_lowercase().as_str() {
        // Shared access signatures of Azure, which have an end (`se`), and of its Logic Apps.
        "sig" => is_generated && is_signed,
        // What AWS and Google sign lasts for seven days at most.
        "x-amz-signature" | "x-goog-signature" => is_generated && setting == Setting::Plain,
        "key" | "code" | "appid" | "hapikey" | "auth" => is_generated && value.len() >= 20,
        _ if !credential::names_credential(name) => false,
        _ if credential::names_password(name) => {
            is_generated
                || shape == Shape::Chosen
                || setting == Setting::Plain && shape == Shape::Word && value.len() >= 6
        }
        _ => {
            is_generated || shape == Shape::Chosen && value.len() >= 10 && setting == Setting::Plain
        }
    }
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::*;

    fn found(setting: Setting, text: &str) -> Option<(&str, What)> {
        let mark = text.find("://")?;
        at(setting, text, mark..mark + 3).map(|it| (&text[it.span.range()], it.what))
    }

    #[test]
    fn passwords_stand_before_hosts() {
        for (text, password) in [
            ("postgresql://app:Vq7xK2mP9w@db:5432/orders", "Vq7xK2mP9w"),
            ("DSN=redis://:Vq7xK2mP9w@cache:6379/0", "Vq7xK2mP9w"),
            ("amqp://app:p%40ss9Word@mq", "p%40ss9Word"),
            ("https://ci:Vq7xK2mP9w@git.acme.io/a.git", "Vq7xK2mP9w"),
            ("mongodb+srv://app:wombats@c0.mongodb.net", "wombats"),
            ("postgres://${USER:-app}:Vq7xK2mP9w@db", "Vq7xK2mP9w"),
        ] {
            assert_eq!(found(Setting::Plain, text), Some((password, What::UrlPassword)), "{text}");
        }
        let text = "amqp://guest:guest@mq:5672";
        assert_eq!(found(Setting::Plain, text), Some(("guest", What::WellKnown)));
        assert_eq!(found(Setting::Code, text), None);
        for text in [
            "postgres://app:${PASSWORD}@db",
            "postgres://app:$PASSWORD@db",
            "postgres://{user}:{password}@{host}/x",
            "postgres://%s:%s@%s/x",
            "postgres://user:password@host:5432/db",
            "postgres://USER:PASSWORD@HOST:5432/db",
            "postgres://user:pass@localhost/db",
            "postgres://postgres:postgres@localhost:5432/db",
            "postgres://app:<password>@db",
            "https://app:9f2c77aa41@example.com/x",
            "https://acme.io:8443/@user:a",
            "postgres://app:***@db",
            "postgres://app@db",
            "http://proxy:3128",
            "https://app:@db",
            "ftp://[user[:pass]]@host.domain[:port]/path",
            "s3://ACCESSKEY:SECRETKEY@s3.amazonaws.com/bucket",
            "redis://:password@host",
            "example: \"postgresql+asyncpg://postgres:airflow@postgres/airflow\"",
            "placeholder=\"amqp://app:Vq7xK2mP9w@mq\"",
        ] {
            assert_eq!(found(Setting::Plain, text), None, "{text}");
        }
    }

    #[test]
    fn passwords_stand_before_protocols() {
        let found = |text: &'static str| {
            let mark = text.find("@tcp(")?;
            let found = at_protocol(Setting::Plain, text, mark..mark + 5)?;
            Some((&text[found.span.range()], found.what))
        };
        for text in [
            "MYSQL_DSN=app:Vq7xK2mP9w@tcp(mysql:3306)/orders",
            "sql.Open(\"mysql\", \"app:Vq7xK2mP9w@tcp(db.acme.io:3306)/orders\")",
            "dsn: app:Vq7xK2mP9w@tcp(db:3306)/x?parseTime=true",
        ] {
            assert_eq!(found(text), Some(("Vq7xK2mP9w", What::UrlPassword)), "{text}");
        }
        for text in [
            "MYSQL_DSN=app:${PASSWORD}@tcp(mysql:3306)/orders",
            "fmt.Sprintf(\"%s:%s@tcp(%s:%s)/%s\", user)",
            "user:password@tcp(localhost:5555)/dbname",
            "DSN=mysql://app:Vq7xK2mP9w@tcp(db)/x",
            "app@tcp(db)/x",
            "app:@tcp(db)/x",
            "example: app:Vq7xK2mP9w@tcp(db)/x",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn queries_may_hold_credentials() {
        for (text, value) in [
            ("https://api.acme.io/v1?api_key=q7Rk2vXw9LmT4bNz8HcY&x=1", "q7Rk2vXw9LmT4bNz8HcY"),
            ("https://x.acme.io/?a=b&amp;token=q7Rk2vXw9LmT4bNz8HcY", "q7Rk2vXw9LmT4bNz8HcY"),
            (
                "https://a.blob.core.windows.net/c?sv=2022-11-02&se=2027-01-01&sig=mJ8s%2BQw2Tz5nB7kXc1VhLr0yPf6DgUe3oAi9StMqWk%3D",
                "mJ8s%2BQw2Tz5nB7kXc1VhLr0yPf6DgUe3oAi9StMqWk%3D",
            ),
            ("jdbc:mysql://db/x?user=app&password=Vq7xK2mP9w", "Vq7xK2mP9w"),
        ] {
            assert_eq!(found(Setting::Plain, text), Some((value, What::UrlQuery)), "{text}");
        }
        for text in [
            "https://api.acme.io/v1?api_key=YOUR_API_KEY",
            "https://api.acme.io/v1?api_key=${API_KEY}",
            "https://api.acme.io/v1?page_token=q7Rk2vXw9LmT4bNz8HcY",
            "https://api.acme.io/v1?id=q7Rk2vXw9LmT4bNz8HcY",
            "https://api.acme.io/v1?token={token}",
            "https://maps.acme.io/x?max_tokens=4096",
        ] {
            assert_eq!(found(Setting::Plain, text), None, "{text}");
        }
    }
}
