//! Joins of what sets the number of pods, what they are, and what guards them.

use super::Project;
use crate::k8s::autoscaler::Autoscaler;
use crate::k8s::{Object, Workload};

impl<'p> Project<'p> {
    /// The autoscaler beside an object that scales what is of that kind and name.
    pub(crate) fn autoscaler_beside(
        &self,
        object: Object<'_>,
        kind: &str,
        name: &str,
    ) -> Option<Autoscaler<'p>> {
        self.namespaces_of(object)
            .iter()
            .filter_map(|namespace| self.autoscalers.get(namespace)?.get(name))
            .flatten()
            .copied()
            .find(|autoscaler| autoscaler.target_kind() == kind)
    }

    /// The autoscaler that sets the workload's replicas, if one does.
    pub(crate) fn autoscaler_of(&self, workload: Workload<'_>) -> Option<Autoscaler<'p>> {
        self.autoscaler_beside(workload.object(), workload.kind().as_str(), workload.name())
    }

    /// The workloads whose pods a budget covers.
    pub(crate) fn workloads_under(&self, budget: Object<'_>) -> Vec<Workload<'p>> {
        let Some(selector) = super::budget_selector(budget) else { return Vec::new() };
        let mut workloads: Vec<Workload<'p>> = Vec::new();
        for namespace in self.namespaces_of(budget) {
            for workload in self.workloads_matching(namespace, &selector) {
                if !workloads.iter().any(|known| known.object() == workload.object()) {
                    workloads.push(workload);
                }
            }
        }
        workloads
    }
}
