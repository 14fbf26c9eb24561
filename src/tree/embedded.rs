//! Texts inside texts: a configuration that a ConfigMap holds as a string, a Dockerfile that is a
//! list of strings.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Node, Style};
use crate::source::Span;

/// Says where each byte of a text stands in the file around it.
#[derive(Debug, Clone)]
pub(crate) struct HostMap {
    /// Sorted by where they begin inside; never empty.
    runs: Vec<Run>,
    /// Where the text ends in the file.
    end: u32,
}

/// A piece of the text and where it begins, inside and in the file.
#[derive(Debug, Clone, Copy)]
struct Run {
    inner: u32,
    outer: u32,
    /// Where it ends in the file, for a piece that is written otherwise there (`\n`, `\"`). It is one
    /// thing, and whoever asks for a part of it gets all of it.
    whole: Option<u32>,
}

impl HostMap {
    /// The map of a scalar, or nothing where its value is not a copy of the file's bytes
    /// (folded lines, escapes): positions inside could not be told.
    pub(crate) fn of(node: Node<'_>) -> Option<Self> {
        let value = node.text();
        let tree = node.tree();
        let span = node.target().local_span();
        let raw = tree.text().get(span.range())?;
        // A string inside an embedded text would need two maps; nobody nests that deep.
        if tree.is_embedded() {
            return None;
        }
        let runs = if node.target().style() == Style::Literal {
            literal_runs(tree.text(), span, value)?
        } else {
            let inset = raw.find(value)?;
            vec![(0, span.start + u32::try_from(inset).ok()?)]
        };
        let runs = runs.into_iter().map(|(inner, outer)| Run { inner, outer, whole: None });
        Some(HostMap { runs: runs.collect(), end: span.end })
    }

    /// The span in the file of a span inside.
    pub(crate) fn outer(&self, inner: Span) -> Span {
        let start = self.locate(inner.start).start;
        if inner.start == inner.end {
            return Span { start, end: start };
        }
        // The end belongs to the run of the last byte, not to the line after it.
        let end = self.locate(inner.end.saturating_sub(1)).end;
        Span { start, end: end.max(start).min(self.end.max(start)) }
    }

    /// Where the byte stands: itself, or the piece that it is a part of.
    fn locate(&self, at: u32) -> Span {
        let after = self.runs.partition_point(|run| run.inner <= at);
        let Some(run) = after.checked_sub(1).and_then(|run| self.runs.get(run)) else {
            return Span { start: at, end: at + 1 };
        };
        if let Some(end) = run.whole {
            return Span { start: run.outer, end };
        }
        let start = run.outer + (at - run.inner);
        Span { start, end: start + 1 }
    }
}

/// A text that is put together from scalars of one file, and where its pieces stand there.
#[derive(Debug, Default)]
pub(crate) struct Joined {
    text: String,
    runs: Vec<Run>,
    end: u32,
}

impl Joined {
    /// Adds what stands nowhere; it belongs to what was added last.
    pub(crate) fn push_made(&mut self, text: &str) {
        let at = Span { start: self.end, end: self.end };
        self.push(text, at);
    }

    /// Adds the value of a scalar. `doubled` is written twice there where it is meant once.
    pub(crate) fn push_scalar(&mut self, node: Node<'_>, doubled: Option<char>) {
        for (text, outer) in pieces(node) {
            let pair = doubled.map(|c| [c, c].iter().collect::<String>());
            let is_copy = text.len() == outer.range().len();
            let Some(pair) = pair.filter(|_| is_copy) else {
                self.push(&text, outer);
                continue;
            };
            let mut start = outer.start as usize;
            for (index, part) in text.split(&pair).enumerate() {
                if index > 0 {
                    let one = pair.get(..pair.len() / 2).unwrap_or_default();
                    self.push(one, Span::new(start, start + pair.len()));
                    start += pair.len();
                }
                self.push(part, Span::new(start, start + part.len()));
                start += part.len();
            }
        }
    }

    fn push(&mut self, text: &str, outer: Span) {
        if text.is_empty() {
            return;
        }
        let inner = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let whole = (outer.range().len() != text.len()).then_some(outer.end);
        self.runs.push(Run { inner, outer: outer.start, whole });
        self.text.push_str(text);
        self.end = self.end.max(outer.end);
    }

