//! Edits of a tree that leave every byte they do not mean to change.
//!
//! One vocabulary for YAML, JSON and TOML: set a value below a mapping, append an item, delete an
//! entry, append a document. Each gives text edits on spans, in the style of what stands around
//! them (indentation, brackets, quotes, line ending), or says why it will not.

use std::fmt::Write;

use super::{Dialect, Entry, Node, Scalar, Shape, Slot, Style, Tag, Tree};
use crate::diagnostic::{DataPath, Edit};
use crate::source::{Place, Span};
use crate::words;

/// What an edit writes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    Map(Vec<(String, Value)>),
    List(Vec<Value>),
}

impl Node<'_> {
    /// Whether a tag stands before the node on its line: another value would be read by it.
    pub(crate) fn is_tagged(self) -> bool {
        /// A tag is not longer. A line may be, and each of its values asks.
        const MOST: usize = 1024;
        let text = self.tree.text();
        let start = self.slot().span.start as usize;
        let from = text.floor_char_boundary(start.saturating_sub(MOST));
        let before = text.get(from..start).unwrap_or_default();
        let before = before.rsplit('\n').next().unwrap_or_default();
        before.split_whitespace().next_back().is_some_and(|word| word.starts_with('!'))
    }
}

impl Value {
    pub(crate) fn map<const N: usize>(entries: [(&str, Value); N]) -> Self {
        Value::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// What a node says, to be written elsewhere as well; nothing where it uses what an anchor
    /// holds, which may be large, or the node itself.
    pub(crate) fn of(node: Node<'_>) -> Option<Self> {
        if node.is_alias() {
            return None;
        }
        if node.is_list() {
            return node.items().map(Value::of).collect::<Option<_>>().map(Value::List);
        }
        if node.is_map() {
            let copy =
                |entry: Entry<'_>| Some((entry.key.text().to_owned(), Value::of(entry.value)?));
            let has_merge = node.own_entries().any(Entry::is_merge);
            let copied = node.own_entries().filter(|entry| !entry.value.is_null()).map(copy);
            return copied.collect::<Option<_>>().filter(|_| !has_merge).map(Value::Map);
        }
        Some(match node.scalar() {
            Some(Scalar::Bool(value)) => Value::Bool(value),
            Some(Scalar::Int(value)) => Value::Int(value),
            _ => Value::Str(node.text().to_owned()),
        })
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Str(value.to_owned())
    }
}

/// Why an edit is not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The change would show wherever the anchor is used.
    Anchor,
    /// The node stands elsewhere.
    Alias,
    /// Part of the mapping comes from a merge key.
    Merge,
    /// A kustomization or another Compose file or service changes it, so that the file does not
    /// decide what it will be.
    Patched,
    /// The file is a template or made by a program, so that the change would be lost.
    NotSource,
    /// The text is a string inside another file.
    Embedded,
    /// A comment would be lost.
    Comment,
    /// There is something else where the edit would go.
    Occupied,
    /// A key that was probably meant for the one to add stands there.
    Misspelt,
    /// The file holds one document, or a list of objects.
    NoDocument,
    /// Any value would be wrong.
    Unknown,
}

impl Refusal {
    /// The reason in words.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Refusal::Anchor => {
                "it is an anchor's home, and the change would show at its aliases too"
            }
            Refusal::Alias => "it is an alias of something else",
            Refusal::Merge => "part of it comes from a merge key",
            Refusal::Patched => "a patch or what is merged into it changes it",
            Refusal::NotSource => "the file is a template or generated",
            Refusal::Embedded => "it is text inside another file",
            Refusal::Comment => "a comment would be lost",
            Refusal::Occupied => "something else stands there",
            Refusal::Misspelt => "a key that is almost the same stands there",
            Refusal::NoDocument => "no document can be added beside it",
            Refusal::Unknown => "nothing here tells how much would do",
        }
    }
}

/// Text edits, and the data that they mean to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) edits: Vec<Edit>,
    /// Nothing outside these may differ afterwards.
    pub(crate) touches: Vec<DataPath>,
}

/// The change, or why there is none.
pub(crate) type Edits = Result<Change, Refusal>;

impl Change {
    /// A change of a comment, which is no data.
    pub(crate) fn of_comment(edit: Edit) -> Self {
        Change { edits: vec![edit], touches: Vec::new() }
    }

    /// Both changes, in one fix.
    pub(crate) fn and(mut self, other: Change) -> Self {
        self.edits.extend(other.edits);
        self.touches.extend(other.touches);
        self
    }

    fn at(node: Node<'_>, below: &[&str], edits: Vec<Edit>) -> Self {
        let mut path = node.data_path();
        path.extend(below.iter().map(|&key| key.to_owned()));
        Change { edits, touches: vec![path] }
    }
}

/// Words near the top of files that programs write, in lower case.
const GENERATED: [&str; 8] = [
    "do not edit",
    "do not modify",
    "@generated",
    "autogenerated",
    "auto-generated",
    "automatically generated",
    "code generated",
    "generated by",
];

/// Sets the value at `path` below `map`, making the mappings that are missing.
pub(crate) fn set(map: Node<'_>, path: &[&str], value: &Value) -> Edits {
    let Some((key, rest)) = path.split_first() else { return Err(Refusal::Occupied) };
    if let Some(below) = below_patch(map, key).filter(|_| !rest.is_empty()) {
        return set(below, rest, value);
    }
    let map = unpatched(map, &[key])?;
    editable(map)?;
    if !map.is_map() {
        return Err(Refusal::Occupied);
    }
    if map.own_entries().any(Entry::is_merge) {
        return Err(Refusal::Merge);
    }
    match map.get(key) {
        None if has_misspelt(map, key) => Err(Refusal::Misspelt),
        None => Ok(Change::at(map, path, insert(map, path, value)?)),
        Some(entry) if entry.value.is_alias() => Err(Refusal::Alias),
        Some(entry) if entry.value.is_null() => {
            Ok(Change::at(map, path, fill(map, entry, rest, value)?))
        }
        Some(entry) if rest.is_empty() => replace(entry.value, value),
        Some(entry) if entry.value.is_map() => set(entry.value, rest, value),
        Some(_) => Err(Refusal::Occupied),
    }
}

