//! Configurations of agents that stand twice: as a file, and in a `ConfigMap`.

use std::collections::{BTreeMap, HashMap};

use super::Project;
use super::context::ancestors;
use crate::config::environment_of_folder;
use crate::file::{DocumentKind, File};
use crate::k8s::Object;
use crate::source::{Place, resolve};
use crate::tree::Node;

/// A configuration in a `ConfigMap` that is a file of the project too, but for some of its values.
#[derive(Debug)]
pub(crate) struct ConfigCopy<'p> {
    /// The key of the `ConfigMap`.
    pub(crate) key: Node<'p>,
    /// The path of the file.
    pub(crate) path: &'p str,
    /// The paths of the keys that differ, each with where the file and the `ConfigMap` have it.
    pub(crate) differing: Vec<Difference>,
}

/// The path of a key, and where the file and the `ConfigMap` have its value.
type Difference = (String, Option<Place>, Option<Place>);

/// Larger configurations are not compared, nor deeper ones.
const MOST_VALUES: usize = 2_000;
const MOST_DEPTH: usize = 32;

impl Project<'_> {
    /// The configurations in a `ConfigMap` that differ from the file of that name, which lies in the same
    /// folder or above, or is the only configuration of that name. What a folder of one environment holds
    /// differs on purpose.
    pub(crate) fn differing_copies<'a>(&'a self, map: Object<'a>) -> Vec<ConfigCopy<'a>> {
        let at = map.node().place();
        let (Some(file), Some(source)) = (self.files.get(at.file.index()), self.source(at.file))
        else {
            return Vec::new();
        };
        let folder = resolve("", source.folder());
        if environment_of_folder(&folder).is_some() || !map.is("", "ConfigMap") {
            return Vec::new();
        }
        let entries = map.node().at(&["data"]).map(Node::entries).unwrap_or_default();
        let copies = entries.into_iter().filter_map(|entry| {
            let name = entry.key.text();
            let inner = file.embedded_in(entry.value)?.documents().next()?;
            let paths = ancestors(&folder).map(|folder| resolve(folder, name));
            let paths = paths.filter(|_| !name.contains('/'));
            // The manifest itself may have that name.
            let mut beside =
                paths.filter_map(|path| self.files.get(self.paths.get(&path)?.index()));
            let other = beside
                .find(|file| holds_configuration(file))
                .or_else(|| self.only_configuration(name))?;
            let (outer, _) = other.documents().find(|(document, kind)| {
                matches!(kind, DocumentKind::Agent(_)) && !document.tree().is_embedded()
            })?;
            let differing = differing(outer, inner)?;
            let path = other.source().path();
            (!differing.is_empty()).then_some(ConfigCopy { key: entry.key, path, differing })
        });
        copies.collect()
    }
}

/// The number of the only configuration of an agent that has a file name; nothing for several.
pub(super) type ByFileName = HashMap<String, Option<usize>>;

impl Project<'_> {
    /// The only configuration of an agent in a file of that name.
    fn only_configuration(&self, name: &str) -> Option<&File> {
        let of = || {
            let mut all = ByFileName::new();
            for (index, file) in self.files.iter().enumerate() {
                let path = file.source().path();
                if holds_configuration(file) {
                    let name = path.rsplit('/').next().unwrap_or(path).to_owned();
                    all.entry(name).and_modify(|known| *known = None).or_insert(Some(index));
                }
            }
            all
        };
        let file = self.files.get((*self.configurations.get_or_init(of).get(name)?)?)?;
        let folder = resolve("", file.source().folder());
        environment_of_folder(&folder).is_none().then_some(file)
    }
}

/// Whether a file is the configuration of an agent.
fn holds_configuration(file: &File) -> bool {
    file.documents().any(|(document, kind)| {
        matches!(kind, DocumentKind::Agent(_)) && !document.tree().is_embedded()
    })
}

/// What differs in two configurations; nothing where most does, so that none is a copy of the other.
fn differing(file: Node<'_>, copy: Node<'_>) -> Option<Vec<Difference>> {
    let (file, copy) = (values(file)?, values(copy)?);
    let keys = file.keys().chain(copy.keys().filter(|key| !file.contains_key(*key)));
    let (mut same, mut differing) = (0, Vec::new());
    for key in keys {
        match (file.get(key), copy.get(key)) {
            (Some(one), Some(other)) if one.text() == other.text() => same += 1,
            (one, other) => {
                differing.push((key.clone(), one.map(|it| it.place()), other.map(|it| it.place())));
            }
        }
    }
    (same >= 2 && same > differing.len()).then_some(differing)
}

/// The scalars of a configuration by their paths; nothing for one that is too large.
fn values(root: Node<'_>) -> Option<BTreeMap<String, Node<'_>>> {
    let mut values = BTreeMap::new();
    let mut open = vec![(String::new(), root, 0)];
    while let Some((path, node, depth)) = open.pop() {
        if values.len() + open.len() > MOST_VALUES || depth > MOST_DEPTH || node.is_alias() {
            return None;
        }
        let below = |name: &str| {
            if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
        };
        if node.is_scalar() {
            values.insert(path, node);
        } else if node.is_map() {
            let entries = node.own_entries();
            open.extend(entries.map(|entry| (below(entry.key.text()), entry.value, depth + 1)));
        } else {
            let items = node.items().enumerate();
            open.extend(items.map(|(index, item)| (below(&index.to_string()), item, depth + 1)));
        }
    }
    Some(values)
}
