//! Network policies of Kubernetes itself. Those of network plugins are not worked out.

use std::net::IpAddr;

use ipnet::IpNet;

use super::ports::{DEFAULT_PROTOCOL, PortRef};
use super::{LabelSelector, Labels, Object, is_templated};
use crate::tree::Node;

/// Which connections of a pod a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Ingress,
    Egress,
}

impl Direction {
    pub(crate) const BOTH: [Direction; 2] = [Direction::Ingress, Direction::Egress];

    /// The word in `policyTypes`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Direction::Ingress => "Ingress",
            Direction::Egress => "Egress",
        }
    }

    /// The key of its rules.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        }
    }

    fn peers_key(self) -> &'static str {
        match self {
            Direction::Ingress => "from",
            Direction::Egress => "to",
        }
    }
}

/// How far pods may ask the cluster's DNS for names; the later ones allow more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dns {
    #[default]
    Refused,
    /// The port is open to pods of the own namespace only, where no DNS runs.
    Neighbours,
    /// By TCP, which resolvers turn to only when UDP has answered.
    OverTcp,
    Allowed,
}

/// The ports of DNS: of the Service and of most pods, and of the pods of `OpenShift`. Policies are
/// applied to the addresses of pods.
///
/// Sources: RFC 1035, section 4.2; docs.openshift.com, "DNS Operator" (`dns-default`).
const DNS_PORTS: [i64; 2] = [53, 5353];

/// Networks in which the DNS of a cluster may have its addresses: the private ones, the shared
/// one of providers, that of the DNS cache on each node, and the local ones of IPv6.
///
/// Sources: RFC 1918; RFC 6598; RFC 4193; kubernetes.io/docs/tasks/administer-cluster/nodelocaldns.
const PRIVATE: [&str; 6] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.20.10/32",
    "fc00::/7",
];

/// The namespaces of the cluster's DNS, or words of their names.
const DNS_NAMESPACES: [&str; 2] = ["kube-system", "dns"];

/// A network policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NetworkPolicy<'t>(Object<'t>);

/// What one item of `ingress` or `egress` allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PolicyRule<'t> {
    pub(crate) node: Node<'t>,
    direction: Direction,
}

/// Whom a rule allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer<'t>(Node<'t>);

impl<'t> NetworkPolicy<'t> {
    /// The policy that an object is, if it is one.
    pub(crate) fn of(object: Object<'t>) -> Option<Self> {
        object.is("networking.k8s.io", "NetworkPolicy").then_some(NetworkPolicy(object))
    }

    pub(crate) fn object(self) -> Object<'t> {
        self.0
    }

    fn spec(self, key: &str) -> Option<Node<'t>> {
        self.0.node().at(&["spec", key])
    }

    /// The pods that it is for; without a selector, all of its namespace.
    ///
    /// Source: Kubernetes API reference, `NetworkPolicySpec.podSelector`.
    pub(crate) fn selector(self) -> Option<LabelSelector<'t>> {
        match self.spec("podSelector") {
            Some(node) => node.is_map().then(|| LabelSelector::of(node)),
            None => Some(LabelSelector::everything()),
        }
    }

    /// The labels of a pod that has just those that the policy asks for.
    pub(crate) fn selected_labels(self) -> Labels<'t> {
        Labels::of(self.0.node().at(&["spec", "podSelector", "matchLabels"]))
    }

    /// Whether connections of that direction are refused unless some policy allows them.
    ///
    /// Source: Kubernetes API reference, `NetworkPolicySpec.policyTypes`: without it, ingress is
    /// governed, and egress where there are rules for it.
    pub(crate) fn governs(self, direction: Direction) -> bool {
        let types = self.spec("policyTypes").into_iter().flat_map(Node::items).map(Node::text);
        let types: Vec<_> = types.collect();
        match direction {
            _ if !types.is_empty() => {
                types.iter().any(|it| *it == direction.as_str() || is_templated(it))
            }
            Direction::Ingress => true,
            Direction::Egress => self.states_rules(direction),
        }
    }

    /// Whether it has rules for the direction, in force or not.
    pub(crate) fn states_rules(self, direction: Direction) -> bool {
        self.spec(direction.key()).is_some_and(|rules| rules.items().len() > 0 || rules.is_scalar())
    }

    /// What it allows; nothing where it does not govern the direction.
    pub(crate) fn rules(self, direction: Direction) -> impl Iterator<Item = PolicyRule<'t>> {
        let governs = self.governs(direction);
        self.stated_rules(direction).filter(move |_| governs)
    }

    fn stated_rules(self, direction: Direction) -> impl Iterator<Item = PolicyRule<'t>> {
        let rules = self.spec(direction.key()).into_iter().flat_map(Node::items);
        rules.map(move |node| PolicyRule { node, direction })
    }

    /// The selectors of all whom its rules name, in effect or not.
    pub(crate) fn peer_selectors(self) -> impl Iterator<Item = Node<'t>> {
        let rules = Direction::BOTH.into_iter().flat_map(move |it| self.stated_rules(it));
        let selectors = |peer: Peer<'t>| [peer.pod_selector(), peer.namespace_selector()];
        rules.flat_map(PolicyRule::peers).flat_map(selectors).flatten()
    }

    /// Whether its rules for the direction are filled in by a template.
    fn is_open(self, direction: Direction) -> bool {
        self.spec(direction.key()).is_some_and(Node::is_scalar)
    }

    /// Whether its rules for the direction may allow anything, as a template fills in some of them.
    pub(crate) fn may_allow_anything(self, direction: Direction) -> bool {
        self.is_open(direction) || self.rules(direction).any(PolicyRule::is_open)
    }

    /// How far it lets pods ask for names.
    pub(crate) fn dns(self) -> Dns {
        if self.is_open(Direction::Egress) {
            return Dns::Allowed;
        }
        let rules = self.rules(Direction::Egress);
        rules.map(|rule| rule.dns(self.0.namespace())).max().unwrap_or_default()
    }
}

