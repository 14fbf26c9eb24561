//! What the API server refuses of an object whose fields are all well: they do not go together.
//!
//! Source: Kubernetes, `pkg/apis/core/validation`.

use std::collections::HashSet;

use super::Object;
use super::naming::selectors;
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

/// Where a variable may take its value from.
const SOURCES: [&str; 5] =
    ["configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef"];

/// What a variable may be told of its pod, besides single labels and annotations.
///
/// Source: kubernetes.io/docs/concepts/workloads/pods/downward-api.
const FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// What of an object of a known type contradicts the rest. `is_moved`: a kustomization gives it a namespace.
pub(super) fn conflicts(object: Object<'_>, is_moved: bool) -> Vec<Fault<'_>> {
    let mut found = Conflicts { object, faults: Vec::new() };
    found.in_selectors();
    if object.is("", "Service") {
        found.in_service();
    } else if object.is("policy", "PodDisruptionBudget") {
        found.in_budget();
    } else if object.is("rbac.authorization.k8s.io", "ClusterRoleBinding")
        || object.is("rbac.authorization.k8s.io", "RoleBinding")
    {
        found.in_binding();
        if !is_moved {
            found.in_subjects();
        }
    } else if object.is("rbac.authorization.k8s.io", "Role")
        || object.is("rbac.authorization.k8s.io", "ClusterRole")
    {
        found.in_role();
    } else if object.is("networking.k8s.io", "NetworkPolicy") {
        found.in_policy();
    } else if let Some(path) = pod_path(object.kind()) {
        found.in_workload();
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

    fn in_budget(&mut self) {
        let spec = self.object.node().at(&["spec"]);
        let said = |key: &str| spec?.get(key).filter(|entry| !entry.value.is_null());
        if let Some((_, most)) = said("minAvailable").zip(said("maxUnavailable")) {
            self.add(most.key, "stands beside `minAvailable`", "a budget has one of them");
        }
        for key in ["minAvailable", "maxUnavailable"] {
            self.beyond_all(spec.and_then(|spec| spec.at(&[key])));
        }
    }

    /// Notes a share of the pods that is more than all of them.
    fn beyond_all(&mut self, share: Option<Node<'t>>) {
        let Some(at) = share else { return };
        let percent = at.as_str().and_then(|text| text.strip_suffix('%')?.parse::<u32>().ok());
        if percent.is_some_and(|percent| percent > 100) {
            self.add(at, &format!("is {}", at.text()), "there are no more pods than all");
        }
    }

    fn in_selectors(&mut self) {
        for selector in selectors(self.object) {
            for expression in selector.items_at(&["matchExpressions"]) {
                let said = expression.at(&["operator"]).map_or("", Node::text);
                let values = expression.get("values");
                let count = values.map_or(0, |it| it.value.items().len());
                match (said, values) {
                    ("Exists" | "DoesNotExist", Some(values)) if count > 0 => {
                        let what = format!("stands beside the operator `{said}`");
                        self.add(
                            values.key,
                            &what,
                            "it asks for the key alone: leave the values out",
                        );
                    }
                    ("In" | "NotIn", values)
                        if count == 0 && values.is_none_or(|it| it.value.is_list()) =>
                    {
                        let at = values.map_or(expression, |it| it.key);
                        let what = if values.is_some() { "is empty" } else { "has no `values`" };
                        self.add(at, what, format!("the operator `{said}` compares with values"));
                    }
                    _ => {}
                }
            }
        }
    }

    fn in_role(&mut self) {
        let is_of_namespace = self.object.kind() == "Role";
        for rule in self.object.node().items_at(&["rules"]).filter(|rule| rule.is_map()) {
            let listed = |key: &str| rule.get(key).filter(|it| it.value.items().len() > 0);
            let first = rule.own_entries().next().map_or(rule, |entry| entry.key);
            if let Some(urls) = listed("nonResourceURLs") {
                if is_of_namespace {
                    let help =
                        "such addresses belong to the whole cluster: grant them in a ClusterRole";
                    self.add(urls.key, "is not for a Role", help);
                }
                continue;
            }
            for (key, what) in [("apiGroups", "group"), ("resources", "resource")] {
                let said = rule.get(key);
                if listed(key).is_none()
                    && said.is_none_or(|it| !it.value.is_scalar() || it.value.is_null())
                {
                    let help = if key == "apiGroups" {
                        "the core group is `\"\"`"
                    } else {
                        "say what it is about"
                    };
                    self.add_rule(said.map_or(first, |it| it.key), what, help);
                }
            }
        }
    }

    /// Notes that a rule of a role names none of something.
    fn add_rule(&mut self, at: Node<'t>, what: &str, help: &str) {
        if self.faults.len() < MOST {
            let message = format!("a rule of {} names no {what}", self.object.describe());
            self.faults.push(Fault { at, message, help: help.to_owned() });
        }
    }

    fn in_binding(&mut self) {
        let is_of_cluster = self.object.kind() == "ClusterRoleBinding";
        let kind = self.object.node().at(&["roleRef", "kind"]).filter(|_| is_of_cluster);
        if let Some(kind) = kind.filter(|kind| kind.text() == "Role") {
            let help = "what holds in the whole cluster is given by a ClusterRole; a RoleBinding takes both";
            self.add(kind, "is `Role`", help);
        }
    }

    fn in_subjects(&mut self) {
        for subject in self.object.node().items_at(&["subjects"]) {
            let said = |key: &str| subject.at(&[key]).filter(|it| !it.text().is_empty());
            let (kind, name) = (said("kind"), said("name"));
            let is_account = kind.is_some_and(|kind| kind.text() == "ServiceAccount");
            if is_account && subject.is_map() && said("namespace").is_none() {
                let at = name.or(kind).unwrap_or(subject);
                let what =
                    format!("names the ServiceAccount `{}` without its namespace", at.text());
                let help = "the API server takes none for granted, not even that of the binding: add `namespace`";
                self.add(at, &what, help);
            }
        }
    }

    fn in_policy(&mut self) {
        let Some(spec) = self.object.node().at(&["spec"]) else { return };
        for (rules, peers) in [("ingress", "from"), ("egress", "to")] {
            for rule in spec.items_at(&[rules]) {
                for peer in rule.items_at(&[peers]) {
                    self.in_peer(peer);
                }
                for port in rule.items_at(&["ports"]) {
                    let Some(end) = port.get("endPort").filter(|it| !it.value.is_null()) else {
                        continue;
                    };
                    let first = port.at(&["port"]);
                    if first.is_none_or(|it| it.as_int().is_none() && !is_placeholder(it.text())) {
                        let help = "a range begins with the number of a port";
                        self.add(end.key, "stands beside no number", help);
                    } else if first.and_then(Node::as_int) > end.value.as_int()
                        && end.value.as_int().is_some()
                    {
                        let what = format!("is {}, before its first port", end.value.text());
                        self.add(end.value, &what, "a range goes up");
                    }
                }
            }
        }
    }

    fn in_peer(&mut self, peer: Node<'t>) {
        let Some(block) = peer.get("ipBlock").filter(|it| !it.value.is_null()) else { return };
        let selector = ["namespaceSelector", "podSelector"].iter().find_map(|key| peer.get(key));
        if let Some(selector) = selector.filter(|it| !it.value.is_null()) {
            let what = format!("stands beside `{}`", selector.key.text());
            self.add(block.key, &what, "what comes from addresses is a peer of its own");
        }
        if let Some(cidr) = block.value.at(&["cidr"])
            && cidr.text().parse::<std::net::IpAddr>().is_ok()
        {
            let bits = if cidr.text().contains(':') { 128 } else { 32 };
            let help = format!("one address is `{}/{bits}`", cidr.text());
            self.add(cidr, &format!("is `{}`, which is no block of addresses", cidr.text()), help);
        }
    }

    fn in_workload(&mut self) {
        let object = self.object.node();
        let replicas = object.at(&["spec", "replicas"]);
        if let Some(at) = replicas.filter(|it| it.as_int().is_some_and(|it| it < 0)) {
            self.add(at, &format!("is {}", at.text()), "there are no fewer than none");
        }
        // A Deployment may bring up more new pods than there were.
        let field = if self.object.kind() == "Deployment" { "strategy" } else { "updateStrategy" };
        let rolling = object.at(&["spec", field, "rollingUpdate"]);
        self.beyond_all(rolling.and_then(|it| it.at(&["maxUnavailable"])));
        if self.object.kind() == "DaemonSet" {
            self.beyond_all(rolling.and_then(|it| it.at(&["maxSurge"])));
        }
        let strategy =
            object.at(&["spec", "strategy"]).filter(|_| self.object.kind() == "Deployment");
        let is_recreated =
            strategy.and_then(|it| it.at(&["type"])).is_some_and(|it| it.text() == "Recreate");
        let rolling = strategy.and_then(|it| it.get("rollingUpdate"));
        if let Some(rolling) = rolling.filter(|it| is_recreated && !it.value.is_null()) {
            let help = "old pods are gone before new ones come: leave it out";
            self.add(rolling.key, "stands beside `type: Recreate`", help);
        }
    }

    fn in_service(&mut self) {
        self.in_type_of_service();
        let ports = self.object.node().at(&["spec", "ports"]);
        if ports.is_none_or(|ports| ports.items().len() < 2) {
            return;
        }
        self.named_twice(ports.into_iter().flat_map(Node::items));
        self.opened_twice(ports.into_iter().flat_map(Node::items));
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

    /// Fields that a Service of another type has no use for.
    fn in_type_of_service(&mut self) {
        let Some(spec) = self.object.node().at(&["spec"]) else { return };
        let kind = spec.at(&["type"]).map_or("ClusterIP", Node::text);
        if kind == "ExternalName"
            && let Some(name) = spec.at(&["externalName"])
            && name.text().contains(['/', ':'])
            && !is_placeholder(name.text())
        {
            let help =
                "it is what a name in the cluster's DNS stands for: no scheme, no port, no path";
            self.add(name, &format!("is `{}`, which is no host name", name.text()), help);
        }
        if kind != "ClusterIP" {
            return;
        }
        for port in spec.items_at(&["ports"]).filter_map(|port| port.get("nodePort")) {
            if port.value.as_int().is_some_and(|it| it != 0) {
                let help = "a Service has it with `type: NodePort` or `LoadBalancer`";
                self.add(port.key, "is for nodes, and the Service is of type ClusterIP", help);
            }
        }
        let policy = spec.get("externalTrafficPolicy").filter(|it| it.value.as_str().is_some());
        let has_own = spec.items_at(&["externalIPs"]).next().is_some();
        if let Some(policy) = policy.filter(|it| !has_own && !it.value.text().is_empty()) {
            let help = "nothing from outside comes to a Service of type ClusterIP: leave it out";
            self.add(policy.key, "is for what comes from outside", help);
        }
    }

    fn opened_twice(&mut self, ports: impl Iterator<Item = Node<'t>>) {
        let mut seen = HashSet::new();
        for port in ports {
            let Some(number) = port.at(&["port"]) else { continue };
            let protocol = port.at(&["protocol"]).map_or("TCP", Node::text);
            if number.as_int().is_some_and(|it| !seen.insert((it, protocol))) {
                let what = format!("is {} of {protocol} a second time", number.text());
                self.add(number, &what, "a Service opens a port once");
            }
        }
    }

    fn in_pod(&mut self, spec: Option<Node<'t>>) {
        let Some(spec) = spec else { return };
        self.in_volumes(spec);
        self.in_resources(spec);
        let policy = spec.at(&["dnsPolicy"]).filter(|it| it.text() == "None");
        let has_servers = || spec.items_at(&["dnsConfig", "nameservers"]).next().is_some();
        if let Some(policy) = policy.filter(|_| !has_servers()) {
            let help = "say in `dnsConfig.nameservers` who answers, or leave the policy out";
            self.add(policy, "is `None`, and nothing says which servers to ask", help);
        }
        self.named_twice(spec.items_at(&["volumes"]));
        let init = spec.items_at(&["initContainers"]);
        self.named_twice(spec.items_at(&["containers"]).chain(init));
        let volumes = self.volumes(spec);
        for (list, is_init) in [("containers", false), ("initContainers", true)] {
            for container in spec.items_at(&[list]) {
                self.in_mounts(container, volumes.as_ref());
                self.in_variables(container);
                self.in_resources(container);
                // One that stays has probes as any other.
                let stays = container.at(&["restartPolicy"]).is_some();
                if !is_init || stays {
                    self.in_probes(container);
                    continue;
                }
                for probe in
                    PROBES.iter().chain(&["lifecycle"]).filter_map(|key| container.get(key))
                {
                    if !probe.value.is_null() {
                        let help = "an init container ends by itself; one with `restartPolicy: Always` may have it";
                        self.add(probe.key, "is not for an init container", help);
                    }
                }
            }
        }
    }

    fn in_volumes(&mut self, spec: Node<'t>) {
        for volume in spec.items_at(&["volumes"]) {
            let entries = volume.entries();
            let mut sources =
                entries.iter().filter(|it| it.key.text() != "name" && it.value.is_map());
            if let Some((first, second)) = sources.next().zip(sources.next()) {
                let what = format!("stands beside `{}`", first.key.text());
                self.add(second.key, &what, "a volume is of one kind; make two of it");
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
            self.in_source(from.value);
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

    /// Where a variable takes its value from.
    fn in_source(&mut self, from: Node<'t>) {
        let entries = from.entries();
        let mut sources = entries.iter().filter(|it| SOURCES.contains(&it.key.text()));
        if let Some((first, second)) = sources.next().zip(sources.next()) {
            let what = format!("stands beside `{}`", first.key.text());
            self.add(second.key, &what, "a variable has one source");
        }
        if entries.is_empty() {
            self.add(from, "names no source", "say where the value comes from, or leave it out");
        }
        if let Some(resource) = from.at(&["resourceFieldRef", "resource"]) {
            let text = resource.text();
            let is_one = ["limits.", "requests."].iter().any(|start| text.starts_with(start));
            if !is_one && !text.is_empty() && !is_placeholder(text) {
                let help = "it is `limits.` or `requests.` with `cpu`, `memory`, `ephemeral-storage` or `hugepages-...`";
                self.add(resource, &format!("is `{text}`, which no variable is told"), help);
            }
        }
        let Some(path) = from.at(&["fieldRef", "fieldPath"]) else { return };
        let text = path.text();
        let is_one = ["metadata.labels[", "metadata.annotations["]
            .iter()
            .any(|start| text.starts_with(start));
        if !is_one && !FIELDS.contains(&text) && !text.is_empty() && !is_placeholder(text) {
            let help = match words::nearest(text, FIELDS, 2) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "the API server refuses the object".to_owned(),
            };
            self.add(path, &format!("is `{text}`, which no variable is told"), help);
        }
    }

    fn in_resources(&mut self, container: Node<'t>) {
        let Some(resources) = container.at(&["resources"]).filter(|it| it.is_map()) else { return };
        let limits = resources.at(&["limits"]);
        for amounts in ["limits", "requests"].iter().filter_map(|key| resources.at(&[key])) {
            for amount in amounts.entries() {
                let (name, text) = (amount.key.text(), amount.value.text());
                let has_digits =
                    text.len() > 1 && text.bytes().skip(1).any(|it| it.is_ascii_digit());
                if text.starts_with('-') && has_digits {
                    self.add(amount.value, &format!("is {text}"), "an amount is not negative");
                } else if is_indivisible(name)
                    && !name.starts_with("hugepages-")
                    && text.parse::<f64>().is_ok_and(|it| it.fract() != 0.0)
                {
                    let help = "such a resource is given as a whole";
                    self.add(amount.value, &format!("is {text}, a part of one"), help);
                }
            }
        }
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
            let successes = probe.value.at(&["successThreshold"]);
            let is_once = probe.key.text() != "readinessProbe";
            if let Some(at) = successes.filter(|it| is_once && it.as_int().is_some_and(|it| it > 1))
            {
                let help = "such a probe is passed at its first success: leave it out";
                self.add(at, &format!("is {}, and has to be 1", at.text()), help);
            }
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
