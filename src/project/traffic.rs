//! What network policies refuse of the connections that the project needs.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::calls::{Answer, Call, pod_port};
use super::network::Route;
use super::{MOST, Project, Runner};
use crate::image::ImageRef;
use crate::k8s::network::{Direction, NetworkPolicy, Peer, PolicyRule};
use crate::k8s::ports::number_fault;
use crate::k8s::service::{ServicePort, is_edge};
use crate::k8s::{ContainerClass, LabelSelector, Labels, Object, Service, Workload};
use crate::source::Place;
use crate::tree::Node;

/// A call that no egress rule allows.
#[derive(Debug)]
pub(crate) struct CutOff<'p> {
    pub(crate) workload: Workload<'p>,
    pub(crate) call: Call,
    /// The Service that answers, where it is among the files.
    pub(crate) service: Option<Service<'p>>,
    /// The port of its pods, where the rules allow that of the Service in its place.
    pub(crate) pod_port: Option<i64>,
}

/// A port of a workload that the ingress rules close to somebody who needs it.
#[derive(Debug)]
pub(crate) struct ShutOut<'p> {
    pub(crate) workload: Workload<'p>,
    pub(crate) port: i64,
    pub(crate) service: Service<'p>,
    pub(crate) who: Who<'p>,
}

/// Who is shut out.
#[derive(Debug)]
pub(crate) enum Who<'p> {
    Everybody,
    /// Whoever takes the requests for an Ingress or a route.
    Route(Route<'p>),
    Caller(Workload<'p>, Call),
}

/// Who calls each Service, by where that stands: workloads by their file and their number there.
pub(super) type Callers = HashMap<Place, Vec<((usize, usize), Call)>>;

/// Words for what takes requests out of the cluster on behalf of others.
const WAYS_OUT: [&str; 4] = ["egress", "gateway", "istio", "proxy"];

/// Where a call goes.
enum Destination<'a> {
    Pods { namespaces: Vec<&'a str>, of: Option<Workload<'a>>, are_sure: bool, port: Option<i64> },
    Outside { address: Option<IpAddr>, port: Option<i64> },
}

/// The rules of the policies on some pods.
struct Rules<'p>(Vec<(NetworkPolicy<'p>, PolicyRule<'p>)>);

impl<'p> Rules<'p> {
    /// Nothing where a template fills in some of them.
    fn of(policies: &[NetworkPolicy<'p>], direction: Direction) -> Option<Self> {
        if policies.iter().any(|policy| policy.may_allow_anything(direction)) {
            return None;
        }
        let rules = policies.iter().flat_map(|it| it.rules(direction).map(move |rule| (*it, rule)));
        let rules: Vec<_> = rules.take(MOST).collect();
        (rules.len() < MOST).then_some(Rules(rules))
    }
}

impl<'p> Project<'p> {
    /// The calls of the pods that a policy selects which no egress rule on them allows, each address
    /// once. Nothing where another policy is the one to change: the first that allows some egress.
    pub(crate) fn cut_off_by(&self, policy: NetworkPolicy<'p>) -> Vec<CutOff<'p>> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for (workload, isolation) in self.isolated_by(policy) {
            let Some(workload) = workload.filter(|_| isolation.governs(Direction::Egress)) else {
                continue;
            };
            if isolation.allows_egress.is_some_and(|first| first != policy) {
                continue;
            }
            let Some(policies) = self.all_policies_on(workload) else { continue };
            let governing = policies.iter().find(|it| it.governs(Direction::Egress));
            if isolation.allows_egress.is_none() && governing != Some(&policy) {
                continue;
            }
            let Some(rules) = Rules::of(&policies, Direction::Egress) else { continue };
            for call in self.calls_of_pods(workload) {
                let cut_off = self.cut_off(&rules, workload, call);
                found.extend(cut_off.filter(|it| seen.insert(it.call.address.clone())));
            }
        }
        found
    }

    fn calls_of_pods(&self, workload: Workload<'p>) -> Vec<Call> {
        let containers = workload.containers().into_iter();
        let containers = containers.filter(|it| it.class() != ContainerClass::Ephemeral);
        containers.flat_map(|container| self.calls_of(container)).collect()
    }

