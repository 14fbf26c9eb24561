//! Who answers to a name, and whether what is sent and asked for arrives there.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Project, Reads, Runner};
use crate::agent::collector::{Listener, Otlp};
use crate::agent::{AgentConfig, Collector, is_loopback};
use crate::alert::AlertSet;
use crate::compose;
use crate::diagnostic::Confidence;
use crate::image::ImageRef;
use crate::k8s::monitor::Monitor;
use crate::k8s::ports::PortRef;
use crate::k8s::service::ServicePort;
use crate::k8s::{Container, Object, Service, Variables, Workload, is_templated};
use crate::source::{Place, resolve};
use crate::tree::Node;

/// The variables that say where data is sent by OTLP, each with the one that says how.
///
/// Source: opentelemetry.io/docs/specs/otel/protocol/exporter.
const ENDPOINTS: [(&str, &str); 4] = [
    ("OTEL_EXPORTER_OTLP_ENDPOINT", PROTOCOL),
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"),
    ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"),
    ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL"),
];

const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";

/// A host and a port, where both are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address<'t> {
    pub(crate) host: &'t str,
    pub(crate) port: u16,
}

impl<'t> Address<'t> {
    /// The address in `host:port`, or in a URL that names the port.
    pub(crate) fn of(text: &'t str) -> Option<Self> {
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next()?;
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
        let (host, port) = place.rsplit_once(':')?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        let is_known = !host.is_empty() && host.chars().all(is_name);
        Some(Address { host, port: port.parse().ok().filter(|_| is_known)? })
    }

    pub(crate) fn is_loopback(self) -> bool {
        is_loopback(self.host)
    }
}

/// A variable that says where data is sent by OTLP.
#[derive(Debug)]
pub(crate) struct Sender<'a> {
    pub(crate) variable: &'static str,
    pub(crate) value: String,
    pub(crate) at: Place,
    /// The object that says so, for containers.
    pub(crate) home: Option<Object<'a>>,
    /// How it is sent, and the place that says so.
    pub(crate) protocol: Option<(Otlp, Place)>,
}

impl<'a> Sender<'a> {
    pub(crate) fn address(&self) -> Option<Address<'_>> {
        Address::of(&self.value)
    }

    /// What is wrong with it, in one clause.
    pub(crate) fn complain(&self, unheard: &Unheard<'_>) -> Option<String> {
        let address = self.address()?;
        let Address { host, port } = address;
        let how = match (unheard, self.protocol) {
            (Unheard::Speaks { .. }, Some((protocol, _))) => format!("{protocol} "),
            _ => String::new(),
        };
        let reason = unheard.reason(address);
        Some(format!("`{}` sends {how}to {host}:{port}, but {reason}", self.variable))
    }

    /// What the variables of a process say.
    fn all(find: impl Fn(&str) -> Option<(String, Place, Option<Object<'a>>)>) -> Vec<Self> {
        if find("OTEL_SDK_DISABLED").is_some_and(|(value, ..)| value.eq_ignore_ascii_case("true")) {
            return Vec::new();
        }
        let protocol = |name| {
            let (value, at, _) = find(name)?;
            Some((Otlp::named(&value)?, at))
        };
        let of = |(variable, how)| {
            let (value, at, home) = find(variable)?;
            let protocol = protocol(how).or_else(|| protocol(PROTOCOL));
            Some(Sender { variable, value, at, home, protocol })
        };
        ENDPOINTS.into_iter().filter_map(of).collect()
    }

    /// What the variables of a service say.
    pub(crate) fn of_service(service: compose::Service<'a>) -> Vec<Self> {
        let all: HashMap<_, _> =
            service.environment().into_iter().rev().map(|it| (it.name, it)).collect();
        Self::all(|name| {
            let variable = all.get(name)?;
            Some((variable.known_value()?, variable.place, None))
        })
    }

    /// What the variables of a container say.
    pub(crate) fn of_container(variables: &Variables<'a>) -> Vec<Self> {
        Self::all(|name| {
            let variable = variables.get(name)?;
            let value = variable.value.as_deref().filter(|value| !is_templated(value))?;
            Some((value.to_owned(), variable.at.place(), Some(variable.home)))
        })
    }
}

