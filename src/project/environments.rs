//! What the variables of services and containers say of the agents that they run.

use std::cell::LazyCell;

use super::{Project, Subjects};
use crate::agent::{AgentConfig, Setting, Variable};
use crate::compose;
use crate::diagnostic::Confidence;
use crate::k8s::{Object, Service, Workload};
use crate::source::Place;
use crate::tree::Node;

/// The agents of a file that take their settings from variables.
#[derive(Debug, Default)]
pub(crate) struct Environments<'p> {
    pub(crate) services: Vec<ServiceEnvironment<'p>>,
    /// What the variables say that an object gives a value, container by container.
    pub(crate) objects: Vec<(Object<'p>, AgentConfig<'p>)>,
}

/// A service whose variables are an agent's.
#[derive(Debug)]
pub(crate) struct ServiceEnvironment<'p> {
    pub(crate) service: compose::Service<'p>,
    pub(crate) agent: AgentConfig<'p>,
    /// The same without what the service's own file brings.
    pub(crate) below: Option<AgentConfig<'p>>,
}

impl<'p> ServiceEnvironment<'p> {
    fn of(service: compose::Service<'p>) -> Option<Self> {
        let agent = of_service(service)?;
        Some(ServiceEnvironment { service, agent, below: service.below().and_then(of_service) })
    }
}

impl<'p> Environments<'p> {
    pub(crate) fn of(project: &'p Project<'p>, subjects: &Subjects<'p>) -> Self {
        let services = subjects.services.iter().copied();
        let objects = subjects.objects.iter().copied();
        Environments {
            services: services.filter_map(ServiceEnvironment::of).collect(),
            objects: objects
                .flat_map(|object| {
                    let all = project.environments_in(object).into_iter();
                    all.map(move |agent| (object, agent))
                })
                .collect(),
        }
    }
}

/// What the variables of a Compose service say of the agent that it runs.
fn of_service(service: compose::Service<'_>) -> Option<AgentConfig<'_>> {
    let variables = service.environment().into_iter();
    let variables: Vec<_> = variables
        .map(|it| Variable { name: it.name.into(), value: it.value, at: it.node })
        .collect();
    let mut agent = AgentConfig::of_variables(service.node(), &variables, service.subject())?;
    let ports = if service.is_for_swarm() { Vec::new() } else { service.ports() };
    if let Some(port) = ports.iter().find(|port| port.is_on_all_interfaces()) {
        agent.access.public = Setting::stated("ports", true, port.grip());
    }
    Some(agent)
}

impl<'p> Project<'p> {
    /// What the variables say that an object gives a value. Rules of their own see to how much is
    /// logged and in which format, whatever the container runs.
    fn environments_in(&'p self, object: Object<'p>) -> Vec<AgentConfig<'p>> {
        let stated = self.variables_in(object);
        let by_subject = stated.chunk_by(|one, other| one.subject == other.subject);
        // Most containers run no agent, and Services are many.
        let exposure =
            LazyCell::new(|| Workload::of(object).and_then(|workload| self.exposure_of(workload)));
        by_subject
            .filter_map(|stated| {
                let first = stated.first()?;
                let named = stated.iter().flat_map(|variable| {
                    let at = variable.at;
                    let of = move |name: &String| Variable {
                        name: name.clone().into(),
                        value: at.text(),
                        at,
                    };
                    variable.names.iter().map(of)
                });
                let variables: Vec<_> = named.collect();
                let subject = first.subject.clone();
                let mut agent = AgentConfig::of_variables(object.node(), &variables, subject)?;
                agent.logs.level = Setting::default();
                agent.logs.format = Setting::default();
                if let Some(at) = *exposure {
                    agent.access.public = Setting::stated("spec.type", true, at);
                }
                Some(agent)
            })
            .collect()
    }

    /// What opens an agent to whoever reaches a machine or a load balancer.
    pub(crate) fn opening_of(&self, agent: &AgentConfig<'_>) -> Option<Place> {
        if let Some(open) = agent.access.public.on() {
            return Some(open.at.place());
        }
        let runs = self.runners_of(agent).into_iter();
        let mut sure = runs.filter(|run| run.reads.confidence() == Confidence::High);
        sure.find_map(|run| self.exposure_of(run.runner.workload()?)).map(Node::place)
    }

    /// What opens the workload's pods to whoever reaches a node or a load balancer.
    pub(crate) fn exposure_of<'a>(&self, workload: Workload<'a>) -> Option<Node<'a>>
    where
        'p: 'a,
    {
        let mut services = self.services_of(workload).filter_map(Service::of);
        services.find_map(Service::exposure)
    }
}
