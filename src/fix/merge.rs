//! Makes one list of edits of many fixes.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::{FileId, Place, Span};

type Offer<'d> = (&'d Diagnostic, &'d Fix);

/// The edits of as many fixes of a file as go together, sorted, and those fixes. What fixes insert
/// at one place becomes one insertion; of fixes that conflict the first one wins, and the others
/// wait for the next round.
pub(super) fn merge<'d>(file: FileId, offers: &[Offer<'d>]) -> (Vec<Edit>, Vec<Offer<'d>>) {
    let mut offers = offers.to_vec();
    offers.sort_by_key(|(_, fix)| fix.edits.iter().map(|edit| edit.place.span).min());
    let mut edits = BTreeMap::new();
    offers.retain(|(_, fix)| join(&mut edits, &fix.edits));
    let edit = |(span, parts): (Span, Vec<String>)| {
        let (place, text) = (Place { file, span }, parts.concat());
        Edit { place, text }
    };
    (edits.into_iter().map(edit).collect(), offers)
}

/// What stands at each place afterwards; of items in brackets each is a part.
type Merged = BTreeMap<Span, Vec<String>>;

/// Adds the edits of one more fix, or none of them where one conflicts.
fn join(edits: &mut Merged, more: &[Edit]) -> bool {
    let mut undo = Vec::new();
    // In brackets over several lines, the comma behind the last item is an edit of its own.
    let mut comma = false;
    let joined = more.iter().all(|edit| {
        let span = edit.place.span;
        let parts = match touching(edits, span) {
            None => Some(vec![edit.text.clone()]),
            Some((other, _)) if other != span => None,
            Some((_, own)) if own.contains(&edit.text) => Some(own.to_vec()),
            Some((_, own)) if span.start == span.end => together(own, &edit.text, comma),
            Some(_) => None,
        };
        let Some(parts) = parts else { return false };
        let old = edits.insert(span, parts);
        comma |= edit.text == "," && old.is_some();
        undo.push((span, old));
        true
    });
    if !joined {
        for (span, old) in undo.into_iter().rev() {
            match old {
                Some(parts) => edits.insert(span, parts),
                None => edits.remove(&span),
            };
        }
    }
    joined
}

/// The edit that changes some of the same bytes or inserts at the same place.
fn touching(edits: &Merged, span: Span) -> Option<(Span, &[String])> {
    let touch = |other: Span| {
        let overlap = other.start < span.end && span.start < other.end;
        let insertion = span.start == span.end || other.start == other.end;
        overlap || insertion && other.start <= span.end && span.start <= other.end
    };
    // They are apart, so their ends are in order too.
    let until = Span { start: span.end, end: u32::MAX };
    edits
        .range(..=until)
        .rev()
        .take_while(|(other, _)| other.end >= span.start)
        .find(|(other, _)| touch(**other))
        .map(|(other, parts)| (*other, parts.as_slice()))
}

/// What was inserted at a place so far with one more, if they can stand together.
fn together(own: &[String], more: &str, comma: bool) -> Option<Vec<String>> {
    let one_line = |text: &str| text.starts_with(' ') && !text.contains('\n');
    let both = |test: &dyn Fn(&str) -> bool| test(more) && own.iter().all(|own| test(own));
    let is_document = |text: &str| text.trim_start().starts_with("---");
    if both(&is_document) {
        return Some(own.iter().cloned().chain([more.to_owned()]).collect());
    }
    if is_document(more) || own.iter().any(|own| is_document(own)) {
        return None;
    }
    let lead = match () {
        () if comma => Some(","),
        () if both(&|text| text.starts_with(',')) => Some(""),
        () if both(&|text| text.ends_with(',')) => Some(""),
        () if both(&|text| one_line(text.trim_start_matches(',')) && key(text).is_some()) => {
            Some(",")
        }
        () => None,
    };
    if let Some(lead) = lead {
        // Items with the same key meet inside its value, in the next round.
        let apart = |own: &String| key(own).is_none() || key(own) != key(more);
        let next = format!("{lead}{more}");
        return own
            .iter()
            .all(apart)
            .then(|| own.iter().cloned().chain(std::iter::once(next)).collect());
    }
    let own = own.concat();
    let is_table = |text: &str| text.trim_start().starts_with('[');
    let merged = match (is_table(&own), is_table(more)) {
        (true, true) => sections(&own, more),
        (false, false) => whole_lines(&own, more),
        _ => None,
    };
    merged.map(|text| vec![text])
}

