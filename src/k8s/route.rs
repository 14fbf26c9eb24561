//! Ingresses and the routes of the Gateway API: where requests from outside go on to.

use super::ports::{PortRef, quoted_number};
use super::{Object, is_templated};
use crate::duration;
use crate::tree::edit::{self, Edits, Refusal};
use crate::tree::{Entry, Node};

/// The groups that have had Ingresses.
const INGRESS_GROUPS: [&str; 2] = ["networking.k8s.io", "extensions"];

/// Annotations by which a load balancer or a controller has certificates of its own, or passes TLS
/// on to the pods; with the value that does it, or an empty one for any.
///
/// Sources: the documentation of the controllers, 2026-11.
const TLS_ELSEWHERE: [(&str, &str); 14] = [
    ("alb.ingress.kubernetes.io/certificate-arn", ""),
    ("alb.ingress.kubernetes.io/listen-ports", "HTTPS"),
    ("appgw.ingress.kubernetes.io/appgw-ssl-certificate", ""),
    ("haproxy-ingress.github.io/ssl-passthrough", "true"),
    ("haproxy.org/ssl-passthrough", "true"),
    ("ingress.gcp.kubernetes.io/pre-shared-cert", ""),
    ("networking.gke.io/certmap", ""),
    ("networking.gke.io/managed-certificates", ""),
    ("nginx.ingress.kubernetes.io/ssl-passthrough", "true"),
    ("route.openshift.io/termination", ""),
    ("service.beta.kubernetes.io/aws-load-balancer-ssl-cert", ""),
    ("traefik.ingress.kubernetes.io/router.tls", "true"),
    ("traefik.ingress.kubernetes.io/router.tls.certresolver", ""),
    ("zalando.org/aws-load-balancer-ssl-cert", ""),
];

/// The annotation by which an Ingress names the doors of Traefik that it is for, and the one of them that
/// has TLS by the values of the chart.
///
/// Source: github.com/traefik/traefik-helm-chart, `values.yaml`, `ports`.
const TRAEFIK_DOORS: &str = "traefik.ingress.kubernetes.io/router.entrypoints";
const TRAEFIK_TLS: &str = "websecure";

/// Classes whose traffic comes through a tunnel that has TLS.
pub(super) const TUNNELS: [&str; 3] = ["cloudflare-tunnel", "ngrok", "tailscale"];

/// What an Ingress says about TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tls<'t> {
    Missing,
    /// For these hosts.
    For(Vec<&'t str>),
    /// For all hosts, or where the Ingress does not show it.
    Elsewhere,
}