/// Who answers to a name that a process calls.
#[derive(Debug)]
pub(crate) enum Answering<'p> {
    /// Something that the files do not show.
    Unknown,
    /// The process itself.
    Itself,
    /// No service of the Compose file.
    NoService,
    /// No Service of that name in those namespaces, unless it comes from elsewhere.
    NotIn(Vec<&'p str>, String),
    Compose(compose::Service<'p>),
    Cluster(Vec<Service<'p>>),
}

/// Why what is sent to an address does not arrive.
#[derive(Debug)]
pub(crate) enum Unheard<'p> {
    /// The address is the sender itself.
    Itself,
    NoService,
    NotIn(Vec<&'p str>, String),
    /// The Services of that name have no such port.
    NoPort(Object<'p>),
    /// The collector there has no receiver at the port.
    NoReceiver {
        who: String,
        pipelines: Node<'p>,
    },
    /// What listens there takes in what is sent in another way.
    Speaks {
        who: Option<String>,
        protocol: Otlp,
        at: Option<Place>,
    },
}

impl Unheard<'_> {
    /// The reason, as what follows on `but`.
    pub(crate) fn reason(&self, address: Address<'_>) -> String {
        let Address { host, port } = address;
        match self {
            Unheard::Itself => format!("`{host}` is the container itself"),
            Unheard::NoService => format!("no service of the file is called `{host}`"),
            Unheard::NotIn(namespaces, name) => {
                format!("there is no Service `{name}` in namespace `{}`", namespaces.join("`, `"))
            }
            Unheard::NoPort(service) => format!("{} has no port {port}", service.describe()),
            Unheard::NoReceiver { who, .. } => {
                format!("the collector of {who} takes in nothing at port {port}")
            }
            Unheard::Speaks { who: Some(who), protocol, .. } => {
                format!("the collector of {who} takes in {protocol} at port {port}")
            }
            Unheard::Speaks { who: None, protocol, .. } => {
                format!("port {port} is the one for {protocol}")
            }
        }
    }

    /// Where the other side stands, as far as it is among the files.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Place, String)> {
        let at = match self {
            Unheard::NoPort(service) => {
                let ports = service.node().grip(&["spec", "ports"]);
                Some((ports.unwrap_or_else(|| service.grip()).place(), "the ports that it has"))
            }
            Unheard::NoReceiver { pipelines, .. } => {
                Some((pipelines.place(), "the collector's pipelines, and what they receive"))
            }
            Unheard::Speaks { at, .. } => at.map(|at| (at, "the receiver")),
            Unheard::Itself | Unheard::NoService | Unheard::NotIn(..) => None,
        };
        at.map(|(place, what)| (place, what.to_owned())).into_iter()
    }

    /// Whether the way of sending is at fault, and not the address.
    pub(crate) fn is_about_protocol(&self) -> bool {
        matches!(self, Unheard::Speaks { .. })
    }

    /// How sure it is.
    pub(crate) fn confidence(&self) -> Confidence {
        match self {
            Unheard::Itself | Unheard::NotIn(..) | Unheard::Speaks { who: None, .. } => {
                Confidence::Medium
            }
            _ => Confidence::High,
        }
    }
}

/// The services that are reached by names, and who sends them anything.
#[derive(Debug, Default)]
pub(super) struct Neighbours<'p> {
    files: HashMap<Place, Neighbourhood<'p>>,
    /// The names of all services of the run.
    names: HashSet<&'p str>,
    /// Who sends data by OTLP to a service, by where that stands: to which port, and the place.
    senders: HashMap<Place, Vec<(u16, Place, &'p str)>>,
    /// The names of recording rules, by what stands before the first colon.
    records: HashMap<&'p str, BTreeMap<&'p str, Node<'p>>>,
    scraped: Scraped<'p>,
}

/// What is scraped by the configurations of Prometheus together.
#[derive(Debug, Default)]
struct Scraped<'p> {
    /// The values of the label `job`; nothing where they are not all known, as where others push what
    /// they measure.
    jobs: Option<BTreeMap<&'p str, Node<'p>>>,
    /// The names of the files with rules that are loaded, and the patterns of others.
    rule_files: HashSet<&'p str>,
    patterns: HashSet<&'p str>,
}

