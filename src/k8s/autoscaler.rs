//! What sets the number of a workload's pods by its load: a `HorizontalPodAutoscaler`, or a
//! `ScaledObject` of KEDA, which makes one.

use super::{Object, WorkloadKind, is_templated};
use crate::tree::Node;

/// Source: KEDA, `ScaledObject` reference (`maxReplicaCount`).
const DEFAULT_MAX_OF_KEDA: i64 = 100;

/// An autoscaler of either kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Autoscaler<'t> {
    object: Object<'t>,
    is_keda: bool,
}

/// A share of the requested amount of a resource that an autoscaler aims at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Utilization<'t> {
    pub(crate) resource: &'t str,
    /// The container whose amount counts, where it is not that of the whole pod.
    pub(crate) container: Option<&'t str>,
    /// The percentage.
    pub(crate) at: Node<'t>,
}

impl<'t> Autoscaler<'t> {
    pub(crate) fn of(object: Object<'t>) -> Option<Self> {
        let is_keda = object.is("keda.sh", "ScaledObject");
        let is_one = is_keda || object.is("autoscaling", "HorizontalPodAutoscaler");
        is_one.then_some(Autoscaler { object, is_keda })
    }

    pub(crate) fn object(self) -> Object<'t> {
        self.object
    }

    pub(crate) fn is_keda(self) -> bool {
        self.is_keda
    }

    /// The name of what is scaled.
    pub(crate) fn target_name(self) -> Option<Node<'t>> {
        self.spec(&["scaleTargetRef", "name"])
    }

    /// The kind of what is scaled; KEDA has a default.
    pub(crate) fn target_kind(self) -> &'t str {
        let default = if self.is_keda { "Deployment" } else { "" };
        self.spec(&["scaleTargetRef", "kind"]).map_or(default, Node::text)
    }

    /// Whether it scales workloads of that kind, and not what another group calls so.
    pub(crate) fn scales(self, kind: WorkloadKind) -> bool {
        let version = self.spec(&["scaleTargetRef", "apiVersion"]).map_or("", Node::text);
        let group = version.split_once('/').map(|(group, _)| group);
        let is_of_group = group.is_none_or(|group| kind.groups().contains(&group));
        self.target_kind() == kind.as_str() && (is_of_group || is_templated(version))
    }

    /// What the field for the least number of pods is called.
    pub(crate) fn min_field(self) -> &'static str {
        if self.is_keda { "minReplicaCount" } else { "minReplicas" }
    }

    /// What the field for the greatest number of pods is called.
    pub(crate) fn max_field(self) -> &'static str {
        if self.is_keda { "maxReplicaCount" } else { "maxReplicas" }
    }

    pub(crate) fn stated_min(self) -> Option<Node<'t>> {
        self.spec(&[self.min_field()])
    }

    pub(crate) fn stated_max(self) -> Option<Node<'t>> {
        self.spec(&[self.max_field()])
    }

    /// The least number of pods; nothing where a template decides.
    pub(crate) fn min(self) -> Option<i64> {
        let default = i64::from(!self.is_keda);
        self.stated_min().map_or(Some(default), Node::as_int)
    }

    /// The greatest number of pods; nothing where a template decides, or nobody.
    pub(crate) fn max(self) -> Option<i64> {
        let default = self.is_keda.then_some(DEFAULT_MAX_OF_KEDA);
        self.stated_max().map_or(default, Node::as_int)
    }

    /// Whether the pods may go to none at all between bouts of work, whatever the minimum says.
    pub(crate) fn has_idle_count(self) -> bool {
        self.is_keda && self.spec(&["idleReplicaCount"]).is_some()
    }

    /// The metrics of `autoscaling/v2` and its betas.
    pub(crate) fn metrics(self) -> impl Iterator<Item = Node<'t>> {
        let key = if self.is_keda { "triggers" } else { "metrics" };
        self.spec(&[key]).into_iter().flat_map(Node::items)
    }

    /// Whether anything is measured by the autoscaler's own words. What states nothing is given a
    /// target of 80 % of the requested CPU.
    ///
    /// Source: Kubernetes API reference, `HorizontalPodAutoscalerSpec.metrics`.
    pub(crate) fn names_metrics(self) -> bool {
        self.spec(&["metrics"]).is_some_and(|list| list.is_scalar() || list.items().len() > 0)
            || self.spec(&["targetCPUUtilizationPercentage"]).is_some()
    }

    /// The shares of requested amounts that it aims at, as far as they are stated.
    pub(crate) fn utilizations(self) -> Vec<Utilization<'t>> {
        if self.is_keda {
            let by_share = |trigger: &Node<'t>| {
                let kind =
                    trigger.at(&["metricType"]).or_else(|| trigger.at(&["metadata", "type"]));
                kind.is_none_or(|kind| kind.text() == "Utilization")
            };
            let of = |trigger: Node<'t>| {
                let resource = trigger.at(&["type"]).map_or("", Node::text);
                let at = trigger.at(&["metadata", "value"])?;
                let container = trigger.at(&["metadata", "containerName"]).map(Node::text);
                let is_one = ["cpu", "memory"].contains(&resource);
                is_one.then_some(Utilization { resource, container, at })
            };
            return self.metrics().filter(by_share).filter_map(of).collect();
        }
        let of = |metric: Node<'t>| {
            let source = metric.at(&["resource"]).or_else(|| metric.at(&["containerResource"]))?;
            let at = source
                .at(&["target", "averageUtilization"])
                .or_else(|| source.at(&["targetAverageUtilization"]))?;
            let resource = source.at(&["name"]).map_or("", Node::text);
            let container = source.at(&["container"]).map(Node::text);
            Some(Utilization { resource, container, at })
        };
        let by_cpu = self.spec(&["targetCPUUtilizationPercentage"]);
        let by_cpu = by_cpu.map(|at| Utilization { resource: "cpu", container: None, at });
        self.metrics().filter_map(of).chain(by_cpu).collect()
    }

    /// The resources of the pods that it looks at, and how much of each it aims at, be that a share or an
    /// amount; nothing where it looks at anything else.
    pub(crate) fn only_resources(self) -> Option<Vec<(&'t str, Node<'t>)>> {
        const TARGETS: [&[&str]; 4] = [
            &["target", "averageUtilization"],
            &["target", "averageValue"],
            &["targetAverageUtilization"],
            &["targetAverageValue"],
        ];
        let of = |metric: Node<'t>| {
            let (resource, at) = if self.is_keda {
                (metric.at(&["type"])?, metric.at(&["metadata", "value"]))
            } else {
                let of_container = || metric.at(&["containerResource"]);
                let source = metric.at(&["resource"]).or_else(of_container)?;
                (source.at(&["name"])?, TARGETS.iter().find_map(|keys| source.at(keys)))
            };
            let is_one = ["cpu", "memory"].contains(&resource.text());
            is_one.then_some((resource.text(), at.unwrap_or(resource)))
        };
        let by_cpu = self.spec(&["targetCPUUtilizationPercentage"]);
        self.metrics().map(of).chain(by_cpu.map(|at| Some(("cpu", at)))).collect()
    }

    /// How the number of pods goes down.
    ///
    /// Source: keda.sh/docs, `ScaledObject`, `advanced.horizontalPodAutoscalerConfig.behavior`.
    pub(crate) fn scale_down(self, field: &str) -> Option<Node<'t>> {
        let path = ["advanced", "horizontalPodAutoscalerConfig", "behavior", "scaleDown", field];
        self.spec(if self.is_keda { &path } else { path.get(2..).unwrap_or_default() })
    }

    /// The greatest share of a requested resource that it lets the pods use before it adds one, as far as
    /// that is known.
    pub(crate) fn utilization_of(self, resource: &str) -> Option<(i64, Node<'t>)> {
        let shares = self.utilizations().into_iter().filter(|share| share.resource == resource);
        shares.filter_map(|it| Some((percent(it.at)?, it.at))).max_by_key(|(share, _)| *share)
    }

    /// Whether all that it scales by is known: what it measures, and from where on it adds a pod.
    pub(crate) fn has_known_targets(self) -> bool {
        let is_open = |node: Node<'_>| is_templated(node.text());
        let is_known = |share: &Utilization<'_>| percent(share.at).is_some();
        let says =
            |metric: Node<'_>| metric.is_map() && !leaves(metric).iter().any(|it| is_open(*it));
        self.names_metrics_or_triggers()
            && self.utilizations().iter().all(is_known)
            && self.metrics().all(says)
    }

    fn names_metrics_or_triggers(self) -> bool {
        self.metrics().next().is_some() || self.spec(&["targetCPUUtilizationPercentage"]).is_some()
    }

    fn spec(self, keys: &[&str]) -> Option<Node<'t>> {
        self.object.node().at(&["spec"])?.at(keys)
    }
}