/// What an Ingress says about TLS.
pub(crate) fn tls_of(ingress: Object<'_>) -> Tls<'_> {
    if ingress.takes_tls_elsewhere() || ingress.is_behind_tunnel() {
        return Tls::Elsewhere;
    }
    let Some(tls) = ingress.node().at(&["spec", "tls"]) else { return Tls::Missing };
    let mut hosts = Vec::new();
    for entry in tls.items() {
        let of_entry = entry.at(&["hosts"]).into_iter().flat_map(Node::items).map(Node::text);
        let before = hosts.len();
        hosts.extend(of_entry);
        // Without hosts, an entry is for all of them.
        if hosts.len() == before {
            return Tls::Elsewhere;
        }
    }
    match tls.is_scalar() {
        true => Tls::Elsewhere,
        false if hosts.is_empty() => Tls::Missing,
        false => Tls::For(hosts),
    }
}

/// The hosts of an Ingress for which it has no certificate.
pub(crate) fn uncovered_hosts(ingress: Object<'_>) -> Vec<Node<'_>> {
    let Tls::For(covered) = tls_of(ingress) else { return Vec::new() };
    let is_open = |host: &Node<'_>| {
        let text = host.text();
        !is_templated(text) && !covered.iter().any(|pattern| covers(pattern, text))
    };
    hosts_of(ingress).into_iter().filter(is_open).collect()
}

/// The hosts that an Ingress takes requests for, by name.
pub(crate) fn hosts_of(ingress: Object<'_>) -> Vec<Node<'_>> {
    let hosts = ingress.node().items_at(&["spec", "rules"]).filter_map(|rule| rule.at(&["host"]));
    hosts.filter(|host| !host.text().is_empty()).collect()
}

/// Whether a certificate for a name, maybe with a `*` for its first label, is one for the host.
fn covers(pattern: &str, host: &str) -> bool {
    let below = |name: &str| name.split_once('.').map(|(_, rest)| rest.to_owned());
    is_templated(pattern)
        || pattern.eq_ignore_ascii_case(host)
        || pattern.strip_prefix("*.").is_some_and(|zone| below(host).as_deref() == Some(zone))
}

/// Whether an object is a Gateway of the Gateway API.
pub(crate) fn is_gateway(object: Object<'_>) -> bool {
    object.is("gateway.networking.k8s.io", "Gateway")
}

/// What a Gateway listens for.
pub(crate) fn gateway_listeners(gateway: Object<'_>) -> Vec<Node<'_>> {
    gateway.node().items_at(&["spec", "listeners"]).collect()
}

impl<'t> Object<'t> {
    /// Whether an annotation says that TLS ends elsewhere.
    pub(crate) fn takes_tls_elsewhere(self) -> bool {
        self.tls_annotation().is_some()
    }

    /// The annotation that says so, or may.
    pub(crate) fn tls_annotation(self) -> Option<Node<'t>> {
        let annotated = TLS_ELSEWHERE.iter().find_map(|(key, value)| {
            let says = |node: &Node<'_>| node.text().contains(value) || is_templated(node.text());
            self.annotation(key).filter(says)
        });
        let has_tls = |doors: &Node<'_>| {
            let mut each = doors.text().split(',');
            each.all(|door| door.trim() == TRAEFIK_TLS) || is_templated(doors.text())
        };
        annotated.or_else(|| self.annotation(TRAEFIK_DOORS).filter(has_tls))
    }

    /// Whether its traffic comes through a tunnel, which has TLS and names of its own.
    pub(crate) fn is_behind_tunnel(self) -> bool {
        self.ingress_class().is_some_and(|class| TUNNELS.contains(&class.text()))
    }

    /// The controller that an Ingress is for.
    pub(crate) fn ingress_class(self) -> Option<Node<'t>> {
        let class = self.node().at(&["spec", "ingressClassName"]);
        class.or_else(|| self.annotation("kubernetes.io/ingress.class"))
    }

    /// The group of Ingresses that share a load balancer of AWS, certificates included.
    ///
    /// Source: AWS Load Balancer Controller, "Ingress group".
    pub(crate) fn load_balancer_group(self) -> Option<&'t str> {
        self.annotation("alb.ingress.kubernetes.io/group.name").map(Node::text)
    }
}

/// A Service that requests are sent on to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backend<'t> {
    /// The name of the Service.
    pub(crate) service: Node<'t>,
    /// Its namespace, where that is not the one of the route.
    pub(crate) namespace: Option<&'t str>,
    /// The port, by name or number.
    pub(crate) port: Option<Node<'t>>,
    /// Whether it stands where only a number may.
    is_number: bool,
}

impl<'t> Backend<'t> {
    /// The port. The API server refuses a number in quotes, but it is no name for that.
    pub(crate) fn port_ref(self) -> Option<PortRef<'t>> {
        let port = self.port?;
        let quoted = quoted_number(port).filter(|_| self.is_number);
        quoted.map(PortRef::Number).or_else(|| PortRef::of(port))
    }
}

/// Whether an object is an Ingress of any version.
pub(crate) fn is_ingress(object: Object<'_>) -> bool {
    object.kind() == "Ingress" && INGRESS_GROUPS.contains(&object.group())
}

/// Words in annotations by which a controller asks who calls, lets only some addresses in, or does what
/// an object elsewhere says.
///
/// Sources: the documentation of ingress-nginx, the AWS Load Balancer Controller, Traefik, Kong,
/// `HAProxy`, Contour and GKE, 2026-11.
const GUARDING: [&str; 11] = [
    "allowlist",
    "auth",
    "backend-config",
    "inbound-cidrs",
    "middlewares",
    "oauth",
    "oidc",
    "plugins",
    "security-groups",
    "source-range",
    "whitelist",
];

/// Words in the names of classes whose load balancers stay inside.
const INSIDE: [&str; 6] = ["internal", "intranet", "private", "rilb", "tailscale", "vpn"];

/// Objects that ask who calls, on behalf of routes and of pods that others name.
pub(crate) const GUARDS: [(&str, &str); 9] = [
    ("agentgateway.dev", "AgentgatewayPolicy"),
    ("gateway.envoyproxy.io", "SecurityPolicy"),
    ("gateway.kgateway.dev", "TrafficPolicy"),
    ("getambassador.io", "Filter"),
    ("kuadrant.io", "AuthPolicy"),
    ("networking.gke.io", "GCPBackendPolicy"),
    ("security.istio.io", "AuthorizationPolicy"),
    ("security.istio.io", "RequestAuthentication"),
    ("traefik.io", "Middleware"),
];

