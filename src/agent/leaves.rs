//! The scalars of a configuration, with what their surroundings say about them.

use super::setting::Root;
use crate::tree::{Entry, Node};

/// A scalar value.
#[derive(Clone, Copy, Debug)]
pub(in crate::agent) struct Leaf<'t> {
    /// The nearest key above it.
    pub(in crate::agent) name: &'t str,
    /// The key above that one.
    pub(in crate::agent) within: &'t str,
    /// What the mapping that it stands in calls its `name`, as in `{name: TOKEN, value: x}`.
    pub(in crate::agent) called: &'t str,
    /// The item before it, in a list.
    pub(in crate::agent) before: Option<Node<'t>>,
    pub(in crate::agent) node: Node<'t>,
    /// A mapping around it says `enabled: false` or `disabled: true`.
    pub(in crate::agent) disabled: bool,
}

/// No configuration nests deeper; a bound keeps the recursion from the stack's end.
const MAX_DEPTH: u8 = 64;

/// Every scalar value below `root`. What an alias of a collection holds is found at its anchor.
pub(in crate::agent) fn below(root: Node<'_>) -> Vec<Leaf<'_>> {
    let mut leaves = Vec::new();
    let top = Leaf { name: "", within: "", called: "", before: None, node: root, disabled: false };
    collect(top, MAX_DEPTH, &mut leaves);
    leaves
}

/// Every mapping below `root` that stands behind a key of that name, with the key.
pub(in crate::agent) fn tables<'t>(root: Node<'t>, name: &str) -> Vec<Root<'t>> {
    let mut found = Vec::new();
    let mut open = vec![(root, MAX_DEPTH)];
    while let Some((node, depth)) = open.pop() {
        let Some(depth) = depth.checked_sub(1).filter(|_| !node.is_alias()) else { continue };
        open.extend(node.items().rev().map(|item| (item, depth)));
        for Entry { key, value } in node.own_entries().rev() {
            open.push((value, depth));
            if key.text() == name && value.is_map() {
                found.push(Root { node: value, grip: key });
            }
        }
    }
    found.sort_by_key(|table| table.grip.local_span());
    found
}

fn collect<'t>(at: Leaf<'t>, depth: u8, into: &mut Vec<Leaf<'t>>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if at.node.is_scalar() {
        into.push(at);
        return;
    }
    if at.node.is_alias() {
        return;
    }
    if at.node.is_map() {
        let says = |key: &str, word| at.node.at(&[key]).and_then(Node::as_switch) == Some(word);
        let off = says("enabled", false) || says("disabled", true);
        let called = at.node.at(&["name"]).and_then(Node::as_str).unwrap_or_default();
        for entry in at.node.own_entries() {
            let child = Leaf {
                name: entry.key.text(),
                within: at.name,
                called,
                before: None,
                node: entry.value,
                disabled: at.disabled || off,
            };
            collect(child, depth, into);
        }
    } else {
        let mut before = None;
        for node in at.node.items() {
            collect(Leaf { before, node, ..at }, depth, into);
            before = Some(node);
        }
    }
}