/// Whether a manifest has a key that was probably meant for that one, and has the value that its author wants.
fn has_misspelt(map: Node<'_>, key: &str) -> bool {
    /// Of shorter words many are one letter apart.
    const LEAST: usize = 5;
    let is_meant = |own: &str| {
        own.eq_ignore_ascii_case(key)
            || key.len() >= LEAST && words::nearest(key, [own], 1).is_some()
    };
    map.tree.dialect() == Dialect::Kubernetes
        && map.own_entries().any(|entry| is_meant(entry.key.text()))
}

/// Like [`set`], but where the first key of `path` is missing it goes before the others: the place
/// for what is short and holds for all that follows.
pub(crate) fn set_first(map: Node<'_>, path: &[&str], value: &Value) -> Edits {
    let usual = set(map, path, value)?;
    let map = map.home();
    let Some((key, rest)) = path.split_first().filter(|(key, _)| map.get(key).is_none()) else {
        return Ok(usual);
    };
    let layout = Layout::of(map);
    let mut text = String::new();
    let at = if let Some((at, indent)) = above_first(map) {
        layout.block(&mut text, key, &nest(rest, value), indent);
        at
    } else if let Some(at) = top(map) {
        layout.entry(&mut text, key, &nest(rest, value), 0);
        text.push_str(layout.newline);
        at
    } else {
        return Ok(usual);
    };
    Ok(Change::at(map, path, vec![edit(map.tree, Span::new(at, at), text)]))
}

/// Whether the node, which no patch made, is a document of its file.
fn is_document(node: Node<'_>) -> bool {
    node.tree.documents.binary_search(&node.id).is_ok()
}

/// Where the first line of a document's own block mapping begins, past the comments above it.
fn top(map: Node<'_>) -> Option<usize> {
    let is_root = is_document(map);
    let first = map.own_entries().next().filter(|_| is_root && map.style() == Style::Block)?;
    let start = first.key.slot().span.start as usize;
    (line_start(map.tree.text(), start) == start && !map.tree.is_toml).then_some(start)
}

/// The end of the line with the key whose value is that block mapping, and the column of the
/// mapping's own keys; nothing where no key has a line of its own above.
fn above_first(map: Node<'_>) -> Option<(usize, usize)> {
    let text = map.tree.text();
    let first = map.own_entries().next().filter(|_| map.style() == Style::Block)?;
    let start = first.key.slot().span.start as usize;
    let line = line_start(text, start);
    let is_alone = text.get(line..start)?.trim().is_empty();
    let mut above = text.get(..line).filter(|_| is_alone)?;
    loop {
        above = above.strip_suffix('\n')?;
        let last = above.get(line_start(above, above.len())..)?.trim();
        if !last.is_empty() && !last.starts_with('#') {
            let without_comment = last.split(" #").next()?.trim_end();
            let end = above.trim_end_matches('\r').len();
            return without_comment.ends_with(':').then_some((end, column(map.tree, start)));
        }
        above = above.get(..line_start(above, above.len()))?;
    }
}

/// Puts an entry of another name in the place of one whose value stands on one line. What follows
/// on that line, such as a comment, stays on it.
pub(crate) fn replace_entry(map: Node<'_>, entry: Entry<'_>, key: &str, value: &Value) -> Edits {
    let map = unpatched(map, &[key, entry.key.text()])?;
    editable(map)?;
    editable(entry.value)?;
    let tree = map.tree;
    let span = Span::new(entry.key.slot().span.start as usize, end_of(entry));
    let old = tree.text().get(span.range()).unwrap_or_default();
    let is_free = map.get(key).is_none() && entry.value.is_scalar();
    let layout = Layout::of(map);
    if !is_free || layout.toml || old.contains('\n') {
        return Err(Refusal::Occupied);
    }
    let mut touches = Vec::new();
    for name in [entry.key.text(), key] {
        touches.extend(Change::at(map, &[name], Vec::new()).touches);
    }
    if map.style() == Style::Flow {
        let text = format!("{}: {}", layout.key(key), layout.inline(value));
        return Ok(Change { edits: vec![edit(tree, span, text)], touches });
    }
    let mut block = String::new();
    let indent = indent_at(tree, span.start as usize)?;
    layout.block(&mut block, key, value, indent);
    let block = block.trim_start();
    let (head, below) = block.split_at(block.find(layout.newline).unwrap_or(block.len()));
    let behind = after_block(tree, last_node(entry), below)?;
    let end = behind.place.span.start as usize;
    let is_last = tree.text().get(span.end as usize..end).unwrap_or_default().trim().is_empty();
    let edits = if is_last {
        vec![edit(tree, Span::new(span.start as usize, end), block.to_owned())]
    } else {
        vec![edit(tree, span, head.to_owned()), behind]
    };
    Ok(Change { edits, touches })
}

