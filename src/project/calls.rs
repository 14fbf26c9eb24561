//! What the processes of a project call, and who answers there.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::{Project, Runner};
use crate::address::{Address, is_called};
use crate::agent::AgentConfig;
use crate::compose;
use crate::config::environment_of_folder;
use crate::diagnostic::Confidence;
use crate::k8s::ports::PortRef;
use crate::k8s::{Container, Object, Service, ServicePort, Workload};
use crate::source::Place;
use crate::tree::Node;
use crate::words;

/// Something that a process calls over the network.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) address: Address,
    /// The key or the variable that says so, as a message names it.
    pub(crate) name: String,
    pub(crate) at: Place,
    /// Whether nothing but a key for a model provider says so.
    pub(crate) is_implied: bool,
}

/// Variables that are the key of a model provider, and where its API is found.
///
/// Sources: the documentation of the providers' clients, 2026-11.
const PROVIDERS: [(&str, &str); 11] = [
    ("ANTHROPIC_API_KEY", "api.anthropic.com"),
    ("CO_API_KEY", "api.cohere.com"),
    ("COHERE_API_KEY", "api.cohere.com"),
    ("DEEPSEEK_API_KEY", "api.deepseek.com"),
    ("GEMINI_API_KEY", "generativelanguage.googleapis.com"),
    ("GROQ_API_KEY", "api.groq.com"),
    ("LANGSMITH_API_KEY", "api.smith.langchain.com"),
    ("MISTRAL_API_KEY", "api.mistral.ai"),
    ("OPENAI_API_KEY", "api.openai.com"),
    ("OPENROUTER_API_KEY", "openrouter.ai"),
    ("TOGETHER_API_KEY", "api.together.xyz"),
];

/// Variables that send what is called by HTTP through a proxy.
const PROXIED: [&str; 3] = ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"];

/// Words in the names of variables and keys that send such requests elsewhere: to a proxy, to a gateway,
/// to a server of one's own.
const ELSEWHERE: [&str; 12] = [
    "anthropic",
    "base",
    "gateway",
    "gemini",
    "groq",
    "litellm",
    "llm",
    "mistral",
    "model",
    "ollama",
    "openai",
    "proxy",
];

/// Words for what is no server of models.
const OTHERS: [&str; 6] = ["collector", "db", "database", "otel", "otlp", "redis"];

/// In the place of a value that is not known: no character of hosts and ports, so that what they are is
/// not known either.
const UNKNOWN: char = '\u{1}';

/// Who answers at an address.
#[derive(Debug)]
pub(crate) enum Answer<'p> {
    /// Services of the project.
    Services(Vec<Service<'p>>),
    /// Somebody in that namespace, of whom no more is known.
    Namespace(String),
    /// Nobody.
    Nobody(Box<Nobody<'p>>),
    /// Somebody outside of the cluster.
    Outside(Option<IpAddr>),
    Unknown,
}

/// That nobody answers to a name in the cluster.
#[derive(Debug)]
pub(crate) struct Nobody<'p> {
    /// The name of the Service that would.
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) confidence: Confidence,
    /// A Service of that name in another namespace.
    pub(crate) stray: Option<Service<'p>>,
    /// A service of that name in a Compose file.
    pub(crate) in_compose: Option<compose::Service<'p>>,
    /// A Service of the namespace whose name is like it.
    pub(crate) near: Option<Service<'p>>,
}

/// Where the first subject of each name stands: its file, and its number there.
type ByName = HashMap<String, (usize, usize)>;

/// Why nobody answers at an address of the cluster.
#[derive(Debug)]
pub(crate) enum Unanswered<'p> {
    Nobody(Nobody<'p>),
    /// The Service has no such port.
    Port {
        service: Service<'p>,
        port: i64,
    },
}