/// The key of the first line.
fn key(text: &str) -> Option<&str> {
    let item = text.trim_start_matches([',', ' ', '\t', '\r', '\n']);
    if item.starts_with("- ") {
        return None;
    }
    let end = match item.strip_prefix('"') {
        Some(rest) => rest.find('"')? + 2,
        None => item.find([':', '=', '\n', '{', '[', '"', '\''])?,
    };
    let (key, rest) = item.split_at_checked(end)?;
    rest.trim_start().starts_with([':', '=']).then(|| key.trim())
}

/// TOML tables at the end of the file.
fn sections(a: &str, b: &str) -> Option<String> {
    let header = b.trim().lines().next()?;
    let last = a.lines().rfind(|line| line.starts_with('['))?;
    if last != header {
        let again = a.lines().any(|line| line == header);
        return (!again).then(|| format!("{a}{b}"));
    }
    let newline = if a.contains("\r\n") { "\r\n" } else { "\n" };
    let mut all = a.to_owned();
    let known = |line: &str| a.lines().any(|own| own == line);
    for line in b.trim().lines().skip(1).filter(|line| !known(line)) {
        if a.lines().any(|own| key(own) == key(line)) {
            return None;
        }
        let line =
            if a.ends_with('\n') { format!("{line}{newline}") } else { format!("{newline}{line}") };
        all.push_str(&line);
    }
    Some(all)
}

/// Lines of their own: what both begin with is written once, with what each has below.
fn whole_lines(a: &str, b: &str) -> Option<String> {
    let newline = if a.contains("\r\n") { "\r\n" } else { "\n" };
    // The break is before the lines or, behind a block scalar that keeps its breaks, after them.
    let leads = a.starts_with(newline);
    let inner = |text: &'_ str| -> Option<(usize, usize)> {
        let inner = if leads {
            (newline.len(), text.len())
        } else {
            (0, text.len().checked_sub(newline.len())?)
        };
        let fits = text.starts_with(newline) == leads && text.ends_with(newline) != leads;
        fits.then_some(inner)
    };
    let (of_a, of_b) = (inner(a)?, inner(b)?);
    let lines_of_a: Vec<_> = a.get(of_a.0..of_a.1)?.split(newline).collect();
    let lines_of_b: Vec<_> = b.get(of_b.0..of_b.1)?.split(newline).collect();
    let lines = merge_lines(&lines_of_a, &lines_of_b)?;
    let all = lines.join(newline);
    Some(if leads { format!("{newline}{all}") } else { format!("{all}{newline}") })
}

/// A line and those that are indented below it.
struct Block<'t> {
    head: &'t str,
    depth: usize,
    body: Vec<&'t str>,
}

/// How deep a line stands; a dash stands below a key of the same column.
fn depth(line: &str) -> usize {
    let inner = line.trim_start_matches(' ');
    2 * (line.len() - inner.len()) + usize::from(inner.starts_with("- "))
}

fn blocks<'t>(lines: &[&'t str]) -> Vec<Block<'t>> {
    let mut blocks: Vec<Block<'t>> = Vec::new();
    for &head in lines {
        let depth = depth(head);
        match blocks.last_mut() {
            Some(last) if depth > last.depth => last.body.push(head),
            _ => blocks.push(Block { head, depth, body: Vec::new() }),
        }
    }
    blocks
}

