//! Questions across files about who may talk to whom.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::iter;

use super::{Project, Subjects};
use crate::diagnostic::Confidence;
use crate::image::ImageRef;
use crate::k8s::monitor::{Monitor, Reach, Scraped};
use crate::k8s::network::{Direction, Dns, NetworkPolicy};
use crate::k8s::route::{Backend, backends, is_ingress};
use crate::k8s::service::{ai_interface, is_edge};
use crate::k8s::{
    DEFAULT_NAMESPACE, LabelIndex, LabelSelector, Labels, Object, SelectorIndex, Service, Workload,
    WorkloadKind,
};
use crate::tree::Node;

/// As many as this are asked of one thing; a real Service has a few workloads.
pub(crate) const MOST: usize = 100;

/// What network policies, taken together, make of the connections of some pods. Kubernetes adds up
/// what policies allow; none takes away from another.
///
/// Source: kubernetes.io/docs/concepts/services-networking/network-policies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Isolation<'p> {
    /// The first of the policies.
    pub(crate) first: NetworkPolicy<'p>,
    /// The first that allows some egress.
    pub(crate) allows_egress: Option<NetworkPolicy<'p>>,
    /// The first that allows some ingress.
    pub(crate) allows_ingress: Option<NetworkPolicy<'p>>,
    ingress: bool,
    egress: bool,
    pub(crate) dns: Dns,
    /// Whether some egress is allowed to pods, which are found by name, or to anybody.
    pub(crate) reaches_names: bool,
}

impl<'p> Isolation<'p> {
    fn of(policy: NetworkPolicy<'p>) -> Self {
        let mut rules = policy.rules(Direction::Egress).peekable();
        Isolation {
            first: policy,
            ingress: policy.governs(Direction::Ingress),
            egress: policy.governs(Direction::Egress),
            allows_egress: rules.peek().map(|_| policy),
            allows_ingress: policy.rules(Direction::Ingress).next().map(|_| policy),
            dns: policy.dns(),
            reaches_names: rules.any(|rule| {
                let mut peers = rule.peers().peekable();
                peers.peek().is_none() || peers.any(|peer| peer.cidr().is_none())
            }),
        }
    }

    fn and(self, other: Self) -> Self {
        Isolation {
            first: self.first,
            allows_egress: self.allows_egress.or(other.allows_egress),
            allows_ingress: self.allows_ingress.or(other.allows_ingress),
            ingress: self.ingress || other.ingress,
            egress: self.egress || other.egress,
            dns: self.dns.max(other.dns),
            reaches_names: self.reaches_names || other.reaches_names,
        }
    }

    /// Whether connections of that direction are refused unless a policy allows them.
    pub(crate) fn governs(&self, direction: Direction) -> bool {
        match direction {
            Direction::Ingress => self.ingress,
            Direction::Egress => self.egress,
        }
    }
}

/// The policies of a namespace. Those of one selector are one: a namespace may have thousands for
/// all of its pods.
#[derive(Debug, Default)]
struct Policies<'p> {
    isolations: Vec<Isolation<'p>>,
    /// The policies that each of them is made of.
    members: Vec<Vec<NetworkPolicy<'p>>>,
    by_selector: HashMap<LabelSelector<'p>, usize>,
    selecting: SelectorIndex<'p, usize>,
}

impl<'p> Policies<'p> {
    fn push(&mut self, policy: NetworkPolicy<'p>) {
        let Some(selector) = policy.selector() else { return };
        let own = Isolation::of(policy);
        if let Some(at) = self.by_selector.get(&selector)
            && let Some(known) = self.isolations.get_mut(*at)
            && let Some(members) = self.members.get_mut(*at)
        {
            *known = known.and(own);
            members.push(policy);
            return;
        }
        let at = self.isolations.len();
        self.isolations.push(own);
        self.members.push(vec![policy]);
        self.by_selector.insert(selector.clone(), at);
        self.selecting.push(at, selector);
    }

    fn on<'a>(&'a self, labels: Labels<'a>) -> impl Iterator<Item = Isolation<'p>> {
        self.selecting.selecting(labels).filter_map(|at| self.isolations.get(at).copied())
    }

    fn each_on<'a>(&'a self, labels: Labels<'a>) -> impl Iterator<Item = NetworkPolicy<'p>> {
        let on = self.selecting.selecting(labels).filter_map(|at| self.members.get(at));
        on.flatten().copied()
    }
}