    /// How long the text is so far.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// The text and its map.
    pub(crate) fn finish(self) -> (Arc<str>, HostMap) {
        (self.text.into(), HostMap { runs: self.runs, end: self.end })
    }
}

/// The value of a scalar in pieces, each with what stands for it in the file: as many bytes where it
/// is written as it is.
fn pieces(node: Node<'_>) -> Vec<(Cow<'_, str>, Span)> {
    let (node, value) = (node.target(), node.text());
    let span = node.local_span();
    if let Some(map) = HostMap::of(node) {
        let mut start = 0;
        let lines = value.split_inclusive('\n').map(|line| {
            let inner = Span::new(start, start + line.len());
            start += line.len();
            (Cow::Borrowed(line), map.outer(inner))
        });
        return lines.collect();
    }
    let raw = node.tree().text().get(span.range()).unwrap_or_default();
    let quoted = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
    let unescaped = quoted.filter(|_| node.style() == Style::DoubleQuoted).and_then(|quoted| {
        let pieces = unescaped(quoted, span.start as usize + 1)?;
        let says: String = pieces.iter().map(|(text, _)| text.as_ref()).collect();
        (says == value).then_some(pieces)
    });
    unescaped.unwrap_or_else(|| vec![(Cow::Borrowed(value), span)])
}

/// What a string says between its quotes, cut at its escapes. Those of JSON are known; YAML and TOML
/// have more.
fn unescaped(quoted: &str, start: usize) -> Option<Vec<(Cow<'_, str>, Span)>> {
    let mut pieces = Vec::new();
    let mut rest = quoted;
    let mut at = start;
    while let Some(backslash) = rest.find('\\') {
        let (plain, escape) = rest.split_at_checked(backslash)?;
        if !plain.is_empty() {
            pieces.push((Cow::Borrowed(plain), Span::new(at, at + plain.len())));
            at += plain.len();
        }
        let length = escape_length(escape)?;
        let (escape, after) = escape.split_at_checked(length)?;
        let text: String = serde_json::from_str(&format!("\"{escape}\"")).ok()?;
        pieces.push((Cow::Owned(text), Span::new(at, at + length)));
        (rest, at) = (after, at + length);
    }
    if !rest.is_empty() {
        pieces.push((Cow::Borrowed(rest), Span::new(at, at + rest.len())));
    }
    Some(pieces)
}

/// How long the escape is that a text begins with. A character may be two of them.
fn escape_length(text: &str) -> Option<usize> {
    let is_unit = |at: usize| text.get(at..).is_some_and(|text| text.starts_with("\\u"));
    if !is_unit(0) {
        return Some(1 + text.get(1..)?.chars().next()?.len_utf8());
    }
    let unit = u16::from_str_radix(text.get(2..6)?, 16).ok()?;
    Some(if (0xd800..0xdc00).contains(&unit) && is_unit(6) { 12 } else { 6 })
}

/// The runs of a literal block scalar: one a line, each after its indentation.
///
/// The parser begins the span at the first character of the content, so that the indentation
/// is what stands before it on its line, and leaves blank lines before it out of the span.
fn literal_runs(text: &str, span: Span, value: &str) -> Option<Vec<(u32, u32)>> {
    let start = span.start as usize;
    let before = text.get(..start)?;
    let indentation = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    let body = value.trim_start_matches('\n');
    let mut inner = value.len() - body.len();
    let mut outer = start;
    let mut runs = vec![(0, span.start)];
    for (index, line) in body.split_inclusive('\n').enumerate() {
        let raw = text.get(outer..)?.split_inclusive('\n').next()?;
        let blank = raw.len() - raw.trim_start_matches(' ').len();
        let skip = if index == 0 { 0 } else { indentation.min(blank) };
        // A line break of two bytes becomes one, which only moves the end of the line.
        if raw.get(skip..)?.trim_end_matches(['\r', '\n']) != line.trim_end_matches('\n') {
            return None;
        }
        runs.push((u32::try_from(inner).ok()?, u32::try_from(outer + skip).ok()?));
        inner += line.len();
        outer += raw.len();
    }
    Some(runs)
}
