//! The `ConfigMaps` and Secrets that kustomizations generate.

use super::items;
use crate::tree::Node;

/// What is known of a generated `ConfigMap` or Secret.
#[derive(Debug)]
pub(crate) struct Generated<'p> {
    /// The keys that its literals and files have.
    keys: Vec<&'p str>,
    /// Whether that is all: the keys of `envs` are in files that are not read.
    is_complete: bool,
}

impl<'p> Generated<'p> {
    /// Whether it may hold a key.
    pub(crate) fn may_hold(&self, key: &str) -> bool {
        !self.is_complete || self.keys.contains(&key)
    }

    /// What two generators of one name make: they are merged.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.keys.extend(other.keys);
        self.is_complete &= other.is_complete;
        self
    }

    fn of(generator: Node<'p>) -> Self {
        let texts = |key: &str| items(generator, key).map(Node::text);
        let name = |path: &'p str| path.rsplit('/').next().unwrap_or(path);
        let mut keys: Vec<&str> =
            texts("literals").filter_map(|pair| Some(pair.split_once('=')?.0)).collect();
        keys.extend(texts("files").map(|entry| match entry.split_once('=') {
            Some((key, _)) => key,
            None => name(entry),
        }));
        let reads_more = ["env", "envs"].iter().any(|key| generator.at(&[key]).is_some());
        Generated { keys, is_complete: !reads_more }
    }
}

/// The generators of a kustomization for an object of that kind and name.
pub(super) fn named<'p>(
    kustomization: Node<'p>,
    kind: &str,
    name: &str,
) -> impl Iterator<Item = Generated<'p>> {
    let list = match kind {
        "ConfigMap" => "configMapGenerator",
        "Secret" => "secretGenerator",
        _ => "",
    };
    let is_named =
        move |generator: &Node<'p>| generator.at(&["name"]).is_some_and(|own| own.text() == name);
    items(kustomization, list).filter(is_named).map(Generated::of)
}