    fn cut_off(&self, rules: &Rules<'p>, workload: Workload<'p>, call: Call) -> Option<CutOff<'p>> {
        let port = call.address.port.map(i64::from);
        let services = match self.answer_to(&call.address, workload) {
            Answer::Services(services) => services,
            Answer::Namespace(namespace) => {
                let namespaces = vec![namespace.as_str()];
                // The port of its pods is not known.
                let somebody =
                    Destination::Pods { namespaces, of: None, are_sure: true, port: None };
                let is_refused = !self.allows(rules, &somebody);
                return is_refused.then_some(CutOff {
                    workload,
                    call,
                    service: None,
                    pod_port: None,
                });
            }
            Answer::Outside(address) => {
                let is_refused = !self.allows(rules, &Destination::Outside { address, port });
                return is_refused.then_some(CutOff {
                    workload,
                    call,
                    service: None,
                    pod_port: None,
                });
            }
            Answer::Nobody(_) | Answer::Unknown => return None,
        };
        let mut stated_port = None;
        for service in &services {
            let namespaces = self.namespaces_of(service.object());
            let are_sure =
                service.object().names_namespace() == workload.object().names_namespace();
            let pods = self.served_by(*service);
            let all: Vec<_> =
                if pods.is_empty() { vec![None] } else { pods.into_iter().map(Some).collect() };
            for of in all {
                // Pods may always reach themselves.
                if of.is_some_and(|of| of.object() == workload.object()) {
                    return None;
                }
                let meant = port.and_then(|port| pod_port(*service, port, of));
                let to =
                    |port| Destination::Pods { namespaces: namespaces.clone(), of, are_sure, port };
                if self.allows(rules, &to(meant)) {
                    return None;
                }
                if meant != port && self.allows(rules, &to(port)) {
                    stated_port = meant;
                }
            }
        }
        let service = services.first().copied();
        Some(CutOff { workload, call, service, pod_port: stated_port })
    }

    fn allows(&self, rules: &Rules<'p>, destination: &Destination<'_>) -> bool {
        rules.0.iter().any(|(policy, rule)| {
            let mut peers = rule.peers().peekable();
            let is_for_all = peers.peek().is_none();
            match destination {
                Destination::Pods { namespaces, of, are_sure, port } => {
                    let is_called = |name: &str| port.is_none_or(|port| goes_by(*of, name, port));
                    port.is_none_or(|port| rule.allows_port(port, is_called))
                        && (is_for_all
                            || peers.any(|peer| {
                                let labels = of.map(Workload::pod_labels);
                                self.may_be(peer, *policy, (namespaces, *are_sure), labels)
                            }))
                }
                Destination::Outside { address, port } => {
                    let fits = || port.is_none_or(|port| rule.allows_port(port, |_| true));
                    is_for_all && fits()
                        || peers.any(|peer| match address {
                            Some(address) if peer.cidr().is_some() => {
                                fits() && peer.allows_address(*address)
                            }
                            _ if peer.cidr().is_some() => fits(),
                            _ => is_way_out(peer),
                        })
                }
            }
        })
    }

    /// Whether a peer may be pods with those labels, in one of those namespaces.
    fn may_be(
        &self,
        peer: Peer<'p>,
        policy: NetworkPolicy<'p>,
        (namespaces, are_sure): (&[&str], bool),
        labels: Option<Labels<'_>>,
    ) -> bool {
        if peer.cidr().is_some() {
            return peer.is_private();
        }
        let in_namespace = match peer.namespace_selector().map(LabelSelector::of) {
            None => {
                let own = self.namespaces_of(policy.object());
                !are_sure || own.iter().any(|it| namespaces.contains(it))
            }
            Some(selector) => namespaces.iter().any(|name| {
                let made_by = self.namespace_named(name);
                let made_by = made_by.map(|it| Labels::of(it.node().at(&["metadata", "labels"])));
                selector.may_select_namespace(name, made_by)
            }),
        };
        in_namespace
            && peer.pod_selector().is_none_or(|node| {
                labels.is_none_or(|labels| LabelSelector::of(node).matches(labels))
            })
    }

