use std::sync::Arc;

use super::edit::{self, Refusal};
use super::*;

fn tree(file: usize, text: &str) -> Arc<Tree> {
    Arc::new(yaml::read(FileId::new(file), &text.into(), None).0)
}

fn root(tree: &Tree) -> Node<'_> {
    tree.documents().next().unwrap()
}

const BASE: &str = "\
common: &common {cpu: 1}
limits:
  <<: *common
  memory: 1Gi
list: [a, b]
kept: {x: 1}
";

/// The base with an entry and an item of another file, and without `memory`.
fn grown() -> Tree {
    let (base, patch) = (tree(0, BASE), tree(1, "disk: {size: 5}\nitem: c\n"));
    let mut graft = Graft::new(&base, root(&base));
    let limits = graft.get(Graft::root(), "limits").unwrap();
    let disk = root(&patch).get("disk").unwrap();
    let (key, value) = (graft.take(&patch, disk.key), graft.take(&patch, disk.value));
    graft.set(limits, key, value);
    assert!(graft.remove(limits, "memory").is_some());
    let list = graft.get(Graft::root(), "list").unwrap();
    let mut items = graft.items(list).to_vec();
    items.insert(1, graft.take(&patch, root(&patch).at(&["item"]).unwrap()));
    graft.set_items(list, items);
    assert!(graft.is_changed());
    graft.finish().unwrap()
}

#[test]
fn entries_and_items_come_from_where_they_are_written() {
    let grown = grown();
    let root = root(&grown);
    let keys = |node: Node<'_>| {
        node.entries().iter().map(|entry| entry.key.text().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(keys(root), ["common", "limits", "list", "kept"]);
    // What a merge key brings is there as well.
    assert_eq!(keys(root.at(&["limits"]).unwrap()), ["cpu", "disk"]);
    let list = root.at(&["list"]).unwrap();
    assert_eq!(list.items().map(Node::text).collect::<Vec<_>>(), ["a", "c", "b"]);
    let size = root.at(&["limits", "disk", "size"]).unwrap();
    let place = |file, start, end| Place { file: FileId::new(file), span: Span::new(start, end) };
    assert_eq!((size.as_int(), size.place()), (Some(5), place(1, 13, 14)));
    assert_eq!(list.items().nth(1).unwrap().place(), place(1, 22, 23));
    // The collection around a change stands where it stood.
    assert_eq!(list.place(), list.home().place());
    let text = BASE.find("[a").unwrap();
    assert_eq!(list.place(), place(0, text, text + 6));
    assert_eq!(list.data_path(), ["0", "list"]);
    assert_eq!(root.grip(&["limits", "memory"]).unwrap().text(), "limits");
    // What nobody changed is the very node of the file.
    let kept = root.at(&["kept"]).unwrap();
    assert_eq!(kept.home(), kept);
}

#[test]
fn what_a_patch_brings_hangs_somewhere() {
    let grown = grown();
    let root = root(&grown);
    let size = root.at(&["limits", "disk", "size"]).unwrap();
    let limits = root.get("limits").unwrap().key.place();
    assert_eq!(root.graft_point(size.place()), Some(limits));
    assert_eq!(root.graft_point(limits), None);
}

#[test]
fn an_edit_never_goes_through_a_patch() {
    let grown = grown();
    let root = root(&grown);
    let at = |keys: &[&str]| root.at(keys).unwrap();
    let file = |edits: edit::Edits| edits.unwrap().edits[0].place.file.index();
    assert_eq!(file(edit::set(root, &["kept", "y"], &1.into())), 0);
    assert_eq!(file(edit::set(root, &["new"], &1.into())), 0);
    // All of it is the patch's.
    assert_eq!(file(edit::set(root, &["limits", "disk", "size"], &1.into())), 1);
    let refused = |edits: edit::Edits| edits.unwrap_err();
    assert_eq!(refused(edit::set(root, &["limits", "memory"], &1.into())), Refusal::Patched);
    assert_eq!(refused(edit::append(at(&["list"]), &1.into())), Refusal::Patched);
    assert_eq!(refused(edit::replace(at(&["list"]), &1.into())), Refusal::Patched);
    let disk = at(&["limits"]).get("disk").unwrap();
    assert_eq!(refused(edit::delete(at(&["limits"]), disk)), Refusal::Patched);
}

#[test]
fn serde_reads_what_patches_make() {
    #[derive(serde::Deserialize)]
    struct Whole {
        list: Vec<String>,
        limits: std::collections::BTreeMap<String, serde_json::Value>,
    }
    let grown = grown();
    let read = de::read::<Whole>(root(&grown)).value.map_err(|(_, why)| why).unwrap();
    assert_eq!(read.list, ["a", "c", "b"]);
    assert_eq!(read.limits.len(), 2);
}
