//! What the variables of services and containers say of the agents that they run.

use std::cell::LazyCell;

use super::{Project, Subjects};
use crate::agent::{AgentConfig, Setting, Variable};
use crate::compose;
use crate::k8s::{KeyedKind, Object, Service, Workload};
use crate::source::{Place, Source};
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
        let held = self.holder_of(agent)?;
        let mut takers = self.takers_of(held).into_iter();
        takers.find_map(|workload| self.exposure_of(workload)).map(Node::place)
    }

    /// The `ConfigMap` that holds the configuration of an agent, be it as a file or as variables.
    fn holder_of(&self, agent: &AgentConfig<'_>) -> Option<Object<'p>> {
        let Place { file, span } = agent.root().place();
        let objects = &self.subjects(file.index())?.objects;
        objects.iter().copied().find(|object| {
            let around = object.node().place().span;
            object.is("", "ConfigMap") && around.start <= span.start && span.end <= around.end
        })
    }

    /// The workloads that refer to a `ConfigMap`.
    fn takers_of(&self, map: Object<'p>) -> Vec<Workload<'p>> {
        let namespaces = self.namespaces_of(map);
        let takes = |workload: &Workload<'p>| {
            let here = self.namespaces_of(workload.object());
            here.iter().any(|namespace| namespaces.contains(namespace))
                && workload.references().iter().any(|reference| {
                    reference.kind == KeyedKind::ConfigMap && reference.name.text() == map.name()
                })
        };
        self.workloads().filter(takes).collect()
    }

    /// The workloads that run an agent of that configuration: those that refer to the `ConfigMap`
    /// that holds it, or the only one below the folder that does.
    pub(crate) fn workloads_with(&self, agent: &AgentConfig<'_>) -> Vec<Workload<'p>> {
        if let Some(map) = self.holder_of(agent) {
            return self.takers_of(map);
        }
        let Some(source) = self.source(agent.root().place().file) else { return Vec::new() };
        let folder = source.folder();
        let is_below = |workload: &Workload<'p>| {
            let file = workload.object().node().place().file;
            let path = self.source(file).map_or("", Source::path);
            let rest = path.strip_prefix(folder);
            rest.is_some_and(|rest| folder.is_empty() || rest.starts_with('/'))
        };
        let below: Vec<_> = self.workloads().filter(is_below).take(2).collect();
        if below.len() == 1 { below } else { Vec::new() }
    }

    /// What opens the workload's pods to whoever reaches a node or a load balancer.
    pub(crate) fn exposure_of(&self, workload: Workload<'p>) -> Option<Node<'p>> {
        let mut services = self.services_of(workload).filter_map(Service::of);
        services.find_map(Service::exposure)
    }
}