impl<'p> Scraped<'p> {
    fn of(project: &Project<'p>) -> Self {
        let mut scraped = Scraped::default();
        let is_open = Monitor::kinds().any(|(group, kind)| project.has_kind(group, kind))
            || project.is_pushed_to();
        let mut jobs = (!is_open).then(BTreeMap::new);
        for scraper in project.agents().filter_map(|agent| agent.scraper.as_ref()) {
            jobs = jobs.zip(scraper.job_labels()).map(|(mut known, labels)| {
                known.extend(labels.into_iter().map(|label| (label.text(), label)));
                known
            });
            for file in &scraper.rule_files {
                let name = file.text().rsplit('/').next().unwrap_or_default();
                let is_pattern = name.contains(['*', '?', '[', '$']);
                if is_pattern { &mut scraped.patterns } else { &mut scraped.rule_files }
                    .insert(name);
            }
        }
        for label in project.alert_sets().flat_map(|set| &set.jobs) {
            if let Some(known) = &mut jobs {
                known.entry(label.text()).or_insert(*label);
            }
        }
        scraped.jobs = jobs;
        scraped
    }
}

#[derive(Debug)]
struct Neighbourhood<'p> {
    by_name: HashMap<&'p str, compose::Service<'p>>,
    is_part: bool,
}

impl<'p> Neighbours<'p> {
    pub(super) fn of(project: &Project<'p>) -> Self {
        let mut neighbours = Neighbours::default();
        for file in project.subjects.iter().flat_map(|subjects| &subjects.compose_files) {
            let mut by_name = HashMap::new();
            for service in file.everybody() {
                for name in service.names_on_networks() {
                    by_name.entry(name).or_insert(service);
                    neighbours.names.insert(name);
                }
            }
            let neighbourhood = Neighbourhood { by_name, is_part: file.is_part() };
            neighbours.files.insert(file.node().place(), neighbourhood);
        }
        for name in project.alert_sets().flat_map(|set| set.recorded.iter().copied()) {
            if let Some((level, _)) = name.text().split_once(':') {
                neighbours.records.entry(level).or_default().entry(name.text()).or_insert(name);
            }
        }
        neighbours.scraped = Scraped::of(project);
        neighbours
    }

    /// Finds out who sends to whom, which is asked where there is a collector.
    pub(super) fn find_senders(&mut self, project: &Project<'p>) {
        if project.agents().all(|agent| agent.collector.is_none()) {
            return;
        }
        let mut senders: HashMap<Place, Vec<_>> = HashMap::new();
        for &service in project.subjects.iter().flat_map(|subjects| &subjects.services) {
            for sender in Sender::of_service(service) {
                let Some(address) = sender.address() else { continue };
                let Some(here) = self.files.get(&service.file().node().place()) else { continue };
                let Some(other) = here.by_name.get(address.host) else { continue };
                let known = senders.entry(other.node().place()).or_default();
                known.push((address.port, sender.at, service.name()));
            }
        }
        self.senders = senders;
    }
}

