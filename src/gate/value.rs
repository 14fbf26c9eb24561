//! The values of a release policy: shares, durations, counts and words, in every way that people
//! write them.

use crate::k8s::is_templated;
use crate::tree::{Entry, Node, Scalar};
use crate::words::is_placeholder;

/// One field of a block.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Field<'t, T> {
    Is(T, Node<'t>),
    /// Not there; the nearest key that is.
    Missing(Node<'t>),
    /// A template, something still to be filled in, or nothing that can be read as what belongs here;
    /// what stands there.
    Unclear(Node<'t>),
}

impl<'t, T: Copy> Field<'t, T> {
    /// What it says, and where.
    pub(crate) fn stated(&self) -> Option<(T, Node<'t>)> {
        match *self {
            Field::Is(value, at) => Some((value, at)),
            _ => None,
        }
    }

    pub(crate) fn value(&self) -> Option<T> {
        self.stated().map(|(value, _)| value)
    }

    /// Where it would stand, if it is not there.
    pub(crate) fn missing(&self) -> Option<Node<'t>> {
        match *self {
            Field::Missing(grip) => Some(grip),
            _ => None,
        }
    }

    /// Whether it is not there.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Field::Missing(_))
    }

    /// The value, or the nearest key that is there.
    pub(crate) fn node(&self) -> Node<'t> {
        match *self {
            Field::Is(_, at) | Field::Missing(at) | Field::Unclear(at) => at,
        }
    }

    /// The same field, of another kind.
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Field<'t, U> {
        match self {
            Field::Is(value, at) => Field::Is(change(value), at),
            Field::Missing(grip) => Field::Missing(grip),
            Field::Unclear(at) => Field::Unclear(at),
        }
    }
}

/// A mapping whose fields are read, and what to point at for those that it lacks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'t> {
    pub(super) node: Node<'t>,
    pub(super) grip: Node<'t>,
}

impl<'t> Block<'t> {
    pub(super) fn of(entry: Entry<'t>) -> Self {
        Block { node: entry.value, grip: entry.key }
    }

    /// An item of a list, which has no key of its own: what names it stands for it.
    pub(super) fn item(node: Node<'t>, name: &str) -> Self {
        let named = node.at(&[name]);
        let first = || node.own_entries().next().map(|entry| entry.key);
        Block { node, grip: named.or_else(first).unwrap_or(node) }
    }

    /// The block below that key, if there is one.
    pub(super) fn block(self, key: &str) -> Option<Block<'t>> {
        self.node.get(key).filter(|entry| entry.value.is_map()).map(Block::of)
    }

    /// The entry of the first of the keys that is there. A null is as good as nothing, and so is a text
    /// without anything in it.
    pub(super) fn entry(self, keys: &[&str]) -> Option<Entry<'t>> {
        let entries = keys.iter().filter_map(|key| self.node.get(key));
        entries.into_iter().find(|entry| !entry.value.is_scalar() || !is_empty(entry.value))
    }

    /// The field of the first of the keys that is there.
    pub(super) fn field<T>(
        self,
        keys: &[&str],
        read: impl Fn(Node<'t>) -> Option<T>,
    ) -> Field<'t, T> {
        let Some(entry) = self.entry(keys) else {
            let null = keys.iter().find_map(|key| self.node.get(key));
            return Field::Missing(null.map_or(self.grip, |entry| entry.key));
        };
        match read(entry.value) {
            Some(value) if !is_open(entry.value.text()) => Field::Is(value, entry.value),
            _ => Field::Unclear(entry.value),
        }
    }

    /// The field of one of several keys that differ in their unit.
    pub(super) fn in_units(self, keys: &[(&str, f64)]) -> Field<'t, f64> {
        let stated = keys.iter().find(|(key, _)| self.entry(&[key]).is_some());
        let names: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
        let unit = stated.map_or(1.0, |(_, unit)| *unit);
        self.field(&names, |node| {
            let bare = if unit > 0.0 { number(node).map(|number| number * unit) } else { None };
            bare.or_else(|| seconds(node))
        })
    }

    /// Something that must hold something: a text, a list or a mapping that is not empty.
    pub(super) fn filled(self, keys: &[&str]) -> bool {
        self.entry(keys).is_some_and(|entry| !is_empty(entry.value))
    }
}

