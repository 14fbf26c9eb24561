//! The ports that a service publishes on its host.

use std::net::IpAddr;

use super::{Service, interpolated, services};
use crate::address::parts;
use crate::tree::Node;
use crate::tree::edit::{self, Edits, Refusal};

/// A port, or several in a row: the first and the last one.
pub(crate) type Range = (u16, u16);

/// A port of a service that its host has as well.
///
/// ```text
/// ports:
///   - "[<host ip>:][<published>]:<target>[/<protocol>]"
///   - {target: 80, published: "8080", host_ip: 127.0.0.1, protocol: tcp}
/// ```
///
/// Source: Compose specification, `05-services.md`, "ports".
#[derive(Clone, Debug)]
pub(crate) struct Port<'t> {
    pub(crate) node: Node<'t>,
    /// The address of the host that it is bound to; nothing for every one.
    host_ip: Option<String>,
    /// Nothing where Docker picks a free one.
    pub(crate) published: Option<Range>,
    pub(crate) target: Range,
    protocol: String,
}

impl<'t> Port<'t> {
    /// Where to point: the port of the host, else the whole.
    pub(crate) fn grip(&self) -> Node<'t> {
        let field = self.node.at(&["published"]).or_else(|| self.node.at(&["target"]));
        field.unwrap_or(self.node)
    }

    /// Where the port of the container stands; the whole where one text says both.
    pub(crate) fn target_node(&self) -> Node<'t> {
        self.node.at(&["target"]).unwrap_or(self.node)
    }

    pub(crate) fn is_tcp(&self) -> bool {
        self.protocol == "tcp"
    }

    /// Whether every machine that reaches the host reaches the port.
    pub(crate) fn is_on_all_interfaces(&self) -> bool {
        self.host_ip.as_deref().is_none_or(is_every_address)
    }

    /// Whether both want the same port of the host.
    pub(crate) fn clashes(&self, other: &Self) -> bool {
        let (Some(own), Some(others)) = (self.published, other.published) else { return false };
        // One port of a range is picked, so that ranges get along while they are long enough.
        let is_one = own.0 == own.1 || self.published_each();
        let others_one = others.0 == others.1 || other.published_each();
        let same_address = match (&self.host_ip, &other.host_ip) {
            // One socket of each family has the port.
            (Some(own), Some(others)) if is_v6(own) != is_v6(others) => false,
            (own, others) => {
                self.is_on_all_interfaces() || other.is_on_all_interfaces() || own == others
            }
        };
        is_one
            && others_one
            && same_address
            && self.protocol == other.protocol
            && own.0 <= others.1
            && others.0 <= own.1
    }

    /// Whether both say the same, of which Compose keeps one.
    pub(crate) fn repeats(&self, other: &Self) -> bool {
        let of = |port: &Self| (port.host_ip.clone(), port.published, port.target);
        of(self) == of(other) && self.protocol == other.protocol
    }

    /// Whether every port of the range is published, as for as many ports of the container.
    fn published_each(&self) -> bool {
        let length = |(first, last): Range| last - first;
        self.published.is_some_and(|published| length(published) == length(self.target))
    }

    /// `6379`, `8000-8010`, `53/udp`.
    pub(crate) fn describe(&self) -> String {
        let (first, last) = self.published.unwrap_or(self.target);
        let range = if first == last { first.to_string() } else { format!("{first}-{last}") };
        if self.protocol == "tcp" { range } else { format!("{range}/{}", self.protocol) }
    }

    /// Lets the port be reached from the host alone.
    pub(crate) fn bind_to_loopback(&self) -> Edits {
        const LOOPBACK: &str = "127.0.0.1";
        if self.node.is_map() {
            return edit::set(self.node, &["host_ip"], &LOOPBACK.into());
        }
        let written = parts(self.node.text());
        let (address, ports) = written.split_at(written.len().saturating_sub(2));
        // What a variable makes of the address, or of more than one part, is the host's to say.
        let is_plain =
            interpolated(self.node).is_some_and(|text| parts(&text).len() == written.len());
        if !is_plain || !is_every_address(bare(&address.join(":"))) {
            return Err(Refusal::Occupied);
        }
        // Without a port of the host there is nothing between the two colons.
        let colon = if ports.len() > 1 { ":" } else { "::" };
        edit::reword(self.node, &format!("{LOOPBACK}{colon}{}", ports.join(":")))
    }
}