/// Puts another value in the place of a scalar or of a collection in brackets.
pub(crate) fn replace(node: Node<'_>, value: &Value) -> Edits {
    editable(node)?;
    if node.is_alias() {
        return Err(Refusal::Alias);
    }
    let span = node.slot().span;
    let in_lines = matches!(node.style(), Style::Block | Style::Literal | Style::Folded);
    if in_lines || span.start == span.end || node.is_tagged() {
        return Err(Refusal::Occupied);
    }
    if node.style() == Style::Flow && holds_comment(node) {
        return Err(Refusal::Comment);
    }
    unused_outside(node.tree, span)?;
    let new = edit(node.tree, span, Layout::of(node).inline(value));
    Ok(Change::at(node, &[], vec![new]))
}

/// Gives a scalar another text, in the quotes that it has.
pub(crate) fn reword(scalar: Node<'_>, text: &str) -> Edits {
    editable(scalar)?;
    let span = scalar.slot().span;
    let raw = scalar.tree.text().get(span.range()).unwrap_or_default();
    let in_quotes = |quote: &str| format!("{quote}{text}{quote}");
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| raw.starts_with(quote));
    let new = match (scalar.style(), quote) {
        (Style::SingleQuoted | Style::DoubleQuoted, Some(quote))
            if !text.contains(['"', '\'', '\\', '\n']) =>
        {
            in_quotes(quote)
        }
        (Style::Plain, _) if stays_plain(scalar, text) => text.to_owned(),
        (Style::Plain, _) => quoted(text),
        _ => return Err(Refusal::Occupied),
    };
    Ok(Change::at(scalar, &[], vec![edit(scalar.tree, span, new)]))
}

/// Whether a text means itself where a plain scalar stands.
fn stays_plain(scalar: Node<'_>, text: &str) -> bool {
    let span = scalar.slot().span;
    // Looks at the whole tree, so only where it matters.
    let is_in_brackets = || {
        scalar.tree.slots.iter().any(|slot| {
            slot.style == Style::Flow && slot.span.start < span.start && span.end < slot.span.end
        })
    };
    let begins = |c: char| c.is_ascii_alphanumeric() || c == '/' || c == '$';
    text.starts_with(begins)
        && text.chars().all(|c| c.is_ascii_graphic() && c != '#')
        && !(text.contains(['{', '}', '[', ']', ',']) && is_in_brackets())
        && !text.ends_with(':')
        // Where everything is a text, as in a file of variables, no word is anything else.
        && (scalar.slot().tag == Tag::Text || matches!(Dialect::Core.resolve(text), Scalar::Str(_)))
}

/// Appends an item to a list.
pub(crate) fn append(list: Node<'_>, value: &Value) -> Edits {
    editable(list)?;
    if list.is_alias() {
        return Err(Refusal::Alias);
    }
    let layout = Layout::of(list);
    let index = list.items().len().to_string();
    if list.style() == Style::Flow {
        let text = layout.inline(value);
        let edits = append_in_brackets(list, list.items().next_back().map(end), &text, &layout)?;
        return Ok(Change::at(list, &[&index], edits));
    }
    let Some(tail) = list.items().next_back() else { return Err(Refusal::Occupied) };
    if layout.toml {
        return Err(Refusal::Occupied);
    }
    let dash = indent_at(list.tree, list.slot().span.start as usize)?;
    let mut text = format!("{}{}- ", layout.newline, " ".repeat(dash));
    layout.item(&mut text, value, dash + 2);
    Ok(Change::at(list, &[&index], vec![after_block(list.tree, tail, &text)?]))
}

/// The same where other fixes may append to the list as well, so that nobody knows which item it will be.
pub(crate) fn append_among(list: Node<'_>, value: &Value) -> Edits {
    let mut change = append(list, value)?;
    change.touches.push(list.data_path());
    Ok(change)
}

/// Deletes an entry of a mapping, with its lines.
pub(crate) fn delete(map: Node<'_>, entry: Entry<'_>) -> Edits {
    let map = unpatched(map, &[entry.key.text()])?;
    editable(map)?;
    let tree = map.tree;
    let text = tree.text();
    let start = entry.key.slot().span.start as usize;
    if map.style() == Style::Flow {
        return Err(Refusal::Occupied);
    }
    let line = line_start(text, start);
    let alone = text.get(line..start).is_some_and(|before| before.trim().is_empty());
    if !alone || map.own_entries().nth(1).is_none() {
        return Err(Refusal::Occupied);
    }
    let last = line_end(text, end_of_content(text, last_leaf(last_node(entry))));
    if has_comment(tree, Span::new(line, last)) {
        return Err(Refusal::Comment);
    }
    unused_outside(tree, Span::new(line, last))?;
    let next_line =
        |at: usize| text.get(at..).and_then(|rest| rest.find('\n')).map_or(at, |end| at + end + 1);
    let mut until = next_line(last);
    // One empty line was between it and each neighbour, and one is enough between those.
    let is_blank = |text: Option<&str>| text.is_some_and(|text| text.trim().is_empty());
    let above = text.get(..line).unwrap_or_default();
    if (above.is_empty() || is_blank(above.lines().next_back()))
        && is_blank(text.get(until..next_line(until)))
    {
        until = next_line(until);
    }
    let gone = edit(tree, Span::new(line, until), String::new());
    Ok(Change::at(map, &[entry.key.text()], vec![gone]))
}

