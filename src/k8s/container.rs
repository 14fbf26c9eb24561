//! The containers of a workload.

use super::Workload;
use crate::diagnostic::Subject;
use crate::source::Place;
use crate::tree::Node;

/// What part a container plays in its pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContainerClass {
    /// Runs to its end before the others start.
    Init,
    /// An init container with `restartPolicy: Always`: runs beside the others.
    Sidecar,
    Main,
    /// Added to a running pod to debug it.
    Ephemeral,
}

/// A set of [`ContainerClass`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContainerClasses(&'static [ContainerClass]);

impl ContainerClasses {
    /// What a manifest is answerable for.
    pub(crate) const ALL: Self =
        ContainerClasses(&[ContainerClass::Init, ContainerClass::Sidecar, ContainerClass::Main]);

    /// Those that run as long as the pod.
    pub(crate) const LONG_RUNNING: Self =
        ContainerClasses(&[ContainerClass::Sidecar, ContainerClass::Main]);

    /// Those that take traffic. A sidecar may be asked for its health, but need not be.
    pub(crate) const MAIN: Self = ContainerClasses(&[ContainerClass::Main]);

    pub(crate) fn contains(self, class: ContainerClass) -> bool {
        self.0.contains(&class)
    }

    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::MAIN => "main containers",
            Self::LONG_RUNNING => "main containers and sidecars",
            _ => "init containers, sidecars and main containers",
        }
    }
}

/// One container of a workload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Container<'t> {
    workload: Workload<'t>,
    node: Node<'t>,
    class: ContainerClass,
}

impl<'t> Container<'t> {
    pub(super) fn new(workload: Workload<'t>, node: Node<'t>, class: ContainerClass) -> Self {
        Container { workload, node, class }
    }

    pub(crate) fn workload(self) -> Workload<'t> {
        self.workload
    }

    pub(crate) fn node(self) -> Node<'t> {
        self.node
    }

    pub(crate) fn class(self) -> ContainerClass {
        self.class
    }

    pub(crate) fn name(self) -> &'t str {
        self.node.at(&["name"]).map_or("", Node::text)
    }

    /// Where to point when the container as a whole is at fault: its name, else its image, else
    /// its first line.
    pub(crate) fn grip(self) -> Node<'t> {
        let named = self.node.at(&["name"]).or_else(|| self.node.at(&["image"]));
        named.unwrap_or(self.node)
    }

    /// Where to point when something is missing below `keys`: the key of the longest part of the
    /// path that exists, else the container's grip.
    pub(crate) fn grip_at(self, keys: &[&str]) -> Node<'t> {
        self.node.grip(keys).unwrap_or_else(|| self.grip())
    }

    /// A field of the container's own `securityContext`.
    pub(crate) fn own_security(self, field: &str) -> Option<Node<'t>> {
        self.node.at(&["securityContext", field])
    }

    /// A field of the `securityContext` that holds for the container: its own, else the pod's.
    pub(crate) fn security(self, field: &str) -> Option<Node<'t>> {
        self.own_security(field).or_else(|| self.workload.pod_security(field))
    }

    /// Whether the container has every right on its node, which no other setting takes back.
    pub(crate) fn is_privileged(self) -> bool {
        self.own_security("privileged").and_then(Node::as_bool) == Some(true)
    }

    /// `container `api` in Deployment `web``, as messages name it.
    pub(crate) fn describe(self) -> String {
        format!("container `{}` in {}", self.name(), self.workload.describe())
    }

    pub(crate) fn subject(self) -> Subject {
        Subject { container: Some(self.name().to_owned()), ..self.workload.subject() }
    }
}

impl From<Container<'_>> for Place {
    fn from(container: Container<'_>) -> Self {
        container.grip().place()
    }
}
