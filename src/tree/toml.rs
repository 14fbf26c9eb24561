//! Reads TOML from the `toml` crate's spanned tables.
//!
//! The span of a table is its header, `[agent.security]`; of an array of tables, its first.

use std::borrow::Cow;
use std::sync::Arc;

use toml::de::{DeInteger, DeTable, DeValue};

use super::{Dialect, HostMap, Id, Limit, Shape, Slot, Style, SyntaxError, Tag, Tree};
use crate::source::{FileId, Span};

/// Where the parser stops.
const MAX_DEPTH: usize = 80;

/// Reads the one table of `text`. After an error nothing of it is used: a table that lacks
/// its second half would be reported for what the half holds.
pub(crate) fn read(
    file: FileId,
    text: &Arc<str>,
    host: Option<HostMap>,
) -> (Tree, Vec<SyntaxError>) {
    let mut tree = Tree::new(file, Arc::clone(text), Dialect::Json, host);
    tree.is_toml = true;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shift = text.len() - body.len();
    let (table, errors) = DeTable::parse_recoverable(body);
    if errors.is_empty() {
        let span = Span::new(0, text.len());
        let root = Reader { tree: &mut tree, shift }.table(table.get_ref(), span, Style::Block);
        tree.documents.push(root);
        let errors = newer_syntax(&tree).into_iter().collect();
        return (tree, errors);
    }
    // The parser has two words for what is too deep, and no kinds of errors. What else it says follows from
    // that.
    let is_deep = |error: &toml::de::Error| error.message().contains("recurs");
    let deep = errors.iter().position(is_deep);
    let errors = deep.and_then(|at| errors.get(at..=at)).unwrap_or(&errors);
    let errors = errors
        .iter()
        .map(|error| {
            let at = error.span().unwrap_or(0..0);
            let limit = deep.map(|_| Limit::Levels(MAX_DEPTH));
            SyntaxError {
                place: tree.place(Span::new(at.start + shift, at.end + shift)),
                message: limit.map_or_else(|| error.message().to_owned(), Limit::describe),
                document: tree.place(Span::new(0, text.len())).span,
                limit,
            }
        })
        .collect();
    (tree, errors)
}

/// What TOML 1.1 allows in an inline table and TOML 1.0 does not. The parser knows 1.1; Python's
/// `tomllib` and most other programs that read these files do not.
fn newer_syntax(tree: &Tree) -> Option<SyntaxError> {
    let tables = tree
        .slots
        .iter()
        .filter(|slot| matches!(slot.shape, Shape::Map { .. }) && slot.style == Style::Flow);
    let (start, what) = tables.map(|slot| slot.span).find_map(|span| {
        let (at, what) = newer_than_1_0(tree.text.get(span.range())?)?;
        Some((span.start as usize + at, what))
    })?;
    let message = format!(
        "{what} in an inline table is TOML 1.1, and readers of TOML 1.0 such as Python's tomllib \
         refuse it"
    );
    // What is meant is plain, so no document is lost.
    let document = tree.place(Span::new(start, start)).span;
    let place = tree.place(Span::new(start, start + 1));
    Some(SyntaxError { place, message, document, limit: None })
}

/// Where in an inline table a line breaks outside a list, or a comma closes it.
fn newer_than_1_0(raw: &str) -> Option<(usize, &'static str)> {
    let mut open = Vec::new();
    let mut comma = None;
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let at = raw.len() - rest.len();
        let in_table = open.last() == Some(&'{');
        let mut length = c.len_utf8();
        match c {
            '{' | '[' => open.push(c),
            '}' if comma.is_some() => return comma.map(|at| (at, "a comma at the end")),
            '}' | ']' => {
                open.pop();
            }
            '\n' if in_table => return Some((at, "a line break")),
            '#' => length = rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => length = string_length(rest, c),
            _ => {}
        }
        comma = match c {
            ',' if in_table => Some(at),
            c if c.is_whitespace() => comma,
            _ => None,
        };
        rest = rest.get(length..)?;
    }
    None
}

/// The length of the string that `text` begins with, its quotes included.
fn string_length(text: &str, quote: char) -> usize {
    let long = String::from(quote).repeat(3);
    let fence = if text.starts_with(&long) { long } else { quote.into() };
    let mut at = fence.len();
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(&fence) {
            return at + fence.len();
        }
        let escaped = quote == '"' && rest.starts_with('\\');
        let skip = if escaped { 2 } else { 1 };
        at += rest.chars().take(skip).map(char::len_utf8).sum::<usize>();
    }
    text.len()
}

struct Reader<'t> {
    tree: &'t mut Tree,
    shift: usize,
}

impl Reader<'_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(range.start + self.shift, range.end + self.shift)
    }

    fn table(&mut self, table: &DeTable<'_>, span: Span, style: Style) -> Id {
        let id = self.tree.push(slot(Shape::Map { first: 0, len: 0 }, style, span));
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut children = Vec::with_capacity(2 * entries.len());
        for (key, value) in entries {
            let at = self.span(key.span());
            let shape = self.tree.scalar(Cow::Borrowed(key.get_ref()));
            children.push(self.tree.push(slot(shape, Style::DoubleQuoted, at)));
            let at = self.span(value.span());
            children.push(self.value(value.get_ref(), at));
        }
        self.tree.close(id, &children);
        id
    }

    fn value(&mut self, value: &DeValue<'_>, span: Span) -> Id {
        let (text, style) = match value {
            DeValue::Table(table) => {
                let inline =
                    self.tree.text.get(span.range()).is_some_and(|raw| raw.starts_with('{'));
                return self.table(table, span, if inline { Style::Flow } else { Style::Block });
            }
            DeValue::Array(array) => {
                let inline =
                    !self.tree.text.get(span.range()).is_some_and(|raw| raw.starts_with("[["));
                let style = if inline { Style::Flow } else { Style::Block };
                let id = self.tree.push(slot(Shape::List { first: 0, len: 0 }, style, span));
                let items: Vec<Id> = array
                    .iter()
                    .map(|item| {
                        let at = self.span(item.span());
                        self.value(item.get_ref(), at)
                    })
                    .collect();
                self.tree.close(id, &items);
                return id;
            }
            DeValue::String(text) => (Cow::Borrowed(text.as_ref()), Style::DoubleQuoted),
            DeValue::Datetime(date) => (Cow::Owned(date.to_string()), Style::DoubleQuoted),
            DeValue::Boolean(value) => {
                (Cow::Borrowed(if *value { "true" } else { "false" }), Style::Plain)
            }
            DeValue::Integer(number) => (decimal(number), Style::Plain),
            DeValue::Float(number) => (Cow::Owned(number.as_str().replace('_', "")), Style::Plain),
        };
        let shape = self.tree.scalar(text);
        self.tree.push(slot(shape, style, span))
    }
}

/// TOML's `0xff`, `1_000` and the like as the decimal number that JSON would have.
fn decimal<'n>(number: &'n DeInteger<'_>) -> Cow<'n, str> {
    match i64::from_str_radix(number.as_str(), number.radix()) {
        Ok(value) if number.radix() != 10 => Cow::Owned(value.to_string()),
        _ => Cow::Borrowed(number.as_str()),
    }
}

fn slot(shape: Shape, style: Style, span: Span) -> Slot {
    Slot { span, shape, style, anchored: false, tag: Tag::None }
}