/// Takes an item out of the list that an entry of `map` holds, and the entry with its last item.
pub(crate) fn remove(map: Node<'_>, entry: Entry<'_>, item: Node<'_>) -> Edits {
    let list = entry.value;
    if list.items().len() < 2 {
        return delete(map, entry);
    }
    editable(list)?;
    if list.style() == Style::Flow {
        let rest = list.items().filter(|other| *other != item).map(Value::of);
        let rest = rest.collect::<Option<_>>().ok_or(Refusal::Alias)?;
        return replace(list, &Value::List(rest));
    }
    let (tree, text) = (list.tree, list.tree.text());
    let start = item.slot().span.start as usize;
    let line = line_start(text, start);
    if text.get(line..start).is_none_or(|before| before.trim() != "-") {
        return Err(Refusal::Occupied);
    }
    let end = line_end(text, end_of_content(text, last_leaf(item)));
    if has_comment(tree, Span::new(line, end)) {
        return Err(Refusal::Comment);
    }
    unused_outside(tree, Span::new(line, end))?;
    let next_line = |end: usize| {
        text.get(end..).and_then(|rest| rest.find('\n')).map_or(end, |at| end + at + 1)
    };
    let until = next_line(end);
    // A key with nothing behind it is refused, so no round takes all items: the first one goes with an edit
    // that holds the second as well.
    let second = list.items().nth(1).filter(|_| list.items().next() == Some(item));
    let kept = second.map_or(until, |it| next_line(end_of_content(text, last_leaf(it))));
    let rest = text.get(until..kept).unwrap_or_default().to_owned();
    Ok(Change::at(list, &[], vec![edit(tree, Span::new(line, kept), rest)]))
}

/// Appends a document to a file of YAML manifests; `text` ends with a line break.
pub(crate) fn append_document(tree: &Tree, text: &str) -> Edits {
    source_file(tree)?;
    if tree.is_json || tree.is_toml {
        return Err(Refusal::NoDocument);
    }
    let own = tree.text();
    let newline = tree.habits().newline;
    let text = text.replace('\n', newline);
    let body = own.trim_end();
    let marker = if body.ends_with("\n---") || body == "---" {
        String::new()
    } else {
        format!("---{newline}")
    };
    let end = own.len();
    // A file without a line break at its end stays one.
    let new = if own.ends_with('\n') {
        format!("{marker}{text}")
    } else {
        format!("{newline}{marker}{}", text.trim_end())
    };
    let new = edit(tree, Span::new(end, end), new);
    Ok(Change { edits: vec![new], touches: vec![vec![tree.documents.len().to_string()]] })
}

/// Appends a document to the file of one; `value` is a mapping, and is written as the file is.
pub(crate) fn append_beside(document: Node<'_>, value: &Value) -> Edits {
    let document = document.home();
    let tree = document.tree;
    // A document in brackets may be all that JSON lets the file hold.
    let (Value::Map(entries), true) =
        (value, is_document(document) && document.style() == Style::Block)
    else {
        return Err(Refusal::NoDocument);
    };
    let mut text = String::new();
    let layout = Layout { newline: "\n", ..Layout::of(document) };
    for (key, value) in entries {
        layout.block(&mut text, key, value, 0);
    }
    append_document(tree, &format!("{}\n", text.trim_start()))
}

/// What a patched mapping has under a key, where only what lies below decides on an edit: the file's
/// own value, which is patched further down, or one that the patch brought as a whole.
fn below_patch<'t>(map: Node<'t>, key: &str) -> Option<Node<'t>> {
    let (home, here) = (map.home(), map.get(key)?.value);
    let is_own = || home.get(key).is_some_and(|own| own.value == here.home());
    let is_brought = || here == here.home() && !std::ptr::eq(here.tree, home.tree);
    (map != home && (here != here.home() && is_own() || is_brought())).then_some(here)
}

/// The mapping as its own file has it, provided that patches leave those keys of it as they are.
fn unpatched<'t>(map: Node<'t>, keys: &[&str]) -> Result<Node<'t>, Refusal> {
    let home = map.home();
    let value = |map: Node<'t>, key: &str| map.get(key).map(|entry| entry.value);
    if keys.iter().all(|key| value(map, key) == value(home, key)) {
        Ok(home)
    } else {
        Err(Refusal::Patched)
    }
}

fn editable(node: Node<'_>) -> Result<(), Refusal> {
    if node.home() != node {
        return Err(Refusal::Patched);
    }
    source_file(node.tree)?;
    if node.is_alias() {
        return Err(Refusal::Alias);
    }
    let (span, anchored) = (node.slot().span, &node.tree.habits().anchored);
    let next = anchored.partition_point(|own| own.start <= span.start);
    let before = next.checked_sub(1).and_then(|last| anchored.get(last));
    if before.is_some_and(|own| span.end <= own.end) {
        return Err(Refusal::Anchor);
    }
    Ok(())
}

/// Refuses to lose a piece of the text with an anchor whose aliases stand outside of it.
fn unused_outside(tree: &Tree, lost: Span) -> Result<(), Refusal> {
    let aliases = &tree.habits().aliases;
    let first = aliases.partition_point(|(anchored, _)| anchored.start < lost.start);
    let mut held = aliases.iter().skip(first).take_while(|(it, _)| it.start < lost.end);
    let is_lost_too = |alias: &Span| lost.start <= alias.start && alias.end <= lost.end;
    if held.all(|(_, alias)| is_lost_too(alias)) { Ok(()) } else { Err(Refusal::Anchor) }
}

/// What each alias stands for, and where it stands itself; in the order of the former.
fn aliases(tree: &Tree) -> Vec<(Span, Span)> {
    if tree.anchored.is_empty() {
        return Vec::new();
    }
    let of_slot = |slot: Slot| match slot.shape {
        Shape::Alias(id) => Some((tree.slots.get(id)?.span, slot.span)),
        _ => None,
    };
    let mut aliases: Vec<_> = tree.slots.iter().filter_map(of_slot).collect();
    aliases.sort_unstable();
    aliases
}

/// Where nodes with anchors stand that lie in no other, in the order of the text.
fn anchored(tree: &Tree) -> Vec<Span> {
    let slots = tree.anchored.iter().filter_map(|&id| tree.slots.get(id));
    let mut spans: Vec<Span> = slots.map(|slot| slot.span).collect();
    spans.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut last: Option<Span> = None;
    spans.retain(|span| {
        let is_outer = last.is_none_or(|last| last.end < span.end);
        last = if is_outer { Some(*span) } else { last };
        is_outer
    });
    spans
}

