//! Kubernetes objects as views of the tree: nothing is copied, so whatever a rule holds knows its
//! place in the file.
//!
//! A view never fails: one bad field does not switch off every rule for the document. What the
//! API server would make of a manifest (defaults, pod level against container level, which labels
//! a selector matches, which kinds have a pod template) is decided here and nowhere else.
//! [`Object`] is any object; [`Workload`] whatever makes pods; [`Container`] one of theirs;
//! [`LabelSelector`] matches labels. May import from [`crate::image`], [`crate::tree`]
//! and below only.

use std::collections::HashSet;

pub(crate) mod api_versions;
pub(crate) mod beside;
mod container;
pub(crate) mod quantity;
pub(crate) mod sandbox;
pub(crate) mod schema;
pub(crate) mod security;
mod selector;
#[cfg(test)]
mod tests;
mod version;
mod workload;

pub(crate) use self::container::{Amount, Container, ContainerClass, ContainerClasses};
pub(crate) use self::selector::{LabelIndex, LabelSelector, Labels, SelectorIndex};
pub(crate) use self::version::KubernetesVersion;
pub(crate) use self::workload::{Workload, WorkloadKind};
use crate::diagnostic::Subject;
use crate::source::Place;
use crate::tree::Node;

/// The namespace of an object that names none, and where objects of the whole cluster are filed.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

/// Groups of widely used custom resources that route, guard, scale or configure, and make no pods.
const GROUPS_WITHOUT_PODS: &[&str] = &[
    "acme.cert-manager.io",
    "bitnami.com",
    "cert-manager.io",
    "cilium.io",
    "cloud.google.com",
    "configuration.konghq.com",
    "constraints.gatekeeper.sh",
    "crd.projectcalico.org",
    "elbv2.k8s.aws",
    "external-secrets.io",
    "image.toolkit.fluxcd.io",
    "isindir.github.com",
    "keda.sh",
    "kyverno.io",
    "networking.gke.io",
    "networking.istio.io",
    "notification.toolkit.fluxcd.io",
    "policy.linkerd.io",
    "projectcalico.org",
    "projectcontour.io",
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
];

/// Whether a text holds something that a later step fills in: `{{ .Values.tag }}`, `${TAG}`,
/// `$(TAG)`, `<tag>`. Such a value is unknown, neither good nor bad. No label, image or quantity
/// has any of these characters.
pub(crate) fn is_templated(text: &str) -> bool {
    text.contains(['$', '<']) || text.contains("{{") || text.contains("{%")
}

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
        self.own_namespace().unwrap_or(DEFAULT_NAMESPACE)
    }

    /// Whether the object says which namespace it is for, rather than leaving it to whoever
    /// applies it.
    pub(crate) fn names_namespace(self) -> bool {
        self.own_namespace().is_some()
    }

    fn own_namespace(self) -> Option<&'t str> {
        let stated = self.0.at(&["metadata", "namespace"]).map(Node::text);
        stated.filter(|namespace| !namespace.is_empty())
    }

    /// Whether the object is run at a point of a release and waited for, rather than kept.
    ///
    /// Source: <https://helm.sh/docs/topics/charts_hooks>; argo-cd.readthedocs.io, "Sync Phases and Waves".
    pub(crate) fn is_hook(self) -> bool {
        ["helm.sh/hook", "argocd.argoproj.io/hook"].iter().any(|key| self.annotation(key).is_some())
    }

    /// The labels by which a Service selects its pods, where it selects by itself.
    pub(crate) fn served_labels(self) -> Option<Node<'t>> {
        let kind = self.0.at(&["spec", "type"]);
        let is_alias = kind.is_some_and(|kind| kind.text() == "ExternalName");
        let labels = self.0.at(&["spec", "selector"])?;
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

    pub(crate) fn annotation(self, key: &str) -> Option<Node<'t>> {
        self.0.at(&["metadata", "annotations", key])
    }

    /// Where to point when the object as a whole is at fault: its name, else its kind.
    pub(crate) fn grip(self) -> Node<'t> {
        let name = self.0.at(&["metadata", "name"]);
        name.or_else(|| self.0.at(&["kind"])).unwrap_or(self.0)
    }

    /// ``Deployment `web` ``, as messages name it.
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
