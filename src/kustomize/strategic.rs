//! Strategic merge patches: what a partial object makes of a whole one.
//!
//! Source: kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches;
//! github.com/kubernetes/community, `strategic-merge-patch.md`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::tree::{Entry, Graft, Node, Part, Tree};

/// What a patch does to an object as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merged {
    Kept,
    Deleted,
}

/// Merges a patch into an object. `is_builtin` says that the kind is one of Kubernetes' own, whose
/// lists have merge keys; those of a custom resource are replaced.
pub(super) fn merge(
    graft: &mut Graft,
    tree: &Arc<Tree>,
    patch: Node<'_>,
    is_builtin: bool,
) -> Merged {
    if directive(patch) == Some("delete") {
        return Merged::Deleted;
    }
    let mut merge = Merge { graft, tree, is_builtin };
    for entry in patch.entries() {
        match entry.key.text() {
            // A patch finds its object by these and does not change them.
            "apiVersion" | "kind" => {}
            "metadata" => {
                let metadata = merge.graft.map_below(Graft::root(), "metadata", (tree, entry.key));
                let own = entry.value.entries().into_iter();
                for entry in own.filter(|own| !matches!(own.key.text(), "name" | "namespace")) {
                    merge.entry(metadata, entry);
                }
            }
            _ => merge.entry(Graft::root(), entry),
        }
    }
    Merged::Kept
}

fn directive(node: Node<'_>) -> Option<&str> {
    node.at(&["$patch"]).map(Node::text)
}

/// Whether a key says how to merge and is no data.
fn is_directive(key: &str) -> bool {
    key.starts_with("$patch")
        || key == "$retainKeys"
        || key.starts_with("$setElementOrder/")
        || key.starts_with("$deleteFromPrimitiveList/")
}

/// Whether a directive stands somewhere below a node, which then cannot be taken in as it is.
fn holds_directive(node: Node<'_>) -> bool {
    !node.is_alias()
        && (node
            .own_entries()
            .any(|own| is_directive(own.key.text()) || holds_directive(own.value))
            || node.items().any(holds_directive))
}

