//! What the variables of services and containers say of the agents that they run.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::HashMap;

use super::{MOST, Project, Reads, Run, Runner, StatedVariable, Subjects, service_selector};
use crate::agent::{AgentConfig, Endpoint, Setting, Variable};
use crate::compose::{self, GivenBy};
use crate::diagnostic::Confidence;
use crate::file::FileKind;
use crate::k8s::ports::PortRef;
use crate::k8s::route::{GUARDS, is_open_to_all};
use crate::k8s::{Container, Object, SelectorIndex, Service, Workload};
use crate::source::Place;
use crate::tree::Node;

/// Objects by namespace and what they select.
type ByNamespace<'p> = HashMap<&'p str, SelectorIndex<'p, Object<'p>>>;

/// The variables of a file, and the agents that take their settings from them.
pub(crate) struct Environments<'p> {
    /// The variables that each object gives a value.
    pub(crate) variables: Vec<StatedVariable<'p>>,
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
        let (mut variables, mut agents) = (Vec::new(), Vec::new());
        for &object in subjects.objects.iter().chain(&subjects.generated) {
            let stated = project.variables_in(object);
            let found = project.environments_in(object, &stated).into_iter();
            agents.extend(found.map(|agent| (object, agent)));
            variables.extend(stated);
        }
        let services = services.filter_map(ServiceEnvironment::of).collect();
        Environments { variables, services, objects: agents }
    }
}