/// Whether the text is what people write, and not what a program makes of something else.
fn source_file(tree: &Tree) -> Result<(), Refusal> {
    if tree.is_embedded() {
        return Err(Refusal::Embedded);
    }
    if tree.habits().is_source { Ok(()) } else { Err(Refusal::NotSource) }
}

/// The same of a file that is no tree.
pub(crate) fn source_text(text: &str) -> Result<(), Refusal> {
    let generated = || {
        let head = text.lines().take(10);
        head.filter(|line| line.trim_start().starts_with(['#', '/'])).any(|line| {
            let line = line.to_lowercase();
            // `helm template` names the template that it rendered.
            GENERATED.iter().any(|word| line.contains(word))
                || line.starts_with("# source: ") && line.contains("/templates/")
        })
    };
    // `${{ env.NAME }}` is an expression of the file's own format, `${{ .Values.name }}` is none.
    let is_template = |at: usize| {
        let inside = text.get(at + 2..).unwrap_or_default().trim_start();
        !text.get(..at).is_some_and(|before| before.ends_with('$')) || inside.starts_with('.')
    };
    if text.match_indices("{{").any(|(at, _)| is_template(at)) || generated() {
        return Err(Refusal::NotSource);
    }
    Ok(())
}

/// Gives a value to a key that has none: `key:`, `key: ~`, `key: null`.
fn fill(
    map: Node<'_>,
    entry: Entry<'_>,
    rest: &[&str],
    value: &Value,
) -> Result<Vec<Edit>, Refusal> {
    let layout = Layout::of(map);
    let nested = nest(rest, value);
    if entry.value.is_anchored() {
        return Err(Refusal::Anchor);
    }
    let span = entry.value.slot().span;
    if span.start < span.end {
        if entry.value.is_tagged() {
            return Err(Refusal::Occupied);
        }
        return Ok(vec![edit(map.tree, span, layout.inline(&nested))]);
    }
    // `key:` with nothing behind: the value goes behind the colon, before any comment.
    let colon = colon_of(entry.key).ok_or(Refusal::Occupied)?;
    let behind = map.tree.text().get(colon..).unwrap_or_default().lines().next();
    let behind = behind.unwrap_or_default().trim_start();
    if behind.starts_with(['!', '&']) {
        return Err(Refusal::Occupied);
    }
    Ok(vec![edit(map.tree, Span::new(colon, colon), format!(" {}", layout.inline(&nested)))])
}

/// Where the colon behind a key ends. A key alone, as in `{a, b}` or below a `?`, has none.
fn colon_of(key: Node<'_>) -> Option<usize> {
    let end = key.slot().span.end as usize;
    let rest = key.tree.text().get(end..)?;
    let at = rest.find(|c| c != ' ' && c != '\t')?;
    rest.get(at..)?.starts_with(':').then_some(end + at + 1)
}

/// Whether a comment stands inside a collection in brackets.
fn holds_comment(node: Node<'_>) -> bool {
    has_comment(node.tree, node.slot().span)
}

/// Whether a comment begins in a piece of the text.
fn has_comment(tree: &Tree, span: Span) -> bool {
    let text = tree.text().get(span.range()).unwrap_or_default();
    let marks: &[&str] = if tree.is_json { &["//", "/*"] } else { &["#"] };
    marks.iter().flat_map(|mark| text.match_indices(mark)).any(|(at, _)| {
        let at = Span::new(span.start as usize + at, 0).start;
        let scalars = tree.scalar_spans();
        let next = scalars.partition_point(|scalar| scalar.start <= at);
        let before = next.checked_sub(1).and_then(|last| scalars.get(last));
        before.is_none_or(|scalar| at >= scalar.end)
    })
}

/// Adds a key that a mapping does not have.
fn insert(map: Node<'_>, path: &[&str], value: &Value) -> Result<Vec<Edit>, Refusal> {
    let layout = Layout::of(map);
    let Some((key, rest)) = path.split_first() else { return Err(Refusal::Occupied) };
    if layout.toml {
        return insert_toml(map, key, rest, value, &layout);
    }
    let nested = nest(rest, value);
    if map.style() == Style::Flow {
        let item = format!("{}: {}", layout.key(key), layout.inline(&nested));
        return append_in_brackets(map, map.own_entries().next_back().map(end_of), &item, &layout);
    }
    let (Some(first), Some(last)) = (map.own_entries().next(), map.own_entries().next_back())
    else {
        return Err(Refusal::Occupied);
    };
    let indent = indent_at(map.tree, first.key.slot().span.start as usize)?;
    let mut text = String::new();
    layout.block(&mut text, key, &nested, indent);
    Ok(vec![after_block(map.tree, last_node(last), &text)?])
}

