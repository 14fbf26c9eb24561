//! JSON patches: lists of operations at paths.
//!
//! Source: RFC 6902 and, for the paths, RFC 6901.

use std::sync::Arc;

use crate::source::Span;
use crate::tree::{Graft, Node, Part, Tree};

const OPERATIONS: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];

/// Whether a document is a list of operations.
pub(crate) fn recognise(document: Node<'_>) -> bool {
    let is_operation = |item: Node<'_>| {
        item.at(&["op"]).is_some_and(|op| OPERATIONS.contains(&op.text()))
            && item.get("path").is_some_and(|path| path.value.is_scalar())
    };
    document.items().len() > 0 && document.items().all(is_operation)
}

/// Does the operations one after the other; nothing where one of them cannot be done, at which
/// kustomize gives up.
pub(super) fn apply(graft: &mut Graft, tree: &Arc<Tree>, operations: Node<'_>) -> Option<()> {
    operations.items().try_for_each(|operation| {
        let mut run = Run { graft, tree, path: operation.at(&["path"])? };
        let to = pointer(run.path.text())?;
        let from = operation.at(&["from"]).and_then(|from| pointer(from.text()));
        // An explicit null is a value here.
        let value = || operation.get("value").map(|entry| entry.value);
        match operation.at(&["op"])?.text() {
            "add" => {
                let value = run.graft.take(tree, value()?);
                run.add(&to, value)
            }
            "replace" => {
                let value = run.graft.take(tree, value()?);
                run.replace(&to, value)
            }
            "remove" => run.remove(&to).map(|_| ()),
            "move" => {
                let value = run.remove(&from?)?;
                run.add(&to, value)
            }
            "copy" => {
                let source = run.find(&from?)?;
                let value = run.graft.copy(source)?;
                run.add(&to, value)
            }
            "test" => {
                let part = run.find(&to)?;
                equals(run.graft, part, value()?).then_some(())
            }
            _ => None,
        }
    })
}

/// The keys of a path, and nothing where it is none.
fn pointer(path: &str) -> Option<Vec<String>> {
    let rest = path.strip_prefix('/')?;
    Some(rest.split('/').map(|key| key.replace("~1", "/").replace("~0", "~")).collect())
}

fn index(key: &str) -> Option<usize> {
    key.parse().ok().filter(|_| key == "0" || !key.starts_with(['0', '+']))
}

struct Run<'g, 't> {
    graft: &'g mut Graft,
    tree: &'t Arc<Tree>,
    /// Where the operation takes place, which names the keys that it adds.
    path: Node<'t>,
}

impl Run<'_, '_> {
    fn child(&mut self, part: Part, key: &str) -> Option<Part> {
        if self.graft.is_list(part) {
            return self.graft.items(part).get(index(key)?).copied();
        }
        self.graft.get(part, key)
    }

    fn find(&mut self, keys: &[String]) -> Option<Part> {
        keys.iter().try_fold(Graft::root(), |part, key| self.child(part, key))
    }

    fn parent<'k>(&mut self, keys: &'k [String]) -> Option<(Part, &'k str)> {
        let (last, above) = keys.split_last()?;
        Some((self.find(above)?, last))
    }

    fn add(&mut self, keys: &[String], value: Part) -> Option<()> {
        let (parent, last) = self.parent(keys)?;
        if self.graft.is_list(parent) {
            let mut items = self.graft.items(parent).to_vec();
            let at = if last == "-" { items.len() } else { index(last)? };
            if at > items.len() {
                return None;
            }
            items.insert(at, value);
            self.graft.set_items(parent, items);
            return Some(());
        }
        let key = self.key(last);
        self.graft.is_map(parent).then(|| self.graft.set(parent, key, value))
    }

    /// The key that the end of the path adds.
    fn key(&mut self, key: &str) -> Part {
        let span = self.path.local_span();
        let raw = self.path.tree().text().get(span.range()).unwrap_or_default();
        let last = raw.rsplit('/').next().unwrap_or(raw);
        let start = span.start as usize + (raw.len() - last.len());
        let len = last.trim_end_matches(['"', '\'']).len();
        self.graft.text(self.tree, self.path, Span::new(start, start + len), key)
    }

    fn replace(&mut self, keys: &[String], value: Part) -> Option<()> {
        let (parent, last) = self.parent(keys)?;
        self.child(parent, last)?;
        if self.graft.is_map(parent) {
            let key = self.key(last);
            self.graft.set(parent, key, value);
            return Some(());
        }
        let mut items = self.graft.items(parent).to_vec();
        *items.get_mut(index(last)?)? = value;
        self.graft.set_items(parent, items);
        Some(())
    }

    fn remove(&mut self, keys: &[String]) -> Option<Part> {
        let (parent, last) = self.parent(keys)?;
        if self.graft.is_map(parent) {
            return self.graft.remove(parent, last);
        }
        let mut items = self.graft.items(parent).to_vec();
        let at = index(last).filter(|at| *at < items.len())?;
        let gone = items.remove(at);
        self.graft.set_items(parent, items);
        Some(gone)
    }
}

