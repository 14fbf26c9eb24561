//! What sets the amounts that a workload's pods request: the `VerticalPodAutoscaler`.

use super::Object;
use super::quantity::Quantity;
use crate::tree::Node;

/// A vertical autoscaler.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resizer<'t>(Object<'t>);

impl<'t> Resizer<'t> {
    pub(crate) fn of(object: Object<'t>) -> Option<Self> {
        object.is("autoscaling.k8s.io", "VerticalPodAutoscaler").then_some(Resizer(object))
    }

    /// The kind and the name of what is resized.
    pub(crate) fn target(self) -> Option<(&'t str, &'t str)> {
        let target = self.0.node().at(&["spec", "targetRef"])?;
        Some((target.at(&["kind"])?.text(), target.at(&["name"])?.text()))
    }

    /// Whether it does more than advise.
    ///
    /// Source: `VerticalPodAutoscaler` API reference: without `updateMode` it acts; `Off` only
    /// advises.
    pub(crate) fn acts(self) -> bool {
        let mode = self.0.node().at(&["spec", "updatePolicy", "updateMode"]);
        mode.is_none_or(|mode| mode.text() != "Off")
    }

    /// The least and the most of CPU and memory that it gives a container, where it knows all four.
    ///
    /// Source: `VerticalPodAutoscaler` API reference, `containerPolicies` (`minAllowed`, `maxAllowed`).
    pub(crate) fn has_bounds_for(self, container: &str) -> bool {
        let Some(policy) = self.policy_of(container).or_else(|| self.policy_of("*")) else {
            return false;
        };
        let amount = |bound: &str, resource: &str| {
            Quantity::parse(policy.at(&[bound, resource])?.text()).filter(|it| !it.is_zero())
        };
        ["cpu", "memory"].into_iter().all(|resource| {
            let bounds = amount("minAllowed", resource).zip(amount("maxAllowed", resource));
            bounds.is_some_and(|(least, most)| least <= most)
        })
    }

    /// The policy of a container of that name, or of all (`*`).
    fn policy_of(self, container: &str) -> Option<Node<'t>> {
        let policies = self.0.node().at(&["spec", "resourcePolicy", "containerPolicies"]);
        policies.into_iter().flat_map(Node::items).find(|policy| {
            policy.at(&["containerName"]).is_some_and(|name| name.text() == container)
        })
    }

    /// Whether it sets that resource of one of those containers: both of `cpu` and `memory`, unless
    /// the container's policy, or that of all (`*`), says otherwise.
    pub(crate) fn sets(self, resource: &str, containers: &[&str]) -> bool {
        let sets = |policy: Node<'_>| {
            let is_off = policy.at(&["mode"]).is_some_and(|mode| mode.text() == "Off");
            let resources = policy.at(&["controlledResources"]);
            let names_it =
                |list: Node<'_>| list.is_scalar() || list.items().any(|it| it.text() == resource);
            !is_off && resources.is_none_or(names_it)
        };
        let mut policies =
            containers.iter().map(|name| self.policy_of(name).or_else(|| self.policy_of("*")));
        policies.any(|policy| policy.is_none_or(sets))
    }
}

#[cfg(test)]
mod tests {
    use super::Resizer;
    use crate::k8s::Object;
    use crate::tree::{Dialect, yaml};

    #[test]
    fn what_a_vertical_autoscaler_sets() {
        // Policies of containers, and whether they set the CPU of `api` and `proxy`.
        let table = [
            ("[]", (true, true)),
            ("[{containerName: '*', controlledResources: [memory]}]", (false, false)),
            ("[{containerName: api, controlledResources: [memory]}]", (false, true)),
            ("[{containerName: api}, {containerName: '*', mode: 'Off'}]", (true, false)),
            ("[{containerName: api, controlledResources: [cpu]}]", (true, true)),
        ];
        for (policies, expected) in table {
            let text = format!(
                "{{apiVersion: autoscaling.k8s.io/v1, kind: VerticalPodAutoscaler, \
                 spec: {{resourcePolicy: {{containerPolicies: {policies}}}}}}}\n"
            );
            let file = crate::source::FileId::new(0);
            let (mut tree, _) = yaml::read(file, &std::sync::Arc::from(text), None);
            tree.set_dialect(Dialect::Kubernetes);
            let object = Object::of(tree.documents().next().unwrap()).unwrap();
            let resizer = Resizer::of(object).unwrap();
            let found = (resizer.sets("cpu", &["api"]), resizer.sets("cpu", &["proxy"]));
            assert_eq!(found, expected, "{policies}");
            assert!(resizer.acts() && resizer.target().is_none());
        }
    }
}
