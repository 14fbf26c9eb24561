//! Holds a file after a round of fixes against the one before.

use std::collections::BTreeMap;

use crate::diagnostic::{DataPath, Edit};
use crate::file::{File, Files};
use crate::source::FileId;
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
    let kept = comments(after);
    for (comment, times) in comments(before) {
        let removed = |edit: &&Edit| before.source().slice(edit.place.span).contains(comment);
        let removed = edits.iter().filter(removed).count();
        if kept.get(comment).copied().unwrap_or(0) + removed < times {
            return Err("a comment would be lost".to_owned());
        }
    }
    Ok(())
}

fn same_data(before: &File, after: &File, touches: &[DataPath]) -> Result<(), String> {
    let (Some(before), Some(after)) = (before.trees().next(), after.trees().next()) else {
        return Ok(());
    };
    let (before, after) = (leaves(before), leaves(after));
    let meant = |path: &DataPath| {
        // A placeholder (`resources: {}`) gives way to what is put below it.
        touches.iter().any(|touched| path.starts_with(touched) || touched.starts_with(path))
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
    let mut left = after_file.instruction_spans().map(|span| text(after, span));
    for span in before_file.instruction_spans() {
        let touched = edits
            .iter()
            .any(|edit| edit.place.span.start < span.end && span.start < edit.place.span.end);
        let own = text(before, span);
        if !touched && !left.any(|other| other == own) {
            return Err("another instruction would change too".to_owned());
        }
    }
    Ok(())
}

/// How often each comment stands in a file.
fn comments(file: &File) -> BTreeMap<&str, usize> {
    let text = file.source().text();
    let mut scalars: Vec<_> =
        file.trees().take(1).flat_map(|tree| tree.scalars().map(Node::local_span)).collect();
    scalars.sort_unstable();
    let in_scalar = |at: usize| {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let before = scalars.partition_point(|span| span.start <= at);
        before
            .checked_sub(1)
            .and_then(|index| scalars.get(index))
            .is_some_and(|span| span.contains(at))
    };
    let mut found = BTreeMap::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let starts = line.match_indices(['#', '/']).map(|(at, _)| at);
        let comment = starts.filter(|&at| {
            let rest = line.get(at..).unwrap_or_default();
            (rest.starts_with('#') || rest.starts_with("//")) && !in_scalar(offset + at)
        });
        let is_dockerfile = file.dockerfile().is_some();
        for at in comment.take(1) {
            let alone = line.get(..at).is_some_and(|before| before.trim().is_empty());
            if !is_dockerfile || alone {
                *found.entry(line.get(at..).unwrap_or_default().trim_end()).or_default() += 1;
            }
        }
        offset += line.len();
    }
    found
}