impl<'p> Project<'p> {
    /// Who answers to a name that somebody calls.
    pub(crate) fn answering(&self, asker: Runner<'p>, host: &str) -> Answering<'p> {
        if is_loopback(host) {
            let is_alone = match asker {
                Runner::Service(service) => service.is_alone_on_localhost(),
                Runner::Container(container) => {
                    let workload = container.workload();
                    !workload.is_on_host_network() && workload.containers().len() == 1
                }
            };
            return if is_alone { Answering::Itself } else { Answering::Unknown };
        }
        match asker {
            Runner::Service(service) => self.answering_service(service, host),
            Runner::Container(container) => {
                self.answering_in_cluster(container.workload().object(), host)
            }
        }
    }

    fn answering_service(&self, asker: compose::Service<'p>, host: &str) -> Answering<'p> {
        let Some(here) = self.neighbours.files.get(&asker.file().node().place()) else {
            return Answering::Unknown;
        };
        if let Some(service) = here.by_name.get(host) {
            return Answering::Compose(*service);
        }
        // A name with dots is one of the world outside.
        let may_be_elsewhere = host.contains('.')
            || here.is_part
            || self.has_rest
            || compose::is_of_container(host, |name| here.by_name.contains_key(name))
            || self.neighbours.names.contains(host)
            || asker.may_know(host);
        if may_be_elsewhere { Answering::Unknown } else { Answering::NoService }
    }

    /// ```text
    /// <service>[.<namespace>[.svc[.cluster.local]]]
    /// ```
    fn answering_in_cluster(&self, asker: Object<'p>, host: &str) -> Answering<'p> {
        let parts: Vec<_> = host.trim_end_matches('.').split('.').collect();
        let (name, namespaces) = match parts.as_slice() {
            [name] => (*name, self.namespaces_of(asker)),
            [name, namespace] | [name, namespace, "svc", ..] => {
                let known = self.namespaces_of(asker);
                let own = known.into_iter().find(|it| it == namespace);
                let other = || self.objects.by_kind.get("Service")?.get_key_value(*namespace);
                let Some(namespace) = own.or_else(|| other().map(|(name, _)| *name)) else {
                    return Answering::Unknown;
                };
                (*name, vec![namespace])
            }
            _ => return Answering::Unknown,
        };
        let found = self.services_asked_for(asker, &namespaces, name);
        if !found.is_empty() {
            return Answering::Cluster(found);
        }
        let is_made = self.may_be_made(&namespaces, name)
            || self.may_be_made(&self.namespaces_of(asker), name);
        let has_collector = self.has_kind("opentelemetry.io", "OpenTelemetryCollector");
        if is_made || has_collector {
            return Answering::Unknown;
        }
        Answering::NotIn(namespaces, name.to_owned())
    }

    /// Why what somebody sends by OTLP does not arrive, as far as that is known.
    pub(crate) fn unheard<'a>(
        &'a self,
        asker: Runner<'p>,
        sender: &Sender<'_>,
    ) -> Option<Unheard<'a>> {
        let address = sender.address()?;
        let spoken = sender.protocol.map(|(protocol, _)| protocol);
        match self.answering(asker, address.host) {
            Answering::Unknown => None,
            Answering::Itself => {
                // An image may bring a collector along.
                let is_plain = asker.service().is_some() && self.collector_of(asker).is_none();
                is_plain.then_some(Unheard::Itself)
            }
            Answering::NoService => Some(Unheard::NoService),
            Answering::NotIn(namespaces, name) => Some(Unheard::NotIn(namespaces, name)),
            Answering::Compose(service) => {
                let runner = Runner::Service(service);
                self.unheard_by(&[(runner, address.port)], address.port, spoken)
            }
            Answering::Cluster(services) => {
                let lacking = services.iter().all(|service| lacks(*service, address.port));
                if lacking {
                    return Some(Unheard::NoPort(services.first()?.object()));
                }
                let behind: Vec<_> = services
                    .iter()
                    .flat_map(|service| self.containers_behind(*service, address.port))
                    .collect();
                self.unheard_by(&behind, address.port, spoken)
            }
        }
    }

    /// The same of who is reached, each with the port at which it is.
    fn unheard_by<'a>(
        &'a self,
        reached: &[(Runner<'p>, u16)],
        port: u16,
        spoken: Option<Otlp>,
    ) -> Option<Unheard<'a>> {
        let known = reached
            .iter()
            .filter_map(|(runner, port)| Some((*runner, *port, self.collector_of(*runner)?)));
        let mut known = known.collect::<Vec<_>>();
        // Beside a collector that can be read there may be one that cannot.
        let Some((runner, port, collector)) = known.pop().filter(|_| known.is_empty()) else {
            let usual = Otlp::usual_at(port)?;
            let (who, at) = (None, None);
            let differs = spoken.is_some_and(|spoken| spoken != usual);
            return differs.then_some(Unheard::Speaks { who, protocol: usual, at });
        };
        let who = runner.describe();
        let listeners = collector.listeners();
        let there: Vec<_> = listeners.iter().filter(|it| it.port == Some(port)).collect();
        if there.is_empty() {
            let pipelines = collector.key;
            let is_known = !collector.may_listen_at(port);
            return is_known.then_some(Unheard::NoReceiver { who, pipelines });
        }
        let other = there.iter().find(|it| spoken.is_some_and(|spoken| spoken != it.protocol))?;
        let at = Some(other.at.place());
        Some(Unheard::Speaks { who: Some(who), protocol: other.protocol, at })
    }

    /// The configuration of the collector that somebody runs, where there is one and no other.
    fn collector_of<'a>(&'a self, runner: Runner<'_>) -> Option<&'a Collector<'p>> {
        let sure = |(agent, reads): (&'a AgentConfig<'p>, Reads)| {
            agent.collector.as_ref().filter(|_| reads.confidence() == Confidence::High)
        };
        let mut all = self.agents_of(runner).filter_map(sure);
        let only = all.next().filter(|_| all.next().is_none())?;
        let is_config =
            |word: &&Cow<'_, str>| word.starts_with("--config") || word.starts_with("--set");
        (words_of(runner).iter().filter(is_config).count() < 2).then_some(only)
    }

