//! Who answers to which name on the networks of a Compose file.

use std::collections::{HashMap, HashSet};

use super::{ComposeFile, Port, Service, interpolated, is_of_container};
use crate::address::Address;
use crate::tree::Node;

/// The names of a Compose file's services on its networks.
#[derive(Debug)]
pub(crate) struct Hosts<'t> {
    by_name: HashMap<String, Vec<Listener<'t>>>,
    /// There may be services that are not among the files.
    is_part: bool,
}

/// A service that has a name.
#[derive(Clone, Debug)]
struct Listener<'t> {
    service: Service<'t>,
    /// The networks on which it has the name; nothing where that is not known.
    networks: Option<HashSet<String>>,
}

/// The networks that a service is on.
#[derive(Debug)]
struct Networks {
    names: HashSet<String>,
    /// Others may be on one of them.
    is_shared_with_others: bool,
}

/// Who answers to a service.
#[derive(Debug)]
pub(crate) enum Heard<'t> {
    /// A service does, and no other one.
    Somebody(Service<'t>),
    /// A service has the name, but not on a network of the caller's.
    Apart(Service<'t>),
    /// A service has the name as an alias, but not on a network of the caller's, which shares another one
    /// with it.
    Alias(Service<'t>),
    /// A service has the name, and the port is the one that it has on its host.
    HostPort(Service<'t>, Port<'t>),
    /// Nobody; with the service of a name like it.
    Nobody(Option<Service<'t>>),
    Unknown,
}

/// More names are not asked whether they are like another one.
const MOST_NAMES: usize = 500;

impl<'t> Hosts<'t> {
    /// The names of a file's services, and of those of the files that it is laid over.
    pub(crate) fn of(file: ComposeFile<'t>) -> Self {
        let mut by_name: HashMap<String, Vec<Listener<'t>>> = HashMap::new();
        for service in file.everybody() {
            let networks = service.networks();
            let everywhere = networks.as_ref().map(|it| it.names.clone());
            let mut push = |name: &str, networks: Option<HashSet<String>>| {
                let known = by_name.entry(name.to_ascii_lowercase()).or_default();
                known.push(Listener { service, networks });
            };
            push(service.name(), everywhere.clone());
            // The engine knows containers by their own name and host name too.
            for key in ["container_name", "hostname"] {
                if let Some(name) = service.node().at(&[key]).and_then(interpolated) {
                    push(&name, everywhere.clone());
                }
            }
            for entry in service.node().at(&["networks"]).map(Node::entries).unwrap_or_default() {
                let network = service.network_name(entry.key.text());
                let aliases = entry.value.at(&["aliases"]).into_iter().flat_map(Node::items);
                for alias in aliases.filter_map(interpolated) {
                    push(&alias, Some(HashSet::from([network.clone()])));
                }
            }
        }
        Hosts { by_name, is_part: file.is_part() }
    }

    /// Who answers when a service of the file calls an address.
    ///
    /// Source: docs.docker.com, "Networking in Compose".
    pub(crate) fn answer(&self, caller: Service<'t>, address: &Address) -> Heard<'t> {
        let host = address.host.as_str();
        let Some(own) = caller.networks().filter(|_| !caller.knows_itself(host)) else {
            return Heard::Unknown;
        };
        if address.ip().is_some() || host == "localhost" {
            return Heard::Unknown;
        }
        let Some(listeners) = self.by_name.get(host) else {
            let may_be_elsewhere = host.contains('.')
                || self.is_part
                || is_of_container(host, |name| self.by_name.contains_key(name))
                || own.is_shared_with_others
                || caller.may_inherit();
            return if may_be_elsewhere { Heard::Unknown } else { Heard::Nobody(self.like(host)) };
        };
        let is_own = |it: &Listener<'_>| it.service.name() == caller.name();
        if listeners.iter().any(|it| it.networks.is_none() || is_own(it)) {
            return Heard::Unknown;
        }
        let shares = |it: &&Listener<'_>| {
            it.networks.as_ref().is_some_and(|names| !names.is_disjoint(&own.names))
        };
        let Some(found) = listeners.iter().find(shares) else {
            let apart = listeners.first().filter(|_| !self.is_part).map(|it| it.service);
            return match apart.and_then(|it| Some((it, it.networks()?))) {
                Some((service, all)) if all.names.is_disjoint(&own.names) => Heard::Apart(service),
                Some((service, _)) => Heard::Alias(service),
                None => apart.map_or(Heard::Unknown, Heard::Apart),
            };
        };
        if listeners.iter().any(|it| it.service.name() != found.service.name()) {
            return Heard::Unknown;
        }
        match address.port.and_then(|port| found.service.host_port(port)) {
            Some(port) => Heard::HostPort(found.service, port),
            None => Heard::Somebody(found.service),
        }
    }

    /// The service whose name is like one that nobody has.
    fn like(&self, host: &str) -> Option<Service<'t>> {
        if self.by_name.len() > MOST_NAMES {
            return None;
        }
        let near = crate::schema::nearest(host, self.by_name.keys().map(String::as_str))?;
        self.by_name.get(near)?.first().map(|it| it.service)
    }
}

impl<'t> Service<'t> {
    /// The networks that it is on; nothing where that is not known, or where it has those of others.
    fn networks(self) -> Option<Networks> {
        if self.node().at(&["network_mode"]).is_some() {
            return None;
        }
        let stated = self.node().at(&["networks"]);
        let listed = stated.into_iter().flat_map(Node::items).map(Node::text);
        let mapped = stated.map(Node::entries).unwrap_or_default();
        let mut keys: Vec<_> = listed.chain(mapped.iter().map(|it| it.key.text())).collect();
        if stated.is_some_and(Node::is_scalar)
            && keys.is_empty()
            && !stated.is_some_and(Node::is_null)
            || keys.iter().any(|key| key.contains('$'))
        {
            return None;
        }
        if keys.is_empty() {
            keys.push("default");
        }
        let is_external = |key: &&str| {
            let external = self.document.at(&["networks", key, "external"]);
            external.is_some_and(|it| it.is_map() || it.as_bool() != Some(false))
        };
        Some(Networks {
            is_shared_with_others: keys.iter().any(is_external),
            names: keys.iter().map(|key| self.network_name(key)).collect(),
        })
    }

    /// What a network is called outside of the file, where that says so.
    fn network_name(self, key: &str) -> String {
        let named = |path: &[&str]| {
            let name = self.document.at(&[&["networks", key], path].concat())?;
            (!name.text().is_empty()).then(|| name.text().to_owned())
        };
        named(&["name"]).or_else(|| named(&["external", "name"])).unwrap_or_else(|| key.to_owned())
    }

    /// Whether it says itself who has that name.
    fn knows_itself(self, host: &str) -> bool {
        let extra = self.node().at(&["extra_hosts"]);
        let listed = extra.into_iter().flat_map(Node::items).map(Node::text);
        let mapped = extra.map(Node::entries).unwrap_or_default();
        let links = ["links", "external_links"].into_iter();
        let links = links.filter_map(|key| self.node().at(&[key])).flat_map(Node::items);
        listed.chain(mapped.iter().map(|it| it.key.text())).any(|text| {
            text.split([':', '=']).next().is_some_and(|name| name.eq_ignore_ascii_case(host))
        }) || links.into_iter().any(|link| link.text().rsplit(':').next() == Some(host))
    }

    /// The port of its host, where that number is none of its own.
    fn host_port(self, number: u16) -> Option<Port<'t>> {
        let ports = self.ports();
        let holds = |(first, last): (u16, u16)| (first..=last).contains(&number);
        let stated = self.node().at(&["ports"]).into_iter().flat_map(Node::items).count();
        let exposed = self.node().at(&["expose"]).into_iter().flat_map(Node::items);
        let mut exposed = exposed.map(|it| it.text().split(['/', '-']).next().unwrap_or_default());
        if stated != ports.len()
            || ports.iter().any(|port| holds(port.target))
            || exposed.any(|port| port.parse() == Ok(number) || port.contains('$'))
        {
            return None;
        }
        ports.into_iter().find(|port| port.published.is_some_and(holds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::{services_of, tree};

    #[test]
    fn who_answers() {
        let text = "
services:
  api: {image: a, networks: [front, back]}
  web: {image: a, networks: [front], extra_hosts: ['me:10.0.0.1']}
  db: {image: a, networks: {back: {aliases: [postgres]}, rest: {aliases: [pg]}}, ports: ['5433:5432']}
  out: {image: a, networks: [other]}
  host: {image: a, network_mode: host}
networks: {front: , back: , rest: , other: {external: true}}
";
        let tree = tree(text);
        let hosts = Hosts::of(ComposeFile::new(tree.documents().next().unwrap()));
        for (caller, url, expected) in [
            (0, "postgres://db/x", "somebody"),
            (0, "postgres://postgres/x", "somebody"),
            (0, "postgres://db:5433/x", "host port of db"),
            (0, "redis://redis", "nobody"),
            (0, "redis://wen", "nobody, like web"),
            (0, "https://acme.io", "unknown"),
            (0, "http://localhost:80", "unknown"),
            (1, "http://me", "unknown"),
            (1, "postgres://db/x", "apart from db"),
            (1, "postgres://postgres/x", "apart from db"),
            (0, "postgres://pg/x", "alias of db"),
            (1, "postgres://pg/x", "apart from db"),
            (3, "redis://redis", "unknown"),
            (4, "redis://redis", "unknown"),
            (1, "http://host", "unknown"),
        ] {
            let address = Address::of_url(url).unwrap();
            let found = match hosts.answer(services_of(&tree)[caller], &address) {
                Heard::Somebody(_) => "somebody".to_owned(),
                Heard::Apart(service) => format!("apart from {}", service.name()),
                Heard::Alias(service) => format!("alias of {}", service.name()),
                Heard::HostPort(service, _) => format!("host port of {}", service.name()),
                Heard::Nobody(None) => "nobody".to_owned(),
                Heard::Nobody(Some(like)) => format!("nobody, like {}", like.name()),
                Heard::Unknown => "unknown".to_owned(),
            };
            assert_eq!(found, expected, "{caller} {url}");
        }
    }
}