impl<'t> PolicyRule<'t> {
    /// Whom it allows; nobody in particular means everybody.
    pub(crate) fn peers(self) -> impl Iterator<Item = Peer<'t>> {
        let peers = self.node.at(&[self.direction.peers_key()]);
        peers.into_iter().flat_map(Node::items).map(Peer)
    }

    /// Where it says whom it allows: the key of its peers, else the rule.
    pub(crate) fn peers_grip(self) -> Node<'t> {
        let key = self.node.get(self.direction.peers_key()).map(|entry| entry.key);
        let first = || self.node.own_entries().next().map(|entry| entry.key);
        key.or_else(first).unwrap_or(self.node)
    }

    /// Whether whom it allows, or on which ports, is filled in by a template.
    pub(crate) fn is_open(self) -> bool {
        [self.direction.peers_key(), "ports"]
            .iter()
            .filter_map(|key| self.node.at(&[key]))
            .any(Node::is_scalar)
    }

    pub(crate) fn ports(self) -> impl Iterator<Item = Node<'t>> {
        self.node.at(&["ports"]).into_iter().flat_map(Node::items)
    }

    /// Whether it allows every port, by naming none or by a range of all.
    pub(crate) fn is_for_every_port(self) -> bool {
        let is_every = |port: Node<'t>| match port.at(&["port"]) {
            None => true,
            Some(first) => {
                let last = port.at(&["endPort"]).and_then(Node::as_int);
                first.as_int().is_some_and(|first| first <= 1) && last == Some(65535)
            }
        };
        self.node.at(&["ports"]).is_none_or(Node::is_list)
            && (self.ports().next().is_none() || self.ports().any(is_every))
    }

    /// Whether it allows connections by TCP to a port of the pods that take them, which is what a
    /// policy sees, or may do so; `is_called` says whether their port of that number goes by a name.
    ///
    /// Source: Kubernetes API reference, `NetworkPolicyPort`.
    pub(crate) fn allows_port(self, number: i64, is_called: impl Fn(&str) -> bool) -> bool {
        let allows = |port: Node<'t>| {
            let protocol = port.at(&["protocol"]).map_or(DEFAULT_PROTOCOL, Node::text);
            if protocol != DEFAULT_PROTOCOL && !is_templated(protocol) {
                return false;
            }
            let Some(first) = port.at(&["port"]) else { return true };
            match PortRef::of(first) {
                Some(PortRef::Number(first)) => {
                    let last = port.at(&["endPort"]).and_then(Node::as_int).unwrap_or(first);
                    (first..=last).contains(&number)
                }
                Some(PortRef::Name(name)) => is_called(name),
                None => true,
            }
        };
        self.is_open() || self.ports().next().is_none() || self.ports().any(allows)
    }

    /// Whether it names the port of DNS, or may, rather than allowing it among others.
    fn names_dns(self) -> bool {
        self.ports().filter_map(|port| port.at(&["port"])).any(|port| match PortRef::of(port) {
            Some(PortRef::Number(number)) => DNS_PORTS.contains(&number),
            Some(PortRef::Name(name)) => name.contains("dns") || name == "domain",
            None => is_templated(port.text()),
        })
    }

    /// Whether it allows DNS by that protocol.
    fn allows_dns_by(self, protocol: &str) -> bool {
        let allows = |port: Node<'t>| {
            let own = port.at(&["protocol"]).map_or(DEFAULT_PROTOCOL, Node::text);
            if own != protocol && !is_templated(own) {
                return false;
            }
            let Some(first) = port.at(&["port"]) else { return true };
            match PortRef::of(first) {
                Some(PortRef::Number(first)) => {
                    let last = port.at(&["endPort"]).and_then(Node::as_int).unwrap_or(first);
                    DNS_PORTS.iter().any(|it| (first..=last).contains(it))
                }
                Some(PortRef::Name(name)) => name.contains("dns") || name == "domain",
                None => true,
            }
        };
        self.ports().next().is_none() || self.ports().any(allows)
    }

    fn dns(self, namespace: &str) -> Dns {
        if self.is_open() {
            return Dns::Allowed;
        }
        let (udp, tcp) = (self.allows_dns_by("UDP"), self.allows_dns_by("TCP"));
        let is_named = self.names_dns();
        let reaches_dns = self.peers().next().is_none()
            || self.peers().any(|peer| peer.may_be_dns(is_named, namespace));
        match (udp, reaches_dns) {
            (true, true) => Dns::Allowed,
            // A rule for all of TCP, or for a range, was not made for DNS.
            _ if !is_named || !(udp || tcp) => Dns::Refused,
            (false, true) => Dns::OverTcp,
            (_, false) => Dns::Neighbours,
        }
    }
}

