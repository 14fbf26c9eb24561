//! Under which names a service is reached, and what may answer to others.

use super::{ComposeFile, Service};
use crate::tree::Node;

impl<'t> Service<'t> {
    /// The names by which the other services of the file reach this one.
    ///
    /// Source: Compose specification, `05-services.md`, "networks", "aliases", "`container_name`".
    pub(crate) fn names_on_networks(self) -> Vec<&'t str> {
        let field = |name: &str| self.node().at(&[name]).map(Node::text);
        let networks = self.node().at(&["networks"]).map(Node::entries).unwrap_or_default();
        let aliases = networks.into_iter().filter_map(|entry| entry.value.at(&["aliases"]));
        let aliases = aliases.flat_map(Node::items).map(Node::text);
        let own = [Some(self.name()), field("container_name"), field("hostname")];
        own.into_iter().flatten().chain(aliases).collect()
    }

    /// Whether a name may stand for what the file does not show: the service is on a network of
    /// another application or of its host, or has that name as one of its own for others.
    pub(crate) fn may_know(self, host: &str) -> bool {
        const OWN: [&str; 2] = ["network_mode", "dns"];
        const NAMES: [&str; 3] = ["extra_hosts", "links", "external_links"];
        let named = NAMES.iter().filter_map(|key| self.node().at(&[key]));
        let mut named = named.flat_map(|names| {
            let listed = names.items().map(Node::text).flat_map(|text| text.split([':', '=']));
            listed.chain(names.entries().into_iter().map(|entry| entry.key.text()))
        });
        let networks = self.node().at(&["networks"]);
        let listed = networks.into_iter().flat_map(Node::items).map(Node::text);
        let mapped = networks.map(Node::entries).unwrap_or_default();
        let mapped = mapped.iter().map(|entry| entry.key.text());
        let file = self.file();
        OWN.iter().any(|key| self.node().get(key).is_some())
            || named.any(|name| name == host || name.contains('$'))
            || listed.chain(mapped).chain(["default"]).any(|name| file.is_external_network(name))
    }

    /// Whether the service has a network to itself, so that it alone is its `localhost`.
    pub(crate) fn is_alone_on_localhost(self) -> bool {
        self.node().get("network_mode").is_none() && !self.lends_network()
    }
}

/// Whether a name is one that Compose gives to containers of a service, `shop-api-1` or `shop_api_1`: the
/// engine answers to these too, and a project may be called anything.
///
/// Source: Compose specification, `05-services.md`, "`container_name`".
pub(crate) fn is_of_container(host: &str, is_service: impl Fn(&str) -> bool) -> bool {
    const SEPARATORS: [char; 2] = ['-', '_'];
    let Some((rest, number)) = host.rsplit_once(SEPARATORS) else { return false };
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    is_number
        && rest.match_indices(SEPARATORS).any(|(at, _)| rest.get(at + 1..).is_some_and(&is_service))
}

impl ComposeFile<'_> {
    /// Whether a network is one of another application.
    fn is_external_network(self, name: &str) -> bool {
        let external = self.section("networks").and_then(|all| all.at(&[name, "external"]));
        external.is_some_and(|external| external.as_bool() != Some(false))
    }
}