impl Unanswered<'_> {
    /// What there is not, for people.
    pub(crate) fn describe(&self) -> String {
        match self {
            Unanswered::Nobody(it) => {
                format!("there is no Service `{}` in namespace `{}`", it.name, it.namespace)
            }
            Unanswered::Port { service, port } => {
                format!("Service `{}` has no port {port}", service.object().name())
            }
        }
    }

    /// What may be meant.
    pub(crate) fn help(&self) -> String {
        match self {
            Unanswered::Nobody(Nobody { stray: Some(stray), name, .. }) => {
                let namespace = stray.object().namespace();
                format!(
                    "Service `{name}` is in namespace `{namespace}`: from here its name is `{name}.{namespace}`"
                )
            }
            Unanswered::Nobody(Nobody { near: Some(near), .. }) => {
                format!("did you mean `{}`?", near.object().name())
            }
            Unanswered::Nobody(Nobody { in_compose: Some(_), .. }) => {
                "it is the name of a Compose service, which means nothing in a cluster".to_owned()
            }
            Unanswered::Nobody(Nobody { name, .. }) => format!(
                "every call fails with an unknown host; where it lives elsewhere, say `external = [\"Service/{name}\"]`"
            ),
            Unanswered::Port { service, port } => {
                let of_pods = |it: &ServicePort<'_>| {
                    it.target().is_some_and(|(target, _)| target == PortRef::Number(*port))
                };
                let own = service.ports().find(of_pods).or_else(|| service.ports().next());
                let own = own.and_then(ServicePort::number).map_or("", Node::text);
                let is_of_pods = service.ports().any(|it| of_pods(&it));
                if is_of_pods {
                    format!("{port} is the port of its pods; the Service itself has port {own}")
                } else {
                    format!(
                        "its port is {own}; every connection to another one is refused or runs out of time"
                    )
                }
            }
        }
    }

    /// The other side.
    pub(crate) fn related(&self) -> Option<(Place, String)> {
        match self {
            Unanswered::Nobody(Nobody { stray: Some(it), .. } | Nobody { near: Some(it), .. }) => {
                Some((it.object().grip().place(), "the Service that may be meant".to_owned()))
            }
            Unanswered::Nobody(Nobody { in_compose: Some(service), .. }) => {
                Some((service.key().place(), "the Compose service of that name".to_owned()))
            }
            Unanswered::Nobody(_) => None,
            Unanswered::Port { service, .. } => {
                let ports = service.object().node().grip(&["spec", "ports"]);
                let at = ports.unwrap_or_else(|| service.object().grip());
                Some((at.place(), "the ports that it has".to_owned()))
            }
        }
    }

    /// How sure it is. Without a Service that may be meant, this one may be elsewhere.
    pub(crate) fn confidence(&self) -> Confidence {
        match self {
            Unanswered::Nobody(it)
                if it.stray.is_none() && it.near.is_none() && it.in_compose.is_none() =>
            {
                Confidence::Low
            }
            Unanswered::Nobody(it) => it.confidence,
            Unanswered::Port { .. } => Confidence::High,
        }
    }

    /// The Service that is not there, by its namespace and name.
    pub(crate) fn missing(&self) -> Option<(&str, &str)> {
        match self {
            Unanswered::Nobody(it) => Some((&it.namespace, &it.name)),
            Unanswered::Port { .. } => None,
        }
    }
}

/// What names there are, of whatever namespace.
#[derive(Debug, Default)]
pub(super) struct Names {
    services: ByName,
    of_compose: ByName,
}

impl Names {
    fn of(project: &Project<'_>) -> Self {
        let mut names = Names::default();
        for (file, subjects) in project.subjects.iter().enumerate() {
            for (index, object) in subjects.objects.iter().enumerate() {
                if object.is("", "Service") {
                    names.services.entry(object.name().to_owned()).or_insert((file, index));
                }
            }
            for (index, service) in subjects.services.iter().enumerate() {
                names.of_compose.entry(service.name().to_owned()).or_insert((file, index));
            }
        }
        names
    }
}

/// More Services are not asked whether their name is like another one.
const MOST_NAMES: usize = 100;