/// What the variables of a Compose service say of the agent that it runs.
fn of_service(service: compose::Service<'_>) -> Option<AgentConfig<'_>> {
    let stated = service.environment();
    let named =
        stated.iter().map(|it| Variable { name: it.name.into(), value: it.value, at: it.node });
    let variables: Vec<_> = named.collect();
    let subject = || service.subject();
    // Those that are passed on from the host as well.
    let given = service.given_variables().into_iter().flatten();
    let mut agent = AgentConfig::of_variables(service.node(), &variables, given, subject)?;
    let of_files = stated.iter().filter(|it| it.given_by == GivenBy::EnvFile);
    agent.endpoints = of_files.filter_map(|it| Endpoint::of_variable(it.name, it.node)).collect();
    if let Some(at) = published(service) {
        agent.access.public = Setting::stated("ports", true, at);
    }
    Some(agent)
}

/// The port of a service that whoever reaches the host reaches.
fn published(service: compose::Service<'_>) -> Option<Node<'_>> {
    let ports = if service.is_for_swarm() { Vec::new() } else { service.ports() };
    ports.iter().find(|port| port.is_on_all_interfaces()).map(compose::Port::grip)
}

/// The same of a service that runs where others than developers see it.
fn open_port(service: compose::Service<'_>) -> Option<Place> {
    published(service).filter(|_| service.is_deployed()).map(Node::place)
}

/// What opens an agent to whoever is outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    pub(crate) at: Place,
    /// What it does, for people.
    pub(crate) what: &'static str,
    pub(crate) confidence: Confidence,
}

const OPEN_PORT: &str = "its port is open because of this";

impl<'p> Project<'p> {
    /// What the variables say that an object gives a value. Rules of their own see to how much is
    /// logged and in which format, whatever the container runs.
    fn environments_in(
        &self,
        object: Object<'p>,
        stated: &[StatedVariable<'p>],
    ) -> Vec<AgentConfig<'p>> {
        let by_subject = stated.chunk_by(StatedVariable::is_of_the_same);
        // Most containers run no agent, and Services are many.
        let exposure =
            LazyCell::new(|| Workload::of(object).and_then(|workload| self.exposure_of(workload)));
        by_subject
            .filter_map(|stated| {
                let first = stated.first()?;
                let said = stated.iter().flat_map(|variable| {
                    let at = variable.at;
                    let of = move |name: &Cow<'p, str>| Variable {
                        name: name.clone(),
                        value: at.text(),
                        at,
                    };
                    variable.names.iter().map(of)
                });
                let variables: Vec<_> = said.collect();
                let subject = || first.subject();
                // Most credentials come from Secrets.
                let mut takers: Vec<_> = stated.iter().map(|it| it.container).collect();
                takers.dedup_by_key(|it| it.node().place());
                let given: Vec<_> = takers.iter().map(|it| self.variables_of(*it)).collect();
                let names = given.iter().flat_map(|it| it.iter().map(|it| it.name.as_ref()));
                let mut agent =
                    AgentConfig::of_variables(object.node(), &variables, names, subject)?;
                agent.logs.level = Setting::default();
                agent.logs.format = Setting::default();
                agent.endpoints = self.urls_of_files(stated);
                if let Some(at) = *exposure {
                    agent.access.public = Setting::stated("spec.type", true, at);
                }
                Some(agent)
            })
            .collect()
    }

    /// The URLs of the files of variables from which a kustomization generates what containers are given.
    fn urls_of_files(&self, stated: &[StatedVariable<'p>]) -> Vec<Endpoint<'p>> {
        let is_of_file = |it: &&StatedVariable<'p>| {
            let file = self.files.get(it.at.place().file.index());
            file.is_some_and(|file| file.kind() == Some(FileKind::EnvFile))
        };
        let endpoint = |it: &StatedVariable<'p>| match it.names.first()? {
            Cow::Borrowed(name) => Endpoint::of_variable(name, it.at),
            Cow::Owned(_) => None,
        };
        stated.iter().filter(is_of_file).filter_map(endpoint).collect()
    }

    /// Whether a process that reads a configuration is given a variable whose value is a `wanted` one,
    /// or may be, for all that the files tell.
    pub(crate) fn may_be_given(
        &self,
        agent: &AgentConfig<'_>,
        name: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> bool {
        self.runners_of(agent).into_iter().take(MOST).any(|run| {
            if let Some(value) = self.process_of(run.runner).variable(name) {
                return wanted(&value.text);
            }
            match run.runner {
                Runner::Container(container) => {
                    let variables = self.variables_of(container);
                    variables.get(name).is_some() || variables.is_open()
                }
                Runner::Service(service) => {
                    service.given_variables().is_none_or(|names| names.contains(name))
                }
            }
        })
    }

    /// Whether all who read a configuration share their loopback with what may listen at a port there: of
    /// the machine, of another service, of another container of the pod.
    pub(crate) fn has_company_on_loopback(
        &self,
        agent: &AgentConfig<'_>,
        port: Option<u16>,
    ) -> bool {
        let runs = self.runners_of(agent);
        let is_shared = |run: &Run<'_>| match run.runner {
            Runner::Service(service) => service.shares_network(),
            Runner::Container(container) => {
                let workload = container.workload();
                let listens = |other: &Container<'_>| match port {
                    Some(port) => other.declares(PortRef::Number(port.into()), None),
                    None => other.ports().next().is_some(),
                };
                let mut others = workload.long_running().filter(|it| it.node() != container.node());
                workload.is_on_host_network() || others.any(|it| listens(&it))
            }
        };
        !runs.is_empty() && runs.iter().take(MOST).all(is_shared)
    }

    /// What opens an agent to whoever reaches a machine or a load balancer.
    pub(crate) fn opening_of(&self, agent: &AgentConfig<'_>) -> Option<Opening> {
        let sure = |at| Opening { at, what: OPEN_PORT, confidence: Confidence::High };
        if let Some(open) = agent.access.public.on() {
            return Some(sure(open.at.place()));
        }
        let runs = self.runners_of(agent).into_iter();
        let runs: Vec<_> =
            runs.filter(|run| run.reads.confidence() == Confidence::High).take(MOST).collect();
        let exposures = runs.iter().find_map(|run| match run.runner {
            Runner::Container(container) => self.exposure_of(container.workload()).map(Node::place),
            // Its own variables say so by themselves.
            Runner::Service(service) if run.reads != Reads::Variables => open_port(service),
            Runner::Service(_) => None,
        });
        let routed = || runs.iter().find_map(|run| self.entrance_of(run.runner.workload()?));
        exposures.map(sure).or_else(routed)
    }

    /// The Ingress or the route that brings requests from outside to the workload's pods, where nothing
    /// on the way asks who calls.
    fn entrance_of(&self, workload: Workload<'_>) -> Option<Opening> {
        let services = self.selecting(&self.routed, workload).filter_map(Service::of);
        let mut routes = services.flat_map(|service| self.routes_to(service));
        let route = routes.find(|route| is_open_to_all(route.object))?;
        let is_guarded = GUARDS.iter().any(|(group, kind)| self.has_kind(group, kind))
            || GUARDS.iter().any(|(_, kind)| self.is_in_what_was_not_read(kind))
            || self.is_of_a_private_gateway(route.object);
        // What is in front of the cluster may ask as well.
        let at = route.backend.service.place();
        let what = "it is sent requests from outside because of this";
        (!is_guarded).then_some(Opening { at, what, confidence: Confidence::Medium })
    }

    /// Whether a Gateway that a route belongs to has a class of its own that stays inside.
    fn is_of_a_private_gateway(&self, route: Object<'_>) -> bool {
        let parents = route.node().at(&["spec", "parentRefs"]);
        parents.into_iter().flat_map(Node::items).any(|parent| {
            let own = self.namespaces_of(route);
            let stated = parent.at(&["namespace"]).map(Node::text);
            let namespaces = stated.map_or(own, |namespace| vec![namespace]);
            let name = parent.at(&["name"]).map_or("", Node::text);
            let gateway =
                self.named_in(&namespaces, ("gateway.networking.k8s.io", "Gateway"), name);
            let is_inside =
                |text: &str| ["internal", "private", "rilb"].iter().any(|it| text.contains(it));
            let class = gateway.and_then(|it| it.node().at(&["spec", "gatewayClassName"]));
            is_inside(name) || class.is_some_and(|class| is_inside(class.text()))
        })
    }

    /// What opens the workload's pods to whoever reaches a node or a load balancer.
    pub(crate) fn exposure_of<'a>(&self, workload: Workload<'a>) -> Option<Node<'a>>
    where
        'p: 'a,
    {
        let mut services = self.selecting(&self.exposed, workload).filter_map(Service::of);
        services.find_map(Service::exposure)
    }

    /// By namespace and what they select, the Services that are exposed by themselves and those that
    /// something sends requests to from outside.
    pub(super) fn opened(&self) -> (ByNamespace<'p>, ByNamespace<'p>) {
        let (mut exposed, mut routed) = (ByNamespace::new(), ByNamespace::new());
        let objects = self.subjects.iter().flat_map(|subjects| subjects.objects.iter().copied());
        for service in objects.filter_map(Service::of) {
            let object = service.object();
            let into = |index: &mut ByNamespace<'p>| {
                for namespace in self.namespaces_of(object) {
                    if let Some(selector) = service_selector(object) {
                        index.entry(namespace).or_default().push(object, selector);
                    }
                }
            };
            if service.exposure().is_some() {
                into(&mut exposed);
            }
            if !self.routes_to(service).is_empty() {
                into(&mut routed);
            }
        }
        (exposed, routed)
    }
}