/// A table gets its new keys behind its own last one; a table that does not exist goes to the end
/// of the file under a header of its own.
fn insert_toml(
    map: Node<'_>,
    key: &str,
    rest: &[&str],
    value: &Value,
    layout: &Layout,
) -> Result<Vec<Edit>, Refusal> {
    let tree = map.tree;
    if map.style() == Style::Flow {
        let item = format!("{key} = {}", layout.inline(&nest(rest, value)));
        return append_in_brackets(map, map.own_entries().next_back().map(end_of), &item, layout);
    }
    let newline = layout.newline;
    let is_table = matches!(value, Value::Map(_));
    if rest.is_empty() && !is_table && has_header(map) {
        let text = format!("{newline}{key} = {}", layout.inline(value));
        let plain = |entry: &Entry<'_>| entry.value.style() != Style::Block;
        return Ok(vec![match map.own_entries().rfind(plain) {
            Some(last) => after_block(tree, last_node(last), &text)?,
            None => after_line(tree, map.slot().span.end as usize, &text),
        }]);
    }
    // Keys of a table that has no header, or is not there at all.
    let mut header = table_path(map).ok_or(Refusal::Occupied)?;
    let mut keys = vec![key];
    keys.extend(rest);
    let entries = match value {
        Value::Map(entries) => entries.clone(),
        value => vec![(keys.pop().unwrap_or_default().to_owned(), value.clone())],
    };
    header.extend(keys.iter().map(|&key| key.to_owned()));
    if header.is_empty() {
        return Err(Refusal::Occupied);
    }
    let own = tree.text();
    let ends = own.ends_with('\n');
    let gap = if ends { "" } else { newline };
    let mut text = format!("{gap}{newline}[{}]{newline}", header.join("."));
    for (key, value) in &entries {
        let _ = write!(text, "{key} = {}{newline}", layout.inline(value));
    }
    if !ends {
        text.truncate(text.trim_end().len());
    }
    Ok(vec![edit(tree, Span::new(own.len(), own.len()), text)])
}

/// The keys of the header that a TOML table has or could have; empty for the root. Nothing below
/// an array of tables, where a header would mean the last item, and for what dotted keys or
/// brackets make, which takes no header.
fn table_path(map: Node<'_>) -> Option<Vec<String>> {
    if map.tree.documents.contains(&map.id) {
        return Some(Vec::new());
    }
    let text = map.tree.text();
    let line = line_start(text, map.slot().span.start as usize);
    let in_header = text.get(line..)?.trim_start().starts_with('[');
    let path = map.data_path().split_off(1);
    let bare = |key: &String| {
        key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            && !key.chars().all(|c| c.is_ascii_digit())
    };
    (in_header && path.iter().all(bare)).then_some(path)
}

/// Whether a TOML table has a header of its own, and not only tables below it that have one.
fn has_header(map: Node<'_>) -> bool {
    let raw = map.tree.text().get(map.slot().span.range()).unwrap_or_default();
    let inner = raw.strip_prefix('[').and_then(|raw| raw.strip_suffix(']'));
    let keys = inner.map(|inner| inner.split('.').map(str::trim).collect::<Vec<_>>());
    keys.is_some_and(|keys| table_path(map).is_some_and(|path| path == keys))
}

/// `["a", "b"]` and 1 make `{a: {b: 1}}`.
fn nest(path: &[&str], value: &Value) -> Value {
    path.iter().rev().fold(value.clone(), |inner, key| Value::Map(vec![((*key).to_owned(), inner)]))
}

fn last_node(entry: Entry<'_>) -> Node<'_> {
    if entry.value.slot().span.end > entry.key.slot().span.end { entry.value } else { entry.key }
}

/// Where an entry ends: behind its value, or behind the colon where there is none.
fn end_of(entry: Entry<'_>) -> usize {
    let value = entry.value.slot().span;
    if value.start < value.end {
        return value.end as usize;
    }
    colon_of(entry.key).unwrap_or(entry.key.slot().span.end as usize)
}

fn end(node: Node<'_>) -> usize {
    node.slot().span.end as usize
}

fn edit(tree: &Tree, span: Span, text: String) -> Edit {
    Edit { place: Place { file: tree.file, span }, text }
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
}

/// The end of the line that `at` is on, before its line break.
fn line_end(text: &str, at: usize) -> usize {
    let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end);
    text.get(..end).map_or(end, |before| before.strip_suffix('\r').unwrap_or(before).len())
}

/// What stands on a line before `at`.
fn lead(tree: &Tree, at: usize) -> &str {
    let text = tree.text();
    let lead = text.get(line_start(text, at)..at).unwrap_or_default();
    lead.strip_prefix('\u{feff}').unwrap_or(lead)
}

fn column(tree: &Tree, at: usize) -> usize {
    lead(tree, at).chars().count()
}

/// The indentation of a block collection that begins at `at`. Only spaces and the dashes of lists
/// count for it: behind `? `, a tag or an anchor, or a tab, one cannot tell.
fn indent_at(tree: &Tree, at: usize) -> Result<usize, Refusal> {
    let lead = lead(tree, at);
    if lead.bytes().all(|byte| byte == b' ' || byte == b'-') && !lead.contains("--") {
        Ok(lead.len())
    } else {
        Err(Refusal::Occupied)
    }
}

/// What begins a line, tabs included, below something that begins at `at`.
fn margin(tree: &Tree, at: usize) -> String {
    lead(tree, at).chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect()
}

/// The line break of the first line.
fn line_break(text: &str) -> &'static str {
    let first = text.find('\n').and_then(|end| text.get(..end));
    if first.is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" }
}

