//! Reads files of variables, as Compose takes them: `.env` and what `env_file` names.
//!
//! Source: docs.docker.com/compose/how-tos/environment-variables/variable-interpolation, "Env file
//! syntax".

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use super::{Dialect, Id, Shape, Slot, Style, Tag, Tree};
use crate::source::{FileId, Span};

/// Reads the variables of `text` into one mapping. A line that is none, or one that passes a
/// variable of the host on, is left out: nobody but Compose can say what it was meant to be.
pub(crate) fn read(file: FileId, text: &Arc<str>) -> Tree {
    let mut tree = Tree::new(file, Arc::clone(text), Dialect::Json, None);
    let whole = Span::new(0, text.len());
    let map = Shape::Map { first: 0, len: 0 };
    let root = tree.push(slot(whole, map, Style::Block));
    let mut children: Vec<Id> = Vec::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while !rest.is_empty() {
        let at = text.len() - rest.len();
        let Some(found) = variable(rest) else {
            rest = rest.split_once('\n').map_or("", |(_, next)| next);
            continue;
        };
        let name = Span::new(at + found.name.start, at + found.name.end);
        children.push(tree.push(slot(name, Shape::Raw(name), Style::Plain)));
        let value = Span::new(at + found.value.start, at + found.value.end);
        let shape = tree.scalar(found.text);
        children.push(tree.push(slot(value, shape, found.style)));
        rest = rest.get(found.end..).unwrap_or_default();
    }
    tree.adopt(root, &children);
    tree.documents.push(root);
    tree
}

/// The names that a text gives a value or room for one: those in comments included (`# NAME=`), as
/// what may be left out is written in examples.
pub(crate) fn listed(text: &str) -> HashSet<String> {
    let names = text.lines().filter_map(|line| {
        let line = line.trim_start_matches(['\u{feff}', '#', ' ', '\t']);
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        let (name, _) = line.split_once('=')?;
        let name = name.trim_end();
        let is_name =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        is_name.then(|| name.to_owned())
    });
    names.collect()
}

fn slot(span: Span, shape: Shape, style: Style) -> Slot {
    Slot { span, shape, style, anchored: false, tag: Tag::Text }
}

/// A variable at the beginning of a text.
struct Found<'t> {
    name: std::ops::Range<usize>,
    /// With its quotes.
    value: std::ops::Range<usize>,
    text: Cow<'t, str>,
    style: Style,
    /// Behind the line.
    end: usize,
}

fn variable(text: &str) -> Option<Found<'_>> {
    let blank = |c: char| c == ' ' || c == '\t';
    let line = text.lines().next()?;
    let mut name = line.len() - line.trim_start_matches(blank).len();
    let exported = line.get(name..)?.strip_prefix("export").filter(|rest| rest.starts_with(blank));
    if let Some(rest) = exported {
        name = line.len() - rest.trim_start_matches(blank).len();
    }
    let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']');
    let behind = line.get(name..)?.trim_start_matches(of_name);
    let name = name..line.len() - behind.len();
    let behind = behind.trim_start_matches(blank).strip_prefix(['=', ':'])?;
    if name.is_empty() {
        return None;
    }
    let start = line.len() - behind.trim_start_matches(blank).len();
    let value = text.get(start..)?;
    let next_line = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest.find('\n').map_or(rest.len(), |end| end + 1)
    };
    for (quote, style) in [('"', Style::DoubleQuoted), ('\'', Style::SingleQuoted)] {
        let Some(inside) = value.strip_prefix(quote) else { continue };
        // A quote that nothing closes belongs to the value.
        let Some(length) = closing(inside, quote) else { continue };
        let (inside, _) = inside.split_at_checked(length)?;
        let text = if quote == '"' { unescaped(inside) } else { Cow::Borrowed(inside) };
        let end = start + length + 2;
        return Some(Found { name, value: start..end, text, style, end: next_line(end) });
    }
    let value = line.get(start..)?;
    let comment = value.match_indices('#').map(|(at, _)| at).find(|&at| {
        value.get(..at).is_some_and(|before| before.is_empty() || before.ends_with(blank))
    });
    let value = value.get(..comment.unwrap_or(value.len()))?.trim_end();
    let (text, end) = (Cow::Borrowed(value), start + value.len());
    Some(Found { name, value: start..end, text, style: Style::Plain, end: next_line(end) })
}

/// Where the quote closes that is already open.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let closes = c == quote && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        closes.then_some(at)
    })
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, (c == '\\').then(|| chars.next()).flatten()) {
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('r')) => out.push('\r'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some(other)) => out.push(other),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::*;

    #[test]
    fn variables_know_their_places() {
        let text = "\u{feff}# all\nA=b\nexport C = d # e\nE=\"f \\\"g\\\"\\n\" # h\r\n\n  I='j $K\nl' x\n\
                    M=\nN\nO: p#q\nR=\"open\nS=#t\n=u\nV=w\\x";
        let tree = read(FileId::new(0), &Arc::from(text));
        let root = tree.documents().next().unwrap();
        let found: Vec<_> = root
            .own_entries()
            .map(|entry| {
                let (name, value) = (entry.key.local_span(), entry.value.local_span());
                assert_eq!(&text[name.range()], entry.key.text());
                (entry.key.text(), entry.value.text(), &text[value.range()])
            })
            .collect();
        assert_eq!(
            found,
            [
                ("A", "b", "b"),
                ("C", "d", "d"),
                ("E", "f \"g\"\n", "\"f \\\"g\\\"\\n\""),
                ("I", "j $K\nl", "'j $K\nl'"),
                ("M", "", ""),
                ("O", "p#q", "p#q"),
                ("R", "\"open", "\"open"),
                ("S", "", ""),
                ("V", "w\\x", "w\\x"),
            ]
        );
        assert!(root.own_entries().all(|entry| !entry.value.is_null()));
    }

    #[test]
    fn whatever_the_text_it_is_read_to_its_end() {
        for text in [
            "",
            "=",
            "A",
            "A=\"",
            "A='\u{e9}",
            "\u{e9}=1\nB=2",
            "export",
            "export A",
            "A=\r\nB='\r\n'",
        ] {
            let tree = read(FileId::new(0), &Arc::from(text));
            assert_eq!(tree.documents().len(), 1, "{text:?}");
        }
    }
}