/// Whether a part says what a node says.
fn equals(graft: &mut Graft, part: Part, node: Node<'_>) -> bool {
    if node.is_map() {
        let entries = node.entries();
        return graft.is_map(part)
            && graft.entries(part).len() == entries.len()
            && entries.iter().all(|entry| {
                graft
                    .get(part, entry.key.text())
                    .is_some_and(|value| equals(graft, value, entry.value))
            });
    }
    if node.is_list() {
        let items = graft.items(part).to_vec();
        return graft.is_list(part)
            && items.len() == node.items().len()
            && items.into_iter().zip(node.items()).all(|(part, item)| equals(graft, part, item));
    }
    !graft.is_map(part) && !graft.is_list(part) && graft.word(part) == node.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::tree::yaml;

    fn tree(file: usize, text: &str) -> Arc<Tree> {
        Arc::new(yaml::read(FileId::new(file), &text.into(), None).0)
    }

    /// What operations make of a document, as text; nothing where one cannot be done.
    fn patched(base: &str, operations: &str) -> Option<String> {
        let (base, operations) = (tree(0, base), tree(1, operations));
        let mut graft = Graft::new(&base, base.documents().next().unwrap());
        let operations_node = operations.documents().next().unwrap();
        apply(&mut graft, &operations, operations_node)?;
        Some(write(graft.finish().unwrap().documents().next().unwrap()))
    }

    fn write(node: Node<'_>) -> String {
        let join = |parts: Vec<String>| parts.join(",");
        if node.is_map() {
            let entry = |entry: &crate::tree::Entry<'_>| {
                format!("{}:{}", entry.key.text(), write(entry.value))
            };
            format!("{{{}}}", join(node.entries().iter().map(entry).collect()))
        } else if node.is_list() {
            format!("[{}]", join(node.items().map(write).collect()))
        } else {
            node.text().to_owned()
        }
    }

    #[test]
    fn each_operation_does_what_the_rfc_says() {
        const BASE: &str = "{a: {b: 1}, l: [x, y], m/n: {~: 2}}";
        let table = [
            ("{op: add, path: /a/c, value: 3}", Some("{a:{b:1,c:3},l:[x,y],m/n:{~:2}}")),
            ("{op: add, path: /a/b, value: 3}", Some("{a:{b:3},l:[x,y],m/n:{~:2}}")),
            ("{op: add, path: /a/b/c, value: 3}", None),
            ("{op: add, path: /no/c, value: 3}", None),
            ("{op: add, path: /a/c}", None),
            ("{op: add, path: /l/1, value: z}", Some("{a:{b:1},l:[x,z,y],m/n:{~:2}}")),
            ("{op: add, path: /l/2, value: z}", Some("{a:{b:1},l:[x,y,z],m/n:{~:2}}")),
            ("{op: add, path: /l/-, value: z}", Some("{a:{b:1},l:[x,y,z],m/n:{~:2}}")),
            ("{op: add, path: /l/3, value: z}", None),
            ("{op: add, path: /l/01, value: z}", None),
            ("{op: replace, path: /m~1n/~0, value: 3}", Some("{a:{b:1},l:[x,y],m/n:{~:3}}")),
            ("{op: replace, path: /a/c, value: 3}", None),
            ("{op: replace, path: /l/0, value: z}", Some("{a:{b:1},l:[z,y],m/n:{~:2}}")),
            ("{op: remove, path: /a/b}", Some("{a:{},l:[x,y],m/n:{~:2}}")),
            ("{op: remove, path: /l/1}", Some("{a:{b:1},l:[x],m/n:{~:2}}")),
            ("{op: remove, path: /l/2}", None),
            ("{op: move, from: /l, path: /a/b}", Some("{a:{b:[x,y]},m/n:{~:2}}")),
            ("{op: copy, from: /a, path: /l/-}", Some("{a:{b:1},l:[x,y,{b:1}],m/n:{~:2}}")),
            ("{op: test, path: /a, value: {b: 2}}", None),
            (
                "{op: test, path: /l, value: [x, y]}, {op: remove, path: /l}",
                Some("{a:{b:1},m/n:{~:2}}"),
            ),
        ];
        for (operations, expected) in table {
            let made = patched(BASE, &format!("[{operations}]"));
            assert_eq!(made.as_deref(), expected, "{operations}");
        }
    }

    #[test]
    fn a_key_that_is_added_stands_at_the_end_of_its_path() {
        let base = tree(0, "{a: {}}");
        let text = "[{op: add, path: \"/a/new\", value: 1}]";
        let operations = tree(1, text);
        let mut graft = Graft::new(&base, base.documents().next().unwrap());
        apply(&mut graft, &operations, operations.documents().next().unwrap()).unwrap();
        let made = graft.finish().unwrap();
        let key = made.documents().next().unwrap().path(&["a", "new"]).unwrap().key;
        assert_eq!(text.get(key.place().span.range()), Some("new"));
    }

    #[test]
    fn only_a_list_of_operations_is_a_patch() {
        let is_patch = |text: &str| recognise(tree(0, text).documents().next().unwrap());
        assert!(is_patch("[{op: add, path: /a, value: 1}]"));
        assert!(!is_patch("[{op: add, path: /a, value: 1}, {name: x}]"));
        assert!(!is_patch("[{op: turn, path: /a}]"));
        assert!(!is_patch("[]"));
        assert!(!is_patch("{op: add, path: /a}"));
    }
}
