//! What a service names that the file must define elsewhere.

use super::{Origin, Service, interpolated};
use crate::tree::{Entry, Node};

/// A name that a service uses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reference<'t> {
    /// What it is the name of, as messages put it.
    pub(crate) what: &'static str,
    /// Where that is defined.
    pub(crate) section: &'static str,
    pub(crate) name: &'t str,
    pub(crate) node: Node<'t>,
}

/// A service that has to run before another one starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dependency<'t> {
    pub(crate) name: &'t str,
    pub(crate) node: Node<'t>,
    /// The condition that is waited for, where one is stated.
    pub(crate) condition: Option<Node<'t>>,
    /// Whether Compose gives up where the condition is not met, and does not go on with a warning.
    pub(crate) is_required: bool,
}

impl<'t> Service<'t> {
    /// ```text
    /// depends_on: [db]
    /// depends_on: {db: {condition: service_healthy, required: true}}
    /// ```
    pub(crate) fn dependencies(self) -> Vec<Dependency<'t>> {
        let Some(node) = self.node().at(&["depends_on"]) else { return Vec::new() };
        let listed = node.items().map(|node| Dependency {
            name: node.text(),
            node,
            condition: None,
            is_required: true,
        });
        let mapped = node.entries().into_iter().map(|Entry { key, value }| Dependency {
            name: key.text(),
            node: key,
            condition: value.at(&["condition"]),
            is_required: value.at(&["required"]).is_none_or(|it| it.as_bool() != Some(false)),
        });
        listed.chain(mapped).collect()
    }

    /// The services that run before this one, because it waits for them or shares something of theirs.
    ///
    /// Source: github.com/compose-spec/compose-go, `loader/normalize.go`.
    pub(crate) fn runs_after(self) -> Vec<Dependency<'t>> {
        let of = |name, node| Dependency { name, node, condition: None, is_required: true };
        let listed = ["links", "volumes_from"].into_iter().flat_map(|field| {
            let names = self.names(&[field]).into_iter();
            names.map(|(node, text)| of(text.split(':').next().unwrap_or(text), node))
        });
        let shared = ["network_mode", "ipc", "pid", "uts", "cgroup"].into_iter();
        let shared = shared.filter_map(|field| {
            let node = self.node().at(&[field])?;
            Some(of(node.text().strip_prefix("service:")?, node))
        });
        // `container:x` is none of the application's.
        let implied = listed.chain(shared).filter(|it| it.name != "container");
        self.dependencies().into_iter().chain(implied).collect()
    }

    /// The services whose volumes this one mounts too, and whether it does so for reading.
    pub(crate) fn lenders(self) -> Vec<(&'t str, bool)> {
        let names = self.names(&["volumes_from"]).into_iter();
        let parted = names.map(|(_, text)| text.split_once(':').unwrap_or((text, "")));
        parted.map(|(name, mode)| (name, mode == "ro")).collect()
    }

    /// Everything that the service refers to by name.
    pub(crate) fn references(self) -> Vec<Reference<'t>> {
        let mut found = Vec::new();
        let mut push = |what, section, name: &'t str, node| {
            if !name.is_empty() && !name.contains('$') {
                found.push(Reference { what, section, name, node });
            }
        };
        for dependency in self.dependencies().iter().filter(|it| it.is_required) {
            push("service", "services", dependency.name, dependency.node);
        }
        for (node, name) in self.names(&["networks"]) {
            // Every file has it.
            if name != "default" {
                push("network", "networks", name, node);
            }
        }
        for (what, section) in [("secret", "secrets"), ("config", "configs")] {
            for (node, name) in self.names(&[section]) {
                push(what, section, name, node);
            }
        }
        for (node, name) in self.names(&["build", "secrets"]) {
            push("secret", "secrets", name, node);
        }
        for (node, name) in self.names(&["models"]) {
            push("model", "models", name, node);
        }
        for field in ["links", "volumes_from"] {
            for (node, text) in self.names(&[field]) {
                let name = text.split(':').next().unwrap_or(text);
                if !(field == "volumes_from" && name == "container") {
                    push("service", "services", name, node);
                }
            }
        }
        for field in ["network_mode", "ipc", "pid"] {
            let Some(node) = self.node().at(&[field]) else { continue };
            if let Some(name) = node.text().strip_prefix("service:") {
                push("service", "services", name, node);
            }
        }
        for mount in self.mounts() {
            let Origin::Named(name) = &mount.origin else { continue };
            // A name that a variable makes is looked up as what it stands for.
            let written = mount.grip().text();
            if let Some(start) = written.find(name.as_str())
                && let Some(name) = written.get(start..start + name.len())
            {
                push("volume", "volumes", name, mount.grip());
            }
        }
        let extended = self.node().at(&["extends"]);
        let elsewhere = extended.and_then(|node| node.at(&["file"]));
        if let Some(node) = extended.filter(|_| elsewhere.is_none()) {
            let node = node.at(&["service"]).unwrap_or(node);
            push("service", "services", node.text(), node);
        }
        found
    }

    /// The names at a path: the items of a list or their `source`, or the keys of a mapping.
    pub(super) fn names(self, path: &[&str]) -> Vec<(Node<'t>, &'t str)> {
        let Some(node) = self.node().at(path) else { return Vec::new() };
        let listed = node.items().map(|item| item.at(&["source"]).unwrap_or(item));
        let mapped = node.entries().into_iter().map(|entry| entry.key);
        listed.chain(mapped).map(|node| (node, node.text())).collect()
    }

    /// The name of the service's containers, where the file gives one.
    pub(crate) fn container_name(self) -> Option<(Node<'t>, String)> {
        let node = self.node().at(&["container_name"])?;
        Some((node, interpolated(node)?))
    }
}

#[cfg(test)]
mod tests {
    use crate::compose::tests::{services_of, tree};

    #[test]
    fn names_are_found_wherever_they_stand() {
        let text = "
services:
  api:
    build: {context: ., secrets: [token]}
    depends_on: {db: {condition: service_healthy}, maybe: {condition: service_started, required: false}}
    networks: {front: {aliases: [x]}, default: }
    secrets: [{source: key}]
    configs: ['${CONFIG}']
    volumes: [data:/data, ./x:/x, {type: volume, source: more, target: /more}, /anonymous, '${V:-cache}:/c']
    links: ['redis:cache']
    network_mode: service:vpn
    extends: {service: base, file: other.yaml}
  worker: {extends: base, depends_on: [api], volumes_from: ['api:ro', 'container:x']}
";
        let tree = tree(text);
        let of = |index: usize| {
            let found = services_of(&tree)[index].references();
            found.iter().map(|it| format!("{} {}", it.what, it.name)).collect::<Vec<_>>()
        };
        assert_eq!(
            of(0),
            [
                "service db",
                "network front",
                "secret key",
                "secret token",
                "service redis",
                "service vpn",
                "volume data",
                "volume more",
                "volume cache",
            ]
        );
        assert_eq!(of(1), ["service api", "service api", "service base"]);
    }
}
