//! Holds a file after a round of fixes against the one before.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{DataPath, Edit};
use crate::file::{File, Files};
use crate::source::{FileId, Span};
use crate::tree::{Node, Tree};

/// Whether nothing changed but what the fixes meant to change; else what did.
pub(super) fn compare(
    files: &Files,
    id: FileId,
    after: &File,
    touches: &[DataPath],
    edits: &[Edit],
) -> Result<(), String> {
    let before = files.get(id).ok_or("the file is gone")?;
    if !after.errors().is_empty() {
        return Err("the result would not parse".to_owned());
    }
    if before.kind() != after.kind() {
        return Err("the result would be read as something else".to_owned());
    }
    same_data(before, after, touches)?;
    same_instructions(before, after, edits)?;
    let kept = counted(after.source().text(), &comments(after));
    // A fix may change a comment only where the comment is what it is about.
    let is_subject = |comment: &Span| {
        touching(edits, *comment).iter().any(|edit| is_within(before, edit, *comment))
    };
    let untouched: Vec<_> =
        comments(before).into_iter().filter(|comment| !is_subject(comment)).collect();
    let lost = |(comment, times): (&str, usize)| kept.get(comment).copied().unwrap_or(0) < times;
    if counted(before.source().text(), &untouched).into_iter().any(lost) {
        return Err("a comment would be lost".to_owned());
    }
    Ok(())
}

/// Those of the edits, which are sorted and do not overlap, that have something in common with a span,
/// be it an end.
fn touching(edits: &[Edit], span: Span) -> &[Edit] {
    let first = edits.partition_point(|edit| edit.place.span.end < span.start);
    let next = edits.partition_point(|edit| edit.place.span.start <= span.end);
    edits.get(first..next).unwrap_or_default()
}

/// Whether an edit replaces nothing but a part of a comment and blanks around it.
fn is_within(file: &File, edit: &Edit, comment: Span) -> bool {
    let span = edit.place.span;
    let raw = file.source().slice(span);
    let start = span.start as usize + (raw.len() - raw.trim_start().len());
    let end = start + raw.trim().len();
    start < end && comment.start as usize <= start && end <= comment.end as usize
}

/// How often each text stands in a file.
fn counted<'t>(text: &'t str, spans: &[Span]) -> BTreeMap<&'t str, usize> {
    let mut counted = BTreeMap::new();
    for span in spans {
        *counted.entry(text.get(span.range()).unwrap_or_default().trim_end()).or_default() += 1;
    }
    counted
}

fn same_data(before: &File, after: &File, touches: &[DataPath]) -> Result<(), String> {
    let (Some(before), Some(after)) = (before.trees().next(), after.trees().next()) else {
        return Ok(());
    };
    // Whoever appends a document names it by the index of the first one that is new.
    let documents = before.documents().len();
    let appends = touches.iter().any(|touched| *touched == [documents.to_string()]);
    let is_new = |path: &DataPath| {
        let index = path.first().and_then(|index| index.parse().ok());
        appends && index.is_some_and(|index: usize| index >= documents)
    };
    let (before, after) = (leaves(before), leaves(after));
    let touches: BTreeSet<&[String]> = touches.iter().map(Vec::as_slice).collect();
    let meant = |path: &DataPath| {
        let is_below =
            || (1..=path.len()).any(|end| path.get(..end).is_some_and(|way| touches.contains(way)));
        // A placeholder (`resources: {}`) gives way to what is put below it.
        let gives_way = || {
            touches.range(path.as_slice()..).next().is_some_and(|touched| touched.starts_with(path))
        };
        is_new(path) || is_below() || gives_way()
    };
    let wrong = before
        .iter()
        .filter(|(path, value)| after.get(*path) != Some(*value))
        .chain(after.iter().filter(|(path, _)| !before.contains_key(*path)))
        .map(|(path, _)| path)
        .find(|path| !meant(path));
    match wrong {
        Some(path) => {
            Err(format!("`{}` would change too", path.get(1..).unwrap_or_default().join(".")))
        }
        None => Ok(()),
    }
}

/// Every scalar and every empty collection, by its path.
fn leaves(tree: &Tree) -> BTreeMap<DataPath, String> {
    let mut leaves = BTreeMap::new();
    for (index, document) in tree.documents().enumerate() {
        collect(document, &mut vec![index.to_string()], &mut leaves);
    }
    leaves
}

fn collect(node: Node<'_>, path: &mut DataPath, into: &mut BTreeMap<DataPath, String>) {
    if node.is_alias() {
        let target = node.target().data_path().join(".");
        into.insert(path.clone(), format!("*{target}"));
        return;
    }
    let mut empty = true;
    for entry in node.own_entries() {
        empty = false;
        path.push(entry.key.text().to_owned());
        collect(entry.value, path, into);
        path.pop();
    }
    for (index, item) in node.items().enumerate() {
        empty = false;
        path.push(index.to_string());
        collect(item, path, into);
        path.pop();
    }
    if empty {
        let value = match node.scalar() {
            Some(scalar) => format!("{scalar:?}"),
            None if node.is_list() => "[]".to_owned(),
            None => "{}".to_owned(),
        };
        into.insert(path.clone(), value);
    }
}

/// The instructions of a Dockerfile that no edit touched must be there still, in their order.
fn same_instructions(before: &File, after: &File, edits: &[Edit]) -> Result<(), String> {
    let (Some(before_file), Some(after_file)) = (before.dockerfile(), after.dockerfile()) else {
        return Ok(());
    };
    let text = |file: &File, span| file.source().slice(span).to_owned();
    let mut left = after_file.spans().iter().map(|span| text(after, *span));
    for &span in before_file.spans() {
        let touches = |edit: &Edit| {
            let at = edit.place.span;
            // What is put behind the last word belongs to the instruction, unless it is a line.
            let is_line = edit.text.is_empty() || edit.text.starts_with(['\r', '\n']);
            at.start < span.end && span.start < at.end || at.start == span.end && !is_line
        };
        let is_meant = touching(edits, span).iter().any(touches);
        let own = text(before, span);
        if !is_meant && !left.any(|other| other == own) {
            return Err("another instruction would change too".to_owned());
        }
    }
    Ok(())
}

/// Where comments stand in a file.
fn comments(file: &File) -> Vec<Span> {
    let text = file.source().text();
    let is_dockerfile = file.dockerfile().is_some();
    let is_json = file.trees().next().is_some_and(Tree::is_json);
    let marks: &[&str] = if is_json { &["//", "/*"] } else { &["#"] };
    let mut scalars: Vec<_> =
        file.trees().take(1).flat_map(|tree| tree.scalars().map(Node::local_span)).collect();
    scalars.sort_unstable();
    let in_scalar = |at: usize| {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let before = scalars.partition_point(|span| span.start <= at);
        let last = before.checked_sub(1).and_then(|index| scalars.get(index));
        last.is_some_and(|span| span.contains(at))
    };
    let mut found = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let comment = line.match_indices(['#', '/']).map(|(at, _)| at).find(|&at| {
            let rest = line.get(at..).unwrap_or_default();
            marks.iter().any(|mark| rest.starts_with(mark)) && !in_scalar(offset + at)
        });
        if let Some(at) = comment {
            // In a Dockerfile, a comment stands alone on its line.
            let alone = line.get(..at).is_some_and(|before| before.trim().is_empty());
            if alone || !is_dockerfile {
                found.push(Span::new(offset + at, offset + line.trim_end().len()));
            }
        }
        offset += line.len();
    }
    found
}