/// Whether an Ingress or a route lets whoever is outside of the cluster in, and asks nobody who calls, for
/// all that it says itself.
pub(crate) fn is_open_to_all(object: Object<'_>) -> bool {
    let node = object.node();
    let text = |path: &[&str]| node.at(path).map_or("", Node::text).to_ascii_lowercase();
    let annotations = node.at(&["metadata", "annotations"]).map(Node::entries).unwrap_or_default();
    let says = |entry: &Entry<'_>| {
        let (key, value) = (entry.key.text().to_ascii_lowercase(), entry.value.text());
        GUARDING.iter().any(|word| key.contains(word))
            || key.ends_with("/scheme") && value != "internet-facing"
            || key.ends_with("ingress.class") && INSIDE.iter().any(|word| value.contains(word))
    };
    let class = text(&["spec", "ingressClassName"]);
    // Source: AWS Load Balancer Controller, "Ingress annotations": the default scheme is internal.
    let is_of_aws = class == "alb"
        || object.annotation("kubernetes.io/ingress.class").is_some_and(|it| it.text() == "alb");
    let scheme = object.annotation("alb.ingress.kubernetes.io/scheme");
    let is_inside = is_of_aws && scheme.is_none()
        || INSIDE.iter().any(|word| class.contains(word))
        || is_templated(&class)
        || annotations.iter().any(says);
    let hosts = node.items_at(&["spec", "rules"]).filter_map(|rule| rule.at(&["host"]));
    let hosts = hosts.chain(node.items_at(&["spec", "hostnames"]));
    let is_private = |host: Node<'_>| {
        let last = host.text().rsplit('.').next().unwrap_or_default();
        ["corp", "home", "internal", "intranet", "lan", "local", "localhost"].contains(&last)
            || host.text().split('.').any(|label| INSIDE.contains(&label))
    };
    let hosts: Vec<_> = hosts.collect();
    let all_private = !hosts.is_empty() && hosts.into_iter().all(is_private);
    let has_filter = node
        .items_at(&["spec", "rules"])
        .flat_map(|rule| rule.items_at(&["filters"]))
        .any(|filter| filter.at(&["type"]).is_some_and(|it| it.text() == "ExtensionRef"));
    !is_inside && !all_private && !has_filter
}

