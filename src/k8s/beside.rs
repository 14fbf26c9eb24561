//! Objects that a workload should have beside it, built from what it says itself.

use std::collections::HashSet;

use super::ports::{ContainerPort, PortRef};
use super::{Container, LabelSelector, Workload, WorkloadKind};
use crate::tree::Node;
use crate::tree::edit::Value;

/// A budget that lets the workload's pods be evicted one at a time; nothing where they have no
/// labels to select them by.
pub(crate) fn disruption_budget(workload: Workload<'_>, name: &str) -> Option<Value> {
    let spec = Value::map([("maxUnavailable", 1.into()), ("selector", pod_selector(workload)?)]);
    Some(object("policy/v1", "PodDisruptionBudget", workload, name, ("spec", spec)))
}

/// A policy that lets the pods of the namespace reach the workload's ports, those `served` by Services
/// included, and the workload reach the cluster's DNS; nothing where its pods have no labels to select
/// them by.
pub(crate) fn network_policy(
    workload: Workload<'_>,
    name: &str,
    served: &[(&str, i64)],
) -> Option<Value> {
    let ports = ports(workload, served);
    let ingress = if ports.is_empty() {
        Vec::new()
    } else {
        vec![Value::map([("from", neighbours()), ("ports", Value::List(ports))])]
    };
    let types = vec!["Ingress".into(), "Egress".into()];
    let spec = Value::map([
        ("podSelector", pod_selector(workload)?),
        ("policyTypes", Value::List(types)),
        ("ingress", Value::List(ingress)),
        ("egress", Value::List(vec![to_dns()])),
    ]);
    Some(object("networking.k8s.io/v1", "NetworkPolicy", workload, name, ("spec", spec)))
}

/// An autoscaler that keeps the workload's pods at 70 % of the CPU that they request, between `min`
/// and three times as many of them, and takes its time to scale down.
///
/// Source: the checklist of Paladin, `performance/hpa` (at least two replicas, CPU 70 %).
pub(crate) fn autoscaler(workload: Workload<'_>, name: &str, min: i64) -> Value {
    let target = Value::map([
        ("apiVersion", workload.object().api_version().into()),
        ("kind", workload.kind().as_str().into()),
        ("name", workload.name().into()),
    ]);
    let utilization =
        Value::map([("type", "Utilization".into()), ("averageUtilization", 70.into())]);
    let cpu = Value::map([
        ("type", "Resource".into()),
        ("resource", Value::map([("name", "cpu".into()), ("target", utilization)])),
    ]);
    let slowly = Value::map([("stabilizationWindowSeconds", 300.into())]);
    let spec = Value::map([
        ("scaleTargetRef", target),
        ("minReplicas", min.into()),
        ("maxReplicas", min.saturating_mul(3).into()),
        ("metrics", Value::List(vec![cpu])),
        ("behavior", Value::map([("scaleDown", slowly)])),
    ]);
    object("autoscaling/v2", "HorizontalPodAutoscaler", workload, name, ("spec", spec))
}

/// An identity of the workload's own, which is shown to the API server by those pods only that
/// ask for it.
pub(crate) fn service_account(workload: Workload<'_>, name: &str) -> Value {
    object("v1", "ServiceAccount", workload, name, ("automountServiceAccountToken", false.into()))
}

/// A policy that refuses every connection of a namespace's pods but those to the cluster's DNS.
pub(crate) fn default_deny(namespace: &str) -> Value {
    let metadata = Value::map([("name", "default-deny".into()), ("namespace", namespace.into())]);
    let spec = Value::map([
        ("podSelector", Value::Map(Vec::new())),
        ("policyTypes", Value::List(vec!["Ingress".into(), "Egress".into()])),
        ("egress", Value::List(vec![to_dns()])),
    ]);
    Value::map([
        ("apiVersion", "networking.k8s.io/v1".into()),
        ("kind", "NetworkPolicy".into()),
        ("metadata", metadata),
        ("spec", spec),
    ])
}