    /// The containers that a port of a Service leads to, each with the port at which it is.
    fn containers_behind(&self, service: Service<'p>, port: u16) -> Vec<(Runner<'p>, u16)> {
        let entry = service.ports().find(|it| number_of(it.number()) == Some(port));
        let target = entry.and_then(ServicePort::target).map(|(target, _)| target);
        let workloads = self.served_by(service).into_iter();
        let containers = workloads.flat_map(Workload::long_running);
        containers
            .filter_map(|container| {
                let port = port_in(container, target, port)?;
                Some((Runner::Container(container), port))
            })
            .collect()
    }

    /// Who cannot reach a port at which a collector listens for its own machine only, though it is
    /// told to or the collector's port is opened to it: a place, and who.
    pub(crate) fn shut_out(
        &self,
        agent: &AgentConfig<'p>,
        listener: &Listener<'_>,
    ) -> Vec<(Place, String)> {
        let Some(port) = listener.port else { return Vec::new() };
        let mut found = Vec::new();
        for run in self.runners_of(agent) {
            if run.reads.confidence() != Confidence::High || !is_local_only(listener, run.runner) {
                continue;
            }
            match run.runner {
                Runner::Service(service) if service.is_alone_on_localhost() => {
                    let senders = self.neighbours.senders.get(&service.node().place());
                    let senders = senders.into_iter().flatten().filter(|it| it.0 == port);
                    found.extend(
                        senders.map(|(_, place, who)| (*place, format!("service `{who}`"))),
                    );
                    let ports = service.ports().into_iter();
                    let published = ports.filter(|it| it.target.0 <= port && port <= it.target.1);
                    let whoever = |it: compose::Port<'_>| {
                        (it.node.place(), "whoever calls the published port".to_owned())
                    };
                    found.extend(published.map(whoever));
                }
                Runner::Container(container) if !container.workload().is_on_host_network() => {
                    let services = self.services_of(container.workload()).filter_map(Service::of);
                    for service in services.take(super::MOST) {
                        let leads = |entry: &Node<'_>| {
                            let number = number_of(Some(*entry));
                            number.is_some_and(|number| {
                                let behind = self.containers_behind(service, number);
                                let own = container.node().place();
                                behind
                                    .iter()
                                    .any(|(it, at)| *at == port && it.node().place() == own)
                            })
                        };
                        let numbers = service.ports().filter_map(ServicePort::number);
                        let who = format!("whoever calls {}", service.object().describe());
                        found.extend(
                            numbers.filter(leads).map(|entry| (entry.place(), who.clone())),
                        );
                    }
                }
                _ => {}
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Why somebody who scrapes or calls an address gets no answer.
    pub(crate) fn unreached(&self, asker: Runner<'p>, address: Address<'_>) -> Option<Unheard<'p>> {
        match self.answering(asker, address.host) {
            Answering::Itself => Some(Unheard::Itself),
            Answering::NoService => Some(Unheard::NoService),
            Answering::NotIn(namespaces, name) => Some(Unheard::NotIn(namespaces, name)),
            Answering::Cluster(services) => {
                let lacking = services.iter().all(|service| lacks(*service, address.port));
                Some(Unheard::NoPort(services.first().filter(|_| lacking)?.object()))
            }
            Answering::Unknown | Answering::Compose(_) => None,
        }
    }
}

