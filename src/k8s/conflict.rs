//! What the API server refuses of an object whose fields are all well: they do not go together.
//!
//! Source: Kubernetes, `pkg/apis/core/validation`.

use std::collections::HashSet;

use super::Object;
use super::quantity::Quantity;
use super::schema::{Fault, MOST, is_placeholder, place, pod_path};
use crate::tree::Node;
use crate::words;

/// What makes a probe ask for something.
const HANDLERS: [&str; 4] = ["exec", "grpc", "httpGet", "tcpSocket"];

/// What a probe says besides.
const TIMES: [&str; 6] = [
    "failureThreshold",
    "initialDelaySeconds",
    "periodSeconds",
    "successThreshold",
    "terminationGracePeriodSeconds",
    "timeoutSeconds",
];

const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

/// What of an object of a known type contradicts the rest.
pub(super) fn conflicts(object: Object<'_>) -> Vec<Fault<'_>> {
    let mut found = Conflicts { object, faults: Vec::new() };
    if object.is("", "Service") {
        found.in_service();
    } else if let Some(path) = pod_path(object.kind()) {
        found.in_pod(object.node().at(path));
    }
    found.faults
}

/// Whether a resource is given as a whole: devices, and large pages of memory.
///
/// Source: Kubernetes, `pkg/apis/core/v1/helper`, `IsOvercommitAllowed`.
fn is_indivisible(resource: &str) -> bool {
    let is_device = resource.split_once('/').is_some_and(|(domain, _)| {
        !domain.ends_with("kubernetes.io") && !resource.starts_with("requests.")
    });
    (is_device || resource.starts_with("hugepages-")) && !is_placeholder(resource)
}

struct Conflicts<'t> {
    object: Object<'t>,
    faults: Vec<Fault<'t>>,
}

impl<'t> Conflicts<'t> {
    /// Notes that what stands `at` somewhere is such; it is called by where it stands.
    fn add(&mut self, at: Node<'t>, what: &str, help: impl Into<String>) {
        if self.faults.len() < MOST {
            let message = format!("{} {what}", place(self.object, at));
            self.faults.push(Fault { at, message, help: help.into() });
        }
    }

    fn in_service(&mut self) {
        let ports = self.object.node().at(&["spec", "ports"]);
        if ports.is_none_or(|ports| ports.items().len() < 2) {
            return;
        }
        for port in ports.into_iter().flat_map(Node::items).filter(|port| port.is_map()) {
            if port.at(&["name"]).is_none_or(|name| name.is_null() || name.as_str() == Some("")) {
                let at = port.own_entries().next().map_or(port, |entry| entry.key);
                let message = format!("a port of {} has no name", self.object.describe());
                let help = "of several ports of a Service each needs a name".to_owned();
                self.faults.push(Fault { at, message, help });
            }
        }
        self.faults.truncate(MOST);
    }

    fn in_pod(&mut self, spec: Option<Node<'t>>) {
        let Some(spec) = spec else { return };
        self.named_twice(spec.items_at(&["volumes"]));
        let init = spec.items_at(&["initContainers"]);
        self.named_twice(spec.items_at(&["containers"]).chain(init));
        let volumes = self.volumes(spec);
        for (list, is_init) in [("containers", false), ("initContainers", true)] {
            for container in spec.items_at(&[list]) {
                self.in_mounts(container, volumes.as_ref());
                self.in_variables(container);
                self.in_resources(container);
                if !is_init {
                    self.in_probes(container);
                }
            }
        }
    }

    fn named_twice(&mut self, all: impl Iterator<Item = Node<'t>>) {
        let mut seen = HashSet::new();
        for name in all.filter_map(|it| it.at(&["name"])) {
            let text = name.as_str().filter(|text| !text.is_empty() && !is_placeholder(text));
            if text.is_some_and(|text| !seen.insert(text)) {
                let what = format!("is `{}` a second time", name.text());
                self.add(name, &what, "the API server refuses two of one name");
            }
        }
    }