/// Whether nothing is in it: no text, no items, no entries.
pub(super) fn is_empty(node: Node<'_>) -> bool {
    match node.scalar() {
        Some(Scalar::Null) => true,
        Some(_) => node.text().trim().is_empty(),
        None => node.items().len() == 0 && node.own_entries().next().is_none(),
    }
}

/// The entries of a mapping, or of a list of mappings with a key each.
pub(super) fn entries(node: Node<'_>) -> Vec<Entry<'_>> {
    if node.is_map() {
        return node.entries();
    }
    node.items().flat_map(Node::entries).collect()
}

/// Whether a value is filled in by somebody else, or by somebody later.
pub(super) fn is_open(text: &str) -> bool {
    is_condition_free(text) && is_templated(text) || is_placeholder(text)
}

/// `< 500` compares; `<limit>` stands for something.
fn is_condition_free(text: &str) -> bool {
    let text = text.trim();
    !(text.starts_with(['<', '>']) && bare(text).starts_with(|c: char| c.is_ascii_digit()))
}

/// A text without the comparison before it: `> 0.05` is about 0.05.
fn bare(text: &str) -> &str {
    text.trim().trim_start_matches(['<', '>', '=', '≤', '≥', '~']).trim_start()
}

/// A number, perhaps after a comparison, perhaps with a unit of things per second behind it.
pub(super) fn number(node: Node<'_>) -> Option<f64> {
    let finite = |number: f64| number.is_finite().then_some(number);
    if let Some(number) = node.as_number() {
        return finite(number);
    }
    let text = bare(node.as_str()?).replace([',', '_'], "");
    finite(text.parse().ok()?)
}

/// A number of things, perhaps by the second: `100`, `100 req/s`, `"> 50 rps"`.
pub(super) fn count(node: Node<'_>) -> Option<f64> {
    const UNITS: [&str; 7] =
        ["rps", "req/s", "requests/s", "requests per second", "/s", "users", "requests"];
    number(node).or_else(|| {
        let text = bare(node.as_str()?).to_ascii_lowercase();
        let text = UNITS.iter().find_map(|unit| text.strip_suffix(unit))?;
        text.trim_end().replace([',', '_'], "").parse().ok().filter(|it: &f64| it.is_finite())
    })
}

/// How a share was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// `0.95`
    Fraction,
    /// `95%`
    Percent,
    /// `95`, which can only be meant in percent.
    PercentWithoutSign,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Share {
    /// Between 0 and 1.
    pub(crate) of_one: f64,
    pub(crate) written: Written,
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&percent(self.of_one))
    }
}

/// `95 %`, `99.9 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{} %", rounded(share * 100.0))
}

/// A number without what binary fractions add to it.
pub(crate) fn rounded(number: f64) -> f64 {
    const DIGITS: f64 = 1e6;
    (number * DIGITS).round() / DIGITS
}

pub(super) fn share(node: Node<'_>) -> Option<Share> {
    let found = |number: f64, written| {
        let of_one = if written == Written::Fraction { number } else { number / 100.0 };
        (0.0..=1.0).contains(&of_one).then_some(Share { of_one: rounded(of_one), written })
    };
    if let Some(number) = number(node) {
        let written = if number > 1.0 { Written::PercentWithoutSign } else { Written::Fraction };
        return found(number, written);
    }
    let text = bare(node.as_str()?).trim_end();
    let text = text.strip_suffix('%').or_else(|| text.strip_suffix("percent"))?;
    found(text.trim_end().parse().ok()?, Written::Percent)
}

/// A share of which the name says that it is in percent: `5`, `"5%"`.
pub(super) fn share_in_percent(node: Node<'_>) -> Option<Share> {
    let of_one = percentage(node)? / 100.0;
    let is_share = (0.0..=1.0).contains(&of_one);
    is_share.then_some(Share { of_one: rounded(of_one), written: Written::Percent })
}

/// A percentage that is written as one: `5`, `"5%"`.
pub(super) fn percentage(node: Node<'_>) -> Option<f64> {
    number(node).or_else(|| {
        let text = bare(node.as_str()?).trim_end();
        let number: f64 = text.strip_suffix('%')?.trim_end().parse().ok()?;
        number.is_finite().then_some(number)
    })
}

/// A duration with its unit: `30m`, `1h30m`, `2 hours`, `500ms`.
pub(super) fn seconds(node: Node<'_>) -> Option<f64> {
    span(bare(node.as_str()?))
}