/// The lines of both, unless they give different values to one key. What ends several mappings at
/// once stands at one place, deeper ones first.
fn merge_lines<'t>(a: &[&'t str], b: &[&'t str]) -> Option<Vec<&'t str>> {
    let mut all = blocks(a);
    for block in blocks(b) {
        let same = |own: &&mut Block<'_>| {
            let same_key = key(own.head).is_some() && key(own.head) == key(block.head);
            own.depth == block.depth && (own.head == block.head || same_key)
        };
        match all.iter_mut().find(same) {
            Some(own) if own.head == block.head => {
                own.body = merge_lines(&own.body, &block.body)?;
            }
            Some(_) => return None,
            None => {
                let before = all.iter().rposition(|own| own.depth >= block.depth);
                all.insert(before.map_or(0, |at| at + 1), block);
            }
        }
    }
    Some(all.into_iter().flat_map(|block| std::iter::once(block.head).chain(block.body)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(a: &str, b: &str) -> Option<String> {
        together(&[a.to_owned()], b, false).map(|parts| parts.concat())
    }

    #[test]
    fn lines_at_one_place_become_one_block() {
        let merged = both("\n  r:\n    l:\n      m: 1", "\n  r:\n    l:\n      c: 2").unwrap();
        assert_eq!(merged, "\n  r:\n    l:\n      m: 1\n      c: 2");
        let merged = both(&merged, "\n  r:\n    q:\n      c: 2").unwrap();
        assert_eq!(merged, "\n  r:\n    l:\n      m: 1\n      c: 2\n    q:\n      c: 2");
        assert_eq!(
            both("\n  s:\n    a: 1", "\n    s:\n      b: 1").unwrap(),
            "\n    s:\n      b: 1\n  s:\n    a: 1"
        );
        assert_eq!(both("\n  d:\n  - A", "\n  d:\n  - B").unwrap(), "\n  d:\n  - A\n  - B");
        assert_eq!(both("\n  k: 1", "\n  - A").unwrap(), "\n  - A\n  k: 1");
        assert_eq!(both("\r\n a: 1", "\r\n b: 1").unwrap(), "\r\n a: 1\r\n b: 1");
        assert_eq!(both(" a: 1\n", " b: 1\n").unwrap(), " a: 1\n b: 1\n");
    }

    #[test]
    fn what_contradicts_waits() {
        assert_eq!(both("\n  k: 1", "\n  k: 2"), None);
        assert_eq!(both("\n  k:\n    a: 1", "\n  k: {b: 1}"), None);
        assert_eq!(both(", k: 1", ", k: 2"), None);
        assert_eq!(both(" 1", " 2"), None);
        assert_eq!(both(" {a: 1}", " {b: 1}"), None);
        assert_eq!(both("\n  k: 1", "\n---\nkind: X"), None);
        assert_eq!(both("\n[a]\nx = 1\n", "\n[a]\nx = 2\n"), None);
        assert_eq!(both("\nx = 1", "\n\n[a]\nx = 2"), None);
    }

    #[test]
    fn items_in_brackets_and_tables_stand_in_a_row() {
        assert_eq!(both(", a: 1", ", b: 2").unwrap(), ", a: 1, b: 2");
        assert_eq!(both("\n  a: 1,", "\n  b: 2,").unwrap(), "\n  a: 1,\n  b: 2,");
        let items = together(&["\n a: 1".to_owned()], "\n b: 2", true).unwrap();
        assert_eq!(items.concat(), "\n a: 1,\n b: 2");
        assert_eq!(together(&[", a: 1".to_owned(), ", b: 2".to_owned()], ", b: 3", false), None);
        assert_eq!(both(" a: 1", " b: 2").unwrap(), " a: 1, b: 2");
        let tables = both("\n[a]\nx = 1\n", "\n[b]\nx = 1\n").unwrap();
        assert_eq!(tables, "\n[a]\nx = 1\n\n[b]\nx = 1\n");
        assert_eq!(both(&tables, "\n[b]\ny = 1\n").unwrap(), format!("{tables}y = 1\n"));
        assert_eq!(both(&tables, "\n[a]\ny = 1\n"), None);
        assert_eq!(both("\n\n[a]\nx = 1", "\n\n[a]\ny = 1").unwrap(), "\n\n[a]\nx = 1\ny = 1");
        assert_eq!(both("---\na: 1\n", "---\nb: 1\n").unwrap(), "---\na: 1\n---\nb: 1\n");
        // A fix that adds an item in brackets may add a document, too.
        let documents = together(&["---\na: 1\n".to_owned()], "---\nb: 1\n", true).unwrap();
        assert_eq!(documents.concat(), "---\na: 1\n---\nb: 1\n");
    }
}
