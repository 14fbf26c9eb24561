//! What keeps the pods of a workload apart: terms of `podAntiAffinity` and topology spread
//! constraints.

use super::{LabelSelector, Workload, is_templated};
use crate::tree::Node;

/// A term or a constraint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread<'t> {
    /// Where it stands.
    pub(crate) node: Node<'t>,
    /// The label of nodes that tells the places apart.
    topology: &'t str,
    /// Whether it is about pods of the workload itself. Without a selector it is about none.
    pub(crate) is_of_own_pods: bool,
    /// The namespaces that it names, where the workload's own is none of them.
    pub(crate) elsewhere: Option<Node<'t>>,
}

impl<'t> Spread<'t> {
    /// The label of nodes that tells the places apart.
    pub(crate) fn topology(self) -> &'t str {
        self.topology
    }

    /// Whether it is known to keep pods of the workload itself apart: no template decides which.
    pub(crate) fn is_sure(self, workload: Workload<'_>) -> bool {
        let selector = self.node.at(&["labelSelector"]).filter(|selector| selector.is_map());
        let is_named = !self.topology.is_empty() && !is_templated(self.topology);
        is_named
            && selector
                .is_some_and(|it| LabelSelector::of(it).surely_matches(workload.pod_labels()))
    }

    /// Whether the places are zones, or whole regions.
    pub(crate) fn is_by_zone(self) -> bool {
        let name = self.topology.rsplit('/').next().unwrap_or(self.topology);
        ["zone", "region"].contains(&name)
    }

    /// Whether the places are larger than nodes: zones, regions, racks.
    pub(crate) fn is_beyond_nodes(self) -> bool {
        self.topology != "kubernetes.io/hostname"
    }
}

impl<'t> Workload<'t> {
    /// What keeps the pods apart; nothing where a template decides about that.
    pub(crate) fn spreads(self) -> Option<Vec<Spread<'t>>> {
        const AFFINITY: [&str; 2] = ["affinity", "podAntiAffinity"];
        const CONSTRAINTS: &str = "topologySpreadConstraints";
        let spec = self.pod_spec()?;
        for keys in [&AFFINITY[..1], &AFFINITY, &[CONSTRAINTS]] {
            if spec.at(keys).is_some_and(|node| node.is_scalar() && !node.text().is_empty()) {
                return None;
            }
        }
        let terms = |kind: &str| {
            let terms = spec.at(&AFFINITY).and_then(|affinity| affinity.at(&[kind]));
            terms.into_iter().flat_map(Node::items)
        };
        let required = terms("requiredDuringSchedulingIgnoredDuringExecution");
        let preferred = terms("preferredDuringSchedulingIgnoredDuringExecution")
            .filter_map(|term| term.at(&["podAffinityTerm"]));
        let spreads = required.chain(preferred).chain(self.spread_constraints());
        Some(spreads.map(|node| self.spread(node)).collect())
    }

    /// Whether the pods run only where a label of nodes has one value.
    pub(crate) fn selects_node_by(self, label: &str) -> bool {
        let spec = self.pod_spec();
        let selector = spec.and_then(|spec| spec.at(&["nodeSelector"]));
        if selector.is_some_and(|selector| selector.get(label).is_some()) {
            return true;
        }
        let path = [
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms",
        ];
        let terms = spec.and_then(|spec| spec.at(&path));
        let mut terms = terms.into_iter().flat_map(Node::items).peekable();
        // Any of the terms will do, so that each has to say the same to say anything.
        terms.peek().is_some() && terms.all(|term| keeps_to_one(term, label))
    }

    /// The topology spread constraints.
    pub(crate) fn spread_constraints(self) -> impl Iterator<Item = Node<'t>> {
        let list = self.pod_spec().and_then(|spec| spec.at(&["topologySpreadConstraints"]));
        list.into_iter().flat_map(Node::items)
    }

    fn spread(self, node: Node<'t>) -> Spread<'t> {
        let selector = node.at(&["labelSelector"]);
        let selects = |selector: Node<'t>| {
            is_templated(selector.text()) || LabelSelector::of(selector).matches(self.pod_labels())
        };
        // A term may be about pods of other namespaces.
        let object = self.object();
        let may_be_own =
            |name: Node<'_>| name.text() == object.namespace() || is_templated(name.text());
        let is_asked = object.names_namespace() && node.get("namespaceSelector").is_none();
        let named = node.at(&["namespaces"]).filter(|it| is_asked && it.items().len() > 0);
        let elsewhere = named.filter(|it| !it.items().any(may_be_own));
        Spread {
            node,
            topology: node.at(&["topologyKey"]).map_or("", Node::text),
            is_of_own_pods: elsewhere.is_none() && selector.is_some_and(selects),
            elsewhere,
        }
    }
}

/// Whether a term of node affinity lets a label have one value.
fn keeps_to_one(term: Node<'_>, label: &str) -> bool {
    let expressions = term.at(&["matchExpressions"]).into_iter().flat_map(Node::items);
    let text = |node: Node<'_>, key: &str| node.at(&[key]).map(|it| it.text().to_owned());
    expressions.into_iter().any(|it| {
        let values = it.at(&["values"]).map_or(0, |values| values.items().len());
        text(it, "key").as_deref() == Some(label)
            && text(it, "operator").as_deref() == Some("In")
            && values == 1
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, workload};

    #[test]
    fn what_keeps_pods_apart() {
        const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
        const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
        const WEB: &str = "labelSelector: {matchLabels: {app: web}}";
        let (zone, host) =
            ("topologyKey: topology.kubernetes.io/zone", "topologyKey: kubernetes.io/hostname");
        let anti = |terms: &str| format!("affinity: {{podAntiAffinity: {{{terms}}}}}");
        // The spec of the pods, and for each spread whether it is of own pods and beyond nodes.
        let table = [
            ("x: 1".to_owned(), Some(vec![])),
            (anti(&format!("{REQUIRED}: [{{{host}, {WEB}}}]")), Some(vec![(true, false)])),
            (
                anti(&format!("{PREFERRED}: [{{podAffinityTerm: {{{zone}, {WEB}}}}}]")),
                Some(vec![(true, true)]),
            ),
            (anti(&format!("{REQUIRED}: [{{{host}}}]")), Some(vec![(false, false)])),
            (
                format!("topologySpreadConstraints: [{{{zone}, labelSelector: {{}}}}]"),
                Some(vec![(true, true)]),
            ),
            (
                format!(
                    "topologySpreadConstraints: [{{{host}, labelSelector: {{matchLabels: {{app: api}}}}}}]"
                ),
                Some(vec![(false, false)]),
            ),
            ("affinity: {podAntiAffinity: \"${APART}\"}".to_owned(), None),
            ("topologySpreadConstraints: \"${SPREAD}\"".to_owned(), None),
        ];
        for (spec, expected) in table {
            let tree = read(&format!(
                "{{apiVersion: apps/v1, kind: Deployment, spec: {{template: \
                 {{metadata: {{labels: {{app: web}}}}, spec: {{{spec}}}}}}}}}\n"
            ));
            let found = workload(&tree).spreads().map(|spreads| {
                let parts = spreads.iter().map(|it| (it.is_of_own_pods, it.is_beyond_nodes()));
                parts.collect::<Vec<_>>()
            });
            assert_eq!(found, expected, "{spec}");
        }
    }
}
