//! The shapes that documents must have: which keys a mapping may hold, and values of which kind.
//!
//! A format writes its keys down as a [`Shape`] and reads a document through its [`Reader`], which says
//! what no value can be told of and what becomes of a document that does not fit. Shared by every
//! format whose documents agentcheck holds against a table; Kubernetes' own objects have types
//! instead (`k8s::schema`).

use std::borrow::Cow;

use crate::credential;
use crate::tree::{Dialect, Entry, Node, Scalar};

/// Something that does not fit.
#[derive(Debug)]
pub(crate) struct Fault<'t> {
    pub(crate) kind: FaultKind,
    pub(crate) at: Node<'t>,
    /// The field, as a path.
    pub(crate) field: String,
    /// What is wrong with it: ``is a mapping, but must be a list``.
    pub(crate) problem: String,
    pub(crate) help: Cow<'static, str>,
}

/// In which way something does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// A key that the format does not have.
    Unknown,
    /// A value of the wrong kind.
    Misfit,
    /// A key with nothing behind it.
    Empty,
    /// A key that has to be there and is not.
    Missing,
}

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Any,
    Text,
    /// `true`, `false`, or a text that says so.
    Flag,
    /// `true` or `false`.
    Bool,
    /// A number, or a text that holds one.
    Number,
    /// A number or any text.
    NumberOrText,
    /// A text, a number, `true`, `false` or nothing.
    Plain,
    OneOf(&'static [&'static str]),
    /// A scalar of a kind that the format alone has.
    Is(&'static ScalarKind),
    List(&'static Shape),
    /// A mapping with keys of anybody's choice.
    Map(&'static Shape),
    /// A mapping with these keys and no others.
    Fields(&'static [Field]),
    /// A mapping with these keys, of which others are let pass.
    Open(&'static [Field]),
    Either(&'static [Shape]),
    /// The same, or nothing.
    Nullable(&'static Shape),
}

use Shape::{
    Any, Bool, Either, Fields, Flag, Is, List, Map, Nullable, Number, NumberOrText, OneOf, Open,
    Plain, Text,
};

/// A kind of scalar.
#[derive(Debug)]
pub(crate) struct ScalarKind {
    /// ``a duration, such as `30s` ``
    pub(crate) wanted: &'static str,
    pub(crate) fits: fn(Node<'_>) -> bool,
    /// What to do about one that does not fit, where there is more to say.
    pub(crate) help: fn(Node<'_>) -> Option<&'static str>,
}

/// A field of a mapping: its name, what it must be, and whether it has to be there.
pub(crate) type Field = (&'static str, Shape, bool);

/// Fields, of which those that say `!required` may not be left out. `open { ... }` lets others pass.
macro_rules! fields {
    ($($name:literal $(!$required:ident)?: $shape:expr),* $(,)?) => {
        $crate::schema::Shape::Fields(&[$(($name, $shape, fields!(@ $($required)?))),*])
    };
    (open { $($name:literal $(!$required:ident)?: $shape:expr),* $(,)? }) => {
        $crate::schema::Shape::Open(&[$(($name, $shape, fields!(@ $($required)?))),*])
    };
    (@ required) => { true };
    (@) => { false };
}
pub(crate) use fields;

/// Who reads a document.
#[derive(Debug)]
pub(crate) struct Reader {
    /// Whether nothing can be told of a scalar, because a variable or a template fills it in.
    pub(crate) is_open: fn(&str) -> bool,
    /// What keys of anybody's own begin with.
    pub(crate) extensions: Option<&'static str>,
    /// What becomes of a document that does not fit: `Compose refuses the file`.
    pub(crate) refusal: &'static str,
    /// The same of a key that is not known.
    pub(crate) unknown: &'static str,
}

/// More faults of one document than this would not be read either.
const MOST: usize = 50;

/// No document nests deeper than its table does; a table may refer to itself.
const DEPTH: u8 = 64;

impl Reader {
    /// What does not fit in a value, which stands behind `key` or is the document itself.
    pub(crate) fn faults<'t>(
        &'static self,
        shape: &Shape,
        key: Node<'t>,
        value: Node<'t>,
        path: &str,
    ) -> Vec<Fault<'t>> {
        let mut found = Reading::by(self);
        found.read(shape, key, value, path);
        found.faults
    }

    /// The keys of mappings that let others pass which are probably meant to be another one: each with that,
    /// where it is not there.
    pub(crate) fn slips<'t>(&'static self, shape: &Shape, value: Node<'t>) -> Vec<Slip<'t>> {
        let mut found = Reading::by(self);
        found.read(shape, value, value, "");
        found.slips
    }
}

/// A key that is nearly one that is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slip<'t> {
    pub(crate) key: Node<'t>,
    pub(crate) meant: &'static str,
}

/// Shorter names are near to too many others.
const SHORTEST_SLIP: usize = 5;

struct Reading<'t> {
    reader: &'static Reader,
    faults: Vec<Fault<'t>>,
    slips: Vec<Slip<'t>>,
    depth: u8,
}

impl<'t> Reading<'t> {
    fn by(reader: &'static Reader) -> Self {
        Reading { reader, faults: Vec::new(), slips: Vec::new(), depth: DEPTH }
    }

    /// Notes a key that is one slip away from one that is known and not there.
    fn slip(&mut self, fields: &'static [Field], map: Node<'t>, key: Node<'t>) {
        let name = key.text();
        if name.len() < SHORTEST_SLIP || self.slips.len() >= MOST {
            return;
        }
        let mut known = fields.iter().map(|(known, ..)| *known);
        let is_near = |known: &&str| {
            known.len().abs_diff(name.len()) <= 1
                && strsim::damerau_levenshtein(name, known) == 1
                && map.get(known).is_none()
        };
        self.slips.extend(known.find(is_near).map(|meant| Slip { key, meant }));
    }

    fn fault(
        &mut self,
        kind: FaultKind,
        at: Node<'t>,
        path: &str,
        problem: String,
        help: impl Into<Cow<'static, str>>,
    ) {
        if self.faults.len() < MOST {
            let field = path.to_owned();
            self.faults.push(Fault { kind, at, field, problem, help: help.into() });
        }
    }

    fn is_extension(&self, name: &str) -> bool {
        self.reader.extensions.is_some_and(|prefix| name.starts_with(prefix))
    }

    /// Looks at the value of `key`, which is at `path`.
    fn read(&mut self, shape: &Shape, key: Node<'t>, value: Node<'t>, path: &str) {
        // What a variable holds is not known, and a tag may stand for something else (`!reset`).
        let is_open = value.is_scalar() && (self.reader.is_open)(value.text());
        if is_open || value.is_tagged() || self.depth == 0 {
            return;
        }
        if value.is_null() && !matches!(shape, Nullable(_) | Any | Plain) {
            let problem = format!("is empty, but must be {}", shape.describe());
            let help = "remove the key, or write something behind it";
            self.fault(FaultKind::Empty, key, path, problem, help);
            return;
        }
        self.depth -= 1;
        match shape {
            Nullable(_) if value.is_null() => {}
            Nullable(shape) => self.read(shape, key, value, path),
            Either(shapes) => match shapes.iter().find(|shape| shape.is_like(value)) {
                Some(shape) => self.read(shape, key, value, path),
                None => self.misfit(shape, value, path),
            },
            List(each) if value.is_list() => {
                for (index, item) in value.items().enumerate() {
                    self.read_item(each, item, &format!("{path}[{index}]"));
                }
            }
            Map(each) if value.is_map() => {
                for Entry { key, value } in value.entries() {
                    if !self.is_extension(key.text()) {
                        self.read(each, key, value, &below(path, key.text()));
                    }
                }
            }
            Fields(fields) if value.is_map() => self.read_fields(fields, true, key, value, path),
            Open(fields) if value.is_map() => self.read_fields(fields, false, key, value, path),
            scalar if value.is_scalar() => self.read_scalar(scalar, value, path),
            Any => {}
            _ => self.misfit(shape, value, path),
        }
        self.depth += 1;
    }

    fn read_item(&mut self, shape: &Shape, item: Node<'t>, path: &str) {
        if item.is_map() && matches!(shape, Text) {
            let problem = "is a mapping, but must be a string".to_owned();
            let help = "write `NAME=value`, or leave the dashes out";
            self.fault(FaultKind::Misfit, item, path, problem, help);
            return;
        }
        self.read(shape, item, item, path);
    }

    fn read_fields(
        &mut self,
        fields: &'static [Field],
        closed: bool,
        key: Node<'t>,
        map: Node<'t>,
        path: &str,
    ) {
        for entry in map.entries() {
            let name = entry.key.text();
            match fields.iter().find(|(known, ..)| *known == name) {
                Some((_, shape, _)) => {
                    self.read(shape, entry.key, entry.value, &below(path, name));
                }
                None if self.is_extension(name) => {}
                None if !closed => self.slip(fields, map, entry.key),
                None => {
                    let help: Cow<'static, str> =
                        match nearest(name, fields.iter().map(|(known, ..)| *known)) {
                            Some(near) => format!("did you mean `{near}`?").into(),
                            None => self.reader.unknown.into(),
                        };
                    let (path, problem) = (below(path, name), "is not known".to_owned());
                    self.fault(FaultKind::Unknown, entry.key, &path, problem, help);
                }
            }
        }
        for (name, ..) in fields.iter().filter(|(_, _, required)| *required) {
            if map.get(name).is_none() {
                let problem = format!("has no `{name}`");
                let help = format!("{} without it", self.reader.refusal);
                self.fault(FaultKind::Missing, key, path, problem, help);
            }
        }
    }

    fn read_scalar(&mut self, shape: &Shape, value: Node<'t>, path: &str) {
        let text = value.text();
        let (is_number, is_bool) = match value.scalar() {
            Some(Scalar::Int(_) | Scalar::Float(_)) => (true, false),
            Some(Scalar::Bool(_)) => (false, true),
            _ => (false, false),
        };
        let is_text = !is_number && !is_bool;
        let fits = match shape {
            Any | Plain => true,
            Text => is_text,
            Flag => !is_number,
            Bool => is_bool,
            Number => is_number || is_text && text.trim().parse::<f64>().is_ok(),
            NumberOrText => !is_bool,
            OneOf(words) => is_text && words.contains(&text),
            Is(kind) => (kind.fits)(value),
            List(_) | Map(_) | Fields(_) | Open(_) | Either(_) | Nullable(_) => false,
        };
        if !fits {
            self.misfit(shape, value, path);
        }
    }

    fn misfit(&mut self, shape: &Shape, value: Node<'t>, path: &str) {
        let wanted = shape.describe();
        let found = match value.scalar() {
            None if value.is_list() => "a list",
            None => "a mapping",
            Some(Scalar::Bool(_)) => "`true` or `false`",
            Some(Scalar::Int(_) | Scalar::Float(_)) if !wanted.contains("number") => "a number",
            Some(Scalar::Int(_) | Scalar::Float(_)) => "",
            // A credential in a wrong place is still one.
            Some(_) if holds_credential(value.text(), path) => "a string",
            Some(_) => "",
        };
        // In quotes, which are what is wrong with it.
        let is_of_another_kind = wanted.contains("number") || wanted.contains("`true`");
        let is_string = is_of_another_kind
            && matches!(value.scalar(), Some(Scalar::Str(_)))
            && !matches!(Dialect::Core.resolve(value.text()), Scalar::Str(_));
        let problem = match found {
            "" if is_string => {
                format!("is the string `{}`, but must be {wanted}", shown(value.text()))
            }
            "" => format!("is `{}`, but must be {wanted}", shown(value.text())),
            found => format!("is {found}, but must be {wanted}"),
        };
        let is_plain =
            matches!(value.scalar(), Some(Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_)));
        let help: Cow<'static, str> = match shape {
            Text | OneOf(_) if is_plain => "put the value in quotes".into(),
            Is(kind) => (kind.help)(value).unwrap_or(self.reader.refusal).into(),
            OneOf(words) => match nearest(value.text(), words.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?").into(),
                None => self.reader.refusal.into(),
            },
            List(_) => "each item of a list begins with `- `".into(),
            _ => self.reader.refusal.into(),
        };
        self.fault(FaultKind::Misfit, value, path, problem, help);
    }
}

impl Shape {
    /// Whether a value is of that kind, by and large.
    fn is_like(&self, value: Node<'_>) -> bool {
        match self {
            Any => true,
            List(_) => value.is_list(),
            Map(_) | Fields(_) | Open(_) => value.is_map(),
            Either(shapes) => shapes.iter().any(|shape| shape.is_like(value)),
            Nullable(shape) => value.is_null() || shape.is_like(value),
            _ => value.is_scalar(),
        }
    }

    fn describe(&self) -> String {
        match self {
            Any => "something".to_owned(),
            Text => "a string".to_owned(),
            Flag | Bool => "`true` or `false`".to_owned(),
            Number => "a number".to_owned(),
            NumberOrText => "a number or a string".to_owned(),
            Plain => "a string, a number, `true` or `false`".to_owned(),
            OneOf(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
                words.join(" or ")
            }
            Is(kind) => kind.wanted.to_owned(),
            List(_) => "a list".to_owned(),
            Map(_) | Fields(_) | Open(_) => "a mapping".to_owned(),
            Either(shapes) => {
                let shapes: Vec<_> = shapes.iter().map(Shape::describe).collect();
                shapes.join(" or ")
            }
            Nullable(shape) => shape.describe(),
        }
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Whether a value may be one that no message repeats.
fn holds_credential(text: &str, path: &str) -> bool {
    let name = path.rsplit(['.', '[']).next().unwrap_or(path);
    credential::names_credential(name)
        || credential::is_issued(text)
        || credential::url_password(text).is_some()
}

/// What a message repeats of a value, which is a word where it was mistaken for another one.
fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(40).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// Among more words than that, which no hand wrote, some are always alike, and each of as many names would
/// be held against each of them.
pub(crate) const MOST_WORDS: usize = 500;

/// The word that somebody may have meant.
pub(crate) fn nearest<'w>(name: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    const LIKE: f64 = 0.8;
    let words: Vec<_> = words.take(MOST_WORDS + 1).collect();
    if words.len() > MOST_WORDS {
        return None;
    }
    let lower = name.to_lowercase().replace('-', "_");
    let likeness = |word: &str| strsim::jaro_winkler(&word.replace('-', "_"), &lower);
    let words = words.into_iter().map(|word| (likeness(word), word));
    let (best, word) = words.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best >= LIKE).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn among_too_many_words_none_is_meant() {
        let words = |count: usize| (0..count).map(|at| format!("worker-{at}")).collect::<Vec<_>>();
        let near = |words: &[String]| {
            nearest("workr-7", words.iter().map(String::as_str)).map(str::to_owned)
        };
        assert_eq!(near(&words(MOST_WORDS)).as_deref(), Some("worker-7"));
        assert_eq!(near(&words(MOST_WORDS + 1)), None);
    }
}