impl<'p> Project<'p> {
    /// The values of the label `job` that the series have which the alerts of a file look at: of all
    /// that is scraped by whoever loads the file. Nothing where they are not all known.
    pub(crate) fn jobs_for(&self, set: &AlertSet<'_>) -> Option<&BTreeMap<&'p str, Node<'p>>> {
        let is_elsewhere = self.has_rest || set.object.is_some() || set.node.tree().is_embedded();
        let name = self.source(set.node.place().file)?.name();
        let scraped = &self.neighbours.scraped;
        let is_loaded = scraped.rule_files.contains(name)
            || scraped.patterns.iter().any(|pattern| is_like(pattern, name));
        scraped.jobs.as_ref().filter(|_| is_loaded && !is_elsewhere)
    }

    /// Whether a Prometheus takes in what others push.
    fn is_pushed_to(&self) -> bool {
        const SWITCHES: [&str; 3] = [
            "--web.enable-remote-write-receiver",
            "--web.enable-otlp-receiver",
            "--enable-feature=remote-write-receiver",
        ];
        let scrapers = self.agents().filter(|agent| agent.scraper.is_some());
        scrapers.flat_map(|agent| self.runners_of(agent)).any(|run| {
            words_of(run.runner).iter().any(|word| SWITCHES.iter().any(|it| word.starts_with(it)))
        })
    }

    /// The names of recording rules, by what stands before the first colon.
    pub(crate) fn records(&self) -> &HashMap<&'p str, BTreeMap<&'p str, Node<'p>>> {
        &self.neighbours.records
    }
}

impl Runner<'_> {
    /// Whether Prometheus, as it is run here, answers at that port itself.
    ///
    /// Source: prometheus.io/docs/prometheus/latest/command-line/prometheus.
    pub(crate) fn is_prometheus_at(self, port: u16) -> bool {
        const FLAG: &str = "--web.listen-address";
        const USUAL: u16 = 9090;
        let words = words_of(self);
        let mut stated = words.iter().enumerate().filter_map(|(index, word)| {
            let rest = word.strip_prefix(FLAG)?;
            rest.strip_prefix('=').or_else(|| words.get(index + 1).map(AsRef::as_ref))
        });
        let Some(first) = stated.next() else { return port == USUAL };
        // One that a variable fills in may be it.
        let is = |address: &str| {
            let own = address.rsplit(':').next().and_then(|own| own.parse::<u16>().ok());
            own.is_none_or(|own| own == port)
        };
        is(first) || stated.any(is)
    }
}

/// Whether a name fits a pattern in which `*` stands for anything.
fn is_like(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            let rest = name.strip_prefix(start);
            // A second star is taken for what it may be.
            rest.is_some_and(|rest| end.contains('*') || rest.ends_with(end))
        }
    }
}

/// A configuration that is mounted where the program does not look for it.
#[derive(Debug)]
pub(crate) struct Misplaced {
    /// The mount.
    pub(crate) at: Place,
    /// Where it is in the container, and what the program reads.
    pub(crate) mounted: String,
    pub(crate) read: String,
    /// What tells the program so; nothing for what its image does by default.
    pub(crate) told: Option<Place>,
}