/// Appends `item` inside brackets, behind the last item, which ends at `last`.
fn append_in_brackets(
    node: Node<'_>,
    last: Option<usize>,
    item: &str,
    layout: &Layout,
) -> Result<Vec<Edit>, Refusal> {
    let tree = node.tree;
    let text = tree.text();
    let span = node.slot().span;
    let (open, close) = (span.start as usize + 1, (span.end as usize).saturating_sub(1));
    let Some(end) = last else {
        let pad = if layout.toml && node.is_map() { " " } else { "" };
        let inside = text.get(open..close).unwrap_or_default();
        if inside.trim().is_empty() {
            return Ok(vec![edit(tree, Span::new(open, close), format!("{pad}{item}{pad}"))]);
        }
        // There is a comment.
        let gap = if inside.starts_with([' ', '\t', '\r', '\n']) { "" } else { " " };
        return Ok(vec![edit(tree, Span::new(open, open), format!("{pad}{item}{gap}"))]);
    };
    let behind = text.get(end..close).ok_or(Refusal::Occupied)?;
    let comma = comma_in(behind, tree.is_json)?.map(|at| end + at + 1);
    if !behind.contains('\n') {
        let at = comma.unwrap_or(end);
        let lead = if comma.is_some() { " " } else { ", " };
        return Ok(vec![edit(tree, Span::new(at, at), format!("{lead}{item}"))]);
    }
    // The new item gets a line of its own, below the comment behind the last one.
    let first = node.own_entries().next().map(|entry| entry.key).or_else(|| node.items().next());
    let margin =
        first.map(|first| margin(tree, first.slot().span.start as usize)).unwrap_or_default();
    let line = line_end(text, comma.unwrap_or(end)).min(close);
    let trailing = if comma.is_some() { "," } else { "" };
    let new = format!("{}{margin}{item}{trailing}", layout.newline);
    if comma.is_none() && line > end {
        let comma = edit(tree, Span::new(end, end), ",".to_owned());
        return Ok(vec![comma, edit(tree, Span::new(line, line), new)]);
    }
    let lead = if comma.is_none() { "," } else { "" };
    Ok(vec![edit(tree, Span::new(line, line), format!("{lead}{new}"))])
}

/// Where the comma stands in what follows the last item, comments passed over. Anything else there
/// belongs to the item in a way that is not understood here.
fn comma_in(behind: &str, json: bool) -> Result<Option<usize>, Refusal> {
    let mut found = None;
    let mut rest = behind;
    while let Some(c) = rest.chars().next() {
        let line = rest.find('\n').unwrap_or(rest.len());
        let skip = match c {
            ',' if found.is_none() => {
                found = Some(behind.len() - rest.len());
                1
            }
            '#' if !json => line,
            '/' if json && rest.starts_with("//") => line,
            '/' if json && rest.starts_with("/*") => rest.find("*/").ok_or(Refusal::Occupied)? + 2,
            c if c.is_whitespace() => c.len_utf8(),
            _ => return Err(Refusal::Occupied),
        };
        rest = rest.get(skip..).unwrap_or_default();
    }
    Ok(found)
}

/// Where the content of a leaf ends, without the blank lines that a block scalar swallows.
fn end_of_content(text: &str, leaf: Node<'_>) -> usize {
    let end = leaf.slot().span.end as usize;
    if is_block_scalar(leaf) && header(leaf).contains('+') {
        // With `|+` the blank lines below belong to the value.
        return text
            .get(..end)
            .map_or(end, |before| before.strip_suffix('\n').unwrap_or(before).len());
    }
    text.get(..end).map_or(end, |before| before.trim_end().len())
}

fn is_block_scalar(leaf: Node<'_>) -> bool {
    matches!(leaf.style(), Style::Literal | Style::Folded)
}

/// An insertion of whole lines (each begins with a line break) behind the last line of `last`.
fn after_block(tree: &Tree, last: Node<'_>, lines: &str) -> Result<Edit, Refusal> {
    let own = tree.text();
    let leaf = last_leaf(last);
    let end = leaf.slot().span.end as usize;
    if is_block_scalar(leaf) {
        let ended = own.get(..end).is_some_and(|before| before.ends_with('\n'));
        let header = header(leaf);
        // A text that ends with the file would get a line break.
        if end == own.len() && !ended && !header.contains('-') {
            return Err(Refusal::Occupied);
        }
        if ended && header.contains('+') {
            // With `|+` the blank lines below belong to the value: the new lines go behind them.
            let newline = tree.habits().newline;
            let lines = lines.strip_prefix(newline).unwrap_or(lines);
            return Ok(edit(tree, Span::new(end, end), format!("{lines}{newline}")));
        }
    }
    Ok(after_line(tree, end_of_content(own, leaf), lines))
}

/// An insertion of whole lines behind the line that `at` is on.
fn after_line(tree: &Tree, at: usize, lines: &str) -> Edit {
    let line = line_end(tree.text(), at);
    edit(tree, Span::new(line, line), lines.to_owned())
}