/// DNS knows no longer labels.
const MOST_IN_LABEL: usize = 63;

/// The names behind which nobody knows what is: private ones, and those of Consul.
const PRIVATE: [&str; 9] =
    ["arpa", "consul", "corp", "home", "internal", "intranet", "lan", "local", "localhost"];

impl Call {
    /// Whether telemetry is sent there, for which there are rules that know its ports and protocols.
    pub(crate) fn is_telemetry(&self) -> bool {
        self.name.starts_with("OTEL_EXPORTER_OTLP_")
    }

    /// What an agent calls by its configuration.
    pub(crate) fn all_in(agent: &AgentConfig<'_>) -> Vec<Call> {
        let of_endpoints = agent.endpoints.iter().filter_map(|endpoint| {
            let name = endpoint.name.to_owned();
            let address = Address::of_url(endpoint.at.text()).filter(|_| is_called(&name))?;
            Some(Call { address, name, at: endpoint.at.place(), is_implied: false })
        });
        let stores = agent.stores.iter().filter(|store| store.enabled.off().is_none());
        let of_stores = stores.filter_map(|store| {
            let stated = store.host.when(|_| true).filter(|because| because.stated)?;
            let host = store.host.value()?;
            let address = Address::of_url(host).or_else(|| Address::of_host(host))?;
            let name = store.what.trim_start_matches("the ").to_owned();
            Some(Call { address, name, at: stated.at.place(), is_implied: false })
        });
        distinct(of_endpoints.chain(of_stores))
    }

    /// What a service of a Compose file calls by its variables.
    pub(crate) fn all_by_variables(service: compose::Service<'_>) -> Vec<Call> {
        let variables = service.environment();
        let stated: Vec<_> = variables
            .iter()
            .filter_map(|variable| {
                // Where a password is not known, the host is.
                let unknown = || compose::interpolated_or(variable.node, UNKNOWN);
                let text = compose::interpolated(variable.node).or_else(unknown)?;
                let value = text.strip_prefix(variable.name).and_then(|it| it.strip_prefix('='));
                let is_listed = value.is_some() && variable.node.text() != variable.value;
                let value = value.filter(|_| is_listed).map_or_else(|| text.clone(), str::to_owned);
                Some((variable.name, value, variable.place))
            })
            .collect();
        let values: HashMap<_, _> =
            stated.iter().map(|(name, value, _)| (*name, value.as_str())).collect();
        let calls = stated.iter().flat_map(|(name, value, at)| {
            let addresses = Address::of_variable(name, value, |other| values.get(other).copied());
            let call =
                |address| Call { address, name: (*name).to_owned(), at: *at, is_implied: false };
            addresses.into_iter().map(call).collect::<Vec<_>>()
        });
        distinct(calls)
    }
}

impl<'p> Project<'p> {
    /// What a container calls by its variables and by the configurations that it reads.
    pub(crate) fn calls_of(&self, container: Container<'p>) -> Vec<Call> {
        let variables = self.variables_of(container);
        let value = |name: &str| variables.get(name).and_then(|it| it.value.as_deref());
        let mut calls: Vec<_> = variables
            .iter()
            .filter_map(|variable| Some((variable, variable.value.as_deref()?)))
            .flat_map(|(variable, text)| {
                let addresses = Address::of_variable(&variable.name, text, value).into_iter();
                addresses.map(|address| Call {
                    address,
                    name: variable.name.clone().into_owned(),
                    at: variable.at.place(),
                    is_implied: false,
                })
            })
            .collect();
        let read = self.agents_of(Runner::Container(container));
        calls.extend(read.flat_map(|(agent, _)| Call::all_in(agent)));
        // What goes through a proxy need not leave from here.
        if variables.iter().any(|it| PROXIED.contains(&it.name.to_ascii_uppercase().as_str())) {
            let stays =
                |call: &Call| call.address.labels().len() < 3 || call.address.host.contains(".svc");
            calls.retain(|call| !call.address.is_http() || stays(call));
        }
        // Who goes through a proxy or a gateway need not reach the providers.
        let is_elsewhere = variables.is_open()
            || variables.iter().any(|variable| {
                // A value that nobody sees may be a URL, but a key is none.
                let value = variable.value.as_deref().unwrap_or("http://unknown");
                let is_key = PROVIDERS.iter().any(|(name, _)| *name == variable.name);
                let is_url = Address::of_url(value).is_some_and(|it| it.is_http());
                !is_key && is_url && is_of_a_gateway(&variable.name)
            })
            || calls.iter().any(|call| call.address.is_http() && is_of_a_gateway(&call.name));
        if !is_elsewhere {
            calls.extend(variables.iter().filter_map(|variable| {
                let (name, host) = PROVIDERS.iter().find(|(name, _)| *name == variable.name)?;
                let address = Address::of_url(&format!("https://{host}"))?;
                let at = variable.at.place();
                Some(Call { address, name: (*name).to_owned(), at, is_implied: true })
            }));
        }
        distinct(calls.into_iter())
    }

