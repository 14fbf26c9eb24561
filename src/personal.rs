//! Tells personal data from what merely looks like it. What has a checksum is certain; an e-mail
//! address or a telephone number may be somebody's or a team's, and counts only where nothing
//! says that it is the latter. The data itself is never printed.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// What identifies a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PersonalKind {
    Email,
    Iban,
    Passport,
    Phone,
}

impl PersonalKind {
    /// One of them, and several.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            PersonalKind::Email => ("e-mail address", "e-mail addresses"),
            PersonalKind::Iban => ("bank account number", "bank account numbers"),
            PersonalKind::Passport => ("passport number", "passport numbers"),
            PersonalKind::Phone => ("telephone number", "telephone numbers"),
        }
    }
}

static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?-u)[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,18}\b").ok()
});

static IBAN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?-u)\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b").ok()
});

static PHONE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u)\+[1-9]\d{0,2}(?:[ ./-]?\(?\d{1,5}\)?){2,6}\b").ok());

static PASSPORT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u)\b(?:[A-Z]{1,2}\d{6,8}|[A-Z]\d{2}[A-Z0-9]{6})\b").ok());

/// Words that say that an address or a number is there to be used by strangers.
const PUBLIC_WORDS: [&str; 38] = [
    "acme",
    "admin",
    "admins",
    "alert",
    "alerts",
    "author",
    "authors",
    "bcc",
    "bot",
    "cc",
    "committer",
    "contact",
    "contacts",
    "escalation",
    "from",
    "helpdesk",
    "hotline",
    "letsencrypt",
    "mailer",
    "maintainer",
    "maintainers",
    "notification",
    "notifications",
    "notify",
    "oncall",
    "operator",
    "owner",
    "owners",
    "postmaster",
    "receiver",
    "recipient",
    "recipients",
    "reply",
    "sender",
    "smtp",
    "support",
    "team",
    "to",
];

/// The part before the `@` of addresses that belong to nobody in particular.
const ROLES: [&str; 44] = [
    "abuse",
    "accounts",
    "admin",
    "administrator",
    "agent",
    "agents",
    "alert",
    "alerts",
    "billing",
    "bot",
    "build",
    "ci",
    "contact",
    "data",
    "dev",
    "devops",
    "git",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "info",
    "legal",
    "mail",
    "mailer",
    "me",
    "name",
    "no",
    "noreply",
    "office",
    "ops",
    "postmaster",
    "press",
    "privacy",
    "root",
    "sales",
    "security",
    "service",
    "sre",
    "support",
    "system",
    "team",
    "user",
    "webmaster",
];

/// Ends of domains that are examples or lead nowhere.
///
/// Source: RFC 2606, RFC 6761; and the domains that people make up.
const NOBODYS_DOMAINS: [&str; 28] = [
    "bar.com",
    "cluster.local",
    "company.com",
    "domain.com",
    "email.com",
    "example",
    "example.com",
    "example.edu",
    "example.net",
    "example.org",
    "foo.com",
    "gserviceaccount.com",
    "internal",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mycompany.com",
    "mydomain.com",
    "noreply.github.com",
    "svc",
    "test",
    "test.com",
    "yourcompany.com",
    "yourdomain.com",
    "your-company.com",
    "your-domain.com",
];

/// Ends of file names, which no domain has that people write to.
const FILE_ENDINGS: [&str; 14] = [
    "conf", "css", "gif", "html", "jpg", "js", "json", "md", "png", "service", "svg", "toml",
    "yaml", "yml",
];

/// The account numbers that documents show.
///
/// Source: the examples of the registry of SWIFT.
const EXAMPLE_IBANS: [&str; 8] = [
    "AT611904300234573201",
    "BE68539007547034",
    "CH9300762011623852957",
    "DE89370400440532013000",
    "ES9121000418450200051332",
    "FR1420041010050500013M02606",
    "GB29NWBK60161331926819",
    "GB82WEST12345698765432",
];

/// The lengths of account numbers, by country.
///
/// Source: the IBAN registry of SWIFT (ISO 13616).
const IBAN_LENGTHS: [(&str, usize); 38] = [
    ("AD", 24),
    ("AE", 23),
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("BR", 29),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IS", 26),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("SA", 24),
    ("SE", 24),
    ("SI", 19),
    ("TR", 26),
];