impl<'t> Service<'t> {
    /// The ports that the service publishes. What a variable without a default decides is left out.
    pub(crate) fn ports(self) -> Vec<Port<'t>> {
        let mode = self.node().at(&["network_mode"]).and_then(interpolated).unwrap_or_default();
        // Those have no ports of their own.
        let is_elsewhere =
            ["host", "none", "service:", "container:"].iter().any(|it| mode.starts_with(it));
        let list = self.node().at(&["ports"]).filter(|_| !is_elsewhere);
        list.into_iter().flat_map(Node::items).filter_map(port).collect()
    }
}

impl Service<'_> {
    /// Whether something else is in the network of the service's containers, so that it reaches what
    /// listens on their own address only.
    pub(crate) fn shares_network(self) -> bool {
        let mode_of = |service: Node<'_>| interpolated(service.at(&["network_mode"])?);
        let own = mode_of(self.node());
        if own.is_some_and(|mode| !matches!(mode.as_str(), "" | "bridge" | "default")) {
            return true;
        }
        self.lends_network()
    }

    /// Whether another service is in the network of its containers.
    pub(super) fn lends_network(self) -> bool {
        let wanted = format!("service:{}", self.name());
        match self.stack {
            Some(stack) => stack.network_modes().contains(&wanted),
            None => network_modes(self.document).any(|mode| mode == wanted),
        }
    }
}

/// Every `network_mode` that a service of a document states, as far as it is known.
pub(super) fn network_modes(document: Node<'_>) -> impl Iterator<Item = String> {
    let modes = services(document).into_iter().filter_map(|it| it.node().at(&["network_mode"]));
    modes.filter_map(interpolated)
}

fn port(node: Node<'_>) -> Option<Port<'_>> {
    if node.is_map() {
        let field = |name: &str| match node.at(&[name]) {
            Some(value) => interpolated(value).map(Some),
            None => Some(None),
        };
        let published = field("published")?.filter(|text| !text.is_empty());
        return Some(Port {
            node,
            host_ip: field("host_ip")?.filter(|ip| !ip.is_empty()),
            published: match published {
                Some(text) => Some(range(&text)?),
                None => None,
            },
            target: range(&field("target")??)?,
            protocol: field("protocol")?.map_or_else(|| "tcp".to_owned(), |it| it.to_lowercase()),
        });
    }
    let text = interpolated(node)?;
    let Short { address, published, target, protocol } = Short::of(&text);
    Some(Port {
        node,
        host_ip: Some(bare(address).to_owned()).filter(|_| !address.is_empty()),
        published: if published.is_empty() { None } else { Some(range(published)?) },
        target: range(target)?,
        protocol: protocol.to_lowercase(),
    })
}

/// The parts of the short form, each empty where it is not there.
struct Short<'s> {
    address: &'s str,
    published: &'s str,
    target: &'s str,
    protocol: &'s str,
}

impl<'s> Short<'s> {
    fn of(text: &'s str) -> Self {
        let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        let (rest, target) = ports.rsplit_once(':').unwrap_or(("", ports));
        let (address, published) = rest.rsplit_once(':').unwrap_or(("", rest));
        Short { address, published, target, protocol }
    }
}

/// What is wrong with a port in its short form that Compose cannot read.
///
/// Source: github.com/docker/go-connections, `nat/nat.go`, `ParsePortSpec`.
pub(super) fn unreadable(node: Node<'_>) -> Option<String> {
    let text = interpolated(node).filter(|_| node.is_scalar())?;
    let Short { address, published, target, protocol } = Short::of(text.trim());
    if !["tcp", "udp", "sctp"].contains(&protocol.to_lowercase().as_str()) {
        return Some(format!("has the protocol `{protocol}`, which is none of tcp, udp and sctp"));
    }
    if !is_every_address(address) && bare(address).parse::<IpAddr>().is_err() {
        return Some(format!("has `{address}` where an address must be"));
    }
    let ranges = [target, published].map(|part| (part, range(part)));
    if target.is_empty() {
        return Some("has no port of the container".to_owned());
    }
    let mut wrong = ranges.iter().filter(|(part, read)| read.is_none() && !part.is_empty());
    if let Some((part, _)) = wrong.next() {
        return Some(format!("has `{part}` where a port must be, of 65535 at most"));
    }
    let [target, published] = ranges.map(|(_, read)| read.map(|(first, last)| last - first));
    let differ =
        published.is_some_and(|published| target.is_some_and(|it| it > 0 && it != published));
    differ.then(|| "has ranges of two lengths".to_owned())
}

/// An address without its brackets.
fn bare(ip: &str) -> &str {
    ip.trim_start_matches('[').trim_end_matches(']')
}

/// Whether a stated address is of IPv6.
fn is_v6(ip: &str) -> bool {
    ip.contains(':')
}