    /// What a service of a Compose file calls, by the configurations that it reads as well.
    pub(crate) fn calls_of_service(&self, service: compose::Service<'_>) -> Vec<Call> {
        let mut calls = Call::all_by_variables(service);
        let read = self.agents_of(Runner::Service(service));
        calls.extend(read.flat_map(|(agent, _)| Call::all_in(agent)));
        distinct(calls.into_iter())
    }

    /// Why nobody answers where the pods of a workload call, if nobody does.
    pub(crate) fn unanswered(&self, call: &Call, workload: Workload<'p>) -> Option<Unanswered<'p>> {
        match self.answer_to(&call.address, workload) {
            Answer::Nobody(nobody) => Some(Unanswered::Nobody(*nobody)),
            Answer::Services(services) => {
                let port = i64::from(call.address.port?);
                let has_it = |it: &Service<'_>| {
                    it.is_headless()
                        || it.ports().next().is_none()
                        || it.has_port(PortRef::Number(port))
                };
                let service = *services.first().filter(|_| !services.iter().any(has_it))?;
                Some(Unanswered::Port { service, port })
            }
            Answer::Namespace(_) | Answer::Outside(_) | Answer::Unknown => None,
        }
    }

    /// That a Service has no such port, by an address that means the same in all of a cluster.
    pub(crate) fn unanswered_anywhere(&self, call: &Call) -> Option<Unanswered<'p>> {
        let (labels, port) = (call.address.labels(), i64::from(call.address.port?));
        let [name, namespace, "svc", ..] = labels.as_slice() else { return None };
        if !self.knows_namespace(namespace) {
            return None;
        }
        let services = self.services_named(&[*namespace], name);
        let has_it = |it: &Service<'_>| {
            it.is_alias()
                || it.is_headless()
                || it.ports().next().is_none()
                || it.has_port(PortRef::Number(port))
        };
        let service = *services.first().filter(|_| !services.iter().any(has_it))?;
        Some(Unanswered::Port { service, port })
    }

    /// The first Service of that name, in whatever namespace.
    fn service_anywhere(&self, name: &str) -> Option<Object<'p>> {
        let (file, index) = self.names.get_or_init(|| Names::of(self)).services.get(name)?;
        self.subjects.get(*file)?.objects.get(*index).copied()
    }

    /// The first service of a Compose file of that name.
    fn compose_service_anywhere(&self, name: &str) -> Option<compose::Service<'p>> {
        let (file, index) = self.names.get_or_init(|| Names::of(self)).of_compose.get(name)?;
        self.subjects.get(*file)?.services.get(*index).copied()
    }

    /// Who answers at an address that the pods of a workload call.
    ///
    /// Source: kubernetes.io/docs/concepts/services-networking/dns-pod-service.
    pub(crate) fn answer_to(&self, address: &Address, workload: Workload<'p>) -> Answer<'p> {
        if let Some(ip) = address.ip() {
            let is_own = ip.is_loopback() || ip.is_unspecified();
            return if is_own { Answer::Unknown } else { Answer::Outside(Some(ip)) };
        }
        if !asks_the_cluster(workload) || has_alias(workload, &address.host) {
            return Answer::Unknown;
        }
        let own = self.namespaces_of(workload.object());
        match address.labels().as_slice() {
            ["localhost" | "kubernetes"] => Answer::Unknown,
            ["kubernetes", "default", ..] => Answer::Namespace("default".to_owned()),
            [name] => self.in_cluster(name, &own, workload, false),
            [name, service]
                if self.services_named(&[*service], name).is_empty()
                    && self.services_named(&own, service).iter().any(|it| it.is_headless()) =>
            {
                self.in_cluster(service, &own, workload, false)
            }
            [name, namespace] | [name, namespace, "svc", ..] if self.knows_namespace(namespace) => {
                self.in_cluster(name, &[*namespace], workload, true)
            }
            [_, name, namespace] | [_, name, namespace, "svc", ..]
                if self.knows_namespace(namespace)
                    && self.named_in(&[*namespace], ("", "Service"), name).is_some() =>
            {
                self.in_cluster(name, &[*namespace], workload, true)
            }
            [_, namespace, "svc", ..] | [_, _, namespace, "svc", ..] => {
                Answer::Namespace((*namespace).to_owned())
            }
            [.., last] if PRIVATE.contains(last) => Answer::Unknown,
            [_, _, _, ..] | [_, "ai" | "com" | "dev" | "io" | "net" | "org"] => {
                Answer::Outside(None)
            }
            _ => Answer::Unknown,
        }
    }

    fn in_cluster(
        &self,
        name: &str,
        namespaces: &[&str],
        workload: Workload<'p>,
        is_named: bool,
    ) -> Answer<'p> {
        let services = self.services_asked_for(workload.object(), namespaces, name);
        if services.iter().any(|service| service.is_alias()) {
            return Answer::Unknown;
        }
        if !services.is_empty() {
            return Answer::Services(services);
        }
        let object = workload.object();
        let is_made = || {
            self.may_be_made(namespaces, name)
                || self.may_be_made(&self.namespaces_of(object), name)
        };
        let is_other_kind = || {
            let services = self.objects.by_kind.get("Service");
            let mut here = namespaces.iter().filter_map(|namespace| services?.get(namespace));
            here.any(|here| here.called(name).next().is_some())
        };
        let of = ("", "Service");
        let Some(confidence) = self.dangles_in(object, namespaces, of, name) else {
            return Answer::Unknown;
        };
        if is_other_kind() || is_made() {
            return Answer::Unknown;
        }
        // What names no namespace lands in the one that it is applied to.
        let stray = self
            .service_anywhere(name)
            .filter(|stray| stray.names_namespace() && (is_named || object.names_namespace()));
        // Where it is known in whose namespace it is, one without any Services tells no less. Of each
        // environment there may be another one, whose Services are elsewhere.
        let is_sure = |stray: Object<'_>| {
            environment_of_folder(stray.namespace()).is_none() && !self.has_unseen_company(object)
        };
        let confidence = match stray {
            Some(stray) if is_sure(stray) => confidence.max(Confidence::Medium),
            _ => confidence,
        };
        let here = namespaces.iter().flat_map(|it| self.objects("", "Service", it));
        let here: Vec<_> = here.take(MOST_NAMES).collect();
        let near = if here.len() < MOST_NAMES {
            here.iter().find(|object| is_slip(name, object.name()))
        } else {
            None
        };
        Answer::Nobody(Box::new(Nobody {
            name: name.to_owned(),
            namespace: match namespaces {
                [one] => (*one).to_owned(),
                _ => self.namespace_of(object).to_owned(),
            },
            confidence,
            stray: stray.and_then(Service::of),
            in_compose: self.compose_service_anywhere(name),
            near: near.copied().and_then(Service::of),
        }))
    }
}

