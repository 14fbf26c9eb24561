//! Nodes that the provider may take back at any time, and the workloads that are let run on them.

use super::Workload;
use crate::tree::Node;

/// Labels and taints of such nodes, with the values that say so; nothing where the key alone does.
///
/// Sources: cloud.google.com/kubernetes-engine/docs/concepts/spot-vms; learn.microsoft.com/azure/aks/spot-node-pool;
/// docs.aws.amazon.com/eks, "Managed node group capacity types"; karpenter.sh/docs/concepts/nodepools; and
/// those of the production agent guide ("Spot/Preemptible Instances") and of Paladin ("Spot Instances").
const MARKS: [(&str, &[&str]); 12] = [
    ("cloud.google.com/gke-preemptible", &["true"]),
    ("cloud.google.com/gke-spot", &["true"]),
    ("eks.amazonaws.com/capacityType", &["SPOT"]),
    ("karpenter.sh/capacity-type", &["spot"]),
    ("kubernetes.azure.com/scalesetpriority", &["spot"]),
    ("kubernetes.io/lifecycle", &["spot", "preemptible"]),
    ("node-lifecycle", &["spot"]),
    ("node.kubernetes.io/lifecycle", &["spot", "preemptible"]),
    ("lifecycle", &["Ec2Spot", "spot"]),
    ("preemptible", &[]),
    ("spot", &[]),
    ("spotInstance", &[]),
];

fn is_marked(key: &str, value: Option<&str>) -> bool {
    let mark = MARKS.iter().find(|(known, _)| *known == key);
    // A toleration that names no value tolerates all of them.
    mark.is_some_and(|(_, values)| match value {
        Some(value) if !values.is_empty() => values.iter().any(|it| it.eq_ignore_ascii_case(value)),
        Some(value) => value != "false",
        None => true,
    })
}

impl<'t> Workload<'t> {
    /// What lets the pods run on nodes that may be taken back, or sends them there.
    pub(crate) fn spot(self) -> Option<Node<'t>> {
        let spec = self.pod_spec()?;
        let tolerations = spec.at(&["tolerations"]).into_iter().flat_map(Node::items);
        let tolerated = tolerations.filter_map(|it| {
            let key = it.at(&["key"])?;
            let value = it.at(&["value"]).map(Node::text);
            is_marked(key.text(), value).then_some(key)
        });
        let selected = spec.at(&["nodeSelector"]).map(Node::entries).unwrap_or_default();
        let mut selected = selected.into_iter();
        let selected = selected.find(|it| is_marked(it.key.text(), Some(it.value.text())));
        let mut tolerated = tolerated;
        tolerated.next().or_else(|| selected.map(|it| it.value)).or_else(|| self.spot_affinity())
    }

    /// A required term of the affinity to nodes that asks for such ones.
    fn spot_affinity(self) -> Option<Node<'t>> {
        let path = [
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms",
        ];
        let terms = self.pod_spec()?.at(&path).into_iter().flat_map(Node::items);
        let expressions = terms.filter_map(|term| term.at(&["matchExpressions"]));
        expressions.flat_map(Node::items).find_map(|expression| {
            let key = expression.at(&["key"])?;
            let is_in = expression.at(&["operator"]).is_some_and(|it| it.text() == "In");
            let mut values = expression.at(&["values"]).into_iter().flat_map(Node::items);
            let is_one = values.any(|value| is_marked(key.text(), Some(value.text())));
            (is_in && is_one).then_some(key)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, workload};

    #[test]
    fn who_may_run_on_nodes_that_are_taken_back() {
        let table = [
            ("tolerations: [{key: kubernetes.io/lifecycle, operator: Equal, value: spot}]", true),
            ("tolerations: [{key: spot, operator: Equal, value: 'true'}]", true),
            ("tolerations: [{key: cloud.google.com/gke-spot, operator: Exists}]", true),
            ("tolerations: [{key: kubernetes.io/lifecycle, value: normal}]", false),
            ("tolerations: [{key: gpu, operator: Exists}]", false),
            ("nodeSelector: {karpenter.sh/capacity-type: spot}", true),
            ("nodeSelector: {karpenter.sh/capacity-type: on-demand}", false),
            (
                "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
                 {nodeSelectorTerms: [{matchExpressions: [{key: eks.amazonaws.com/capacityType, \
                 operator: In, values: [SPOT]}]}]}}}",
                true,
            ),
            (
                "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
                 {nodeSelectorTerms: [{matchExpressions: [{key: eks.amazonaws.com/capacityType, \
                 operator: NotIn, values: [SPOT]}]}]}}}",
                false,
            ),
            ("x: 1", false),
        ];
        for (spec, expected) in table {
            let tree = read(&format!(
                "{{apiVersion: apps/v1, kind: Deployment, spec: {{template: {{spec: {{{spec}}}}}}}}}\n"
            ));
            assert_eq!(workload(&tree).spot().is_some(), expected, "{spec}");
        }
    }
}
