//! Makes one list of edits of many fixes.

use std::collections::{BTreeMap, HashMap};

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
    let edit = |(span, parts): (Span, Parts)| {
        let (place, text) = (Place { file, span }, parts.texts.concat());
        Edit { place, text }
    };
    (edits.into_iter().map(edit).collect(), offers)
}

/// What stands at each place afterwards.
type Merged = BTreeMap<Span, Parts>;

/// What stands at a place afterwards; of documents and of items in brackets each is a part. There may be
/// thousands of them at the end of a file, so what the next one asks of all of them is kept.
#[derive(Debug, Default)]
struct Parts {
    texts: Vec<String>,
    /// How often each of them is there.
    known: HashMap<String, usize>,
    /// How many of them begin a document.
    documents: usize,
    /// How many of them are such items, by their marks.
    begin_with_comma: usize,
    end_with_comma: usize,
    on_one_line: usize,
    /// The keys that they begin with; nothing stands for one without a key.
    keys: HashMap<Option<String>, usize>,
}

impl Parts {
    fn of(text: &str) -> Self {
        let mut parts = Parts::default();
        parts.push(text.to_owned());
        parts
    }

    fn push(&mut self, text: String) {
        self.count(&text, |count| *count += 1);
        *self.known.entry(text.clone()).or_default() += 1;
        self.texts.push(text);
    }

    /// Takes out what was put in last.
    fn pop(&mut self) {
        if let Some(text) = self.texts.pop() {
            self.count(&text, |count| *count -= 1);
            *self.known.entry(text).or_default() -= 1;
        }
    }

    fn count(&mut self, text: &str, change: fn(&mut usize)) {
        let key = key(text).map(str::to_owned);
        for (is_so, count) in [
            (is_document(text), &mut self.documents),
            (text.starts_with(','), &mut self.begin_with_comma),
            (text.ends_with(','), &mut self.end_with_comma),
            (is_one_item(text), &mut self.on_one_line),
            (true, self.keys.entry(key).or_default()),
        ] {
            if is_so {
                change(count);
            }
        }
    }

    fn has(&self, text: &str) -> bool {
        self.known.get(text).is_some_and(|count| *count > 0)
    }

    /// Whether all that is there is so, and one more text as well.
    fn both(&self, count: usize, is_so: bool) -> bool {
        is_so && count == self.texts.len()
    }

    fn has_key(&self, key: &str) -> bool {
        self.keys.get(&Some(key.to_owned())).is_some_and(|count| *count > 0)
    }
}

/// What becomes of a place.
#[derive(Debug)]
enum Joined {
    /// One more part stands there.
    More(String),
    /// All of it is one text.
    Whole(String),
}

/// How an edit is taken back.
enum Undo {
    Nothing,
    Remove,
    Pop,
    Restore(Parts),
}

/// Adds the edits of one more fix, or none of them where one conflicts.
fn join(edits: &mut Merged, more: &[Edit]) -> bool {
    // Its own edits may stand side by side; those of another fix may be at the same place only.
    let is_apart = |edit: &Edit| touching(edits, edit.place.span).all(|it| it == edit.place.span);
    if overlap(more) || !more.iter().all(is_apart) {
        return false;
    }
    let mut undo = Vec::new();
    // In brackets over several lines, the comma behind the last item is an edit of its own.
    let mut comma = false;
    let joined = more.iter().all(|edit| {
        let span = edit.place.span;
        let Some(own) = edits.get_mut(&span) else {
            edits.insert(span, Parts::of(&edit.text));
            undo.push((span, Undo::Remove));
            return true;
        };
        let way_back = if own.has(&edit.text) {
            Undo::Nothing
        } else if span.start < span.end {
            return false;
        } else {
            match together(own, &edit.text, comma) {
                None => return false,
                Some(Joined::More(text)) => {
                    own.push(text);
                    Undo::Pop
                }
                Some(Joined::Whole(text)) => {
                    Undo::Restore(std::mem::replace(own, Parts::of(&text)))
                }
            }
        };
        comma |= edit.text == ",";
        undo.push((span, way_back));
        true
    });
    if !joined {
        for (span, way_back) in undo.into_iter().rev() {
            match way_back {
                Undo::Nothing => {}
                Undo::Remove => _ = edits.remove(&span),
                Undo::Pop => edits.entry(span).or_default().pop(),
                Undo::Restore(parts) => _ = edits.insert(span, parts),
            }
        }
    }
    joined
}

/// Whether edits of one fix change the same bytes.
fn overlap(edits: &[Edit]) -> bool {
    let mut spans: Vec<Span> = edits.iter().map(|edit| edit.place.span).collect();
    spans.sort_unstable();
    spans.windows(2).any(|pair| matches!(pair, [a, b] if b.start < a.end))
}