/// Whether a name is another one with a slip of the hand. Names with another word or number in them are
/// those of others: `chat-redis` beside `chat-api`, `worker-2` beside `worker-1`.
fn is_slip(name: &str, known: &str) -> bool {
    /// Of shorter words many are one letter apart.
    const LEAST: usize = 4;
    if name.len() > MOST_IN_LABEL {
        return false;
    }
    if name.replace('-', "") == known.replace('-', "") {
        return true;
    }
    let is_like = |(one, other): (&str, &str)| {
        let slips = (one.len() / 5).max(1);
        let is_long = one.len().min(other.len()) >= LEAST;
        let bare = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        one == other
            || is_long && bare(one) != bare(other) && words::nearest(one, [other], slips).is_some()
    };
    name.matches('-').count() == known.matches('-').count()
        && name.split('-').zip(known.split('-')).all(is_like)
}

/// The calls, each address once.
fn distinct(calls: impl Iterator<Item = Call>) -> Vec<Call> {
    let mut seen = HashSet::new();
    calls.filter(|call| seen.insert(call.address.clone())).collect()
}

/// Whether the name of a key says that models are called there.
fn is_of_a_gateway(name: &str) -> bool {
    let words = crate::credential::words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&ELSEWHERE) && !has(&OTHERS)
}

