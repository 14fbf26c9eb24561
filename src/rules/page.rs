//! Reads the front matter of a rule page, which is the home of a rule's metadata.
//!
//! The front matter is the small part of YAML that the pages use: `key: value` lines, and under
//! `aliases:` and `parameters:` such lines indented by two. `tests/rule_pages.rs` holds every page
//! to it, so a page that lacks a field is a start-up invariant and not a case to handle.

use super::{
    Applicability, Check, Confidence, Decimal, Environment, Parameter, ParameterValue, Profile,
    Rule, Severity,
};

/// A page as it is compiled in.
pub(super) struct Page {
    /// A copy of the front matter. Every start reads those of all pages: apart from the texts, they lie
    /// beside each other in the program, and the system need not bring in what stands between.
    pub(super) front: &'static str,
    /// The whole text.
    pub(super) text: &'static str,
    pub(super) check: Check,
}

/// How many bytes the front matter of a page has, its last `---` included.
pub(super) const fn front_length(page: &str) -> usize {
    let mut rest = page.as_bytes();
    while let [_, below @ ..] = rest {
        if let [b'\n', b'-', b'-', b'-', b'\n', ..] = rest {
            return page.len() - below.len() + 4;
        }
        rest = below;
    }
    page.len()
}

/// A copy of the front matter of a page.
pub(super) const fn front<const LENGTH: usize>(page: &str) -> [u8; LENGTH] {
    match page.as_bytes().first_chunk() {
        Some(front) => *front,
        None => [0; LENGTH],
    }
}

/// What was copied, as text.
pub(super) const fn text(front: &[u8]) -> &str {
    match str::from_utf8(front) {
        Ok(front) => front,
        Err(_) => "",
    }
}

impl Rule {
    #[allow(clippy::expect_used, clippy::panic)] // pages are compiled in, and tests read each one
    pub(super) fn of(page: &'static Page) -> Self {
        let Page { front, text: page, check } = *page;
        let front = Front::of(front);
        let field = |key: &str| {
            front.field(key).unwrap_or_else(|| panic!("a rule page lacks `{key}`: {page:.80}"))
        };
        Rule {
            id: field("id"),
            title: field("title"),
            severity: Severity::named(field("severity")).expect("a known severity"),
            confidence: Confidence::named(field("confidence")).expect("a known confidence"),
            profile: match field("profile") {
                "essential" => Profile::Essential,
                "production" => Profile::Production,
                "strict" => Profile::Strict,
                "optional" => Profile::Optional,
                other => panic!("unknown profile `{other}`"),
            },
            environments: match front.field("environments") {
                None => Environment::ALL.to_vec(),
                Some(names) => list(names).filter_map(Environment::named).collect(),
            },
            fix: match field("fix") {
                "none" => None,
                "safe" => Some(Applicability::Safe),
                "unsafe" => Some(Applicability::Unsafe),
                other => panic!("unknown fix `{other}`"),
            },
            since: field("since"),
            aliases: front
                .block("aliases")
                .map(|(tool, ids)| (tool, list(ids).collect()))
                .collect(),
            parameters: front
                .block("parameters")
                .map(|(name, text)| {
                    let (default, about) = text.split_once(" # ").expect("a default # its meaning");
                    let default = value(default.trim());
                    Parameter { name, default, about }
                })
                .collect(),
            page,
            check,
        }
    }
}

/// A list in brackets, or a number, which is a whole one without a point.
#[allow(clippy::expect_used)] // pages are compiled in, and tests read each one
fn value(text: &'static str) -> ParameterValue {
    if text.starts_with('[') {
        return ParameterValue::Words(list(text).map(str::to_owned).collect());
    }
    if text.contains('.') {
        return ParameterValue::Decimal(Decimal::parse(text).expect("a number"));
    }
    ParameterValue::Number(text.parse().expect("a whole number"))
}

fn list(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.trim_matches(['[', ']']).split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// What stands before a byte of ASCII, and what stands behind it.
fn part(text: &'static str, byte: u8) -> Option<(&'static str, &'static str)> {
    let at = memchr::memchr(byte, text.as_bytes())?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The lines between the two `---`, each a key and its value. Those of a block follow its name, which has no
/// value, and have [`INDENT`].
struct Front(Vec<(&'static str, &'static str)>);

const INDENT: &str = "  ";

impl Front {
    /// All pages are read whenever the program starts: each line once, by what finds bytes fastest.
    fn of(front: &'static str) -> Self {
        const USUAL: usize = 24;
        let mut lines = Vec::with_capacity(USUAL);
        let mut rest = front.strip_prefix("---\n").unwrap_or_default();
        while let Some((line, below)) = part(rest, b'\n').filter(|(line, _)| *line != "---") {
            let (key, value) = part(line, b':').unwrap_or((line, ""));
            lines.push((key, value.strip_prefix(' ').unwrap_or(value)));
            rest = below;
        }
        Front(lines)
    }

    fn field(&self, key: &str) -> Option<&'static str> {
        self.0.iter().find(|line| line.0 == key).map(|line| line.1)
    }

    /// The indented keys and values below a name.
    fn block(&self, name: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
        let lines = self.0.iter().skip_while(move |line| line.0 != name).skip(1);
        lines.map_while(|(key, value)| Some((key.strip_prefix(INDENT)?, *value)))
    }
}
