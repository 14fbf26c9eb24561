//! Joins of what sets the number of pods, what they are, and what guards them.

use std::collections::HashSet;

use super::{Gpus, Project, Runner};
use crate::k8s::autoscaler::Autoscaler;
use crate::k8s::{Container, Object, Workload, WorkloadKind};
use crate::source::Place;

/// Variables by which the libraries of providers of models are told whom to call and as whom.
///
/// Sources: the documentation of the libraries of `OpenAI`, Anthropic, Google, Mistral, Groq, Cohere and Azure.
const MODEL_CLIENTS: [&str; 10] = [
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL",
    "AZURE_OPENAI_API_KEY",
    "AZURE_OPENAI_ENDPOINT",
    "CO_API_KEY",
    "GEMINI_API_KEY",
    "GROQ_API_KEY",
    "MISTRAL_API_KEY",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
];

impl<'p> Project<'p> {
    /// The autoscaler beside an object that scales what is of that kind and name.
    pub(crate) fn autoscaler_beside(
        &self,
        object: Object<'_>,
        kind: &str,
        name: &str,
    ) -> Option<Autoscaler<'p>> {
        let mut beside = self.autoscalers_beside(object, name);
        beside.find(|autoscaler| autoscaler.target_kind() == kind)
    }

    /// The autoscalers beside an object that scale something of that name.
    fn autoscalers_beside<'a>(
        &'a self,
        object: Object<'a>,
        name: &'a str,
    ) -> impl Iterator<Item = Autoscaler<'p>> + use<'a, 'p> {
        let namespaces = self.namespaces_of(object).into_iter();
        let here = namespaces.filter_map(move |it| self.objects.autoscalers.get(it)?.get(name));
        here.flatten().copied()
    }

    /// The autoscaler that sets the workload's replicas, if one does.
    pub(crate) fn autoscaler_of(&self, workload: Workload<'_>) -> Option<Autoscaler<'p>> {
        let mut beside = self.autoscalers_beside(workload.object(), workload.name());
        beside.find(|autoscaler| autoscaler.scales(workload.kind()))
    }

    /// The workload that an autoscaler scales, where it is one of the project.
    pub(crate) fn scaled_by(&self, autoscaler: Autoscaler<'_>) -> Option<Workload<'p>> {
        let name = autoscaler.target_name()?.text();
        let kind = WorkloadKind::REPLICATED.iter().find(|known| autoscaler.scales(**known))?;
        let mut groups = kind.groups().iter();
        let named = |group: &&'static str| {
            self.named_beside(autoscaler.object(), (group, kind.as_str()), name)
        };
        Workload::of(groups.find_map(named)?)
    }

    /// What says that a workload waits for the answers of a model that others run.
    pub(crate) fn waits_for_model(&self, workload: Workload<'_>) -> Option<(Place, String)> {
        let containers = workload.containers();
        let computes = |container: &Container<'_>| {
            let runner = Runner::Container(*container);
            self.serves_a_model(runner) || runner.gpus() != Gpus::None
        };
        if containers.iter().any(computes) {
            return None;
        }
        containers.into_iter().find_map(|container| {
            let mut agents = self.agents_of(Runner::Container(container));
            let agent = agents.find(|(agent, _)| agent.is_of_agent());
            if let Some((agent, _)) = agent {
                let what = "the configuration of the agent that it runs";
                return Some((agent.root().place(), what.to_owned()));
            }
            let variables = self.variables_of(container);
            let calls = variables.iter().find(|it| MODEL_CLIENTS.contains(&it.name.as_ref()))?;
            let what = if calls.at.place() == calls.home.grip().place() {
                format!("it takes `{}`, by which it calls its model, from here", calls.name)
            } else {
                "the variable by which it calls its model".to_owned()
            };
            Some((calls.at.place(), what))
        })
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