/// Whether the pods ask the cluster's DNS as it comes.
///
/// Source: kubernetes.io/docs/concepts/services-networking/dns-pod-service, "Pod's DNS Policy".
fn asks_the_cluster(workload: Workload<'_>) -> bool {
    let Some(spec) = workload.pod_spec() else { return false };
    let policy = spec.at(&["dnsPolicy"]).map_or("ClusterFirst", Node::text);
    let is_of_cluster = match policy {
        "ClusterFirstWithHostNet" => true,
        "ClusterFirst" => !workload.is_on_host_network(),
        _ => false,
    };
    is_of_cluster && spec.at(&["dnsConfig", "searches"]).is_none()
}

/// Whether the pods have that name in their `/etc/hosts`.
fn has_alias(workload: Workload<'_>, host: &str) -> bool {
    let aliases = workload.pod_spec().and_then(|spec| spec.at(&["hostAliases"]));
    let names = aliases.into_iter().flat_map(Node::items);
    let mut names = names.filter_map(|alias| alias.at(&["hostnames"])).flat_map(Node::items);
    names.any(|name| name.text().eq_ignore_ascii_case(host))
}

/// The port of the pods that a port of a Service leads to, where it is known.
pub(super) fn pod_port(
    service: Service<'_>,
    port: i64,
    workload: Option<Workload<'_>>,
) -> Option<i64> {
    let own = service.ports().find(|own| own.number().and_then(Node::as_int) == Some(port));
    match own {
        Some(own) => service.pod_port(own, workload),
        // The name of a headless Service stands for its pods, whatever its ports.
        None => service.is_headless().then_some(port),
    }
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn a_slip_is_no_other_word() {
        for (name, known) in [
            ("redis-mastr", "redis-master"),
            ("qdrnat", "qdrant"),
            ("chatapi", "chat-api"),
            ("agents", "agent"),
        ] {
            assert!(is_slip(name, known), "{name} {known}");
        }
        for (name, known) in [
            ("chat-redis", "chat-api"),
            ("tutor-langfuse-web", "tutor"),
            ("agent-db", "agent"),
            ("memory", "memory-agent"),
            ("support-postgres", "support-api"),
            ("chat-app", "chat-api"),
            ("worker-2", "worker-1"),
            ("redis2", "redis"),
            ("db", "dbs"),
        ] {
            assert!(!is_slip(name, known), "{name} {known}");
        }
        let long = "a".repeat(1 << 20);
        assert!(!is_slip(&long, &long));
    }
}