/// A rule that lets the pods of the own namespace in.
pub(crate) fn from_neighbours() -> Value {
    Value::map([("from", neighbours())])
}

/// Every pod of the own namespace, as a list of peers.
fn neighbours() -> Value {
    Value::List(vec![Value::map([("podSelector", Value::Map(Vec::new()))])])
}

/// A rule that lets pods ask the cluster's DNS.
///
/// Source: kubernetes.io/docs/tasks/administer-cluster/dns-custom-resolvers: the pods of the
/// cluster's DNS have the label `k8s-app: kube-dns`, whichever program it is.
pub(crate) fn to_dns() -> Value {
    let dns = Value::map([("k8s-app", "kube-dns".into())]);
    let to = Value::map([
        ("namespaceSelector", Value::Map(Vec::new())),
        ("podSelector", Value::map([("matchLabels", dns)])),
    ]);
    let port = |protocol: &str| Value::map([("protocol", protocol.into()), ("port", 53.into())]);
    Value::map([
        ("to", Value::List(vec![to])),
        ("ports", Value::List(vec![port("UDP"), port("TCP")])),
    ])
}

fn object(
    version: &str,
    kind: &str,
    workload: Workload<'_>,
    name: &str,
    (field, value): (&str, Value),
) -> Value {
    let mut metadata = vec![("name".to_owned(), name.into())];
    if workload.object().names_namespace() {
        metadata.push(("namespace".to_owned(), workload.namespace().into()));
    }
    Value::map([
        ("apiVersion", version.into()),
        ("kind", kind.into()),
        ("metadata", Value::Map(metadata)),
        (field, value),
    ])
}

/// What the workload selects its pods by, else all their labels; nothing where it does not select them, so that
/// one of both is wrong. What kustomizations add to either they will add to the new object too.
pub(crate) fn pod_selector(workload: Workload<'_>) -> Option<Value> {
    let labels = workload.pod_labels();
    let own = workload.object().node().at(&["spec", "selector"]);
    let is_right = |it: &LabelSelector<'_>| !it.is_empty() && it.matches(labels);
    if let Some(own) = own.filter(|_| workload.selector().as_ref().is_some_and(is_right)) {
        let selector = match workload.kind() {
            WorkloadKind::ReplicationController => LabelSelector::of_labels(own.home()),
            _ => LabelSelector::of(own.home()),
        };
        return selector.to_value();
    }
    let is_wrong = |it: &LabelSelector<'_>| !it.is_empty() && !it.matches_template(labels);
    if workload.selector().as_ref().is_some_and(is_wrong) {
        return None;
    }
    let labels = labels.node().map(Node::home).filter(|labels| !labels.entries().is_empty())?;
    LabelSelector::of_labels(labels).to_value()
}

/// The ports that the workload's containers declare and those that Services lead to, each once, as a
/// policy names them.
fn ports(workload: Workload<'_>, served: &[(&str, i64)]) -> Vec<Value> {
    let declared = workload.long_running().flat_map(Container::ports).filter_map(stated);
    let served = served.iter().map(|(protocol, number)| (*protocol, PortRef::Number(*number)));
    let mut seen = HashSet::new();
    let each = declared.chain(served).filter(|port| seen.insert(*port));
    let value = |(protocol, port): (&str, PortRef<'_>)| {
        let port = match port {
            PortRef::Number(number) => number.into(),
            PortRef::Name(name) => name.into(),
        };
        Value::map([("protocol", protocol.into()), ("port", port)])
    };
    each.map(value).collect()
}

/// The protocol of a declared port, and its number or else its name.
fn stated(port: ContainerPort<'_>) -> Option<(&str, PortRef<'_>)> {
    let number = port.number().and_then(Node::as_int).map(PortRef::Number);
    let name = || port.name()?.as_str().map(PortRef::Name);
    Some((port.protocol(), number.or_else(name)?))
}
