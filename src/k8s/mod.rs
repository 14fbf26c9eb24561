//! Kubernetes objects as views of the tree: nothing is copied, so whatever a rule holds knows its
//! place in the file.
//!
//! A view never fails: one bad field does not switch off every rule for the document. What the
//! API server would make of a manifest (defaults, pod level against container level, which labels
//! a selector matches, which kinds have a pod template) is decided here and nowhere else.
//! [`Object`] is any object; [`Workload`] whatever makes pods; [`Container`] one of theirs;
//! [`LabelSelector`] matches labels; [`rbac`] says what roles grant. May import from [`crate::image`], [`crate::tree`]
//! and below only.

use std::collections::HashSet;

pub(crate) mod api_versions;
pub(crate) mod autoscaler;
pub(crate) mod beside;
pub(crate) mod budget;
mod command;
mod conflict;
mod container;
pub(crate) mod embedded;
pub(crate) mod entrance;
mod env;
mod form;
mod keyed;
mod lifecycle;
pub(crate) mod mesh;
pub(crate) mod monitor;
pub(crate) mod naming;
pub(crate) mod network;
mod outline;
pub(crate) mod ports;
pub(crate) mod probe;
pub(crate) mod quantity;
pub(crate) mod rbac;
mod reference;
pub(crate) mod resizer;
pub(crate) mod rollout;
pub(crate) mod route;
pub(crate) mod sandbox;
pub(crate) mod schedule;
pub(crate) mod schema;
pub(crate) mod security;
mod selector;
pub(crate) mod service;
mod share;
mod spot;
mod spread;
pub(crate) mod sysctl;
pub(crate) mod telemetry;
#[cfg(test)]
mod tests;
mod update;
mod version;
pub(crate) mod volume;
pub(crate) mod workflow;
mod workload;

pub(crate) use self::container::{
    Amount, Container, ContainerClass, ContainerClasses, User, is_model_server,
};
pub(crate) use self::env::{Found, Variable, Variables, references};
pub(crate) use self::keyed::{Keyed, KeyedKind, is_secret_store, makers};
pub(crate) use self::reference::{Reference, Use};
pub(crate) use self::selector::{LabelIndex, LabelSelector, Labels, NAMESPACE_NAME, SelectorIndex};
pub(crate) use self::service::{Service, ServicePort};
pub(crate) use self::spread::Spread;
pub(crate) use self::version::KubernetesVersion;
pub(crate) use self::workload::{MOST_IN_POD, Workload, WorkloadKind, is_store_image};
use crate::diagnostic::Subject;
use crate::source::Place;
use crate::tree::Node;

/// The namespace of an object that names none, and where objects of the whole cluster are filed.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

/// Groups of widely used custom resources that route, guard, scale or configure, and make no pods.
const GROUPS_WITHOUT_PODS: &[&str] = &[
    "acme.cert-manager.io",
    "agents.x-k8s.io",
    "bitnami.com",
    "cert-manager.io",
    "cilium.io",
    "cloud.google.com",
    "configuration.konghq.com",
    "constraints.gatekeeper.sh",
    "crd.projectcalico.org",
    "elbv2.k8s.aws",
    "extensions.agents.x-k8s.io",
    "external-secrets.io",
    "image.toolkit.fluxcd.io",
    "isindir.github.com",
    "keda.sh",
    "kyverno.io",
    "monitoring.googleapis.com",
    "networking.gke.io",
    "networking.istio.io",
    "notification.toolkit.fluxcd.io",
    "policy.linkerd.io",
    "projectcalico.org",
    "projectcontour.io",
    "route.openshift.io",
    "secrets-store.csi.x-k8s.io",
    "secrets.hashicorp.com",
    "security.istio.io",
    "source.toolkit.fluxcd.io",
    "telemetry.istio.io",
    "templates.gatekeeper.sh",
    "traefik.containo.us",
    "traefik.io",
];

/// Kinds that make no pods, of groups that have others which do.
const KINDS_WITHOUT_PODS: &[(&str, &[&str])] = &[
    ("argoproj.io", &["AppProject", "AnalysisTemplate", "ClusterAnalysisTemplate", "Rollout"]),
    (
        "monitoring.coreos.com",
        &[
            "AlertmanagerConfig",
            "PodMonitor",
            "Probe",
            "PrometheusRule",
            "ScrapeConfig",
            "ServiceMonitor",
        ],
    ),
    (
        "operator.victoriametrics.com",
        &[
            "VMNodeScrape",
            "VMPodScrape",
            "VMProbe",
            "VMRule",
            "VMScrapeConfig",
            "VMServiceScrape",
            "VMStaticScrape",
        ],
    ),
];

/// Whether a text holds something that a later step fills in: `{{ .Values.tag }}`, `${TAG}`,
/// `$(TAG)`, `<tag>`. Such a value is unknown, neither good nor bad. No label, image or quantity
/// has any of these characters.
pub(crate) fn is_templated(text: &str) -> bool {
    text.contains(['$', '<'])
        || text.as_bytes().windows(2).any(|pair| matches!(pair, b"{{" | b"{%"))
}

/// Any Kubernetes object: a mapping with `apiVersion` and `kind`, which every rule asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object<'t> {
    node: Node<'t>,
    api_version: &'t str,
    kind: &'t str,
    metadata: Option<Node<'t>>,
}

impl PartialEq for Object<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl<'t> Object<'t> {
    /// The object that a node is, if it is one.
    pub(crate) fn of(node: Node<'t>) -> Option<Self> {
        let text = |key| node.get(key)?.value.as_str();
        let (api_version, kind) = (text("apiVersion")?, text("kind")?);
        let metadata = node.at(&["metadata"]);
        Some(Object { node: node.target(), api_version, kind, metadata })
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
        self.node
    }