    /// Whom the ingress rules on the pods that a policy selects shut out. Nothing where another policy
    /// is the one to change.
    pub(crate) fn shut_out_by(&self, policy: NetworkPolicy<'p>) -> Vec<ShutOut<'p>> {
        let mut found = Vec::new();
        for (workload, isolation) in self.isolated_by(policy) {
            let Some(workload) = workload.filter(|_| isolation.governs(Direction::Ingress)) else {
                continue;
            };
            if isolation.allows_ingress.is_some_and(|first| first != policy) {
                continue;
            }
            let services = self.services_of(workload).filter_map(Service::of);
            let services: Vec<_> = services.take(MOST).collect();
            if services.is_empty() {
                continue;
            }
            let Some(policies) = self.all_policies_on(workload) else { continue };
            let governing = policies.iter().find(|it| it.governs(Direction::Ingress));
            if isolation.allows_ingress.is_none() && governing != Some(&policy) {
                continue;
            }
            let Some(rules) = Rules::of(&policies, Direction::Ingress) else { continue };
            let mut seen = HashSet::new();
            for service in services {
                for (number, port) in tcp_ports(service, workload) {
                    let who = self.caller_shut_out(&rules, (service, number), (workload, port));
                    if let Some(who) = who.filter(|_| seen.insert(port)) {
                        found.push(ShutOut { workload, port, service, who });
                    }
                }
            }
        }
        found
    }

    /// The ports of a workload's pods that Services lead to, each with its protocol.
    pub(crate) fn served_ports(&self, workload: Workload<'p>) -> Vec<(&'p str, i64)> {
        let services = self.services_of(workload).filter_map(Service::of);
        let ports = services.flat_map(|service| {
            let of = move |port: ServicePort<'p>| {
                Some((port.protocol(), service.pod_port(port, Some(workload))?))
            };
            service.ports().filter_map(of)
        });
        ports.filter(|(_, number)| number_fault(*number).is_none()).take(MOST).collect()
    }

    fn caller_shut_out(
        &self,
        rules: &Rules<'p>,
        (service, number): (Service<'p>, i64),
        (workload, port): (Workload<'p>, i64),
    ) -> Option<Who<'p>> {
        let is_called = |name: &str| goes_by(Some(workload), name, port);
        let open: Vec<_> =
            rules.0.iter().filter(|(_, rule)| rule.allows_port(port, is_called)).collect();
        if open.is_empty() {
            // Where nobody hears what is sent there, the Service is the one to change.
            let mut containers = workload.long_running();
            let only = containers.next().filter(|_| containers.next().is_none());
            let runner = only.map(Runner::Container).zip(u16::try_from(port).ok());
            let elsewhere = runner.and_then(|(runner, port)| self.listens_elsewhere(runner, port));
            return elsewhere.is_none().then_some(Who::Everybody);
        }
        let lets_in = |fits: &dyn Fn(NetworkPolicy<'p>, Peer<'p>) -> bool| {
            open.iter().any(|(policy, rule)| {
                let mut peers = rule.peers().peekable();
                peers.peek().is_none() || peers.any(|peer| fits(*policy, peer))
            })
        };
        for (caller, call) in self.callers_of(service) {
            let is_own = caller.object() == workload.object();
            if call.address.port.map(i64::from) != Some(number) || is_own {
                continue;
            }
            let namespaces = self.namespaces_of(caller.object());
            let are_sure = caller.object().names_namespace() == workload.object().names_namespace();
            let comes_from = |policy, peer| {
                self.may_be(peer, policy, (&namespaces, are_sure), Some(caller.pod_labels()))
            };
            if !lets_in(&comes_from) {
                return Some(Who::Caller(caller, call.clone()));
            }
        }
        let of_port = |route: &Route<'_>| {
            let stated = route.backend.port.and_then(Node::as_int);
            stated.is_none_or(|stated| stated == number)
        };
        let routes = self.routes_to(service);
        let route =
            routes.into_iter().find(|route| of_port(route) && self.comes_from_afar(route))?;
        let is_entry = |policy: NetworkPolicy<'p>, peer: Peer<'p>| {
            peer.namespace_selector().is_some()
                || peer.cidr().is_some()
                || peer.pod_selector().is_none_or(|node| self.may_be_an_edge(policy.object(), node))
        };
        (!lets_in(&is_entry)).then_some(Who::Route(route))
    }