/// A latency in milliseconds: a number, or a duration with its unit.
pub(super) fn milliseconds(node: Node<'_>) -> Option<f64> {
    number(node).or_else(|| seconds(node).map(|seconds| rounded(seconds * 1000.0)))
}

/// The seconds of `1h30m`, `2 hours 30 minutes` and the like.
pub(super) fn span(text: &str) -> Option<f64> {
    let mut rest = text.trim();
    let mut sum = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (digits, after) = rest.split_at_checked(end)?;
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end)?;
        sum += digits.parse::<f64>().ok()? * unit_seconds(unit)?;
        rest = after.trim_start();
    }
    (text.contains(|c: char| c.is_ascii_digit()) && sum.is_finite()).then_some(rounded(sum))
}

fn unit_seconds(unit: &str) -> Option<f64> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "ms" | "millisecond" | "milliseconds" => 0.001,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7.0 * DAY,
        _ => return None,
    })
}

pub(crate) const MINUTE: f64 = 60.0;
pub(crate) const HOUR: f64 = 3600.0;
pub(crate) const DAY: f64 = 86_400.0;

/// `90 seconds`, `10 minutes`, `1 hour`, `4 days`.
pub(crate) fn duration(seconds: f64) -> String {
    let units = [(DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1.0, "second")];
    let whole = |unit: f64| (seconds / unit - (seconds / unit).round()).abs() < 1e-9;
    let fits = |unit: f64| seconds >= unit && whole(unit) && !(unit > HOUR && seconds <= 2.0 * DAY);
    let (unit, word) = units.into_iter().find(|(unit, _)| fits(*unit)).unwrap_or((1.0, "second"));
    let count = rounded(seconds / unit);
    format!("{count} {word}{}", if (count - 1.0).abs() < 1e-9 { "" } else { "s" })
}

/// How often something happens, in seconds: `daily`, `every 30 min`, `24h`.
pub(super) fn interval(node: Node<'_>) -> Option<f64> {
    let text = node.as_str()?.to_ascii_lowercase();
    let word = |word: &str| text.split(|c: char| !c.is_alphanumeric()).any(|it| it == word);
    if let Some((_, after)) = text.split_once("every ") {
        return every(after);
    }
    // `once a week`; what happens twice or more often is not told.
    let once = ["once a ", "once per ", "once an "];
    if let Some((_, after)) = once.iter().find_map(|once| text.split_once(once)) {
        return every(after);
    }
    if text.contains("bi-weekly") || text.contains("bi weekly") {
        return Some(14.0 * DAY);
    }
    [
        ("continuous", 0.0),
        ("continuously", 0.0),
        ("realtime", 0.0),
        ("hourly", HOUR),
        ("daily", DAY),
        ("nightly", DAY),
        ("weekly", 7.0 * DAY),
        ("biweekly", 14.0 * DAY),
        ("fortnightly", 14.0 * DAY),
        ("monthly", 30.0 * DAY),
        ("quarterly", 91.0 * DAY),
        ("yearly", 365.0 * DAY),
        ("annually", 365.0 * DAY),
    ]
    .into_iter()
    .find(|(name, _)| word(name))
    .map(|(_, seconds)| seconds)
    .or_else(|| span(&text))
}

/// The seconds of what follows `every`: `30 min for P1/P2`, `hour`, `two weeks`.
fn every(text: &str) -> Option<f64> {
    const NUMBERS: [(&str, f64); 7] = [
        ("other ", 2.0),
        ("second ", 2.0),
        ("two ", 2.0),
        ("three ", 3.0),
        ("four ", 4.0),
        ("six ", 6.0),
        ("thirty ", 30.0),
    ];
    let text = text.trim_start();
    let word = NUMBERS.iter().find_map(|(word, number)| Some((text.strip_prefix(word)?, *number)));
    let (after, number) = if let Some((after, number)) = word {
        (after, number)
    } else {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (digits, after) = text.split_at_checked(end)?;
        (after, if digits.is_empty() { 1.0 } else { digits.parse().ok()? })
    };
    let unit = after.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next()?;
    let unit = match unit {
        "month" | "months" => 30.0 * DAY,
        "quarter" | "quarters" => 91.0 * DAY,
        unit => unit_seconds(unit)?,
    };
    Some(number * unit)
}