/// The last scalar or bracket in a node.
fn last_leaf(node: Node<'_>) -> Node<'_> {
    if node.is_alias() || node.style() != Style::Block {
        return node;
    }
    match (node.own_entries().next_back(), node.items().next_back()) {
        (Some(entry), _) => last_leaf(last_node(entry)),
        (_, Some(item)) => last_leaf(item),
        _ => node,
    }
}

/// The indicators of a block scalar: `|+`, `>-`, `|2`.
fn header(scalar: Node<'_>) -> &str {
    let text = scalar.tree.text();
    let start = scalar.slot().span.start as usize;
    let before = text.get(..start).unwrap_or_default();
    let header = before.trim_end().rsplit('\n').next().unwrap_or_default();
    let header = header.split(" #").next().unwrap_or_default();
    header.rfind(['|', '>']).and_then(|at| header.get(at..)).unwrap_or_default()
}

/// How what stands around an edit is written.
struct Layout {
    newline: &'static str,
    /// Keys are in double quotes, and only JSON's values are values.
    json: bool,
    toml: bool,
    /// How far a nested mapping is indented.
    step: usize,
    /// Whether lists stand at the column of their key.
    indentless: bool,
}

impl Layout {
    fn of(node: Node<'_>) -> Self {
        let tree = node.tree;
        let quoted = |entry: Entry<'_>| entry.key.style() == Style::DoubleQuoted;
        // JSON in a YAML file stays JSON.
        let json = tree.is_json
            || !tree.is_toml
                && node.style() == Style::Flow
                && node.own_entries().next().is_some_and(quoted);
        let &Habits { newline, step, indentless, .. } = tree.habits();
        Layout { newline, json, toml: tree.is_toml, step, indentless }
    }

    fn key(&self, key: &str) -> String {
        let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if self.toml && !key.is_empty() && key.chars().all(bare) {
            return key.to_owned();
        }
        self.string(key)
    }

    /// The value on one line.
    fn inline(&self, value: &Value) -> String {
        match value {
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            Value::Str(text) => self.string(text),
            Value::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.inline(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Map(entries) => {
                let (colon, pad) = if self.toml { (" = ", " ") } else { (": ", "") };
                let entry = |(key, value): &(String, Value)| {
                    format!("{}{colon}{}", self.key(key), self.inline(value))
                };
                let entries: Vec<_> = entries.iter().map(entry).collect();
                format!("{{{pad}{}{pad}}}", entries.join(", "))
            }
        }
    }

    /// A string, in quotes where it would be read as something else without.
    fn string(&self, text: &str) -> String {
        let plain = !self.json
            && !self.toml
            && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
            // Some readers take `2024-01-01` for a date.
            && !(text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('-'))
            && matches!(Dialect::Kubernetes.resolve(text), Scalar::Str(_))
            && matches!(Dialect::Core.resolve(text), Scalar::Str(_));
        if plain { text.to_owned() } else { quoted(text) }
    }

    /// `key: value` on lines of its own, each with the line break before it.
    fn block(&self, out: &mut String, key: &str, value: &Value, indent: usize) {
        out.push_str(self.newline);
        out.push_str(&" ".repeat(indent));
        self.entry(out, key, value, indent);
    }

    /// `key: value` from where `out` ends, which is at that column.
    fn entry(&self, out: &mut String, key: &str, value: &Value, indent: usize) {
        out.push_str(&self.key(key));
        out.push(':');
        match value {
            Value::Map(entries) if !entries.is_empty() => {
                for (key, value) in entries {
                    self.block(out, key, value, indent + self.step);
                }
            }
            Value::List(items) if !items.is_empty() => {
                let dash = if self.indentless { indent } else { indent + self.step };
                for item in items {
                    out.push_str(self.newline);
                    out.push_str(&" ".repeat(dash));
                    out.push_str("- ");
                    self.item(out, item, dash + 2);
                }
            }
            value => {
                out.push(' ');
                out.push_str(&self.inline(value));
            }
        }
    }

    /// An item of a block list; the keys of a mapping stand below each other.
    fn item(&self, out: &mut String, item: &Value, indent: usize) {
        match item {
            Value::Map(entries) if !entries.is_empty() => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index == 0 {
                        self.entry(out, key, value, indent);
                    } else {
                        self.block(out, key, value, indent);
                    }
                }
            }
            item => out.push_str(&self.inline(item)),
        }
    }
}

/// A string in double quotes, as JSON, YAML and TOML alike read it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// How a text is written, and whether it is what people write.
#[derive(Clone, Debug)]
pub(super) struct Habits {
    is_source: bool,
    anchored: Vec<Span>,
    aliases: Vec<(Span, Span)>,
    newline: &'static str,
    step: usize,
    indentless: bool,
}

impl Tree {
    /// Looked for once: it takes a walk through the whole text.
    fn habits(&self) -> &Habits {
        self.habits.get_or_init(|| {
            let (step, indentless) = habits(self);
            let (is_source, anchored) = (source_text(self.text()).is_ok(), anchored(self));
            let (aliases, newline) = (aliases(self), line_break(self.text()));
            Habits { is_source, anchored, aliases, newline, step, indentless }
        })
    }

    /// Where the scalars stand that are no aliases, in the order of the text.
    fn scalar_spans(&self) -> &[Span] {
        self.scalar_spans.get_or_init(|| {
            let mut spans: Vec<Span> = self.scalars().map(Node::local_span).collect();
            // The tables of TOML need not stand in the order of their keys.
            spans.sort_unstable();
            spans
        })
    }
}

/// How the file indents: the step of its first nested mapping, and whether its first list stands
/// at its key's column.
fn habits(tree: &Tree) -> (usize, bool) {
    const USUAL: usize = 2;
    let (mut step, mut indentless) = (None, None);
    let maps = tree.documents().flat_map(|document| nested_maps(document, 6));
    for (outer, entry) in maps {
        let Some(first) = outer.own_entries().next() else { continue };
        let column_of = |node: Node<'_>| column(tree, node.slot().span.start as usize);
        let value = entry.value;
        if value.style() == Style::Block && !value.is_alias() {
            let at = column_of(first.key);
            if value.is_map() && step.is_none() {
                step = value
                    .own_entries()
                    .next()
                    .and_then(|inner| column_of(inner.key).checked_sub(at));
            } else if value.is_list() && indentless.is_none() {
                indentless = Some(column_of(value) == at);
            }
        }
        if step.is_some() && indentless.is_some() {
            break;
        }
    }
    (step.filter(|step| (1..=8).contains(step)).unwrap_or(USUAL), indentless.unwrap_or(false))
}

/// The entries of the block mappings below a node, outer ones first.
fn nested_maps(node: Node<'_>, depth: u8) -> Vec<(Node<'_>, Entry<'_>)> {
    let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
    if node.is_alias() || node.style() != Style::Block {
        return Vec::new();
    }
    let mut found: Vec<_> = node.own_entries().map(|entry| (node, entry)).collect();
    let below: Vec<_> = node
        .own_entries()
        .map(|entry| entry.value)
        .chain(node.items())
        .flat_map(|below| nested_maps(below, depth))
        .collect();
    found.extend(below);
    found
}