    /// Whether the pods that a selector finds beside an object may take requests from outside: one of
    /// them does, or there are none to be seen.
    fn may_be_an_edge(&self, object: Object<'p>, pods: Node<'p>) -> bool {
        let selector = LabelSelector::of(pods);
        let namespaces = self.namespaces_of(object);
        let found = namespaces.iter().flat_map(|it| self.workloads_matching(it, &selector));
        let found: Vec<_> = found.take(MOST).collect();
        let is_edge = |workload: &Workload<'_>| {
            workload
                .containers()
                .iter()
                .filter_map(|it| it.node().at(&["image"]))
                .any(|image| is_edge(ImageRef::parse(image.text()).repository))
        };
        found.is_empty() || found.len() == MOST || found.iter().any(is_edge)
    }

    /// Whether what takes the requests of a route runs in another namespace, as controllers of
    /// Ingresses do. The proxy of a Gateway may run beside it.
    fn comes_from_afar(&self, route: &Route<'p>) -> bool {
        if route.object.kind() == "Ingress" {
            return true;
        }
        let own = self.namespaces_of(route.object);
        let parents = route.object.node().at(&["spec", "parentRefs"]);
        let mut parents = parents.into_iter().flat_map(Node::items).peekable();
        parents.peek().is_some()
            && parents
                .all(|parent| parent.at(&["namespace"]).is_some_and(|it| !own.contains(&it.text())))
    }

    /// Who calls a Service by its name, and by what.
    fn callers_of(&self, service: Service<'_>) -> impl Iterator<Item = (Workload<'p>, &Call)> {
        let callers = self.callers.get_or_init(|| {
            let mut callers = Callers::default();
            for (file, subjects) in self.subjects.iter().enumerate() {
                for (index, &workload) in subjects.workloads.iter().enumerate() {
                    self.call_from(workload, (file, index), &mut callers);
                }
            }
            callers
        });
        let here = callers.get(&service.object().node().place());
        here.into_iter().flatten().filter_map(|((file, index), call)| {
            Some((*self.subjects.get(*file)?.workloads.get(*index)?, call))
        })
    }

    fn call_from(&self, workload: Workload<'p>, at: (usize, usize), callers: &mut Callers) {
        for call in self.calls_of_pods(workload) {
            let Answer::Services(services) = self.answer_to(&call.address, workload) else {
                continue;
            };
            for service in services {
                let known = callers.entry(service.object().node().place()).or_default();
                if known.len() < MOST {
                    known.push((at, call.clone()));
                }
            }
        }
    }
}

/// The ports of a Service by TCP, each with that of the pods.
fn tcp_ports(service: Service<'_>, workload: Workload<'_>) -> Vec<(i64, i64)> {
    let ports = service.ports().filter(|port| port.protocol() == "TCP");
    let numbers = |port: ServicePort<'_>| {
        Some((port.number()?.as_int()?, service.pod_port(port, Some(workload))?))
    };
    ports.filter_map(numbers).collect()
}

/// Whether the pods have a port of that number and name; of pods that nobody sees, it may be.
fn goes_by(pods: Option<Workload<'_>>, name: &str, number: i64) -> bool {
    let Some(workload) = pods else { return true };
    workload.long_running().flat_map(|container| container.ports().collect::<Vec<_>>()).any(
        |port| {
            port.name().is_some_and(|it| it.text() == name)
                && port.number().and_then(Node::as_int) == Some(number)
        },
    )
}

/// Whether pods are allowed that may be a proxy for what leaves the cluster.
fn is_way_out(peer: Peer<'_>) -> bool {
    let selectors = [peer.namespace_selector(), peer.pod_selector()].into_iter().flatten();
    selectors.map(LabelSelector::of).any(|selector| {
        let mut values = selector.values();
        values.any(|value| WAYS_OUT.iter().any(|word| value.contains(word)))
    })
}

