//! Which objects a patch is for.

use std::collections::HashMap;

use regex::Regex;

use crate::k8s::Object;
use crate::tree::{Graft, Node};

/// An object on its way through kustomizations: prefixes change its name, and a patch may call it
/// by the old one as well.
#[derive(Debug)]
pub(super) struct Id {
    pub(super) group: String,
    pub(super) version: String,
    pub(super) kind: String,
    pub(super) names: Vec<String>,
    pub(super) namespaces: Vec<String>,
}

impl Id {
    pub(super) fn of(object: Object<'_>) -> Self {
        let version = object.api_version();
        let version = version.split_once('/').map_or(version, |(_, version)| version);
        Id {
            group: object.group().to_owned(),
            version: version.to_owned(),
            kind: object.kind().to_owned(),
            names: vec![object.name().to_owned()],
            namespaces: vec![object.namespace().to_owned()],
        }
    }
}

/// What a patch is for.
#[derive(Debug)]
pub(super) enum Target<'f> {
    /// The object that the patch itself names.
    Named(Object<'f>),
    /// Whatever a selector selects.
    Selected(Selector<'f>),
    /// Nobody can tell.
    Unknown,
}

impl<'f> Target<'f> {
    pub(super) fn matches(&self, id: &Id, graft: &Graft) -> bool {
        match self {
            Target::Named(object) => {
                object.group() == id.group
                    && object.kind() == id.kind
                    && id.names.iter().any(|name| name == object.name())
                    && (!object.names_namespace()
                        || id.namespaces.iter().any(|known| known == object.namespace()))
            }
            Target::Selected(selector) => selector.matches(id, graft),
            Target::Unknown => true,
        }
    }

    /// The kind and the name of the only objects that it can match, where those are words.
    pub(super) fn exact(&self) -> Option<(&'f str, &'f str)> {
        match self {
            Target::Named(object) => Some((object.kind(), object.name())),
            Target::Selected(Selector {
                kind: Pattern::Word(kind),
                name: Pattern::Word(name),
                ..
            }) => Some((kind, name)),
            _ => None,
        }
    }
}

/// A pattern that a whole word must match.
///
/// Source: kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches: `myapp` means
/// `^myapp$`.
#[derive(Debug)]
enum Pattern<'f> {
    Any,
    Word(&'f str),
    Regex(Option<Box<Regex>>),
}

impl<'f> Pattern<'f> {
    fn of(node: Option<Node<'f>>) -> Self {
        match node.map(Node::text) {
            None | Some("") => Pattern::Any,
            Some(word)
                if word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/')) =>
            {
                Pattern::Word(word)
            }
            Some(pattern) => {
                Pattern::Regex(Regex::new(&format!("^(?:{pattern})$")).ok().map(Box::new))
            }
        }
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Pattern::Any => true,
            Pattern::Word(word) => *word == text,
            Pattern::Regex(regex) => regex.as_ref().is_some_and(|regex| regex.is_match(text)),
        }
    }
}

/// The selector of a patch or of a replacement.
#[derive(Debug)]
pub(super) struct Selector<'f> {
    group: Pattern<'f>,
    version: Pattern<'f>,
    kind: Pattern<'f>,
    name: Pattern<'f>,
    namespace: Pattern<'f>,
    labels: Vec<Requirement>,
    annotations: Vec<Requirement>,
}

impl<'f> Selector<'f> {
    pub(super) fn of(target: Node<'f>) -> Self {
        let pattern = |key: &str| Pattern::of(target.at(&[key]));
        let requirements = |key: &str| {
            target.at(&[key]).map(|selector| requirements(selector.text())).unwrap_or_default()
        };
        Selector {
            group: pattern("group"),
            version: pattern("version"),
            kind: pattern("kind"),
            name: pattern("name"),
            namespace: pattern("namespace"),
            labels: requirements("labelSelector"),
            annotations: requirements("annotationSelector"),
        }
    }

