//! Joins of what sets the number of pods, what they are, and what guards them.

use std::collections::HashSet;

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

    /// The workloads whose pods a budget covers; none where they are too many to belong together.
    pub(crate) fn workloads_under(&self, budget: Object<'_>) -> Vec<Workload<'p>> {
        const MANY: usize = 100;
        let Some(selector) = super::budget_selector(budget) else { return Vec::new() };
        let mut seen = HashSet::new();
        let namespaces = self.namespaces_of(budget);
        let all = namespaces.iter().flat_map(|it| self.workloads_matching(it, &selector));
        let distinct = all.filter(|workload| seen.insert(workload.object().node().place()));
        let workloads: Vec<_> = distinct.take(MANY + 1).collect();
        if workloads.len() > MANY { Vec::new() } else { workloads }
    }
}