#[cfg(test)]
mod tests {
    use crate::k8s::network::NetworkPolicy;
    use crate::project::tests::linked;

    const AGENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: agent, namespace: a}\n\
        spec:\n  template:\n    metadata: {labels: {app: agent}}\n    spec:\n      containers:\n      \
        - name: c\n        image: i\n        env:\n        - {name: CRM_URL, value: \"http://crm.b\"}\n        \
        - {name: GROQ_API_KEY, value: x}\n---\n";
    const CRM: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: crm, namespace: b}\n\
        spec:\n  template:\n    metadata: {labels: {app: crm}}\n    spec: {containers: [{name: c, image: i}]}\n\
        ---\napiVersion: v1\nkind: Service\nmetadata: {name: crm, namespace: b}\n\
        spec: {selector: {app: crm}, ports: [{port: 80, targetPort: 8080}]}\n---\n";

    fn policy(namespace: &str, spec: &str) -> String {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
             metadata: {{name: p, namespace: {namespace}}}\nspec: {{podSelector: {{}}, {spec}}}\n"
        )
    }

    #[test]
    fn what_egress_rules_cut_off() {
        let both = "crm.b:80 api.groq.com:443";
        for (egress, expected) in [
            ("[]", both),
            ("[{}]", ""),
            ("\"${RULES}\"", ""),
            ("[{ports: [{port: 443}]}]", "crm.b:80"),
            ("[{to: [{namespaceSelector: {}}]}]", "api.groq.com:443"),
            ("[{to: [{namespaceSelector: {}}], ports: [{port: 80}]}]", both),
            (
                "[{to: [{namespaceSelector: {}}], ports: [{port: 8000, endPort: 8100}]}]",
                "api.groq.com:443",
            ),
            ("[{to: [{namespaceSelector: {matchLabels: {team: x}}}]}]", "api.groq.com:443"),
            ("[{to: [{podSelector: {matchLabels: {app: crm}}}]}]", both),
            ("[{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}]", "crm.b:80"),
        ] {
            let spec = format!("policyTypes: [Egress], egress: {egress}");
            let text = format!("{AGENT}{CRM}{}", policy("a", &spec));
            linked(&[("all.yaml", &text)], |project| {
                let policy = project.objects("networking.k8s.io", "NetworkPolicy", "a").next();
                let found = project.cut_off_by(NetworkPolicy::of(policy.unwrap()).unwrap());
                let found: Vec<_> = found.iter().map(|it| it.call.address.describe()).collect();
                assert_eq!(found.join(" "), expected, "{egress}");
            });
        }
    }

    #[test]
    fn whom_ingress_rules_shut_out() {
        let from_a = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: a}}";
        for (ingress, expected) in [
            ("[]", "everybody"),
            ("[{}]", ""),
            ("[{ports: [{port: 80}]}]", "everybody"),
            ("[{ports: [{port: 8080}]}]", ""),
            ("[{from: [{podSelector: {}}]}]", "agent"),
            (&format!("[{{from: [{{{from_a}}}]}}]"), ""),
            (
                &format!("[{{from: [{{{from_a}, podSelector: {{matchLabels: {{x: y}}}}}}]}}]"),
                "agent",
            ),
        ] {
            let spec = format!("policyTypes: [Ingress], ingress: {ingress}");
            let text = format!("{AGENT}{CRM}{}", policy("b", &spec));
            linked(&[("all.yaml", &text)], |project| {
                let policy = project.objects("networking.k8s.io", "NetworkPolicy", "b").next();
                let found = project.shut_out_by(NetworkPolicy::of(policy.unwrap()).unwrap());
                let who = found.first().map_or("", |it| match &it.who {
                    super::Who::Everybody => "everybody",
                    super::Who::Route(_) => "a route",
                    super::Who::Caller(caller, _) => caller.name(),
                });
                assert_eq!(who, expected, "{ingress}");
            });
        }
    }
}