    pub(crate) fn kind(self) -> &'t str {
        self.kind
    }

    pub(crate) fn api_version(self) -> &'t str {
        self.api_version
    }

    /// The API group; empty for the core group.
    pub(crate) fn group(self) -> &'t str {
        self.api_version().split_once('/').map_or("", |(group, _)| group)
    }

    /// Whether the object is of that kind of that group, whatever the version.
    pub(crate) fn is(self, group: &str, kind: &str) -> bool {
        self.kind() == kind && self.group() == group
    }

    /// Whether it tells the cluster, in the version of today, what custom resources look like.
    pub(crate) fn is_custom_resource_definition(self) -> bool {
        self.kind() == "CustomResourceDefinition" && self.api_version() == "apiextensions.k8s.io/v1"
    }

    pub(crate) fn name(self) -> &'t str {
        let name = |key| self.metadata?.at(&[key]).map(Node::text);
        name("name").or_else(|| name("generateName")).unwrap_or_default()
    }

    pub(crate) fn namespace(self) -> &'t str {
        self.own_namespace().unwrap_or(DEFAULT_NAMESPACE)
    }

    /// Whether the object says which namespace it is for, rather than leaving it to whoever
    /// applies it.
    pub(crate) fn names_namespace(self) -> bool {
        self.own_namespace().is_some()
    }

    fn own_namespace(self) -> Option<&'t str> {
        let stated = self.metadata.and_then(|it| it.at(&["namespace"])).map(Node::text);
        stated.filter(|namespace| !namespace.is_empty())
    }

    /// Whether its kind is known to belong to the whole cluster.
    pub(crate) fn is_of_no_namespace(self) -> bool {
        const KINDS: &[&str] = &[
            "APIService",
            "CSIDriver",
            "CSINode",
            "CertificateSigningRequest",
            "ClusterIssuer",
            "ClusterPolicy",
            "ClusterRole",
            "ClusterRoleBinding",
            "ClusterSecretStore",
            "CustomResourceDefinition",
            "FlowSchema",
            "GatewayClass",
            "IngressClass",
            "MutatingWebhookConfiguration",
            "Namespace",
            "Node",
            "PersistentVolume",
            "PodSecurityPolicy",
            "PriorityClass",
            "PriorityLevelConfiguration",
            "RuntimeClass",
            "StorageClass",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
            "VolumeAttachment",
        ];
        KINDS.contains(&self.kind())
    }

    /// Whether the object is run at a point of a release and waited for, rather than kept.
    ///
    /// Source: <https://helm.sh/docs/topics/charts_hooks>; argo-cd.readthedocs.io, "Sync Phases and Waves".
    pub(crate) fn is_hook(self) -> bool {
        ["helm.sh/hook", "argocd.argoproj.io/hook"].iter().any(|key| self.annotation(key).is_some())
    }

    /// The labels by which a Service selects its pods, where it selects by itself.
    pub(crate) fn served_labels(self) -> Option<Node<'t>> {
        let kind = self.node.at(&["spec", "type"]);
        let is_alias = kind.is_some_and(|kind| kind.text() == "ExternalName");
        let labels = self.node.at(&["spec", "selector"])?;
        let selects = self.is("", "Service") && !is_alias && !labels.entries().is_empty();
        selects.then_some(labels)
    }

    /// Whether it is a custom resource whose controller may make pods that no manifest shows.
    pub(crate) fn may_make_pods(self) -> bool {
        let group = self.group();
        let kinds = KINDS_WITHOUT_PODS.iter().find(|(known, _)| *known == group);
        group.contains('.')
            && !group.ends_with(".k8s.io")
            && !GROUPS_WITHOUT_PODS.contains(&group)
            && kinds.is_none_or(|(_, kinds)| !kinds.contains(&self.kind()))
    }

    /// Which of those labels or annotations (the `field` of the metadata) it lacks.
    pub(crate) fn lacking<'w>(self, field: &str, wanted: &'w [String]) -> Vec<&'w str> {
        let stated = self.node.at(&["metadata", field]);
        // A template that stands for the whole mapping may hold anything.
        if stated.is_some_and(|stated| !stated.is_map()) {
            return Vec::new();
        }
        let has = |key: &str| {
            let value = stated.and_then(|stated| stated.at(&[key]));
            value.is_some_and(|value| !value.text().is_empty())
        };
        wanted.iter().map(String::as_str).filter(|key| !has(key)).collect()
    }

    pub(crate) fn annotation(self, key: &str) -> Option<Node<'t>> {
        self.metadata?.at(&["annotations", key])
    }

    /// An annotation that a patch in another file adds, if one does.
    pub(crate) fn patched_annotation(self) -> Option<Place> {
        let own = Some(self.node.home()).filter(|own| *own != self.node)?;
        let annotations = self.node.at(&["metadata", "annotations"])?;
        let mut keys = annotations.entries().into_iter().map(|entry| entry.key.place());
        keys.find(|place| place.file != own.place().file)
    }

    /// Where to point when the object as a whole is at fault: its name, else its kind.
    pub(crate) fn grip(self) -> Node<'t> {
        let name = self.metadata.and_then(|it| it.at(&["name"]));
        name.or_else(|| self.node.at(&["kind"])).unwrap_or(self.node)
    }

    /// ``Deployment `web` ``, as messages name it.
    pub(crate) fn describe(self) -> String {
        match self.name() {
            "" => self.kind().to_owned(),
            name => format!("{} `{name}`", self.kind()),
        }
    }

    pub(crate) fn subject(self) -> Subject {
        let namespace = self.metadata.and_then(|it| it.at(&["namespace"]));
        let namespace = namespace.map(|node| node.text().to_owned());
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