/// A share in percent, which KEDA wants as text.
fn percent(at: Node<'_>) -> Option<i64> {
    at.as_int().or_else(|| at.text().trim().parse().ok())
}

/// The scalars of a metric, to a depth that none reaches.
fn leaves(metric: Node<'_>) -> Vec<Node<'_>> {
    const DEPTH: usize = 6;
    let mut level = vec![metric];
    let mut found = Vec::new();
    for _ in 0..DEPTH {
        let (scalars, inner): (Vec<_>, Vec<_>) = level.into_iter().partition(|it| it.is_scalar());
        found.extend(scalars);
        level = inner
            .into_iter()
            .flat_map(|it| it.items().chain(it.own_entries().map(|entry| entry.value)))
            .collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, root};
    use super::Autoscaler;
    use crate::k8s::{Object, WorkloadKind};

    #[test]
    fn what_is_scaled_is_of_a_group() {
        let table = [
            ("kind: Deployment, apiVersion: apps/v1", true),
            ("kind: Deployment, apiVersion: extensions/v1beta1", true),
            ("kind: Deployment, apiVersion: \"${API}/v1\"", true),
            ("kind: Deployment", true),
            ("kind: Deployment, apiVersion: example.com/v1", false),
            ("kind: StatefulSet, apiVersion: apps/v1", false),
        ];
        for (target, expected) in table {
            let tree = read(&format!(
                "{{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, spec: {{scaleTargetRef: {{{target}}}}}}}\n"
            ));
            let autoscaler = Autoscaler::of(Object::of(root(&tree)).unwrap()).unwrap();
            assert_eq!(autoscaler.scales(WorkloadKind::Deployment), expected, "{target}");
        }
    }

    #[test]
    fn autoscalers_of_both_kinds() {
        const HPA: &str = "autoscaling/v2, kind: HorizontalPodAutoscaler";
        const KEDA: &str = "keda.sh/v1alpha1, kind: ScaledObject";
        let by = |target: &str| {
            format!("{{metrics: [{{type: Resource, resource: {{name: cpu, {target}}}}}]}}")
        };
        // The kind and the spec, the bounds, and the shares of a request that it aims at.
        let table = [
            (HPA, "{}".to_owned(), (Some(1), None), vec![]),
            (HPA, "{minReplicas: 2, maxReplicas: 5}".to_owned(), (Some(2), Some(5)), vec![]),
            (HPA, "{minReplicas: \"${MIN}\"}".to_owned(), (None, None), vec![]),
            (HPA, by("target: {averageUtilization: 70}"), (Some(1), None), vec![("cpu", "70")]),
            (HPA, by("target: {averageValue: 100m}"), (Some(1), None), vec![]),
            (HPA, by("targetAverageUtilization: 60"), (Some(1), None), vec![("cpu", "60")]),
            (
                HPA,
                "{targetCPUUtilizationPercentage: 50}".to_owned(),
                (Some(1), None),
                vec![("cpu", "50")],
            ),
            (KEDA, "{}".to_owned(), (Some(0), Some(100)), vec![]),
            (
                KEDA,
                "{minReplicaCount: 1, maxReplicaCount: 3}".to_owned(),
                (Some(1), Some(3)),
                vec![],
            ),
            (
                KEDA,
                "{triggers: [{type: memory, metadata: {value: \"80\"}}, {type: cron}]}".to_owned(),
                (Some(0), Some(100)),
                vec![("memory", "80")],
            ),
            (
                KEDA,
                "{triggers: [{type: cpu, metricType: AverageValue, metadata: {value: 1}}]}"
                    .to_owned(),
                (Some(0), Some(100)),
                vec![],
            ),
        ];
        for (kind, spec, bounds, shares) in table {
            let tree = read(&format!("{{apiVersion: {kind}, spec: {spec}}}\n"));
            let autoscaler = Autoscaler::of(Object::of(root(&tree)).unwrap()).unwrap();
            assert_eq!((autoscaler.min(), autoscaler.max()), bounds, "{spec}");
            let found: Vec<_> =
                autoscaler.utilizations().iter().map(|it| (it.resource, it.at.text())).collect();
            assert_eq!(found, shares, "{spec}");
        }
    }
}