/// The personal data on a line, each with the bytes that it takes. `name` is what the line stands
/// under.
pub(crate) fn on_line(name: &str, line: &str) -> Vec<(PersonalKind, Range<usize>)> {
    let mut found = Vec::new();
    let matches = |pattern: &'static LazyLock<Option<Regex>>| {
        pattern.iter().flat_map(|pattern| pattern.find_iter(line))
    };
    let says = |wanted: &[&str]| says(name, line, wanted);
    if line.contains('@') && !says(&PUBLIC_WORDS) {
        found.extend(
            matches(&EMAIL)
                .filter(|it| is_somebodys(line, it.range()))
                .map(|it| (PersonalKind::Email, it.range())),
        );
    }
    // Numbers of accounts and of passports begin with letters, which on most lines rules them out.
    let may_be_numbered = line
        .as_bytes()
        .windows(2)
        .any(|pair| matches!(pair, [letter, digit] if letter.is_ascii_uppercase() && digit.is_ascii_digit()));
    if may_be_numbered {
        found.extend(
            matches(&IBAN)
                .filter(|it| is_iban(it.as_str()))
                .map(|it| (PersonalKind::Iban, it.range())),
        );
    }
    let is_phone =
        ["phone", "telephone", "phonenumber", "tel", "mobile", "cell", "whatsapp", "sms"];
    if line.contains('+') && says(&is_phone) && !says(&PUBLIC_WORDS) {
        found.extend(
            matches(&PHONE)
                .filter(|it| is_phone_number(it.as_str()))
                .map(|it| (PersonalKind::Phone, it.range())),
        );
    }
    if may_be_numbered && says(&["passport", "passportnumber"]) {
        found.extend(matches(&PASSPORT).map(|it| (PersonalKind::Passport, it.range())));
    }
    found
}

/// What on a line may be personal data, whoever's it is.
pub(crate) fn of_anybody(line: &str) -> Vec<Range<usize>> {
    let patterns = [&EMAIL, &IBAN, &PHONE].into_iter().flat_map(|pattern| pattern.iter());
    patterns.flat_map(|pattern| pattern.find_iter(line)).map(|it| it.range()).collect()
}

/// Whether the text is personal data and nothing else.
pub(crate) fn is_personal(text: &str) -> bool {
    let whole = |pattern: &'static LazyLock<Option<Regex>>| {
        pattern.iter().filter_map(|it| it.find(text)).any(|it| it.len() == text.len())
    };
    [&EMAIL, &IBAN, &PHONE, &PASSPORT].into_iter().any(whole)
}

/// Whether the name, or the line apart from addresses, has one of the words.
fn says(name: &str, line: &str, wanted: &[&str]) -> bool {
    let lower = format!("{name} {line}").to_ascii_lowercase();
    lower
        .split_whitespace()
        .filter(|part| !part.contains('@') || part.contains([':', '=', ',']))
        .flat_map(|part| part.split(['=', ',', ':', '"', '\'', ';']))
        .filter(|part| !part.contains('@'))
        .flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric()))
        .any(|word| wanted.contains(&word))
}

