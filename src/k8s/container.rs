//! The containers of a workload.

use super::probe::Probe;
use super::quantity::{Quantity, smaller};
use super::{Workload, is_templated};
use crate::diagnostic::Subject;
use crate::image::ImageRef;
use crate::source::Place;
use crate::tree::Node;
use crate::tree::edit::{self, Edits};

/// Images that load a model of some gigabytes as they start.
const MODEL_SERVERS: [&str; 7] = [
    "llama.cpp",
    "localai",
    "sglang",
    "text-embeddings-inference",
    "text-generation-inference",
    "tritonserver",
    "vllm",
];

/// Whether an image whose name ends in that is one of those that load a model as they start.
pub(crate) fn is_model_server(name: &str) -> bool {
    MODEL_SERVERS.iter().any(|server| name.starts_with(server))
}

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

/// What a manifest says about an amount of a resource.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Amount<'t> {
    /// Something above zero, or something that a template fills in.
    Given,
    /// A zero, which container runtimes and the scheduler treat as nothing at all.
    Zero(Node<'t>),
    Missing,
}

/// Who a container runs as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum User {
    Root,
    /// Somebody else, of that number where it is stated.
    Other(Option<i64>),
    /// Whoever the image names, or a template.
    Unknown,
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

    /// The last part of the image's name: `postgres` of `docker.io/library/postgres:17`.
    pub(crate) fn image_name(self) -> Option<&'t str> {
        let repository = ImageRef::parse(self.node.at(&["image"])?.text()).repository;
        Some(repository.rsplit('/').next().unwrap_or(repository))
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

    /// The image, where the manifest itself names it: no placeholder, and no Go package (`ko://`),
    /// which ko replaces by the digest of what it builds.
    pub(crate) fn stated_image(self) -> Option<Node<'t>> {
        let image = self.node.at(&["image"])?;
        let text = image.text();
        (!text.is_empty() && !is_templated(text) && !text.starts_with("ko://")).then_some(image)
    }

    /// A field of the container's own `securityContext`.
    pub(crate) fn own_security(self, field: &str) -> Option<Node<'t>> {
        self.node.at(&["securityContext", field])
    }

    /// A field of the `securityContext` that holds for the container: its own, else the pod's.
    pub(crate) fn security(self, field: &str) -> Option<Node<'t>> {
        self.own_security(field).or_else(|| self.workload.pod_security(field))
    }

    /// Who the container runs as, as far as the manifest says it.
    pub(crate) fn user(self) -> User {
        if let Some(user) = self.security("runAsUser") {
            return match user.as_int() {
                Some(0) => User::Root,
                Some(id) => User::Other(Some(id)),
                None => User::Unknown,
            };
        }
        match self.security("runAsNonRoot").and_then(Node::as_bool) {
            Some(true) => User::Other(None),
            _ => User::Unknown,
        }
    }

    /// The `runAsNonRoot: true` that the kubelet holds the user of the image against: nothing says which
    /// user it is to be instead.
    ///
    /// Source: kubernetes.io/docs/reference/kubernetes-api, `SecurityContext.runAsNonRoot`.
    pub(crate) fn demands_non_root_of_image(self) -> Option<Node<'t>> {
        let demand = self.security("runAsNonRoot")?;
        let is_open = self.security("runAsUser").is_none() && !self.workload.is_windows();
        (demand.as_bool() == Some(true) && is_open).then_some(demand)
    }

    /// Whether the container has every right on its node, which no other setting takes back.
    pub(crate) fn is_privileged(self) -> bool {
        self.own_security("privileged").and_then(Node::as_bool) == Some(true)
    }

    /// How much of a resource (`cpu`, `memory`) the container may take, by its own limit or by that
    /// of its pod.
    ///
    /// Source: kubernetes.io/docs/concepts/configuration/manage-resources-containers (pod-level
    /// resources, beta since Kubernetes 1.34).
    pub(crate) fn limit(self, resource: &str) -> Amount<'t> {
        self.amount("limits", resource)
    }

    /// How much of a resource is reserved for the container. Where only a limit is given,
    /// Kubernetes requests as much.
    pub(crate) fn request(self, resource: &str) -> Amount<'t> {
        match self.amount("requests", resource) {
            Amount::Missing if self.limit(resource) == Amount::Given => Amount::Given,
            stated => stated,
        }
    }

    fn amount(self, kind: &str, resource: &str) -> Amount<'t> {
        let own = amount(self.node, kind, resource);
        let pod = self
            .workload
            .pod_spec()
            .map_or(Amount::Missing, |pod_spec| amount(pod_spec, kind, resource));
        match (own, pod) {
            (Amount::Given, _) | (_, Amount::Given) => Amount::Given,
            (Amount::Missing, pod) => pod,
            (own, _) => own,
        }
    }

    /// How much of a resource the container states for itself, or its pod for all of its containers, and
    /// where; nothing for a zero and for what a template fills in.
    pub(crate) fn known_amount(self, kind: &str, resource: &str) -> Option<(Quantity, Node<'t>)> {
        let holders = [Some(self.node), self.workload.pod_spec()];
        holders.into_iter().flatten().find_map(|holder| {
            let at = holder.at(&["resources", kind, resource])?;
            let amount = Quantity::parse(at.text()).filter(|amount| !amount.is_zero())?;
            Some((amount, at))
        })
    }

    /// What the container itself says about an amount, if that is more than nothing.
    pub(crate) fn own_amount(self, kind: &str, resource: &str) -> Option<&'t str> {
        let stated = self.node.at(&["resources", kind, resource])?;
        matches!(amount(self.node, kind, resource), Amount::Given).then_some(stated.text())
    }

    /// A quantity to request, but no more than the container's own limit; nothing where that is zero
    /// or a template decides it.
    pub(crate) fn within_limit(self, resource: &str, quantity: &'t str) -> Option<&'t str> {
        match (amount(self.node, "limits", resource), self.own_amount("limits", resource)) {
            (Amount::Zero(_), _) => None,
            (_, Some(limit)) => smaller(quantity, limit),
            (_, None) => Some(quantity),
        }
    }

    /// Edits that give the container an amount that was found to be `lacking`: a zero is replaced
    /// where it stands.
    pub(crate) fn give(
        self,
        kind: &str,
        resource: &str,
        lacking: Amount<'t>,
        quantity: &str,
    ) -> Edits {
        match lacking {
            Amount::Zero(zero) => edit::replace(zero, &quantity.into()),
            _ => edit::set(self.node, &["resources", kind, resource], &quantity.into()),
        }
    }

    /// The first port on which the container takes TCP connections: its name, else its number.
    pub(crate) fn tcp_port(self) -> Option<edit::Value> {
        let ports = self.node.at(&["ports"])?;
        let is_tcp = |port: &Node<'_>| {
            port.at(&["protocol"]).is_none_or(|protocol| protocol.text() == "TCP")
        };
        ports.items().filter(is_tcp).find_map(|port| {
            let name = port.at(&["name"]).and_then(Node::as_str);
            let name = name.filter(|name| !is_templated(name)).map(edit::Value::from);
            name.or_else(|| port.at(&["containerPort"])?.as_int().map(edit::Value::from))
        })
    }

    /// Whether the container is one of those that Services send requests to: one with ports, or any
    /// where none of the pod's containers says which ports it has.
    pub(crate) fn takes_requests(self) -> bool {
        let has_ports = |it: &Container<'_>| it.node.at(&["ports"]).is_some_and(Node::is_list);
        has_ports(&self) || !self.workload.containers().iter().any(has_ports)
    }

    /// A probe (`livenessProbe`, ...), if it says anything.
    pub(crate) fn probe(self, kind: &str) -> Option<Probe<'t>> {
        Probe::of(self, kind)
    }

    /// ``container `api` in Deployment `web` ``, as messages name it.
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

/// What `resources.<kind>.<resource>` of a container or of a pod's spec says.
fn amount<'t>(holder: Node<'t>, kind: &str, resource: &str) -> Amount<'t> {
    let mut node = holder;
    for key in ["resources", kind, resource] {
        let Some(value) = node.at(&[key]) else { return Amount::Missing };
        node = value;
        if node.is_scalar() {
            break; // a placeholder may stand for the whole mapping
        }
    }
    let is_zero = Quantity::parse(node.text()).is_some_and(Quantity::is_zero);
    if is_zero { Amount::Zero(node) } else { Amount::Given }
}