/// The Services that an Ingress or a route sends requests to, in the order of the file. What is no
/// Service (a bucket, a service of another cluster) is left out.
pub(crate) fn backends(object: Object<'_>) -> Vec<Backend<'_>> {
    if is_ingress(object) {
        return ingress_backends(object).filter_map(of_ingress).collect();
    }
    let is_route =
        object.group() == "gateway.networking.k8s.io" && object.kind().ends_with("Route");
    if !is_route {
        return Vec::new();
    }
    let mut refs = Vec::new();
    for rule in object.node().items_at(&["spec", "rules"]) {
        refs.extend(mirrors(rule));
        for backend in rule.items_at(&["backendRefs"]) {
            refs.push(backend);
            refs.extend(mirrors(backend));
        }
    }
    refs.into_iter().filter_map(of_route).collect()
}

fn ingress_backends(ingress: Object<'_>) -> impl Iterator<Item = Node<'_>> {
    let node = ingress.node();
    // `backend` is the name that the versions before v1 had for it.
    let default =
        ["defaultBackend", "backend"].into_iter().filter_map(move |key| node.at(&["spec", key]));
    let paths =
        node.items_at(&["spec", "rules"]).flat_map(|rule| rule.items_at(&["http", "paths"]));
    default.chain(paths.filter_map(|path| path.at(&["backend"])))
}

fn of_ingress(backend: Node<'_>) -> Option<Backend<'_>> {
    let service = backend.at(&["service", "name"]).or_else(|| backend.at(&["serviceName"]))?;
    let number = backend.at(&["service", "port", "number"]);
    let port = number.or_else(|| backend.at(&["service", "port", "name"]));
    let port = port.or_else(|| backend.at(&["servicePort"]));
    // The AWS controller's own: the name is that of an annotation.
    let is_action = port.is_some_and(|port| port.text() == "use-annotation");
    (!is_action).then_some(Backend { service, namespace: None, port, is_number: number.is_some() })
}

fn mirrors(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.items_at(&["filters"]).filter_map(|filter| filter.at(&["requestMirror", "backendRef"]))
}

/// Source: gateway-api.sigs.k8s.io, `BackendObjectReference`: a Service of the core group unless it
/// says otherwise.
fn of_route(backend: Node<'_>) -> Option<Backend<'_>> {
    let says = |key: &str, default: &str| backend.at(&[key]).is_none_or(|it| it.text() == default);
    (says("kind", "Service") && says("group", "")).then_some(())?;
    Some(Backend {
        service: backend.at(&["name"])?,
        namespace: backend.at(&["namespace"]).map(Node::text),
        port: backend.at(&["port"]),
        is_number: true,
    })
}

/// How an Ingress tells a controller to wait for answers.
struct Waiting {
    /// The `ingressClassName` of the controller, and how its annotations begin.
    class: &'static str,
    prefix: &'static str,
    annotation: &'static str,
    /// What the annotation has before the number, where it holds more.
    key: &'static str,
    /// Whether the number may have a unit.
    has_units: bool,
    /// How many seconds it waits unless told otherwise, as far as that is sure.
    default: Option<f64>,
}

/// Sources: kubernetes.github.io/ingress-nginx, "Annotations" and "ConfigMaps" (`proxy-read-timeout`);
/// docs.nginx.com, "Annotations"; docs.aws.amazon.com, "Application Load Balancers" (`idle_timeout`);
/// the documentation of the two controllers for `HAProxy` (`timeout-server`).
const WAITING: [Waiting; 5] = [
    Waiting {
        class: "",
        prefix: "nginx.org/",
        annotation: "nginx.org/proxy-read-timeout",
        key: "",
        has_units: true,
        default: Some(60.0),
    },
    Waiting {
        class: "nginx",
        prefix: "nginx.ingress.kubernetes.io/",
        annotation: "nginx.ingress.kubernetes.io/proxy-read-timeout",
        key: "",
        has_units: false,
        default: Some(60.0),
    },
    Waiting {
        class: "alb",
        prefix: "alb.ingress.kubernetes.io/",
        annotation: "alb.ingress.kubernetes.io/load-balancer-attributes",
        key: "idle_timeout.timeout_seconds=",
        has_units: false,
        default: Some(60.0),
    },
    Waiting {
        class: "haproxy",
        prefix: "haproxy.org/",
        annotation: "haproxy.org/timeout-server",
        key: "",
        has_units: true,
        default: None,
    },
    Waiting {
        class: "",
        prefix: "haproxy-ingress.github.io/",
        annotation: "haproxy-ingress.github.io/timeout-server",
        key: "",
        has_units: true,
        default: None,
    },
];

impl Waiting {
    /// The number in the annotation, between what stands before it and behind it.
    fn number_in<'t>(&self, text: &'t str) -> Option<(&'t str, &'t str, &'t str)> {
        let start = text.find(self.key)? + self.key.len();
        let (before, rest) = text.split_at_checked(start)?;
        let (number, behind) = rest.split_at_checked(rest.find(',').unwrap_or(rest.len()))?;
        Some((before, number.trim(), behind))
    }
}

/// How long an Ingress or a rule of a route waits for an answer.
#[derive(Debug)]
pub(crate) struct Patience<'t> {
    pub(crate) seconds: f64,
    /// Where that stands, or where it would.
    pub(crate) at: Node<'t>,
    /// The field or the annotation.
    pub(crate) field: &'static str,
    pub(crate) is_stated: bool,
    /// Whom it waits for.
    pub(crate) backends: Vec<Backend<'t>>,
    object: Object<'t>,
    /// What stands before the number, and what behind it.
    around: (&'t str, &'t str),
}

impl Patience<'_> {
    /// Waits for that many seconds instead.
    pub(crate) fn set(&self, seconds: i64) -> Edits {
        // What is there may be no number for the controller.
        let misread = self.object.annotation(self.field);
        let misread = misread.filter(|it| duration::seconds(it.text()).is_some());
        if let Some(misread) = misread.filter(|_| !self.is_stated) {
            return edit::replace(misread, &edit::Value::Str(seconds.to_string()));
        }
        if !self.is_stated {
            return edit::set(
                self.object.node(),
                &["metadata", "annotations", self.field],
                &edit::Value::Str(seconds.to_string()),
            );
        }
        let (before, behind) = self.around;
        let has_unit = self.at.text().ends_with(|c: char| c.is_ascii_alphabetic());
        match (before.is_empty() && behind.is_empty(), has_unit) {
            (true, true) => edit::reword(self.at, &format!("{seconds}s")),
            (true, false) => edit::reword(self.at, &seconds.to_string()),
            (false, _) => Err(Refusal::Occupied),
        }
    }
}

/// How long an object waits for answers, as far as it is an Ingress of a known controller, or a route
/// that says so.
pub(crate) fn patience(object: Object<'_>) -> Vec<Patience<'_>> {
    if is_ingress(object) {
        return patience_of_ingress(object).into_iter().collect();
    }
    let is_route = object.group() == "gateway.networking.k8s.io" && object.kind() == "HTTPRoute";
    let rules = object.node().at(&["spec", "rules"]).filter(|_| is_route);
    let rules = rules.into_iter().flat_map(Node::items);
    rules.filter_map(|rule| patience_of_rule(rule, object)).collect()
}

fn patience_of_rule<'t>(rule: Node<'t>, object: Object<'t>) -> Option<Patience<'t>> {
    let stated = ["request", "backendRequest"].into_iter().filter_map(|field| {
        let at = rule.at(&["timeouts", field])?;
        Some((field, duration::seconds(at.text())?, at))
    });
    // The one that ends first counts; zero is no limit.
    let limits = stated.filter(|(_, seconds, _)| *seconds > 0.0);
    let (field, seconds, at) = limits.min_by(|a, b| a.1.total_cmp(&b.1))?;
    let backends = rule.items_at(&["backendRefs"]).filter_map(of_route).collect();
    let (is_stated, around) = (true, ("", ""));
    Some(Patience { seconds, at, field, is_stated, backends, object, around })
}

fn patience_of_ingress(ingress: Object<'_>) -> Option<Patience<'_>> {
    let class = ingress.ingress_class();
    let annotations = ingress.node().at(&["metadata", "annotations"]);
    let annotations = annotations.map(Node::entries).unwrap_or_default();
    let is_own = |waiting: &&Waiting| {
        annotations.iter().any(|entry| entry.key.text().starts_with(waiting.prefix))
    };
    let is_of_class =
        |it: &&Waiting| class.is_some_and(|class| !it.class.is_empty() && class.text() == it.class);
    let waiting = WAITING.iter().find(is_own).or_else(|| WAITING.iter().find(is_of_class))?;
    let (field, object, backends) = (waiting.annotation, ingress, backends(ingress));
    let annotated = ingress.annotation(field);
    let stated = annotated.and_then(|at| Some((at, waiting.number_in(at.text())?)));
    if let Some((at, (before, number, behind))) = stated {
        let (is_stated, around) = (true, (before, behind));
        let seconds = number.parse().ok().or_else(|| duration::seconds(number))?;
        // What a controller cannot read leaves it at its default.
        if waiting.has_units || number.parse::<i64>().is_ok() {
            return Some(Patience { seconds, at, field, is_stated, backends, object, around });
        }
    }
    let grip = || ingress.node().grip(&["metadata", "annotations", field]);
    let at = annotated.or_else(grip).unwrap_or_else(|| ingress.grip());
    let (seconds, is_stated, around) = (waiting.default?, false, ("", ""));
    Some(Patience { seconds, at, field, is_stated, backends, object, around })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, root};
    use super::*;

    #[test]
    fn how_long_routes_wait() {
        let ingress = |metadata: &str, class: &str| {
            format!(
                "{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: i{metadata}}}, \
                 spec: {{ingressClassName: {class}}}}}"
            )
        };
        let annotated = |text: &str| format!(", annotations: {{{text}}}");
        let route = |rules: &str| {
            format!(
                "{{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {{name: r}}, \
                 spec: {{rules: [{rules}]}}}}"
            )
        };
        let read_timeout = "nginx.ingress.kubernetes.io/proxy-read-timeout";
        let attributes = "alb.ingress.kubernetes.io/load-balancer-attributes";
        for (text, expected) in [
            (ingress("", "nginx"), vec![(60.0, false)]),
            (ingress("", "traefik"), vec![]),
            (ingress("", "haproxy"), vec![]),
            (ingress(&annotated(&format!("{read_timeout}: '300'")), "x"), vec![(300.0, true)]),
            (ingress(&annotated("nginx.org/proxy-read-timeout: 90s"), "nginx"), vec![(90.0, true)]),
            (ingress(&annotated(&format!("{read_timeout}: 5m")), "nginx"), vec![(60.0, false)]),
            (ingress(&annotated(&format!("{read_timeout}: '${{T}}'")), "nginx"), vec![]),
            (
                ingress(
                    &annotated(&format!(
                        "{attributes}: 'a=b,idle_timeout.timeout_seconds=600,c=d'"
                    )),
                    "alb",
                ),
                vec![(600.0, true)],
            ),
            (ingress(&annotated(&format!("{attributes}: a=b")), "alb"), vec![(60.0, false)]),
            (route("{timeouts: {request: 30s, backendRequest: 10s}}, {}"), vec![(10.0, true)]),
            (route("{timeouts: {request: 0s}}"), vec![]),
        ] {
            let tree = read(&format!("{text}\n"));
            let object = Object::of(root(&tree)).unwrap();
            let found: Vec<_> =
                patience(object).iter().map(|it| (it.seconds, it.is_stated)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
