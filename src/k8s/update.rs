//! How a Deployment replaces its pods.

use super::{ContainerClasses, Workload, WorkloadKind, share::Share};
use crate::tree::Node;

/// Source: Kubernetes API reference, `RollingUpdateDeployment`.
const DEFAULT: Share = Share::Percent(25);

/// How many pods a rolling update adds and takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RollingUpdate {
    pub(crate) surge: i64,
    pub(crate) unavailable: i64,
}

impl<'t> Workload<'t> {
    /// Where the kind says how its pods are replaced.
    pub(crate) fn update_type(self) -> Option<Node<'t>> {
        let field = match self.kind() {
            WorkloadKind::StatefulSet | WorkloadKind::DaemonSet => "updateStrategy",
            _ => "strategy",
        };
        self.object().node().at(&["spec", field, "type"])
    }

    /// A field of the Deployment's `rollingUpdate`.
    pub(crate) fn rolling_field(self, field: &str) -> Option<Node<'t>> {
        self.object().node().at(&["spec", "strategy", "rollingUpdate", field])
    }

    /// What a rolling update of a Deployment does to that many pods; nothing where a template
    /// decides. Kubernetes rounds what it adds up and what it takes away down, and takes one away
    /// where both come to nothing.
    ///
    /// Source: kubernetes.io/docs/concepts/workloads/controllers/deployment ("Rolling Update
    /// Deployment"); Kubernetes, `ResolveFenceposts`.
    pub(crate) fn rolling_update(self, pods: i64) -> Option<RollingUpdate> {
        let share = |field: &str| self.rolling_field(field).map_or(Some(DEFAULT), Share::of);
        let surge = share("maxSurge")?.rounded_up(pods);
        let unavailable = share("maxUnavailable")?.rounded_down(pods);
        let unavailable = if surge == 0 && unavailable == 0 { 1 } else { unavailable };
        Some(RollingUpdate { surge, unavailable: unavailable.min(pods) })
    }

    /// What says that an update starts a new pod before it takes an old one away, if that is known: a rolling
    /// update of a Deployment, or a Rollout, with nothing unavailable.
    ///
    /// Source: argo-rollouts.readthedocs.io, "Rollout Specification" (`maxUnavailable` of a canary).
    pub(crate) fn keeps_all_pods(self) -> Option<Node<'t>> {
        if let Some(strategy) = self.strategy("blueGreen") {
            return Some(strategy.key);
        }
        let is_rolling = self.update_type().is_none_or(|kind| kind.text() == "RollingUpdate");
        let field = |field: &str| match self.strategy("canary") {
            Some(canary) => canary.value.at(&[field]),
            None => self.rolling_field(field),
        };
        let unavailable = field("maxUnavailable")?;
        let surges =
            field("maxSurge").map_or(Some(DEFAULT), Share::of).is_some_and(|it| !it.is_zero());
        let is_none = Share::of(unavailable).is_some_and(Share::is_zero);
        (is_rolling && is_none && surges).then_some(unavailable)
    }

    /// Whether a rolling update may neither add a pod nor take one away, which the API server
    /// refuses.
    pub(crate) fn may_not_roll(self) -> bool {
        let is_none =
            |field| self.rolling_field(field).and_then(Share::of).is_some_and(Share::is_zero);
        is_none("maxSurge") && is_none("maxUnavailable")
    }

    /// Whether a pod holds something of its node that a second one beside it may not get: a port, or
    /// a device such as a GPU.
    pub(crate) fn claims_of_its_node(self) -> bool {
        let has_host_port = |container: &super::Container<'_>| {
            let ports = container.node().at(&["ports"]).into_iter().flat_map(Node::items);
            ports.into_iter().any(|port| port.at(&["hostPort"]).is_some())
        };
        // Resources with a domain in their name are those of device plugins.
        let has_device = |container: &super::Container<'_>| {
            let limits = container.node().at(&["resources", "limits"]);
            limits.into_iter().flat_map(Node::entries).any(|limit| limit.key.text().contains('/'))
        };
        let containers = self.containers();
        let mut running =
            containers.iter().filter(|it| ContainerClasses::LONG_RUNNING.contains(it.class()));
        self.is_on_host_network() || running.any(|it| has_host_port(it) || has_device(it))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, workload};

    #[test]
    fn what_a_rolling_update_adds_and_takes_away() {
        // The fields, the pods, and how many are added and taken away.
        let table = [
            ("{}", 1, Some((1, 0))),
            ("{}", 3, Some((1, 0))),
            ("{}", 4, Some((1, 1))),
            ("{}", 10, Some((3, 2))),
            ("{maxSurge: 1, maxUnavailable: 0}", 10, Some((1, 0))),
            ("{maxSurge: 0}", 3, Some((0, 1))),
            ("{maxSurge: 0%, maxUnavailable: 25%}", 2, Some((0, 1))),
            ("{maxUnavailable: 5}", 2, Some((1, 2))),
            ("{maxUnavailable: \"${AWAY}\"}", 4, None),
        ];
        for (fields, pods, expected) in table {
            let tree = read(&format!(
                "{{apiVersion: apps/v1, kind: Deployment, spec: {{strategy: {{rollingUpdate: {fields}}}}}}}\n"
            ));
            let update = workload(&tree).rolling_update(pods);
            assert_eq!(update.map(|it| (it.surge, it.unavailable)), expected, "{fields} of {pods}");
        }
    }
}
