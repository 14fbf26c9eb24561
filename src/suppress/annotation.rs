//! `agentcheck.io/ignore: "rule: reason; rule: reason"` on a Kubernetes object or a pod template.

use std::collections::HashMap;

use super::{Ignore, Listed, Name};
use crate::config::Selector;
use crate::file::{DocumentKind, File};
use crate::source::Span;
use crate::tree::edit::{self, Edits, Refusal};
use crate::tree::{Entry, Node};

const KEY: &str = "agentcheck.io/ignore";

/// The ignores that the annotations of a file hold.
pub(super) fn ignores(file: &File) -> Vec<Ignore> {
    let mut found: Vec<Ignore> = Vec::new();
    let mut known: HashMap<Span, usize> = HashMap::new();
    for (holder, annotations) in holders(file) {
        let Some(entry) = annotations.get(KEY) else { continue };
        let cover = holder.place().span;
        // By way of an anchor, several objects may have the same annotation.
        let at = *known.entry(entry.key.place().span).or_insert(found.len());
        match found.get_mut(at) {
            Some(ignore) => {
                ignore.covers.push(cover);
                ignore.removal = Err(Refusal::Alias);
            }
            None => found.push(ignore(holder, entry, cover, file)),
        }
    }
    found
}

/// Whatever has annotations, with them: an object, an object in a list, the template of pods.
pub(super) fn holders(file: &File) -> Vec<(Node<'_>, Node<'_>)> {
    let mut found = Vec::new();
    let has_some = |kind| matches!(kind, DocumentKind::Kubernetes | DocumentKind::Patch);
    for (document, _) in file.documents().filter(|(_, kind)| has_some(*kind)) {
        find(document, &mut found);
    }
    found
}

fn find<'t>(node: Node<'t>, found: &mut Vec<(Node<'t>, Node<'t>)>) {
    if node.is_alias() {
        return;
    }
    if let Some(annotations) = node.at(&["metadata", "annotations"]) {
        found.push((node, annotations));
    }
    node.own_entries().for_each(|entry| find(entry.value, found));
    node.items().for_each(|item| find(item, found));
}

fn ignore(holder: Node<'_>, entry: Entry<'_>, cover: Span, file: &File) -> Ignore {
    let names = names(entry.value, file);
    let malformed = names.is_empty().then(|| {
        let help = "write `rule: reason; rule: reason`, as a string".to_owned();
        (format!("annotation `{KEY}` names no rule, so it suppresses nothing"), help)
    });
    Ignore {
        kind: "annotation",
        shown: format!("annotation `{KEY}`"),
        span: entry.key.place().span,
        covers: vec![cover],
        names,
        removal: removal(holder, entry),
        touches: vec![entry.value.data_path()],
        malformed,
        certain: true,
    }
}

fn names(value: Node<'_>, file: &File) -> Vec<Name> {
    let span = value.target().place().span;
    let raw = file.source().slice(span);
    let text = value.as_str().unwrap_or_default();
    let list = list_span(value, raw, text, span);
    let mut names = Vec::new();
    let mut read = 0;
    for item in text.split([';', '\n']).map(str::trim).filter(|item| !item.is_empty()) {
        let (name, reason) = item.split_once(':').unwrap_or((item, ""));
        let (name, reason) = (name.trim(), reason.trim());
        let at = raw.get(read..).and_then(|rest| rest.find(name)).map(|at| at + read);
        read = at.map_or(read, |at| at + name.len());
        let start = span.start as usize;
        names.push(Name {
            text: name.to_owned(),
            selector: Selector::named(name).filter(|selector| *selector != Selector::All),
            span: at.map_or(span, |at| Span::new(start + at, start + at + name.len())),
            reason: reason.to_owned(),
            listed: match list {
                Some(list) => Listed::Joined { list, separator: "; ", part: item.to_owned() },
                None => Listed::Fixed,
            },
            used: false,
        });
    }
    names
}

/// Where the list stands in the file, if it stands there byte for byte and only for this object.
fn list_span(value: Node<'_>, raw: &str, text: &str, span: Span) -> Option<Span> {
    if value.is_alias() || value.is_anchored() || text.contains('\n') {
        return None;
    }
    let start = span.start as usize + raw.find(text)?;
    Some(Span::new(start, start + text.len()))
}

/// Takes the annotation out; with `annotations` when it is the only one.
fn removal(holder: Node<'_>, entry: Entry<'_>) -> Edits {
    let metadata = holder.at(&["metadata"]).ok_or(Refusal::Occupied)?;
    let all = metadata.get("annotations").ok_or(Refusal::Occupied)?;
    if !all.value.own_entries().any(|own| own.key == entry.key) {
        return Err(Refusal::Merge);
    }
    match all.value.own_entries().count() {
        1 => edit::delete(metadata, all),
        _ => edit::delete(all.value, entry),
    }
}
