//! How many pods a disruption budget lets go.

use super::{Object, share::Share};
use crate::tree::{Entry, Node};

/// A `PodDisruptionBudget` that says how many pods may go, or must stay.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget<'t> {
    /// The field that says so, with its key.
    pub(crate) entry: Entry<'t>,
    share: Share,
    /// Whether it is about those that stay.
    keeps: bool,
}

impl<'t> Budget<'t> {
    /// The policy of a budget; nothing where it has none, or a template decides.
    pub(crate) fn of(object: Object<'t>) -> Option<Self> {
        let spec = object.node().at(&["spec"])?;
        let stated = |key: &str| spec.get(key).filter(|entry| !entry.value.is_null());
        let (entry, keeps) = match (stated("maxUnavailable"), stated("minAvailable")) {
            (Some(entry), _) => (entry, false),
            (None, entry) => (entry?, true),
        };
        Some(Budget { entry, share: Share::of(entry.value)?, keeps })
    }

    /// How many of that many pods may go at once. Kubernetes rounds percentages up, also those of
    /// pods that may go.
    ///
    /// Source: kubernetes.io/docs/tasks/run-application/configure-pdb ("Rounding logic when
    /// specifying percentages").
    pub(crate) fn allows(self, pods: i64) -> i64 {
        let share = self.share.rounded_up(pods);
        if self.keeps { pods.saturating_sub(share).max(0) } else { share }
    }

    /// Whether no pod may go, however many there are.
    pub(crate) fn allows_none(self) -> bool {
        match self.share {
            Share::Percent(percent) if self.keeps => percent >= 100,
            share => !self.keeps && share.is_zero(),
        }
    }

    /// `minAvailable: 2`, as messages quote it.
    pub(crate) fn quote(self) -> String {
        format!("{}: {}", self.entry.key.text(), self.entry.value.text())
    }

    /// Whether nothing says how many pods may go.
    pub(crate) fn is_without_policy(object: Object<'_>) -> bool {
        let says = |key: &str| object.node().at(&["spec", key]).is_some();
        let is_templated = object.node().at(&["spec"]).is_some_and(Node::is_scalar);
        !says("maxUnavailable") && !says("minAvailable") && !is_templated
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, root};
    use super::Budget;
    use crate::k8s::Object;

    #[test]
    fn how_many_pods_a_budget_lets_go() {
        // The spec, whether it never lets one go, and how many of 3 and of 4 pods.
        let table = [
            ("{maxUnavailable: 0}", Some((true, 0, 0))),
            ("{maxUnavailable: 0%}", Some((true, 0, 0))),
            ("{maxUnavailable: 1}", Some((false, 1, 1))),
            ("{maxUnavailable: 1%}", Some((false, 1, 1))),
            ("{maxUnavailable: 50%}", Some((false, 2, 2))),
            ("{minAvailable: 100%}", Some((true, 0, 0))),
            ("{minAvailable: 75%}", Some((false, 0, 1))),
            ("{minAvailable: 3}", Some((false, 0, 1))),
            ("{minAvailable: 0}", Some((false, 3, 4))),
            ("{minAvailable: 9}", Some((false, 0, 0))),
            ("{minAvailable: \"${MIN}\"}", None),
            ("{}", None),
        ];
        for (spec, expected) in table {
            let tree = read(&format!(
                "{{apiVersion: policy/v1, kind: PodDisruptionBudget, spec: {spec}}}\n"
            ));
            let budget = Budget::of(Object::of(root(&tree)).unwrap());
            let found = budget.map(|it| (it.allows_none(), it.allows(3), it.allows(4)));
            assert_eq!(found, expected, "{spec}");
        }
    }
}
