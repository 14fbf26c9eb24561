//! Finds keys in large mappings: what is done for each key of a mapping must not look at all of them.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::{Entry, Id, Node, Shape, Tree};

/// Smaller mappings are searched from one end to the other.
const LARGE: u32 = 64;

/// Whether a mapping of so many children, keys and values, is a large one.
pub(super) fn is_large(children: u32) -> bool {
    children > 2 * LARGE
}

/// Where the keys of the large mappings of a tree are.
#[derive(Debug, Default)]
pub(super) struct Keys {
    maps: HashMap<Id, Map>,
    hasher: RandomState,
}

/// The hash of each key of a mapping and the index of its entry, in this order.
#[derive(Debug)]
struct Map(Vec<(u64, u32)>);

/// The keys of one of the large mappings.
#[derive(Clone, Copy)]
pub(super) struct Lookup<'t> {
    keys: &'t Keys,
    map: &'t Map,
}

impl Keys {
    fn of(tree: &Tree) -> Self {
        let mut keys = Keys::default();
        for (slot, id) in tree.slots.iter().zip(0..) {
            if matches!(slot.shape, Shape::Map { len, .. } if is_large(len)) {
                keys.maps.insert(id, Map::of(Node { tree, id }, &keys.hasher));
            }
        }
        keys
    }
}

impl Map {
    fn of(node: Node<'_>, hasher: &RandomState) -> Self {
        let entries = node.own_entries().zip(0..);
        let mut keys: Vec<_> =
            entries.map(|(entry, index)| (hasher.hash_one(entry.key.text()), index)).collect();
        keys.sort_unstable();
        Map(keys)
    }
}

impl<'t> Lookup<'t> {
    /// The last of the mapping's own entries with that key.
    pub(super) fn find(self, node: Node<'t>, key: &str) -> Option<Entry<'t>> {
        let hash = self.keys.hasher.hash_one(key);
        let Map(entries) = self.map;
        let (first, next) = (
            entries.partition_point(|(own, _)| *own < hash),
            entries.partition_point(|(own, _)| *own <= hash),
        );
        let alike = entries.get(first..next).unwrap_or_default().iter().rev();
        let mut alike = alike.filter_map(|(_, index)| node.own_entry(*index));
        alike.find(|entry| entry.key.text() == key && !entry.is_merge())
    }
}

impl<'t> Node<'t> {
    /// Where the keys of the mapping are, if it is a large one.
    pub(super) fn keys(self) -> Option<Lookup<'t>> {
        let node = self.target();
        let Shape::Map { len, .. } = node.slot().shape else { return None };
        if !is_large(len) {
            return None;
        }
        let tree = node.tree;
        let keys = tree.keys.get_or_init(|| Keys::of(tree));
        Some(Lookup { keys, map: keys.maps.get(&node.id)? })
    }

    /// The entry at that index of those that the mapping itself holds.
    fn own_entry(self, index: u32) -> Option<Entry<'t>> {
        let at = 2 * index as usize;
        let pair = self.children().get(at..at + 2)?;
        Some(Entry { key: self.with(*pair.first()?), value: self.with(*pair.get(1)?) })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::source::FileId;
    use crate::tree::yaml;

    #[test]
    fn a_large_mapping_answers_as_a_small_one_does() {
        let few = "a: 1\nb: 2\n<<: {b: 3, c: 4}\na: 5\n'<<': {e: 6}\n";
        let mut many = String::new();
        for index in 0..2 * LARGE {
            writeln!(many, "k{index}: {index}").unwrap();
        }
        let read = |text: &str| yaml::read(FileId::new(0), &text.into(), None).0;
        let (small, large) = (read(few), read(&format!("{few}{many}")));
        let text = |tree: &Tree, key: &str| {
            let root = tree.documents().next().unwrap();
            root.get(key).map(|entry| entry.value.text().to_owned())
        };
        assert!(large.documents().next().unwrap().keys().is_some());
        for key in ["a", "b", "c", "d", "e", "<<"] {
            assert_eq!(text(&large, key), text(&small, key), "{key}");
        }
        assert_eq!(text(&large, "k7").unwrap(), "7");
        assert_eq!(text(&large, "k999"), None);
    }
}
