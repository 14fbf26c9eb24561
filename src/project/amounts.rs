//! How much of a resource a container is known to have, by whichever object says so.

use super::{LIMIT, Project, REQUEST};
use crate::k8s::Container;
use crate::k8s::quantity::Quantity;
use crate::tree::Node;

impl<'p> Project<'p> {
    /// How much of a resource is known to be reserved for the container, or to be its limit, and where
    /// that stands: with it, with its pod, or as a default of its namespace. Where only a limit is known,
    /// Kubernetes requests as much.
    pub(crate) fn known_amount<'c>(
        &self,
        container: Container<'c>,
        kind: &str,
        resource: &str,
    ) -> Option<(Quantity, Node<'c>)>
    where
        'p: 'c,
    {
        let is_request = kind == "requests";
        container
            .known_amount(kind, resource)
            .or_else(|| container.known_amount("limits", resource).filter(|_| is_request))
            .or_else(|| {
                let fields = if is_request { REQUEST } else { LIMIT };
                // One that states something that is not known gets no default.
                let is_stated =
                    |kind: &str| container.node().at(&["resources", kind, resource]).is_some();
                (!is_stated(kind)).then(|| self.default_amount(container, fields, resource))?
            })
    }

    fn default_amount<'c>(
        &self,
        container: Container<'c>,
        fields: &[&str],
        resource: &str,
    ) -> Option<(Quantity, Node<'c>)>
    where
        'p: 'c,
    {
        let ranges = self.objects_beside(container.workload().object(), ("", "LimitRange"));
        let items = ranges
            .into_iter()
            .filter_map(|range| range.node().at(&["spec", "limits"]))
            .flat_map(Node::items)
            .filter(|item| item.at(&["type"]).is_some_and(|kind| kind.text() == "Container"));
        let mut amounts = items.filter_map(|item| {
            let at = fields.iter().find_map(|field| item.at(&[field, resource]))?;
            let amount = Quantity::parse(at.text()).filter(|amount| !amount.is_zero())?;
            Some((amount, at))
        });
        amounts.next()
    }
}