/// Policies, Services and monitors, by namespace and labels.
#[derive(Debug, Default)]
pub(super) struct Network<'p> {
    policies: HashMap<&'p str, Policies<'p>>,
    /// Policies of network plugins by namespace, and one for the whole cluster.
    foreign: HashMap<&'p str, Object<'p>>,
    foreign_everywhere: Option<Object<'p>>,
    /// Services by their own labels.
    services: BTreeMap<&'p str, LabelIndex<'p, Service<'p>>>,
    /// Monitors by the namespaces that they look in and what they select there.
    service_monitors: Monitors<'p>,
    pod_monitors: Monitors<'p>,
    /// Whether a configuration of Prometheus itself is among the files.
    scrapes_by_configuration: bool,
    /// The groups of Ingresses that share a load balancer, where one has a certificate for it.
    certified_groups: HashSet<&'p str>,
    /// What sends requests from outside on to a Service, by the namespace and name of that.
    routes: HashMap<(&'p str, &'p str), Vec<Route<'p>>>,
}

/// An Ingress or a route that sends requests on to a Service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route<'p> {
    pub(crate) object: Object<'p>,
    pub(crate) backend: Backend<'p>,
}

#[derive(Debug, Default)]
struct Monitors<'p> {
    of_namespace: HashMap<&'p str, SelectorIndex<'p, Object<'p>>>,
    everywhere: SelectorIndex<'p, Object<'p>>,
}

impl<'p> Monitors<'p> {
    fn on<'a>(&'a self, namespaces: &[&str], labels: Labels<'a>) -> Option<Object<'p>> {
        let here = namespaces.iter().filter_map(|namespace| self.of_namespace.get(namespace));
        here.chain([&self.everywhere]).find_map(|index| index.selecting(labels).next())
    }
}

impl<'p> Network<'p> {
    pub(super) fn of(project: &Project<'p>, subjects: &[Subjects<'p>]) -> Self {
        let mut network = Network::default();
        for object in subjects.iter().flat_map(|subjects| subjects.objects.iter().copied()) {
            let namespaces = project.all_namespaces_of(object);
            if let Some(policy) = NetworkPolicy::of(object) {
                for namespace in namespaces {
                    network.policies.entry(namespace).or_default().push(policy);
                }
            } else if is_foreign(object, &FOREIGN_IN_CLUSTER) {
                network.foreign_everywhere.get_or_insert(object);
            } else if is_foreign(object, &FOREIGN_IN_NAMESPACE) {
                for namespace in namespaces {
                    network.foreign.entry(namespace).or_insert(object);
                }
            } else if let Some(service) = Service::of(object) {
                for namespace in namespaces {
                    network.services.entry(namespace).or_default().push(service, service.labels());
                }
            } else if let Some(monitor) = Monitor::of(object) {
                network.push_monitor(monitor, namespaces);
            } else if object.is("", "ConfigMap") {
                network.scrapes_by_configuration |= holds_scrape_configs(object);
            } else {
                if is_ingress(object) && object.takes_tls_elsewhere() {
                    network.certified_groups.extend(object.load_balancer_group());
                }
                network.push_routes(object, &namespaces);
            }
        }
        network
    }

    fn push_routes(&mut self, object: Object<'p>, own: &[&'p str]) {
        for backend in backends(object) {
            let named = backend.namespace.as_ref();
            for namespace in named.map_or(own, std::slice::from_ref) {
                let here = self.routes.entry((namespace, backend.service.text())).or_default();
                if here.len() < MOST {
                    here.push(Route { object, backend });
                }
            }
        }
    }

    fn push_monitor(&mut self, monitor: Monitor<'p>, own: Vec<&'p str>) {
        let index = match monitor.scraped {
            Scraped::Services => &mut self.service_monitors,
            Scraped::Pods => &mut self.pod_monitors,
        };
        let namespaces = match monitor.reach() {
            Reach::Every => {
                index.everywhere.push(monitor.object(), monitor.selector());
                return;
            }
            Reach::Named(names) => names,
            Reach::Own => own,
        };
        for namespace in namespaces {
            let here = index.of_namespace.entry(namespace).or_default();
            here.push(monitor.object(), monitor.selector());
        }
    }
}

/// Policies of network plugins, and those of Kubernetes before there was an API for them.
const FOREIGN_IN_NAMESPACE: [(&str, &str); 4] = [
    ("cilium.io", "CiliumNetworkPolicy"),
    ("projectcalico.org", "NetworkPolicy"),
    ("crd.projectcalico.org", "NetworkPolicy"),
    ("extensions", "NetworkPolicy"),
];