fn is_somebodys(line: &str, range: Range<usize>) -> bool {
    let address = line.get(range.clone()).unwrap_or_default();
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let (local, domain) = (local.to_ascii_lowercase(), domain.to_ascii_lowercase());
    let first = local.split(['.', '-', '_', '+']).next().unwrap_or_default();
    let ending = domain.rsplit('.').next().unwrap_or_default();
    let is_nobodys = NOBODYS_DOMAINS.iter().any(|known| {
        domain.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    // The user of a URL, and `git@host:path`.
    let before = line.get(..range.start).unwrap_or_default();
    let token = before.rsplit([' ', '\t', '"', '\'', ',']).next().unwrap_or_default();
    let mut after = line.get(range.end..).unwrap_or_default().chars();
    let is_login = token.contains("://")
        || match after.next() {
            Some('/') => true,
            Some(':') => after.next().is_some_and(|c| !c.is_whitespace()),
            _ => false,
        };
    !is_nobodys
        && !is_login
        && !ROLES.contains(&first)
        && !FILE_ENDINGS.contains(&ending)
        && local.contains(|c: char| c.is_ascii_alphabetic())
}

/// Source: ISO 13616: the number, its first four characters moved to the end and its letters read as
/// 10 to 35, leaves 1 when divided by 97.
fn is_iban(text: &str) -> bool {
    let number: String = text.chars().filter(|c| *c != ' ').collect();
    let length = IBAN_LENGTHS.iter().find(|(country, _)| number.starts_with(country));
    if length.is_none_or(|(_, length)| number.len() != *length)
        || EXAMPLE_IBANS.contains(&number.as_str())
    {
        return false;
    }
    let (head, tail) = number.split_at_checked(4).unwrap_or_default();
    let digits = tail.chars().chain(head.chars()).filter_map(|c| c.to_digit(36));
    let rest = digits.fold(0_u32, |rest, digit| {
        let shifted = if digit > 9 { rest * 100 } else { rest * 10 };
        (shifted + digit) % 97
    });
    rest == 1
}

/// Enough digits, not all alike, and not one of the numbers that are kept free for films.
fn is_phone_number(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_plain = digits.chars().skip(1).collect::<std::collections::BTreeSet<_>>().len() < 3;
    (8..=15).contains(&digits.len())
        && !is_plain
        && !digits.contains("55501")
        && !digits.contains("123456")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(name: &str, line: &str) -> Vec<PersonalKind> {
        on_line(name, line).into_iter().map(|(kind, _)| kind).collect()
    }

    #[test]
    fn addresses_of_people() {
        for (name, line) in [
            ("users.csv", "7,jane.roe@acme.io,gold"),
            ("users.yaml", "- email: jane.roe@acme.io"),
            ("USER_EMAIL", "jane.roe@acme.io"),
            ("allowlist", "\"jroe@acme.co.uk\", \"x\""),
        ] {
            assert_eq!(kinds(name, line), [PersonalKind::Email], "{line}");
        }
        for (name, line) in [
            ("CONTACT_EMAIL", "jane.roe@acme.io"),
            ("config", "smtp_from: jane.roe@acme.io"),
            ("config", "to: jane.roe@acme.io"),
            ("users", "jane.roe@example.com"),
            ("users", "jane.roe@mail.example.org"),
            ("users", "jane@web.test"),
            ("users", "noreply@acme.io"),
            ("users", "support+eu@acme.io"),
            ("repo", "git@git.acme.io:web/api.git"),
            ("url", "postgres://jane@db.acme.io/web"),
            ("url", "https://jane:x@db.acme.io/web"),
            ("logo", "logo@2x.png"),
            ("unit", "getty@tty1.service"),
            ("account", "web@acme-prod.iam.gserviceaccount.com"),
            ("image", "ghcr.io/acme/api@sha256:0123"),
        ] {
            assert_eq!(kinds(name, line), [], "{name}: {line}");
        }
    }

    #[test]
    fn numbers_with_a_checksum() {
        for line in
            ["DE75512108001245126199", "iban: GB33BUKB20201555555555", "NL02 ABNA 0123 4567 89"]
        {
            assert_eq!(kinds("x", line), [PersonalKind::Iban], "{line}");
        }
        for line in [
            "DE75512108001245126198",
            "DE89370400440532013000",
            "XX75512108001245126199",
            "DE7551210800",
        ] {
            assert_eq!(kinds("x", line), [], "{line}");
        }
    }

    #[test]
    fn numbers_that_only_their_name_tells() {
        assert_eq!(kinds("x", "phone: +49 30 9018 2020"), [PersonalKind::Phone]);
        assert_eq!(kinds("passport", "C01X00T47"), [PersonalKind::Passport]);
        for (name, line) in [
            ("x", "offset: +49 30 9018 2020"),
            ("support_phone", "+49 30 9018 2020"),
            ("phone", "+1 202 555 0142"),
            ("phone", "+1 234 567 890"),
            ("x", "C01X00T47"),
        ] {
            assert_eq!(kinds(name, line), [], "{name}: {line}");
        }
    }

    #[test]
    fn what_is_personal_is_known_by_its_shape() {
        assert!(is_personal("jane.roe@acme.io"));
        assert!(is_personal("DE75512108001245126199"));
        assert!(!is_personal("sk-proj-9aF3kLmQ2xYz7WvB4n"));
    }
}