    fn matches(&self, id: &Id, graft: &Graft) -> bool {
        let meets = |requirements: &[Requirement], field: &str| {
            requirements.iter().all(|requirement| {
                let keys = ["metadata", field, requirement.key.as_str()];
                requirement.meets(graft.word_at(Graft::root(), &keys))
            })
        };
        self.kind.matches(&id.kind)
            && self.group.matches(&id.group)
            && self.version.matches(&id.version)
            && id.names.iter().any(|name| self.name.matches(name))
            && id.namespaces.iter().any(|namespace| self.namespace.matches(namespace))
            && meets(&self.labels, "labels")
            && meets(&self.annotations, "annotations")
    }
}

/// One part of a selector that is written as a text: `app=web`, `tier in (a, b)`, `!legacy`.
///
/// Source: kubernetes.io/docs/concepts/overview/working-with-objects/labels.
#[derive(Debug, PartialEq)]
struct Requirement {
    key: String,
    /// The values to be among, or not; nothing where the key alone decides.
    values: Option<Vec<String>>,
    negated: bool,
}

impl Requirement {
    fn meets(&self, value: Option<&str>) -> bool {
        let is_met = match (&self.values, value) {
            (Some(values), Some(value)) => values.iter().any(|known| known == value),
            (Some(_), None) => false,
            (None, value) => value.is_some(),
        };
        is_met != self.negated
    }
}

fn requirements(text: &str) -> Vec<Requirement> {
    let mut depth = 0_u32;
    let parts = text.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).map(requirement).collect()
}

fn requirement(part: &str) -> Requirement {
    let new = |key: &str, values: Option<Vec<String>>, negated| Requirement {
        key: key.trim().to_owned(),
        values,
        negated,
    };
    let one = |value: &str| Some(vec![value.trim().to_owned()]);
    if let Some((key, value)) = part.split_once("!=") {
        return new(key, one(value), true);
    }
    if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        return new(key, one(value), false);
    }
    if let Some((head, list)) = part.split_once('(') {
        let list = list.trim_end().trim_end_matches(')');
        let values = list.split(',').map(|value| value.trim().to_owned()).collect();
        let head = head.trim();
        let (key, word) = head.rsplit_once(char::is_whitespace).unwrap_or((head, "in"));
        return new(key, Some(values), word == "notin");
    }
    match part.strip_prefix('!') {
        Some(key) => new(key, None, true),
        None => new(part, None, false),
    }
}

/// Targets by the kind and the name that they match, for looking them up object by object.
#[derive(Debug, Default)]
pub(super) struct Index<'f> {
    exact: HashMap<(&'f str, &'f str), Vec<usize>>,
    broad: Vec<usize>,
}

impl<'f> Index<'f> {
    pub(super) fn push(&mut self, index: usize, exact: Option<(&'f str, &'f str)>) {
        match exact {
            Some(key) => self.exact.entry(key).or_default().push(index),
            None => self.broad.push(index),
        }
    }

    /// Those that may match, in their order.
    pub(super) fn candidates(&self, id: &Id) -> Vec<usize> {
        let mut found = self.broad.clone();
        for name in &id.names {
            found.extend(self.exact.get(&(id.kind.as_str(), name.as_str())).into_iter().flatten());
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_read_as_kubernetes_reads_them() {
        let table = [
            ("app=web", &[("app", "web")][..], true),
            ("app==web", &[("app", "web")], true),
            ("app=web", &[("app", "api")], false),
            ("app=web", &[], false),
            ("app!=web", &[], true),
            ("app in (web, api), !old", &[("app", "api")], true),
            ("app in (web, api), !old", &[("app", "api"), ("old", "1")], false),
            ("app notin (web,api)", &[("app", "web")], false),
            ("app", &[("app", "")], true),
        ];
        for (text, labels, expected) in table {
            let value = |key: &str| labels.iter().find(|own| own.0 == key).map(|own| own.1);
            let met = requirements(text).iter().all(|it| it.meets(value(&it.key)));
            assert_eq!(met, expected, "{text} {labels:?}");
        }
    }

    #[test]
    fn a_pattern_matches_whole_words() {
        let regex = |pattern: &str| Regex::new(&format!("^(?:{pattern})$")).ok().map(Box::new);
        assert!(Pattern::Regex(regex("web|api")).matches("api"));
        assert!(!Pattern::Regex(regex("web|api")).matches("api-2"));
        assert!(Pattern::Regex(regex("api.*")).matches("api-2"));
        assert!(!Pattern::Word("api").matches("api-2"));
    }
}