/// Policies for the whole cluster.
const FOREIGN_IN_CLUSTER: [(&str, &str); 6] = [
    ("cilium.io", "CiliumClusterwideNetworkPolicy"),
    ("projectcalico.org", "GlobalNetworkPolicy"),
    ("crd.projectcalico.org", "GlobalNetworkPolicy"),
    ("policy.networking.k8s.io", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"),
];

fn is_foreign(object: Object<'_>, kinds: &[(&str, &str)]) -> bool {
    kinds.iter().any(|(group, kind)| object.is(group, kind))
}

fn holds_scrape_configs(object: Object<'_>) -> bool {
    let data = object.node().at(&["data"]).map(Node::entries).unwrap_or_default();
    data.iter().any(|entry| {
        let text = entry.value.text();
        text.contains("scrape_configs") || text.contains("prometheus.scrape")
    })
}

/// A selector that finds no pods.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoPods<'p> {
    pub(crate) confidence: Confidence,
    /// A workload that it would select, were it in one of the namespaces.
    pub(crate) stray: Option<Workload<'p>>,
}

impl<'p> Project<'p> {
    /// A policy of a network plugin, or of the whole cluster, that may govern the workload's pods.
    /// What such policies select is not worked out.
    pub(crate) fn foreign_policy_on(&self, workload: Workload<'_>) -> Option<Object<'p>> {
        self.foreign_policy_beside(workload.object())
    }

    /// The same in the namespaces of an object.
    pub(crate) fn foreign_policy_beside(&self, object: Object<'_>) -> Option<Object<'p>> {
        self.foreign_policy_in(&self.namespaces_of(object))
    }

    fn foreign_policy_in(&self, namespaces: &[&str]) -> Option<Object<'p>> {
        let here = namespaces.iter().find_map(|it| self.network.foreign.get(it).copied());
        here.or(self.network.foreign_everywhere)
    }

    /// What governs the pods that a policy selects: of each workload, or where they may be
    /// elsewhere, of pods with just the labels that it asks for. Nothing for a policy that another
    /// one of the same selector comes before, in all that is told of an [`Isolation`], and for one
    /// that selects no pods.
    pub(crate) fn isolated_by(
        &self,
        policy: NetworkPolicy<'p>,
    ) -> Vec<(Option<Workload<'p>>, Isolation<'p>)> {
        let Some(selector) = policy.selector() else { return Vec::new() };
        let namespaces = self.namespaces_of(policy.object());
        let leads = namespaces.iter().any(|namespace| {
            let here = self.network.policies.get(namespace);
            let own = here.and_then(|here| here.isolations.get(*here.by_selector.get(&selector)?));
            own.is_some_and(|own| {
                [Some(own.first), own.allows_egress, own.allows_ingress].contains(&Some(policy))
            })
        });
        if !leads {
            return Vec::new();
        }
        let isolation = |namespaces: &[&str], labels: Labels<'p>| {
            let here = namespaces.iter().filter_map(|it| self.network.policies.get(it));
            here.flat_map(|here| here.on(labels).collect::<Vec<_>>()).reduce(Isolation::and)
        };
        let mut selected: Vec<Workload<'p>> = namespaces
            .iter()
            .flat_map(|namespace| self.workloads_matching(namespace, &selector))
            .collect();
        if selected.is_empty() {
            // Pods that are not there need no more policies.
            if self.selects_no_pods(policy.object(), &namespaces, &selector).is_some() {
                return Vec::new();
            }
            let unseen = isolation(&namespaces, policy.selected_labels());
            return unseen.map(|it| (None, it)).into_iter().collect();
        }
        if namespaces.len() > 1 {
            selected.sort_by_key(|workload| workload.object().node().place());
            selected.dedup_by_key(|workload| workload.object().node().place());
        }
        selected
            .into_iter()
            .filter(|workload| workload.has_pods() && !workload.is_on_host_network())
            .filter_map(|workload| {
                let of = self.namespaces_of(workload.object());
                Some((Some(workload), isolation(&of, workload.pod_labels())?))
            })
            .collect()
    }

