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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::tree::yaml;

    #[test]
    fn the_keys_of_a_generator() {
        let text = "configMapGenerator:\n\
                    - {name: all, literals: [a=1, b=], files: [conf/app.toml, key=x.txt]}\n\
                    - {name: more, envs: [.env]}\n\
                    - {name: all, behavior: merge, literals: [c=3]}\n";
        let tree = yaml::read(FileId::new(0), &text.into(), None).0;
        let root = tree.documents().next().unwrap();
        let generated = |kind, name| named(root, kind, name).reduce(Generated::and);
        let all = generated("ConfigMap", "all").unwrap();
        for key in ["a", "b", "c", "app.toml", "key"] {
            assert!(all.may_hold(key), "{key}");
        }
        assert!(!all.may_hold("x.txt"));
        assert!(generated("ConfigMap", "more").unwrap().may_hold("anything"));
        assert!(generated("Secret", "all").is_none());
        assert!(generated("ConfigMap", "other").is_none());
    }
}