/// Images whose programs read one file unless told otherwise: how their repositories end, the flag
/// that names another file, and the file.
///
/// Sources: the Dockerfiles of prometheus/prometheus, prometheus/alertmanager and
/// open-telemetry/opentelemetry-collector-releases, 2026-11.
const READERS: [(&str, &str, &str); 6] = [
    ("prom/prometheus", "--config.file", "/etc/prometheus/prometheus.yml"),
    ("prometheus/prometheus", "--config.file", "/etc/prometheus/prometheus.yml"),
    ("prom/alertmanager", "--config.file", "/etc/alertmanager/alertmanager.yml"),
    ("prometheus/alertmanager", "--config.file", "/etc/alertmanager/alertmanager.yml"),
    ("/opentelemetry-collector", "--config", "/etc/otelcol/config.yaml"),
    ("/opentelemetry-collector-contrib", "--config", "/etc/otelcol-contrib/config.yaml"),
];

/// The file that a service is told to read, or reads by default; nothing where that is not known.
fn file_read(service: compose::Service<'_>) -> Option<(String, Option<Place>)> {
    let image = ImageRef::parse(service.foreign_image()?.text()).repository;
    let (_, flag, usual) = READERS.into_iter().find(|(end, ..)| image.ends_with(end))?;
    if service.node().get("entrypoint").is_some() {
        return None;
    }
    let commands = service.commands();
    let Some((_, words)) = commands.iter().find(|(field, _)| *field == "command") else {
        return Some((usual.to_owned(), None));
    };
    let mut stated = words.iter().enumerate().filter_map(|(index, word)| {
        let rest = word.text.strip_prefix(flag)?;
        match rest.strip_prefix('=') {
            Some(path) => Some((path, word)),
            None if rest.is_empty() => words.get(index + 1).map(|next| (next.text, next)),
            None => None,
        }
    });
    let (path, word) = stated.next().filter(|_| stated.next().is_none())?;
    let path = path.strip_prefix("file:").unwrap_or(path);
    let is_known = path.starts_with('/') && !path.contains(['$', '%', '{']);
    is_known.then(|| (path.to_owned(), Some(word.node().place())))
}