    /// How sure it is that a selector of a policy finds no pods in those namespaces; nothing where
    /// it finds some, or may well: when it is empty or templated, when the files hold no workloads or
    /// some that could not be read, and when a custom resource or an operator makes such pods.
    pub(crate) fn selects_no_pods(
        &self,
        object: Object<'p>,
        namespaces: &[&str],
        selector: &LabelSelector<'p>,
    ) -> Option<NoPods<'p>> {
        let finds = |namespace: &str| self.workloads_matching(namespace, selector).next();
        if selector.is_empty()
            || selector.is_templated()
            || namespaces.iter().any(|namespace| finds(namespace).is_some())
            || self.is_for_operated(object, selector)
            || self.may_hide_workloads()
        {
            return None;
        }
        self.workloads().next()?;
        let has_company = namespaces.iter().any(|namespace| self.has_workloads_in(namespace));
        let is_doubtful = !has_company
            || self.has_unseen_company(object)
            || self.pod_makers_beside(object).next().is_some();
        let stray = self.first_matching(selector);
        let confidence = if is_doubtful { Confidence::Low } else { Confidence::Medium };
        Some(NoPods { confidence, stray })
    }

    /// Whether a selector asks for what an operator makes: by a label of the operator's own, or by the
    /// name of a custom resource.
    pub(crate) fn is_for_operated(&self, object: Object<'p>, selector: &LabelSelector<'_>) -> bool {
        let is_named = |maker: Object<'_>| {
            let name = maker.name();
            !name.is_empty() && selector.values().any(|value| value.contains(name))
        };
        selector.asks_for_operated() || self.pod_makers_beside(object).any(is_named)
    }

    /// The workloads whose pods a Service sends its requests to: the first of them, where copies of
    /// one project lie side by side, as every copy would be asked of every other.
    pub(crate) fn served_by(&self, service: Service<'p>) -> Vec<Workload<'p>> {
        let Some(selector) = service.selector() else { return Vec::new() };
        let namespaces = self.namespaces_of(service.object());
        let here = namespaces.iter().flat_map(|it| self.workloads_matching(it, &selector));
        here.take(MOST).collect()
    }

    /// The Services of that name in those namespaces: several, where the files of several
    /// environments lie side by side, but not more than anybody has.
    pub(crate) fn services_named(&self, namespaces: &[&str], name: &str) -> Vec<Service<'p>> {
        let of_kind = self.objects.by_kind.get("Service");
        let here = namespaces.iter().filter_map(|it| of_kind?.get(it));
        here.flat_map(|here| here.called(name)).filter_map(Service::of).take(MOST).collect()
    }

    /// The Services of the name by which an object asks for them in a namespace: what the files call them, or
    /// with what kustomizations put before and after it.
    pub(crate) fn services_asked_for(
        &self,
        asker: Object<'_>,
        namespaces: &[&str],
        name: &str,
    ) -> Vec<Service<'p>> {
        let over = self.kustomizations_over(asker).map(|it| it.unprefixed(name));
        let names = iter::once(name).chain(over.filter(|other| *other != name));
        let mut found = names.map(|name| self.services_named(namespaces, name));
        found.find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// The policies on a workload's pods; nothing where there may be others, or where there are more
    /// than anybody has.
    pub(crate) fn all_policies_on(&self, workload: Workload<'_>) -> Option<Vec<NetworkPolicy<'p>>> {
        if self.foreign_policy_on(workload).is_some() || self.may_hide("NetworkPolicy") {
            return None;
        }
        let namespaces = self.namespaces_of(workload.object());
        let here = namespaces.iter().filter_map(|it| self.network.policies.get(it));
        let on = here.flat_map(|here| here.each_on(workload.pod_labels()).collect::<Vec<_>>());
        let all: Vec<_> = on.take(MOST).collect();
        (all.len() < MOST).then_some(all)
    }

    /// The Ingresses and routes that send requests to a Service.
    pub(crate) fn routes_to(&self, service: Service<'_>) -> Vec<Route<'p>> {
        let namespaces = self.namespaces_of(service.object());
        let name = service.object().name();
        let here = namespaces.iter().filter_map(|it| self.network.routes.get(&(*it, name)));
        here.flatten().copied().collect()
    }

    /// Whether the project shows that there is a namespace of that name.
    pub(crate) fn knows_namespace(&self, name: &str) -> bool {
        self.pods.workloads.contains_key(name)
            || self.network.services.contains_key(name)
            || self.namespace_named(name).is_some()
    }

    /// The object that makes a namespace.
    pub(crate) fn namespace_named(&self, name: &str) -> Option<Object<'p>> {
        self.named_in(&[DEFAULT_NAMESPACE], ("", "Namespace"), name)
    }

    /// What a Service and the images behind it are known for.
    fn behind<T>(&self, service: Service<'p>, known: impl Fn(&str) -> Option<T>) -> Option<T> {
        known(service.object().name()).or_else(|| self.images_behind(service, known))
    }

    /// What the images behind a Service are known for.
    fn images_behind<T>(
        &self,
        service: Service<'p>,
        known: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let workloads = self.served_by(service);
        let containers = workloads.iter().flat_map(|workload| workload.containers());
        let images = containers.filter_map(|it| it.node().at(&["image"]));
        images.map(|image| ImageRef::parse(image.text()).repository).find_map(known)
    }

    /// The AI interface that a Service leads to, if it is a known one.
    pub(crate) fn ai_interface_of(&self, service: Service<'p>) -> Option<&'static str> {
        /// What other programs are called as well: the images tell, where they are known.
        const VAGUE: [&str; 4] = ["argo", "ray", "seldon", "triton"];
        let words = service.object().name().split('-').filter(|word| !VAGUE.contains(word));
        let is_clear = ai_interface(&words.collect::<Vec<_>>().join("-")).is_some();
        if is_clear || self.served_by(service).is_empty() {
            return self.behind(service, ai_interface);
        }
        self.images_behind(service, ai_interface)
    }

    /// Whether a Service leads to a proxy that is made to be reached from outside.
    pub(crate) fn is_edge(&self, service: Service<'p>) -> bool {
        self.behind(service, |text| is_edge(text).then_some(())).is_some()
    }

    /// The namespaces in which a monitor looks; nothing for all there are.
    pub(crate) fn monitored_namespaces(&self, monitor: Monitor<'p>) -> Option<Vec<&'p str>> {
        match monitor.reach() {
            Reach::Every => None,
            Reach::Named(names) => Some(names),
            Reach::Own => Some(self.namespaces_of(monitor.object())),
        }
    }

    /// The Services that a selector of labels finds in those namespaces, or in all.
    pub(crate) fn services_labelled(
        &self,
        namespaces: Option<&[&str]>,
        selector: &LabelSelector<'_>,
    ) -> Vec<Service<'p>> {
        let all = self.network.services.iter();
        let here = all.filter(|(name, _)| namespaces.is_none_or(|it| it.contains(name)));
        here.flat_map(|(_, index)| index.matching(selector).collect::<Vec<_>>()).collect()
    }

    /// Whether the project has Services in one of those namespaces, or in any.
    pub(crate) fn has_services(&self, namespaces: Option<&[&str]>) -> bool {
        let here = self.network.services.keys();
        here.into_iter().any(|name| namespaces.is_none_or(|it| it.contains(name)))
    }

    /// The workloads whose pods a selector finds in those namespaces, or in all.
    pub(crate) fn workloads_labelled(
        &self,
        namespaces: Option<&[&str]>,
        selector: &LabelSelector<'_>,
    ) -> Vec<Workload<'p>> {
        if let Some(namespaces) = namespaces {
            return namespaces
                .iter()
                .flat_map(|it| self.workloads_matching(it, selector))
                .collect();
        }
        let everywhere = self.pods.workloads.values().flat_map(|index| index.matching(selector));
        let mut found: Vec<_> = everywhere.collect();
        found.sort_by_key(|workload| workload.object().node().place());
        found
    }

    /// The monitor that has the workload's pods scraped, by themselves or through a Service.
    pub(crate) fn monitor_of(&self, workload: Workload<'p>) -> Option<Object<'p>> {
        let namespaces = self.namespaces_of(workload.object());
        let by_pods = self.network.pod_monitors.on(&namespaces, workload.pod_labels());
        by_pods.or_else(|| {
            self.services_of(workload)
                .filter_map(Service::of)
                .find_map(|service| self.network.service_monitors.on(&namespaces, service.labels()))
        })
    }

    /// Whether a configuration of Prometheus or of a collector is among the files, which may have
    /// anything scraped.
    pub(crate) fn scrapes_by_configuration(&self) -> bool {
        const KINDS: [(&str, &str); 4] = [
            ("monitoring.coreos.com", "ScrapeConfig"),
            ("opentelemetry.io", "OpenTelemetryCollector"),
            ("operator.victoriametrics.com", "VMScrapeConfig"),
            ("operator.victoriametrics.com", "VMStaticScrape"),
        ];
        self.network.scrapes_by_configuration
            || KINDS.iter().any(|(group, kind)| self.has_kind(group, kind))
    }

    /// Whether something that could not be read may hold a workload.
    pub(crate) fn may_hide_workloads(&self) -> bool {
        WorkloadKind::ALL.iter().any(|kind| self.may_hide(kind.as_str()))
    }

    /// Whether pods are seen in a namespace.
    pub(crate) fn has_workloads_in(&self, namespace: &str) -> bool {
        self.pods.workloads.contains_key(namespace)
    }

    /// Whether some policy is in the namespace that an object makes, or may govern it.
    pub(crate) fn is_policed(&self, namespace: Object<'_>) -> bool {
        // A kustomization gives its namespace to a Namespace as its name.
        let mut names = self.namespaces_of(namespace);
        names.extend([namespace.name()]);
        names.retain(|name| *name != namespace.namespace() || *name == namespace.name());
        names.iter().any(|name| {
            self.network.policies.contains_key(name)
                || self.foreign_policy_in(std::slice::from_ref(name)).is_some()
        })
    }

    /// Whether an Ingress shares a load balancer with one that has a certificate.
    pub(crate) fn shares_certificate(&self, ingress: Object<'_>) -> bool {
        let Some(group) = ingress.load_balancer_group() else { return false };
        self.network.certified_groups.contains(group)
    }

    /// Whether the project has an object of that kind anywhere.
    pub(crate) fn has_kind(&self, group: &'static str, kind: &str) -> bool {
        let of_kind = self.objects.by_kind.get(kind).into_iter().flat_map(HashMap::values);
        of_kind.flat_map(|here| &here.all).any(|object| object.group() == group)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::project::tests::linked;

    fn policies<'p>(project: &Project<'p>) -> Vec<NetworkPolicy<'p>> {
        project
            .objects("networking.k8s.io", "NetworkPolicy", "default")
            .filter_map(NetworkPolicy::of)
            .collect()
    }

    fn policy(name: &str, spec: &str) -> String {
        format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}}}\n\
             spec: {{{spec}}}\n"
        )
    }

    fn workload(name: &str) -> String {
        format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  \
             template:\n    metadata: {{labels: {{app: {name}}}}}\n    \
             spec: {{containers: [{{name: c, image: i}}]}}\n"
        )
    }

    #[test]
    fn policies_add_up() {
        let text = workload("web")
            + &policy("in", "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]")
            + &policy("out", "podSelector: {}, egress: [{ports: [{port: 443}]}]")
            + &policy("dns", "podSelector: {}, egress: [{ports: [{port: 53, protocol: UDP}]}]");
        linked(&[("all.yaml", &text)], |project| {
            let policies = policies(project);
            let of = |name: &str| {
                let policy = policies.iter().find(|it| it.object().name() == name).unwrap();
                project.isolated_by(*policy)
            };
            let [(Some(web), isolation)] = of("in")[..] else { panic!("one workload") };
            assert_eq!(web.name(), "web");
            assert!(Direction::BOTH.iter().all(|direction| isolation.governs(*direction)));
            assert_eq!(isolation.first.object().name(), "in");
            assert_eq!(isolation.allows_egress.unwrap().object().name(), "out");
            assert_eq!(isolation.dns, Dns::Allowed);
            // The first of those with one selector speaks for all.
            assert_eq!((of("out").len(), of("dns").len()), (1, 0));
        });
    }

    #[test]
    fn policies_without_workloads_are_asked_of_the_labels_that_they_want() {
        let text = policy("web", "podSelector: {matchLabels: {app: web}}, egress: [{to: []}]")
            + &policy("api", "podSelector: {matchLabels: {app: api}}, policyTypes: [Egress]")
            + &policy("all", "podSelector: {}");
        linked(&[("all.yaml", &text)], |project| {
            let found: Vec<_> = policies(project)
                .into_iter()
                .flat_map(|policy| project.isolated_by(policy))
                .map(|(workload, isolation)| {
                    assert!(workload.is_none());
                    (
                        isolation.first.object().name(),
                        Direction::BOTH.map(|it| isolation.governs(it)),
                    )
                })
                .collect();
            assert_eq!(
                found,
                [("web", [true, true]), ("api", [true, true]), ("all", [true, false])]
            );
        });
    }

    #[test]
    fn many_policies_for_many_pods_are_no_square() {
        let mut text = String::new();
        for index in 0..300 {
            let name = format!("web-{index}");
            let _ = write!(
                text,
                "{}{}",
                workload(&name),
                policy(&name, "podSelector: {}, egress: [{ports: [{port: 443}]}]")
            );
        }
        linked(&[("all.yaml", &text)], |project| {
            let asked: usize =
                policies(project).into_iter().map(|policy| project.isolated_by(policy).len()).sum();
            assert_eq!(asked, 300);
        });
    }
}