/// The places of the edits that change some of the same bytes or insert at the same place.
fn touching(edits: &Merged, span: Span) -> impl Iterator<Item = Span> {
    let touch = move |other: &Span| {
        let overlap = other.start < span.end && span.start < other.end;
        let insertion = span.start == span.end || other.start == other.end;
        overlap || insertion && other.start <= span.end && span.start <= other.end
    };
    // None overlaps another, so their ends are in order too.
    let until = Span { start: span.end, end: u32::MAX };
    edits
        .range(..=until)
        .rev()
        .map(|(other, _)| *other)
        .take_while(move |other| other.end >= span.start)
        .filter(touch)
}

fn is_document(text: &str) -> bool {
    text.trim_start().starts_with("---")
}

/// Whether it is an item on the line of the others, with a comma before it or without.
fn is_one_item(text: &str) -> bool {
    let item = text.trim_start_matches(',');
    item.starts_with(' ') && !item.contains('\n') && key(text).is_some()
}

/// What was inserted at a place so far with one more, if they can stand together.
fn together(own: &Parts, more: &str, comma: bool) -> Option<Joined> {
    if own.both(own.documents, is_document(more)) {
        return Some(Joined::More(more.to_owned()));
    }
    if is_document(more) || own.documents > 0 {
        return None;
    }
    let lead = match () {
        () if comma => Some(","),
        () if own.both(own.begin_with_comma, more.starts_with(',')) => Some(""),
        () if own.both(own.end_with_comma, more.ends_with(',')) => Some(""),
        () if own.both(own.on_one_line, is_one_item(more)) => Some(","),
        () => None,
    };
    if let Some(lead) = lead {
        // Items with the same key meet inside its value, in the next round.
        let is_apart = key(more).is_none_or(|key| !own.has_key(key));
        return is_apart.then(|| Joined::More(format!("{lead}{more}")));
    }
    let own = own.texts.concat();
    let is_table = |text: &str| text.trim_start().starts_with('[');
    let merged = match (is_table(&own), is_table(more)) {
        (true, true) => sections(&own, more),
        (false, false) => whole_lines(&own, more),
        _ => None,
    };
    merged.map(Joined::Whole)
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

    fn all(texts: &[&str], more: &str, comma: bool) -> Option<String> {
        let mut parts = Parts::default();
        for text in texts {
            parts.push((*text).to_owned());
        }
        match together(&parts, more, comma)? {
            Joined::More(more) => Some(parts.texts.concat() + &more),
            Joined::Whole(text) => Some(text),
        }
    }

    fn both(a: &str, b: &str) -> Option<String> {
        all(&[a], b, false)
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
    fn edits_of_one_fix_may_stand_side_by_side() {
        let file = FileId::new(0);
        let edit = |start, end, text: &str| {
            let place = Place { file, span: Span::new(start, end) };
            Edit { place, text: text.to_owned() }
        };
        let own = [edit(4, 6, "x"), edit(6, 6, "\n a: 1"), edit(6, 9, "")];
        let mut edits = Merged::new();
        assert!(join(&mut edits, &own));
        assert_eq!(edits.len(), 3);
        // Of another fix, one at such a place would touch two.
        for other in [edit(6, 6, "\n b: 1"), edit(4, 6, "x"), edit(9, 9, "y"), edit(5, 8, "")] {
            assert!(!join(&mut edits, std::slice::from_ref(&other)), "{other:?}");
        }
        assert!(join(&mut edits, &[edit(10, 12, "z")]));
        assert!(!join(&mut edits, &[edit(20, 22, ""), edit(21, 24, "")]));
        assert_eq!(edits.len(), 4);
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
        assert_eq!(all(&["\n a: 1"], "\n b: 2", true).unwrap(), "\n a: 1,\n b: 2");
        assert_eq!(all(&[", a: 1", ", b: 2"], ", b: 3", false), None);
        assert_eq!(both(" a: 1", " b: 2").unwrap(), " a: 1, b: 2");
        let tables = both("\n[a]\nx = 1\n", "\n[b]\nx = 1\n").unwrap();
        assert_eq!(tables, "\n[a]\nx = 1\n\n[b]\nx = 1\n");
        assert_eq!(both(&tables, "\n[b]\ny = 1\n").unwrap(), format!("{tables}y = 1\n"));
        assert_eq!(both(&tables, "\n[a]\ny = 1\n"), None);
        assert_eq!(both("\n\n[a]\nx = 1", "\n\n[a]\ny = 1").unwrap(), "\n\n[a]\nx = 1\ny = 1");
        assert_eq!(both("---\na: 1\n", "---\nb: 1\n").unwrap(), "---\na: 1\n---\nb: 1\n");
        // A fix that adds an item in brackets may add a document, too.
        let documents = all(&["---\na: 1\n"], "---\nb: 1\n", true).unwrap();
        assert_eq!(documents, "---\na: 1\n---\nb: 1\n");
    }
}