fn is_every_address(ip: &str) -> bool {
    matches!(ip, "" | "0.0.0.0" | "::" | "0" | "*")
}

fn range(text: &str) -> Option<Range> {
    let (first, last) = text.trim().split_once('-').unwrap_or((text.trim(), text.trim()));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::unreadable;
    use crate::compose::tests::{services_of, tree};

    #[test]
    fn ports_in_both_forms() {
        let cases = [
            ("'6379:6379'", "6379 all"),
            ("'127.0.0.1:6379:6379'", "6379"),
            ("'[::1]:80:8080'", "80"),
            ("'::1:80:8080'", "80"),
            ("'[::]:80:8080'", "80 all"),
            ("'0.0.0.0:80:8080'", "80 all"),
            ("'53:53/udp'", "53/udp all"),
            ("'3000-3005:3000-3005'", "3000-3005 all"),
            ("8080", "8080 all"),
            ("'127.0.0.1::80'", "80"),
            ("22:22", "22 all"),
            ("'${PORT:-8080}:80'", "8080 all"),
            ("'${BIND:-127.0.0.1}:8080:80'", "8080"),
            ("'${BIND}:8080:80'", ""),
            ("'http:80'", ""),
            ("{target: 80, published: '8080'}", "8080 all"),
            ("{target: 80, published: 8080, host_ip: 127.0.0.1, protocol: UDP}", "8080/udp"),
            ("{target: 80}", "80 all"),
            ("{published: 80}", ""),
            ("[80]", ""),
        ];
        for (text, expected) in cases {
            let tree = tree(&format!("services: {{a: {{ports: [{text}]}}}}"));
            let found: Vec<_> = services_of(&tree)
                .iter()
                .flat_map(|service| service.ports())
                .map(|port| {
                    let all = if port.is_on_all_interfaces() { " all" } else { "" };
                    format!("{}{all}", port.describe())
                })
                .collect();
            assert_eq!(found.concat(), expected, "{text}");
        }
        let tree = tree("services: {a: {network_mode: host, ports: ['80:80']}}");
        assert!(services_of(&tree)[0].ports().is_empty());
    }

    #[test]
    fn what_compose_cannot_read_as_a_port() {
        for (text, expected) in [
            (
                "'127.0.0.1:80:80/http'",
                "has the protocol `http`, which is none of tcp, udp and sctp",
            ),
            ("'localhost:80:80'", "has `localhost` where an address must be"),
            ("'abc:80'", "has `abc` where a port must be, of 65535 at most"),
            ("'70000:8000'", "has `70000` where a port must be, of 65535 at most"),
            ("'9000-8000:80'", "has `9000-8000` where a port must be, of 65535 at most"),
            ("'80:'", "has no port of the container"),
            ("'8080-8085:80-82'", "has ranges of two lengths"),
            ("'8080-8085:80'", ""),
            ("'127.0.0.1::80/UDP'", ""),
            ("'[::1]:80:8080'", ""),
            ("'${A}:80'", ""),
            ("{target: x}", ""),
            ("8080", ""),
        ] {
            let tree = tree(&format!("services: {{a: {{ports: [{text}]}}}}"));
            let ports = services_of(&tree)[0].node().at(&["ports"]).unwrap();
            let found = ports.items().find_map(unreadable).unwrap_or_default();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn two_that_want_one_port_of_the_host_clash() {
        let cases = [
            ("'80:80', '80:8080'", true),
            ("'80:80', '0.0.0.0:80:81'", true),
            ("'127.0.0.1:80:80', '127.0.0.2:80:80'", false),
            ("'127.0.0.1:80:80', '80:80'", true),
            ("'80:80', '80:80/udp'", false),
            ("'80:80', '81:80'", false),
            ("'80', '80'", false),
            ("'8000-8005:8000-8005', '8003:80'", true),
            ("'8000-8005:80', '8003:80'", false),
            ("'8003:80', '8000-8005:8000-8005'", true),
            ("'8003:80', '8000-8005:80'", false),
            ("'0.0.0.0:80:80', '[::]:80:80'", false),
            ("'127.0.0.1:80:80', '[::1]:80:80'", false),
            ("'80:80', '[::1]:80:80'", true),
            ("':80:80', '[::]:80:80'", true),
        ];
        for (text, expected) in cases {
            let tree = tree(&format!("services: {{a: {{ports: [{text}]}}}}"));
            let ports = services_of(&tree)[0].ports();
            assert_eq!(ports[0].clashes(&ports[1]), expected, "{text}");
        }
    }
}