/// The field by which the items of a list are told apart, if the list is merged at all.
///
/// Source: Kubernetes API reference, `x-kubernetes-patch-merge-key`.
fn merge_key(list: &str, sample: Node<'_>) -> Option<&'static str> {
    Some(match list {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "volumes"
        | "env"
        | "imagePullSecrets"
        | "resourceClaims"
        | "claims"
        | "schedulingGates"
        | "secrets" => "name",
        "ports" if sample.get("containerPort").is_some() => "containerPort",
        "ports" => "port",
        "volumeMounts" => "mountPath",
        "volumeDevices" => "devicePath",
        "hostAliases" => "ip",
        "topologySpreadConstraints" => "topologyKey",
        "ownerReferences" => "uid",
        _ => return None,
    })
}

struct Merge<'g, 't> {
    graft: &'g mut Graft,
    tree: &'t Arc<Tree>,
    is_builtin: bool,
}

impl Merge<'_, '_> {
    fn entry(&mut self, map: Part, entry: Entry<'_>) {
        let (key, value) = (entry.key.text(), entry.value);
        if is_directive(key) {
            return;
        }
        if value.is_null() || directive(value) == Some("delete") {
            self.graft.remove(map, key);
            return;
        }
        if self.repeats(map, entry) {
            return;
        }
        let known = self.graft.get(map, key).filter(|_| directive(value) != Some("replace"));
        match known {
            Some(below) if value.is_map() && self.graft.is_map(below) => {
                for entry in value.entries() {
                    self.entry(below, entry);
                }
            }
            Some(below) if value.is_list() && self.graft.is_list(below) => {
                let sample = value.items().next();
                match sample.and_then(|sample| merge_key(key, sample)) {
                    Some(by) if self.is_builtin => self.list(below, value, by),
                    _ => self.put(map, entry),
                }
            }
            _ => self.put(map, entry),
        }
    }

    /// Whether the patch only says what is there anyway, such as the name of a container.
    fn repeats(&mut self, map: Part, entry: Entry<'_>) -> bool {
        let scalar = entry.value.scalar();
        let known = self.graft.get(map, entry.key.text());
        let known = known.and_then(|known| self.graft.node(known));
        scalar.is_some() && known.is_some_and(|(_, known)| known.scalar() == scalar)
    }

    fn put(&mut self, map: Part, entry: Entry<'_>) {
        let key = self.graft.take(self.tree, entry.key);
        let value = self.taken(entry.value);
        self.graft.set(map, key, value);
    }

    /// A node of the patch without what only says how to merge it.
    fn taken(&mut self, node: Node<'_>) -> Part {
        let part = self.graft.take(self.tree, node);
        if !holds_directive(node) {
            return part;
        }
        for entry in node.entries() {
            if is_directive(entry.key.text()) {
                self.graft.remove(part, entry.key.text());
            } else if holds_directive(entry.value) {
                self.put(part, entry);
            }
        }
        if node.is_list() {
            let items = node.items().filter(|item| !is_mark(*item)).collect::<Vec<_>>();
            let items = items.into_iter().map(|item| self.taken(item)).collect();
            self.graft.set_items(part, items);
        }
        part
    }

    /// Merges a list item by item. What is new goes before the rest, as kustomize has it.
    fn list(&mut self, list: Part, patch: Node<'_>, by: &'static str) {
        if patch.items().any(|item| directive(item) == Some("replace") && item.get(by).is_none()) {
            let items: Vec<_> = patch.items().filter(|item| !is_mark(*item)).collect();
            let items = items.into_iter().map(|item| self.taken(item)).collect();
            self.graft.set_items(list, items);
            return;
        }
        let mut kept: Vec<Option<Part>> =
            self.graft.items(list).iter().copied().map(Some).collect();
        let mut known = HashMap::new();
        for (index, part) in kept.iter().enumerate() {
            if let Some(id) =
                part.and_then(|part| identity(|keys| self.graft.word_at(part, keys), by))
            {
                known.entry(id).or_insert(index);
            }
        }
        let mut new = Vec::new();
        for item in patch.items() {
            let id = identity(|keys| item.at(keys).map(Node::text), by);
            let own = id.and_then(|id| known.get(&id)).and_then(|index| kept.get_mut(*index));
            match (directive(item), own) {
                (Some("delete"), Some(own)) => *own = None,
                (Some("delete"), None) => {}
                (None | Some("merge"), Some(&mut Some(own))) => {
                    for entry in item.entries() {
                        self.entry(own, entry);
                    }
                }
                (_, Some(own)) => *own = Some(self.taken(item)),
                (_, None) => new.push(self.taken(item)),
            }
        }
        new.extend(kept.into_iter().flatten());
        self.graft.set_items(list, new);
    }
}

/// Whether an item holds nothing but a directive about its list.
fn is_mark(item: Node<'_>) -> bool {
    let mut entries = item.own_entries().peekable();
    entries.peek().is_some() && entries.all(|entry| is_directive(entry.key.text()))
}

/// What tells an item of a list from the others. Two ports may differ in their protocol only.
fn identity<'t>(
    word: impl Fn(&[&str]) -> Option<&'t str>,
    by: &'static str,
) -> Option<(String, String)> {
    let is_port = matches!(by, "port" | "containerPort");
    let protocol = is_port.then(|| word(&["protocol"]).unwrap_or("TCP"));
    Some((word(&[by])?.to_owned(), protocol.unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::tree::yaml;

    fn tree(file: usize, text: &str) -> Arc<Tree> {
        Arc::new(yaml::read(FileId::new(file), &text.into(), None).0)
    }

    /// What a patch makes of an object, by the paths that are looked at.
    fn merged(base: &str, patch: &str, is_builtin: bool, look: impl FnOnce(Node<'_>)) {
        let (base, patch) = (tree(0, base), tree(1, patch));
        let mut graft = Graft::new(&base, base.documents().next().unwrap());
        let node = patch.documents().next().unwrap();
        assert_eq!(merge(&mut graft, &patch, node, is_builtin), Merged::Kept);
        look(graft.finish().unwrap().documents().next().unwrap());
    }

    fn names(list: Option<Node<'_>>) -> Vec<&str> {
        let items = list.into_iter().flat_map(Node::items);
        items.filter_map(|item| item.at(&["name"]).map(Node::text)).collect()
    }

    #[test]
    fn scalars_are_replaced_and_nulls_delete() {
        let base =
            "{kind: A, metadata: {name: a, labels: {x: 1}}, spec: {a: 1, b: {c: 1}, d: [1]}}";
        let patch =
            "{kind: B, metadata: {name: b, labels: {y: 2}}, spec: {a: 2, b: null, d: [2, 3]}}";
        merged(base, patch, true, |root| {
            let text = |keys: &[&str]| root.at(keys).map(Node::text);
            // The patch is for the object of that name, and does not rename it.
            assert_eq!((text(&["kind"]), text(&["metadata", "name"])), (Some("A"), Some("a")));
            assert_eq!(root.at(&["metadata", "labels"]).unwrap().entries().len(), 2);
            assert_eq!((text(&["spec", "a"]), text(&["spec", "b"])), (Some("2"), None));
            assert!(root.path(&["spec", "b"]).is_none());
            assert_eq!(root.at(&["spec", "d"]).unwrap().items().len(), 2);
        });
    }

    #[test]
    fn lists_of_kubernetes_own_kinds_are_merged() {
        let base = "spec:\n  env: [{name: a, value: 1}, {name: b, value: 2}]\n  args: [x]\n  \
                    ports: [{containerPort: 1, name: p}, {containerPort: 1, protocol: UDP, name: u}]\n";
        let patch = "spec:\n  env: [{name: b, value: 3}, {name: c}]\n  args: [y]\n  \
                     ports: [{containerPort: 1, protocol: TCP, name: q}]\n";
        merged(base, patch, true, |root| {
            let env = root.at(&["spec", "env"]);
            assert_eq!(names(env), ["c", "a", "b"]);
            let b = env.unwrap().items().nth(2).unwrap();
            assert_eq!(b.at(&["value"]).unwrap().place().file, FileId::new(1));
            assert_eq!(b.at(&["name"]).unwrap().place().file, FileId::new(0));
            assert_eq!(names(root.at(&["spec", "ports"])), ["q", "u"]);
            assert_eq!(root.at(&["spec", "args"]).unwrap().items().len(), 1);
        });
        merged(base, patch, false, |root| {
            assert_eq!(names(root.at(&["spec", "env"])), ["b", "c"]);
        });
    }

    #[test]
    fn directives_say_how_and_are_no_data() {
        let base = "spec: {env: [{name: a, x: 1}, {name: b}], m: {a: 1}, n: {a: 1}, o: {a: 1}}";
        let patch = "spec: {env: [{name: a, $patch: replace}, {name: b, $patch: delete}], \
                     m: {$patch: replace, b: 2}, n: {$patch: delete}, o: {$patch: merge, b: 2}, \
                     p: {$patch: replace, c: {d: 1}}, $setElementOrder/env: [{name: a}]}";
        merged(base, patch, true, |root| {
            let at = |keys: &[&str]| root.at(keys);
            assert_eq!(names(at(&["spec", "env"])), ["a"]);
            assert!(at(&["spec", "env"]).unwrap().items().next().unwrap().get("x").is_none());
            let keys = |key: &str| {
                let map = at(&["spec", key]).unwrap().entries();
                map.iter().map(|entry| entry.key.text().to_owned()).collect::<Vec<_>>()
            };
            assert_eq!((keys("m"), keys("p")), (vec!["b".to_owned()], vec!["c".to_owned()]));
            assert_eq!(keys("o"), ["a", "b"]);
            assert!(at(&["spec", "n"]).is_none());
            assert_eq!(at(&["spec"]).unwrap().entries().len(), 4);
        });
    }
}
