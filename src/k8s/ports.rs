//! Ports: what containers declare, and the names and numbers by which others mean them.
//!
//! A declared port is information: a container takes connections on every port that it listens
//! on. Only a name means nothing unless a container declares it.

use std::fmt;

use super::{Container, ContainerClasses, Workload, is_templated};
use crate::tree::Node;

/// The protocol of a port that names none.
pub(crate) const DEFAULT_PROTOCOL: &str = "TCP";

/// The longest name of a port.
const MAX_NAME: usize = 15;

/// How a port is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PortRef<'t> {
    Number(i64),
    Name(&'t str),
}

impl<'t> PortRef<'t> {
    /// What a value means; nothing where it is empty or a template fills it in.
    pub(crate) fn of(node: Node<'t>) -> Option<Self> {
        if let Some(number) = node.as_int() {
            return Some(PortRef::Number(number));
        }
        let name = node.as_str()?;
        (!name.is_empty() && !is_templated(name)).then_some(PortRef::Name(name))
    }

    /// Why the API server refuses it as the port of pods, if it does.
    pub(crate) fn fault(self) -> Option<&'static str> {
        match self {
            PortRef::Number(number) => number_fault(number),
            PortRef::Name(name) => name_fault(name),
        }
    }
}

impl fmt::Display for PortRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PortRef::Number(number) => write!(f, "{number}"),
            PortRef::Name(name) => write!(f, "`{name}`"),
        }
    }
}

/// The number that somebody put in quotes, where it would be a name.
pub(crate) fn quoted_number(node: Node<'_>) -> Option<i64> {
    let number = node.as_str()?.parse().ok()?;
    number_fault(number).is_none().then_some(number)
}

/// Why no port has that number, if none does.
pub(crate) fn number_fault(number: i64) -> Option<&'static str> {
    (!(1..=65535).contains(&number)).then_some("port numbers lie between 1 and 65535")
}

/// Why no port of a pod can have that name, if none can.
///
/// Source: RFC 6335, section 5.1; Kubernetes, `IsValidPortName`.
pub(crate) fn name_fault(name: &str) -> Option<&'static str> {
    let is_letter = |c: char| c.is_ascii_lowercase();
    match () {
        () if name.len() > MAX_NAME => Some("a port name has 15 characters at most"),
        () if !name.chars().all(|c| is_letter(c) || c.is_ascii_digit() || c == '-') => {
            Some("a port name has lower-case letters, digits and `-` only")
        }
        () if !name.contains(is_letter) => Some("a port name has at least one letter"),
        () if name.starts_with('-') || name.ends_with('-') || name.contains("--") => {
            Some("in a port name, `-` stands between letters and digits only")
        }
        () => None,
    }
}

/// A port that a container declares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ContainerPort<'t>(Node<'t>);

impl<'t> ContainerPort<'t> {
    pub(crate) fn node(self) -> Node<'t> {
        self.0
    }

    /// Its name, where it has one.
    pub(crate) fn name(self) -> Option<Node<'t>> {
        self.0.at(&["name"]).filter(|name| !name.text().is_empty())
    }

    pub(crate) fn number(self) -> Option<Node<'t>> {
        self.0.at(&["containerPort"])
    }

    pub(crate) fn protocol(self) -> &'t str {
        self.0.at(&["protocol"]).map_or(DEFAULT_PROTOCOL, Node::text)
    }

    /// Whether it is the port that is meant; a part that a template fills in may be.
    pub(crate) fn is(self, port: PortRef<'_>, protocol: Option<&str>) -> bool {
        let fits = |own: Option<Node<'t>>| {
            own.and_then(PortRef::of) == Some(port)
                || own.is_some_and(|own| is_templated(own.text()))
        };
        let of_protocol =
            protocol.is_none_or(|it| it == self.protocol()) || is_templated(self.protocol());
        of_protocol && (fits(self.name()) || fits(self.number()))
    }
}

impl<'t> Container<'t> {
    /// The ports that the container declares.
    pub(crate) fn ports(self) -> impl Iterator<Item = ContainerPort<'t>> {
        self.node().at(&["ports"]).into_iter().flat_map(Node::items).map(ContainerPort)
    }

    /// Whether the container declares that port, or may: a template may stand for all its ports.
    pub(crate) fn declares(self, port: PortRef<'_>, protocol: Option<&str>) -> bool {
        let is_open = self.node().at(&["ports"]).is_some_and(Node::is_scalar);
        is_open || self.ports().any(|own| own.is(port, protocol))
    }
}

impl<'t> Workload<'t> {
    /// The containers that run as long as the pod, and so may take connections.
    pub(crate) fn long_running(self) -> impl Iterator<Item = Container<'t>> {
        let is_long =
            |container: &Container<'t>| ContainerClasses::LONG_RUNNING.contains(container.class());
        self.containers().into_iter().filter(is_long)
    }

    /// Whether a container of the pods declares that port, or may.
    ///
    /// Source: Kubernetes, `FindPort`: main containers and restartable init containers.
    pub(crate) fn declares(self, port: PortRef<'_>, protocol: Option<&str>) -> bool {
        self.long_running().any(|container| container.declares(port, protocol))
    }

    /// Whether a container of the pods declares any port.
    pub(crate) fn declares_some(self) -> bool {
        self.long_running().any(|container| container.ports().next().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ports() {
        for name in ["http", "a", "8080-tcp", "h2c", "metrics-9090", "abcdefghijklmno"] {
            assert_eq!(name_fault(name), None, "{name}");
        }
        for name in ["", "8080", "HTTP", "http_api", "-http", "http-", "a--b", "abcdefghijklmnop"] {
            assert!(name_fault(name).is_some(), "{name}");
        }
    }
}
