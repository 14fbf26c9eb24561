//! Kubernetes objects as views of the tree: nothing is copied, so whatever a rule holds knows its
//! place in the file.
//!
//! A view never fails: one bad field does not switch off every rule for the document. What the
//! API server would make of a manifest (defaults, pod level against container level, which labels
//! a selector matches, which kinds have a pod template) is decided here and nowhere else.
//! [`Object`] is any object; [`Workload`] whatever makes pods; [`Container`] one of theirs;
//! [`LabelSelector`] matches labels. May import from [`crate::tree`] and below only.

use std::collections::HashSet;

mod container;
pub(crate) mod schema;
pub(crate) mod security;
mod selector;
mod workload;

pub(crate) use self::container::{Container, ContainerClass, ContainerClasses};
pub(crate) use self::selector::{LabelSelector, Labels};
pub(crate) use self::workload::{Workload, WorkloadKind};
use crate::diagnostic::Subject;
use crate::source::Place;
use crate::tree::Node;

/// The namespace of an object that names none.
const DEFAULT_NAMESPACE: &str = "default";

/// Any Kubernetes object: a mapping with `apiVersion` and `kind`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Object<'t>(Node<'t>);

impl<'t> Object<'t> {
    /// The object that a node is, if it is one.
    pub(crate) fn of(node: Node<'t>) -> Option<Self> {
        let text = |key| node.get(key).is_some_and(|entry| entry.value.as_str().is_some());
        (text("apiVersion") && text("kind")).then_some(Object(node.target()))
    }

    /// The objects of a document: itself, or what it lists (`kind: List`, `DeploymentList`). A
    /// list that aliases or merge keys repeat, maybe within itself, is read once.
    pub(crate) fn all_of(document: Node<'t>) -> Vec<Self> {
        let mut objects = Vec::new();
        let mut lists = HashSet::new();
        let mut open = vec![document];
        while let Some(node) = open.pop() {
            let Some(object) = Object::of(node) else { continue };
            match node.get("items").map(|items| items.value.target()) {
                Some(items) if object.kind().ends_with("List") && items.is_list() => {
                    if lists.insert(items.local_span()) {
                        open.extend(items.items().rev());
                    }
                }
                _ => objects.push(object),
            }
        }
        objects
    }

    pub(crate) fn node(self) -> Node<'t> {
        self.0
    }

    pub(crate) fn kind(self) -> &'t str {
        self.0.at(&["kind"]).map_or("", Node::text)
    }

    pub(crate) fn api_version(self) -> &'t str {
        self.0.at(&["apiVersion"]).map_or("", Node::text)
    }

    /// The API group; empty for the core group.
    pub(crate) fn group(self) -> &'t str {
        self.api_version().split_once('/').map_or("", |(group, _)| group)
    }

    /// Whether the object is of that kind of that group, whatever the version.
    pub(crate) fn is(self, group: &str, kind: &str) -> bool {
        self.kind() == kind && self.group() == group
    }

    pub(crate) fn name(self) -> &'t str {
        let name = |key| self.0.at(&["metadata", key]).map(Node::text);
        name("name").or_else(|| name("generateName")).unwrap_or_default()
    }

    pub(crate) fn namespace(self) -> &'t str {
        self.0.at(&["metadata", "namespace"]).map_or(DEFAULT_NAMESPACE, Node::text)
    }

    pub(crate) fn labels(self) -> Labels<'t> {
        Labels::of(self.0.at(&["metadata", "labels"]))
    }

    pub(crate) fn annotation(self, key: &str) -> Option<Node<'t>> {
        self.0.at(&["metadata", "annotations", key])
    }

    /// Where to point when the object as a whole is at fault: its name, else its kind.
    pub(crate) fn grip(self) -> Node<'t> {
        let name = self.0.at(&["metadata", "name"]);
        name.or_else(|| self.0.at(&["kind"])).unwrap_or(self.0)
    }

    /// `Deployment `web``, as messages name it.
    pub(crate) fn describe(self) -> String {
        match self.name() {
            "" => self.kind().to_owned(),
            name => format!("{} `{name}`", self.kind()),
        }
    }

    pub(crate) fn subject(self) -> Subject {
        let namespace = self.0.at(&["metadata", "namespace"]).map(|node| node.text().to_owned());
        Subject {
            kind: self.kind().to_owned(),
            name: self.name().to_owned(),
            namespace,
            container: None,
        }
    }
}

impl From<Object<'_>> for Place {
    fn from(object: Object<'_>) -> Self {
        object.grip().place()
    }
}