impl<'t> Peer<'t> {
    pub(crate) fn node(self) -> Node<'t> {
        self.0
    }

    /// Where the pods that it allows are asked for their labels.
    pub(crate) fn pod_selector(self) -> Option<Node<'t>> {
        self.0.at(&["podSelector"])
    }

    /// Where their namespaces are asked; without it, the pods are those of the policy's own.
    pub(crate) fn namespace_selector(self) -> Option<Node<'t>> {
        self.0.at(&["namespaceSelector"])
    }

    /// The block of addresses that it allows.
    pub(crate) fn cidr(self) -> Option<Node<'t>> {
        self.0.at(&["ipBlock", "cidr"])
    }

    /// Whether it allows a block of addresses that this one is in, or may be in.
    pub(crate) fn allows_address(self, address: IpAddr) -> bool {
        let holds =
            |node: Node<'t>| node.text().parse::<IpNet>().ok().map(|it| it.contains(&address));
        let except = self.0.at(&["ipBlock", "except"]).into_iter().flat_map(Node::items);
        self.cidr().is_some_and(|cidr| holds(cidr).unwrap_or(true))
            && !except.into_iter().any(|except| holds(except) == Some(true))
    }

    /// Whether it allows every address there is, or every pod of the cluster; and where it says
    /// so. An exception does not make it less: the rest of the internet is still there.
    pub(crate) fn everything(self) -> Option<Node<'t>> {
        if let Some(cidr) = self.cidr() {
            let is_all = cidr.text().parse::<IpNet>().is_ok_and(|net| net.prefix_len() == 0);
            return is_all.then_some(cidr);
        }
        let is_empty = |node: Node<'t>| node.is_map() && LabelSelector::of(node).is_empty();
        let namespaces = self.namespace_selector().filter(|node| is_empty(*node))?;
        self.pod_selector().is_none_or(is_empty).then_some(namespaces)
    }

    /// Whether it may be the cluster's DNS, seen from a policy of that namespace. A rule that names
    /// the port of DNS is taken at its word, except where it cannot be right.
    fn may_be_dns(self, is_named: bool, namespace: &str) -> bool {
        if self.0.at(&["ipBlock"]).is_some() {
            return is_named || self.is_private();
        }
        let pods_may =
            self.pod_selector().is_none_or(|node| LabelSelector::of(node).may_ask(&["dns"]));
        match self.namespace_selector() {
            None => DNS_NAMESPACES.iter().any(|it| namespace.contains(it)),
            Some(namespaces) => {
                is_named || pods_may && LabelSelector::of(namespaces).may_ask(&DNS_NAMESPACES)
            }
        }
    }

    /// Whether the block holds private addresses that no exception takes out.
    pub(crate) fn is_private(self) -> bool {
        let parse = |node: Node<'t>| node.text().parse::<IpNet>().ok();
        let Some(block) = self.cidr().and_then(parse) else { return true };
        let except = self.0.at(&["ipBlock", "except"]).into_iter().flat_map(Node::items);
        let except: Vec<IpNet> = except.filter_map(parse).collect();
        PRIVATE.iter().filter_map(|net| net.parse::<IpNet>().ok()).any(|private| {
            let shared = match () {
                () if block.contains(&private) => private,
                () if private.contains(&block) => block,
                () => return false,
            };
            !except.iter().any(|except| except.contains(&shared))
        })
    }
}

/// Why no pod can have that address for others to reach it, if none can: it is of the machine
/// itself or of its own link.
///
/// Source: Kubernetes, `ValidateNonSpecialIP`; CVE-2021-25737.
pub(crate) fn special_address(text: &str) -> Option<&'static str> {
    let address = text.parse::<IpAddr>().ok()?.to_canonical();
    let (is_link_local, is_everybody) = match address {
        IpAddr::V4(address) => {
            (address.is_link_local(), address.octets().starts_with(&[224, 0, 0]))
        }
        IpAddr::V6(address) => (
            address.is_unicast_link_local(),
            matches!(address.octets(), [0xff, scope, ..] if scope & 0x0f == 0x02),
        ),
    };
    match () {
        () if address.is_loopback() || address.is_unspecified() => Some("the machine itself"),
        () if is_link_local => Some("the node's own link, where clouds serve their metadata"),
        () if is_everybody => Some("everybody on the node's own link"),
        () => None,
    }
}