    /// The names of the volumes; nothing where something else may bring more of them.
    fn volumes(&self, spec: Node<'t>) -> Option<HashSet<&'t str>> {
        let stated = spec.at(&["volumes"]);
        if stated.is_some_and(|stated| !stated.is_list() && !stated.is_null()) {
            return None;
        }
        let object = self.object.node();
        // What changes pods before they are looked at, which is asked for by annotations, changes no templates.
        if self.object.kind() == "Pod" && object.at(&["metadata", "annotations"]).is_some() {
            return None;
        }
        let claims = object.items_at(&["spec", "volumeClaimTemplates"]);
        let claims = claims.map(|it| it.at(&["metadata", "name"]));
        let own = spec.items_at(&["volumes"]).map(|it| it.at(&["name"]));
        let known = |name: Option<Node<'t>>| name?.as_str().filter(|text| !is_placeholder(text));
        own.chain(claims).map(known).collect()
    }

    fn in_mounts(&mut self, container: Node<'t>, volumes: Option<&HashSet<&'t str>>) {
        let mut paths = HashSet::new();
        for mount in container.items_at(&["volumeMounts"]) {
            let said = |key: &str| {
                let node = mount.at(&[key])?;
                let text = node.as_str().filter(|it| !it.is_empty() && !is_placeholder(it))?;
                Some((node, text))
            };
            if let Some((at, name)) = said("name")
                && let Some(volumes) = volumes.filter(|volumes| !volumes.contains(name))
            {
                let mut near: Vec<_> = volumes.iter().copied().collect();
                near.sort_unstable();
                let help = match words::nearest(name, near, (name.len() / 4).max(1)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "the API server refuses the object without it".to_owned(),
                };
                self.add(at, &format!("names a volume `{name}`, which the pods do not have"), help);
            }
            if let Some((at, path)) = said("mountPath")
                && !paths.insert(path)
            {
                let help = "a container has one volume at a path";
                self.add(at, &format!("is `{path}`, where another volume is already"), help);
            }
        }
    }

    fn in_variables(&mut self, container: Node<'t>) {
        for variable in container.items_at(&["env"]) {
            let Some(from) = variable.get("valueFrom").filter(|it| it.value.is_map()) else {
                continue;
            };
            let value = variable.at(&["value"]).and_then(Node::as_str).unwrap_or_default();
            if !value.is_empty() && !is_placeholder(value) {
                self.add(
                    from.key,
                    "stands beside a `value`",
                    "a variable has one of them; remove the other",
                );
            }
        }
    }

    fn in_resources(&mut self, container: Node<'t>) {
        let Some(resources) = container.at(&["resources"]).filter(|it| it.is_map()) else { return };
        let limits = resources.at(&["limits"]);
        // What a template makes of them is not known.
        if limits.is_some_and(|limits| !limits.is_map() && !limits.is_null()) {
            return;
        }
        let requests = resources.at(&["requests"]);
        for request in requests.map(Node::entries).unwrap_or_default() {
            let (name, amount) = (request.key.text(), request.value.text());
            let Some(limit) = limits.and_then(|limits| limits.at(&[name])) else {
                if is_indivisible(name) && Quantity::parse(amount).is_some_and(|it| !it.is_zero()) {
                    let help = "of such a resource a container gets what it requests: state the limit as well";
                    self.add(request.key, "has no limit", help);
                }
                continue;
            };
            let amounts = Quantity::parse(amount).zip(Quantity::parse(limit.text()));
            if amounts.is_some_and(|(request, limit)| request > limit) {
                let what = format!("is {amount}, above the limit of {}", limit.text());
                let help = "the API server refuses the object; raise the limit, or request less";
                self.add(request.value, &what, help);
            }
        }
    }

    fn in_probes(&mut self, container: Node<'t>) {
        for probe in PROBES.iter().filter_map(|key| container.get(key)) {
            let entries = probe.value.entries();
            let asks = |key: &str| HANDLERS.contains(&key);
            let mut handlers =
                entries.iter().filter(|it| asks(it.key.text()) && !it.value.is_null());
            let (first, second) = (handlers.next(), handlers.next());
            // A handler that is misspelt is a field that nobody knows.
            let says_times = entries.iter().all(|it| {
                TIMES.contains(&it.key.text()) || asks(it.key.text()) && it.value.is_null()
            });
            if let Some((first, second)) = first.zip(second) {
                let what = format!("stands beside `{}`", first.key.text());
                self.add(second.key, &what, "a probe asks in one way; remove the other");
            } else if first.is_none() && probe.value.is_map() && says_times {
                let help = "give it one of httpGet, tcpSocket, exec and grpc";
                self.add(probe.key, "does not say what to ask", help);
            }
        }
    }
}