impl Project<'_> {
    /// Whether a service mounts the configuration of what it runs where that does not read it.
    pub(crate) fn misplaced(&self, service: compose::Service<'_>) -> Option<Misplaced> {
        let (read, told) = file_read(service)?;
        let mounts = service.mounts();
        let hides = |target: &str| {
            let rest = read.strip_prefix(target.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let is_open = ["configs", "secrets", "volumes_from"]
            .iter()
            .any(|key| service.node().get(key).is_some());
        if is_open || mounts.iter().any(|it| it.target.as_deref().is_none_or(hides)) {
            return None;
        }
        self.agents_of(Runner::Service(service)).find_map(|(agent, reads)| {
            let Reads::Mounted(at) = reads else { return None };
            let is_watch =
                agent.scraper.is_some() || agent.notifier.is_some() || agent.collector.is_some();
            let mount = mounts.iter().find(|it| is_watch && it.node.place() == at)?;
            let compose::Origin::Host(path) = &mount.origin else { return None };
            let folder = self.source(at.file)?.folder();
            let file = resolve("", self.path_of(agent.root().place()));
            let rest = file.strip_prefix(&resolve(folder, path))?.to_owned();
            let mounted = format!("{}{rest}", mount.target.as_deref()?);
            Some(Misplaced { at, mounted, read: read.clone(), told })
        })
    }
}

fn number_of(node: Option<Node<'_>>) -> Option<u16> {
    node?.as_int()?.try_into().ok()
}

/// Whether a Service has no such port: one of its own, or of its pods where they are called directly.
fn lacks(service: Service<'_>, port: u16) -> bool {
    !service.is_alias()
        && !service.is_headless()
        && service.ports().next().is_some()
        && !service.has_port(PortRef::Number(i64::from(port)))
}

/// The number of the port that is meant, at a container; nothing where that is not of this one.
fn port_in(container: Container<'_>, target: Option<PortRef<'_>>, port: u16) -> Option<u16> {
    match target {
        None => Some(port),
        Some(PortRef::Number(number)) => number.try_into().ok(),
        Some(named @ PortRef::Name(_)) => {
            number_of(container.ports().find(|it| it.is(named, None))?.number())
        }
    }
}

/// The words by which a process is started, as far as the files say them.
pub(super) fn words_of(runner: Runner<'_>) -> Vec<Cow<'_, str>> {
    match runner {
        Runner::Service(service) => {
            let commands = service.commands().into_iter();
            let own = commands.filter(|(field, _)| *field != "healthcheck");
            own.flat_map(|(_, words)| words).map(|word| Cow::Borrowed(word.text)).collect()
        }
        Runner::Container(container) => {
            let lists = ["command", "args"].iter().filter_map(|key| container.node().at(&[key]));
            let words = lists.flat_map(Node::items).flat_map(|word| word.text().split_whitespace());
            words.map(Cow::Borrowed).collect()
        }
    }
}

/// The first version of the collector whose receivers listen to their own machine by default.
///
/// Source: open-telemetry/opentelemetry-collector, release notes of v0.104.0.
const LOCAL_SINCE: (u64, u64) = (0, 104);

/// Whether a collector that somebody runs listens at its own machine only.
fn is_local_only(listener: &Listener<'_>, runner: Runner<'_>) -> bool {
    if let Some(host) = listener.host {
        return is_loopback(host);
    }
    let Some(image) = runner.node().at(&["image"]).map(Node::text) else { return false };
    let image = ImageRef::parse(image);
    let is_gated = words_of(runner).iter().any(|word| word.contains("UseLocalHostAsDefaultHost"));
    if is_gated || !image.repository.contains("opentelemetry-collector") {
        return false;
    }
    let Some(tag) = image.tag else { return image.digest.is_none() };
    if tag == "latest" {
        return true;
    }
    let mut numbers = tag.trim_start_matches('v').split(['.', '-']).map(str::parse::<u64>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= LOCAL_SINCE,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tests::linked;

    #[test]
    fn addresses_are_hosts_with_ports() {
        for (text, expected) in [
            ("http://collector:4317", Some(("collector", 4317))),
            ("collector:4317", Some(("collector", 4317))),
            ("https://u:p@a.io:443/v1/traces", Some(("a.io", 443))),
            ("http://collector", None),
            ("http://${HOST}:4317", None),
            ("[::1]:4317", None),
            ("collector:{{ port }}", None),
        ] {
            let found = Address::of(text).map(|it| (it.host, it.port));
            assert_eq!(found, expected, "{text}");
        }
    }

    /// Who answers to a name that service `api` calls.
    fn answer(compose: &str, host: &str) -> String {
        linked(&[("compose.yaml", compose)], |project| {
            let services = project.subjects.iter().flat_map(|it| &it.services);
            let api = services.copied().find(|it| it.name() == "api").expect("a service");
            match project.answering(Runner::Service(api), host) {
                Answering::Compose(service) => service.name().to_owned(),
                other => format!("{other:?}"),
            }
        })
    }

    #[test]
    fn services_answer_to_their_names_and_aliases() {
        let both = "services:\n  api: {image: a}\n  \
             db: {image: b, container_name: store, networks: {default: {aliases: [pg]}}}\n";
        for (host, expected) in [
            ("db", "db"),
            ("store", "db"),
            ("pg", "db"),
            ("redis", "NoService"),
            ("my-shop-db-1", "Unknown"),
            ("shop_db_1", "Unknown"),
            ("shop-redis-1", "NoService"),
            ("db.acme.io", "Unknown"),
            ("localhost", "Itself"),
        ] {
            assert_eq!(answer(both, host), expected, "{host}");
        }
        for open in [
            "services:\n  api: {image: a, network_mode: host}\n",
            "services:\n  api: {image: a, extra_hosts: ['redis:10.0.0.1']}\n",
            "services:\n  api: {image: a, networks: [x]}\nnetworks: {x: {external: true}}\n",
            "include: [other.yaml]\nservices:\n  api: {image: a}\n",
        ] {
            assert_eq!(answer(open, "redis"), "Unknown", "{open}");
        }
        for own in ["extra_hosts: ['redis=10.0.0.1']", "links: ['pg:redis']"] {
            let file = format!("services:\n  api: {{image: a, {own}}}\n  pg: {{image: b}}\n");
            assert_eq!(answer(&file, "redis"), "Unknown", "{own}");
            assert_eq!(answer(&file, "mongo"), "NoService", "{own}");
        }
    }
}
