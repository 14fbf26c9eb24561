//! Who reaches whom, and how: policies, TLS, exposure.

use std::collections::HashMap;

use super::said::{self, Said, of_runners};
use super::{Answer, Signal, View, name_of};
use crate::agent::is_local;
use crate::compose;
use crate::image::ImageRef;
use crate::k8s::entrance::{Cover, Entrance};
use crate::k8s::mesh::is_traefik_name;
use crate::k8s::network::{Direction, Dns, NetworkPolicy, PolicyRule};
use crate::k8s::ports::PortRef;
use crate::k8s::route::{is_gateway, is_ingress};
use crate::k8s::{Container, Object, Service, ServicePort, Workload, WorkloadKind, is_templated};
use crate::project::Runner;
use crate::source::Place;
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "network/ingress-policed",
        about: "a NetworkPolicy governs who reaches the pods of every workload",
        look: |view| policed(view, |policies| governed(policies, Direction::Ingress, is_wide)),
    },
    Signal {
        name: "network/ingress-named",
        about: "NetworkPolicies name everybody who may reach the pods of a workload",
        look: |view| policed(view, |policies| governed(policies, Direction::Ingress, lets_all_in)),
    },
    Signal {
        name: "network/egress-policed",
        about: "a NetworkPolicy governs whom the pods of every workload reach",
        look: |view| policed(view, |policies| governed(policies, Direction::Egress, is_wide)),
    },
    Signal {
        name: "network/dns-allowed",
        about: "NetworkPolicies let pods ask for names wherever they govern egress",
        look: |view| policed(view, dns),
    },
    Signal {
        name: "network/https-egress",
        about: "NetworkPolicies let pods leave by HTTPS only, but for DNS and pods that they name",
        look: |view| {
            policed(view, |policies| governed(policies, Direction::Egress, leaves_otherwise))
        },
    },
    Signal {
        name: "network/own-network",
        about: "no container has the network of its host or a port of it that everybody reaches",
        look: |view| {
            of_runners(view, own_network, "containers with the network or an open port of the host")
        },
    },
    Signal {
        name: "network/services-inside",
        about: "every Service stays inside of the cluster or says from where it is reached",
        look: services_inside,
    },
    Signal {
        name: "network/tls",
        about: "everything that takes requests from outside does so with TLS",
        look: |view| of_ways_in(view, |way| way.tls, "ways in from outside without TLS"),
    },
    Signal {
        name: "network/https-only",
        about: "everything that takes requests from outside refuses or redirects plain HTTP",
        look: |view| of_ways_in(view, |way| way.https, "ways in from outside with plain HTTP"),
    },
    Signal {
        name: "network/tls-version",
        about: "everything that takes requests from outside asks for TLS 1.2 or later",
        look: tls_version,
    },
    Signal {
        name: "network/waf",
        about: "a web application firewall stands before everything that takes requests from outside",
        look: waf,
    },
    Signal {
        name: "network/endpoints-encrypted",
        about: "every address outside of the cluster that an agent calls is one with TLS",
        look: endpoints_encrypted,
    },
    Signal {
        name: "network/stores-encrypted",
        about: "agents reach every store outside of the cluster with TLS",
        look: stores_encrypted,
    },
    Signal {
        name: "network/disks-encrypted",
        about: "what is stored is encrypted where it lies",
        look: disks_encrypted,
    },
];

/// Asks the policies on the pods of each workload.
fn policed(view: &View<'_>, ask: impl Fn(&[NetworkPolicy<'_>]) -> Option<Said>) -> Answer {
    let project = view.project();
    let workloads = view.workloads_of(WorkloadKind::WITHOUT_OWN_POLICY);
    let asked = workloads.filter(|workload| workload.has_pods()).map(|workload| {
        let subject = workload.subject();
        if workload.is_on_host_network() {
            let at = workload.pod_grip(&["hostNetwork"]);
            return Said::no(at.place(), "the network of its node").by_subject(&subject);
        }
        let Some(policies) = project.all_policies_on(workload) else {
            let why = "what policies beside it select is not known";
            return Said::no(workload, why).by_subject(&subject);
        };
        let said = ask(&policies);
        said.unwrap_or_else(|| Said::no(workload, "no policy governs it")).by_subject(&subject)
    });
    let asked: Vec<_> = asked.chain(said::without_containers(view)).collect();
    let lack = "workloads that policies leave open";
    let answer = said::all(asked, "no workload of Kubernetes here", lack);
    said::unless_hidden(answer, &said::WORKLOADS, view)
}

/// Whether one of the policies governs a direction, and none of their rules is one of those that leave
/// it open.
fn governed(
    policies: &[NetworkPolicy<'_>],
    direction: Direction,
    leaves_open: fn(PolicyRule<'_>) -> bool,
) -> Option<Said> {
    let first = policies.iter().find(|policy| policy.governs(direction))?;
    let name = first.object().describe();
    if let Some(open) = policies.iter().find(|policy| policy.may_allow_anything(direction)) {
        return Some(Said::no(open.object(), "a template fills in its rules"));
    }
    let mut rules = policies.iter().flat_map(|policy| policy.rules(direction));
    Some(match rules.find(|rule| leaves_open(*rule)) {
        Some(rule) => Said::no(rule.peers_grip().place(), "a rule that lets too much pass"),
        None => Said::yes(first.object(), name),
    })
}

fn is_for_everybody(rule: PolicyRule<'_>) -> bool {
    let mut peers = rule.peers().peekable();
    peers.peek().is_none() || peers.any(|peer| peer.everything().is_some())
}

/// Whether it lets everybody pass, on every port.
fn is_wide(rule: PolicyRule<'_>) -> bool {
    is_for_everybody(rule) && rule.is_for_every_port()
}

fn lets_all_in(rule: PolicyRule<'_>) -> bool {
    is_for_everybody(rule)
}

/// Whether it lets everybody be reached on other ports than those of HTTPS and DNS.
///
/// Source: reference paladin, "Network Security" ("HTTPS only").
fn leaves_otherwise(rule: PolicyRule<'_>) -> bool {
    const PORTS: [i64; 3] = [443, 53, 5353];
    let ports: Vec<_> = rule.ports().filter_map(|port| port.at(&["port"])).collect();
    let is_one = |port: &Node<'_>| port.as_int().is_some_and(|port| PORTS.contains(&port));
    let has_range = rule.ports().any(|port| port.at(&["endPort"]).is_some());
    let is_https = !ports.is_empty() && ports.iter().all(is_one) && !has_range;
    is_for_everybody(rule) && (rule.is_for_every_port() || !is_https)
}

fn dns(policies: &[NetworkPolicy<'_>]) -> Option<Said> {
    let governing = policies.iter().find(|policy| policy.governs(Direction::Egress))?;
    let allowing = policies.iter().find(|policy| policy.dns() == Dns::Allowed);
    Some(match allowing {
        Some(policy) => {
            Said::yes(policy.object(), format!("{} allows DNS", policy.object().describe()))
        }
        None => Said::no(governing.object(), "no rule allows DNS"),
    })
}

fn own_network(runner: Runner<'_>) -> Said {
    match runner {
        Runner::Container(container) => container_network(container),
        Runner::Service(service) => service_network(service),
    }
}

fn container_network(container: Container<'_>) -> Said {
    let workload = container.workload();
    if workload.is_on_host_network() {
        return Said::no(workload.pod_grip(&["hostNetwork"]).place(), "hostNetwork");
    }
    let ports = container.node().at(&["ports"]).into_iter().flat_map(Node::items);
    let mut of_host = ports.filter_map(|port| port.at(&["hostPort"]));
    match of_host.find(|port| port.as_int() != Some(0)) {
        Some(port) => Said::field(false, "hostPort", port),
        None => Said::yes(container, "its pod's own network, no hostPort"),
    }
}

/// What browsers come through.
const FRONT_DOOR: [u16; 2] = [80, 443];

fn service_network(service: compose::Service<'_>) -> Said {
    if let Some(mode) = service.host_network() {
        return Said::field(false, "network_mode", mode);
    }
    let ports = service.ports();
    let stated = service.node().at(&["ports"]);
    if stated.is_some_and(|list| list.is_scalar() || list.items().len() != ports.len()) {
        return Said::no(service.grip(&["ports"]).place(), "a port is not known");
    }
    let is_front = |port: &compose::Port<'_>| {
        FRONT_DOOR.iter().any(|&door| port.published == Some((door, door)))
    };
    let open = ports.iter().find(|port| port.is_on_all_interfaces() && !is_front(port));
    match (open, ports.first()) {
        (Some(port), _) => {
            Said::no(port.grip().place(), format!("port {} on every interface", port.describe()))
        }
        (None, Some(port)) => Said::yes(port.grip().place(), format!("port {}", port.describe())),
        (None, None) => Said::yes(service.key().place(), "publishes no port"),
    }
}

fn services_inside(view: &View<'_>) -> Answer {
    const KINDS: [&str; 3] = ["ClusterIP", "ExternalName", "LoadBalancer"];
    let project = view.project();
    let asked = view.objects().filter_map(Service::of).map(|service| {
        let object = service.object();
        let said = match object.node().at(&["spec", "type"]) {
            None => Said::yes(object, "ClusterIP"),
            Some(kind) if project.is_edge(service) => Said::field(true, "a proxy, type", kind),
            Some(kind) => {
                let is_inside = service.exposure().is_none() && KINDS.contains(&kind.text());
                Said::field(is_inside, "type", kind)
            }
        };
        said.by_subject(&object.subject())
    });
    let asked: Vec<_> = asked.collect();
    let answer = said::all(asked, "no Service of Kubernetes here", "Services open to the outside");
    said::unless_hidden(answer, &["Service"], view)
}

/// Something that takes requests from outside.
struct WayIn<'p> {
    who: String,
    object: Option<Object<'p>>,
    /// Whether it has TLS.
    tls: Seen,
    /// Whether it lets nobody in without.
    https: Seen,
}

/// A yes or a no, and where that is seen.
type Seen = (bool, Place, String);

fn ways_in<'v>(view: &View<'v>) -> Vec<WayIn<'v>> {
    let project = view.project();
    let redirecting = redirecting_routes(view);
    let routed = |object: Object<'v>| {
        let entrance = Entrance::of(object)?;
        let is_shared = project.shares_certificate(object);
        let names = project.namespaces_of(object).into_iter();
        let mut names = names.map(|namespace| (namespace, object.name()));
        let by_route = || names.find_map(|name| redirecting.get(&name).copied());
        Some(of_entrance(entrance, is_shared, by_route))
    };
    let mut ways: Vec<_> = view.objects().filter_map(routed).collect();
    let services = view.objects().filter_map(Service::of);
    ways.extend(services.filter(|it| !project.is_edge(*it)).filter_map(of_service));
    ways.extend(
        view.compose_files().flat_map(compose::ComposeFile::deployed).filter_map(of_compose),
    );
    ways
}

fn of_entrance(
    entrance: Entrance<'_>,
    is_shared: bool,
    redirecting: impl FnOnce() -> Option<Place>,
) -> WayIn<'_> {
    let object = entrance.object;
    let tls = match entrance.cover {
        Cover::Tls(at) => (true, at.place(), "TLS".to_owned()),
        Cover::Plain(_) if is_shared => {
            (true, object.into(), "the certificate of its load balancer".to_owned())
        }
        Cover::Plain(at) => (false, at.place(), "no TLS".to_owned()),
    };
    let redirect = entrance.redirect.map(Node::place);
    let by_route = || redirecting().filter(|_| is_gateway(object));
    let redirect = redirect.or_else(by_route).filter(|_| tls.0);
    let https = match redirect {
        Some(at) => (true, at, "HTTPS only".to_owned()),
        None => (false, tls.1, "plain HTTP".to_owned()),
    };
    WayIn { who: name_of(&object.subject()), object: Some(object), tls, https }
}

/// The routes that send requests by plain HTTP on to HTTPS, by the Gateways that they are for.
///
/// Source: gateway-api.sigs.k8s.io, "HTTP path redirects and rewrites".
fn redirecting_routes<'v>(view: &View<'v>) -> HashMap<(&'v str, &'v str), Place> {
    let project = view.project();
    let routes = view.objects().filter(|it| it.is("gateway.networking.k8s.io", "HTTPRoute"));
    let redirects = routes.filter_map(|route| {
        let rules = route.node().items_at(&["spec", "rules"]).filter(is_for_every_path);
        let filters = rules.flat_map(|rule| rule.items_at(&["filters"]));
        let mut schemes = filters.filter_map(|it| it.at(&["requestRedirect", "scheme"]));
        Some((route, schemes.find(|scheme| scheme.text() == "https")?.place()))
    });
    let of_route = |(route, at): (Object<'v>, Place)| {
        let parents = route.node().items_at(&["spec", "parentRefs"]);
        let names = parents.flat_map(|parent| {
            let name = parent.at(&["name"]).map_or("", Node::text);
            let namespaces = match parent.at(&["namespace"]) {
                Some(stated) => vec![stated.text()],
                None => project.namespaces_of(route),
            };
            namespaces.into_iter().map(move |namespace| (namespace, name)).collect::<Vec<_>>()
        });
        names.map(|name| (name, at)).collect::<Vec<_>>()
    };
    redirects.flat_map(of_route).collect()
}

/// Whether a rule of a route holds for whatever is asked for.
fn is_for_every_path(rule: &Node<'_>) -> bool {
    let mut matches = rule.items_at(&["matches"]).peekable();
    let is_every = |it: Node<'_>| {
        let is_root = it.at(&["path", "value"]).is_none_or(|path| path.text() == "/");
        let is_prefix = it.at(&["path", "type"]).is_none_or(|kind| kind.text() == "PathPrefix");
        is_root && is_prefix && it.own_entries().all(|entry| entry.key.text() == "path")
    };
    matches.peek().is_none() || matches.any(is_every)
}

/// Ports by which people mean HTTPS.
const TLS_PORTS: [i64; 2] = [443, 8443];

/// Whether pods take what comes by a port as TLS, by all that people mean by numbers and names: nothing
/// on the way to them takes the TLS off.
fn ends_in_tls(port: ServicePort<'_>) -> bool {
    match port.target() {
        Some((PortRef::Number(number), _)) => TLS_PORTS.contains(&number),
        Some((PortRef::Name(name), _)) => {
            ["https", "tls", "websecure"].iter().any(|word| name.contains(word))
        }
        None => false,
    }
}

fn of_service(service: Service<'_>) -> Option<WayIn<'_>> {
    let exposure = service.exposure()?;
    let object = service.object();
    let numbers: Vec<_> =
        service.ports().filter_map(crate::k8s::service::ServicePort::number).collect();
    let is_tls = |node: &&Node<'_>| node.as_int().is_some_and(|it| TLS_PORTS.contains(&it));
    let annotated = object.tls_annotation().filter(|it| !is_templated(it.text()));
    let mut through = service.ports().filter(|port| ends_in_tls(*port));
    let port = through.find_map(|port| port.number().filter(|number| is_tls(&number)));
    let tls = match annotated.or(port) {
        Some(at) => (true, at.place(), "TLS".to_owned()),
        None => (false, exposure.place(), "no TLS that is seen".to_owned()),
    };
    let is_all = tls.0 && numbers.iter().all(|node| is_tls(&node));
    let https = (is_all, tls.1, if is_all { "HTTPS only" } else { "other ports too" }.to_owned());
    Some(WayIn { who: name_of(&object.subject()), object: Some(object), tls, https })
}

fn of_compose(service: compose::Service<'_>) -> Option<WayIn<'_>> {
    let ports = service.ports();
    let open: Vec<_> =
        ports.iter().filter(|port| port.is_tcp() && port.is_on_all_interfaces()).collect();
    let first = open.first()?;
    let is_tls = |port: &&&compose::Port<'_>| {
        let (first, last) = port.target;
        port.published == Some((443, 443)) && first == last && TLS_PORTS.contains(&i64::from(first))
    };
    let tls = match open.iter().find(is_tls) {
        Some(port) => (true, port.grip().place(), "port 443".to_owned()),
        None => (
            false,
            first.grip().place(),
            format!("port {} without TLS that is seen", first.describe()),
        ),
    };
    let image = service.node().at(&["image"]).map_or("", Node::text);
    // Caddy redirects by itself.
    let redirects = ImageRef::parse(image).short_name() == "caddy";
    let others = open.iter().find(|port| {
        port.published != Some((443, 443)) && !(redirects && port.published == Some((80, 80)))
    });
    let https = match others {
        None => (tls.0, tls.1, "HTTPS only".to_owned()),
        Some(port) => (false, port.grip().place(), format!("port {}", port.describe())),
    };
    Some(WayIn { who: name_of(&service.subject()), object: None, tls, https })
}

const NO_WAY_IN: &str = "nothing here is open to the outside";

/// The kinds of what takes requests from outside.
const WAYS_IN: [&str; 3] = ["Gateway", "Ingress", "Service"];

fn of_ways_in(view: &View<'_>, ask: impl Fn(WayIn<'_>) -> Seen, lack: &str) -> Answer {
    let asked = ways_in(view).into_iter().map(|way| {
        let who = way.who.clone();
        let (is_yes, at, what) = ask(way);
        Said { is_yes, at, what }.by(&who)
    });
    said::unless_hidden(said::all(asked, NO_WAY_IN, lack), &WAYS_IN, view)
}

/// What each way in says of something that may also be said for all ways in of a controller.
fn said_of_ways(
    view: &View<'_>,
    of_one: impl Fn(&WayIn<'_>) -> Option<Seen>,
    of_many: impl Fn(Object<'_>) -> Option<Node<'_>>,
    lack: &str,
) -> Answer {
    let many: Vec<_> = view.objects().filter_map(|it| Some((it, of_many(it)?))).collect();
    let asked = ways_in(view).into_iter().map(|way| {
        let by_controller = || {
            let (object, at) = many.iter().find(|(object, _)| governs(*object, &way))?;
            let says = format!("{}: {}", name_of(&object.subject()), said::short(at.text()));
            Some((true, at.place(), says))
        };
        let seen = of_one(&way).or_else(by_controller);
        let (is_yes, at, what) = seen.unwrap_or_else(|| (false, way.tls.1, String::new()));
        Said { is_yes, at, what }.by(&way.who)
    });
    said::unless_hidden(said::all(asked, NO_WAY_IN, lack), &WAYS_IN, view)
}

/// Whether what an object says holds for a way in: of an Ingress the class tells which controller reads it,
/// if it names one. A Service is opened by no controller.
fn governs(object: Object<'_>, way: &WayIn<'_>) -> bool {
    let Some(of) = way.object else { return false };
    let is_by = |name: &str| {
        is_ingress(of) && of.ingress_class().is_none_or(|class| class.text().contains(name))
    };
    match object.group() {
        "" => is_by("nginx"),
        "traefik.io" | "traefik.containo.us" => takes_options(of, object.name(), is_by("traefik")),
        "networking.gke.io" => is_gateway(of),
        "cloud.google.com" => is_by("gce"),
        "compute.cnrm.cloud.google.com" => is_by("gce") || is_gateway(of),
        _ => false,
    }
}

/// Whether a way in of Traefik takes TLS options of that name: those called `default` hold where none are named.
///
/// Source: doc.traefik.io, "TLS Options".
fn takes_options(of: Object<'_>, name: &str, is_ingress: bool) -> bool {
    let named = match of.kind() {
        "IngressRoute" => of.node().at(&["spec", "tls", "options", "name"]),
        _ if is_ingress => of.annotation("traefik.ingress.kubernetes.io/router.tls.options"),
        _ => return false,
    };
    named.map_or(name == "default", |it| is_traefik_name(it.text(), name))
}

/// What an annotation or a field of a way in says.
fn stated(way: &WayIn<'_>, find: impl Fn(Object<'_>) -> Option<Node<'_>>) -> Option<Seen> {
    let at = way.object.and_then(find)?;
    Some((true, at.place(), said::short(at.text())))
}

fn tls_version(view: &View<'_>) -> Answer {
    said_of_ways(
        view,
        |way| {
            // What a controller asks of TLS is asked of nobody where there is none.
            let (has_tls, at, _) = &way.tls;
            let without = || (!has_tls).then(|| (false, *at, "no TLS".to_owned()));
            stated(way, version_of_one).or_else(without)
        },
        version_of_all,
        "ways in from outside without a least version of TLS",
    )
}

/// Whether a text names versions of TLS, none of which is older than 1.2.
fn is_recent(text: &str) -> bool {
    const RECENT: [&str; 8] =
        ["TLSv1.2", "TLSv1.3", "1.2", "1.3", "VersionTLS12", "VersionTLS13", "TLSV1_2", "TLSV1_3"];
    let words: Vec<_> = text.split([' ', ',', '"', '\'']).filter(|it| !it.is_empty()).collect();
    !words.is_empty() && words.iter().all(|word| RECENT.contains(word) || *word == "TLS_1_2")
}

/// Sources: docs.aws.amazon.com, "Security policies for your Application Load Balancer"; istio.io,
/// `ServerTLSSettings.minProtocolVersion`; projectcontour.io, `TLS.minimumProtocolVersion`.
fn version_of_one(object: Object<'_>) -> Option<Node<'_>> {
    const POLICIES: [&str; 2] = [
        "alb.ingress.kubernetes.io/ssl-policy",
        "service.beta.kubernetes.io/aws-load-balancer-ssl-negotiation-policy",
    ];
    let of_aws = POLICIES.iter().find_map(|key| object.annotation(key)).filter(|policy| {
        let text = policy.text();
        let names_old = ["TLS13-1-0", "TLS13-1-1", "TLS-1-1"].iter().any(|old| text.contains(old));
        !names_old && ["TLS13", "TLS-1-2", "FS-1-2"].iter().any(|word| text.contains(word))
    });
    let of_contour = object.node().at(&["spec", "virtualhost", "tls", "minimumProtocolVersion"]);
    let of_istio = || {
        let servers = object.node().at(&["spec", "servers"])?;
        let mut tls = servers.items().filter_map(|server| server.at(&["tls"]));
        tls.find_map(|tls| tls.at(&["minProtocolVersion"]))
    };
    of_aws.or_else(|| of_contour.or_else(of_istio).filter(|it| is_recent(it.text())))
}

/// Sources: kubernetes.github.io/ingress-nginx, "ConfigMaps" (`ssl-protocols`); doc.traefik.io,
/// `TLSOption.minVersion`; cloud.google.com, `ComputeSSLPolicy`.
fn version_of_all(object: Object<'_>) -> Option<Node<'_>> {
    let node = object.node();
    let stated = match (object.group(), object.kind()) {
        ("", "ConfigMap") => node.at(&["data", "ssl-protocols"]),
        ("traefik.io" | "traefik.containo.us", "TLSOption") => node.at(&["spec", "minVersion"]),
        ("compute.cnrm.cloud.google.com", "ComputeSSLPolicy") => {
            node.at(&["spec", "minTlsVersion"])
        }
        _ => None,
    };
    stated.filter(|it| is_recent(it.text()))
}

fn waf(view: &View<'_>) -> Answer {
    said_of_ways(
        view,
        |way| stated(way, waf_of_one),
        waf_of_all,
        "ways in from outside without a web application firewall",
    )
}

/// Annotations by which a way in has a web application firewall; an empty value stands for any.
///
/// Sources: the documentation of the AWS Load Balancer Controller, of Application Gateway for
/// Kubernetes, of ingress-nginx and of the NGINX Ingress Controller, 2026-11.
const WAF: [(&str, &str); 8] = [
    ("alb.ingress.kubernetes.io/wafv2-acl-arn", ""),
    ("alb.ingress.kubernetes.io/waf-acl-id", ""),
    ("alb.ingress.kubernetes.io/shield-advanced-protection", "true"),
    ("appgw.ingress.kubernetes.io/waf-policy-for-path", ""),
    ("nginx.ingress.kubernetes.io/enable-modsecurity", "true"),
    ("nginx.ingress.kubernetes.io/enable-owasp-core-rules", "true"),
    ("appprotect.f5.com/app-protect-enable", "True"),
    ("haproxy-ingress.github.io/waf", "modsecurity"),
];

fn waf_of_one(object: Object<'_>) -> Option<Node<'_>> {
    let annotated = WAF.iter().find_map(|(key, value)| {
        let says = |node: &Node<'_>| {
            let text = node.text();
            let is_value = value.is_empty() || text.eq_ignore_ascii_case(value);
            is_value && !text.is_empty() && !is_templated(text)
        };
        object.annotation(key).filter(says)
    });
    // Requests come through Cloudflare, which keeps floods away.
    annotated.or_else(|| object.ingress_class().filter(|it| it.text() == "cloudflare-tunnel"))
}

fn waf_of_all(object: Object<'_>) -> Option<Node<'_>> {
    let node = object.node();
    match (object.group(), object.kind()) {
        ("cloud.google.com", "BackendConfig") => node.at(&["spec", "securityPolicy", "name"]),
        ("networking.gke.io", "GCPBackendPolicy") => {
            node.at(&["spec", "default", "securityPolicy"])
        }
        ("", "ConfigMap") => {
            let switch = node.at(&["data", "enable-modsecurity"]);
            switch.filter(|it| it.text() == "true")
        }
        _ => None,
    }
}

fn endpoints_encrypted(view: &View<'_>) -> Answer {
    let asked = view.agents().flat_map(|agent| {
        let remote = agent.endpoints.iter().filter(|it| !is_local(it.host) && !it.is_placeholder());
        let says = |it: &crate::agent::Endpoint<'_>| {
            let what = format!("{}://{}", it.scheme, it.host);
            Said { is_yes: !it.is_plain(), at: it.at.place(), what }.by(it.name)
        };
        remote.map(says).collect::<Vec<_>>()
    });
    let asked: Vec<_> = asked.collect();
    said::all(
        asked,
        "no agent here calls an address outside of the cluster",
        "endpoints without TLS",
    )
}

fn stores_encrypted(view: &View<'_>) -> Answer {
    let asked = view.agents().flat_map(|agent| {
        let used = agent.stores.iter().filter(|store| store.enabled.off().is_none());
        let remote = used.filter_map(|store| {
            let who = match store.host.value() {
                Some(host) if is_local(host) => return None,
                Some(host) => format!("{} on `{host}`", store.what),
                // Where it is only shows where it runs.
                None if store.host.is_stated() => store.what.to_owned(),
                None => return None,
            };
            let said = match store.tls.on() {
                Some(on) => Said::yes(on.at.place(), on.text),
                None => Said::no(agent.root().place(), "no TLS"),
            };
            Some(said.by(&who))
        });
        remote.collect::<Vec<_>>()
    });
    let asked: Vec<_> = asked.collect();
    said::all(asked, "no agent here reaches a store outside of the cluster", "stores without TLS")
}

/// Parameters of storage classes by which disks are encrypted; an empty value stands for any.
///
/// Sources: the documentation of the drivers for EBS, Azure disks and Compute Engine disks, 2026-11.
const ENCRYPTING: [(&str, &str); 4] = [
    ("encrypted", "true"),
    ("kmsKeyId", ""),
    ("diskEncryptionSetID", ""),
    ("disk-encryption-kms-key", ""),
];

fn disks_encrypted(view: &View<'_>) -> Answer {
    let classes = view.objects().filter(|it| it.is("storage.k8s.io", "StorageClass"));
    let classes: HashMap<_, _> = classes.map(|class| (class.name(), class)).collect();
    let encrypting = |name: &str| {
        let class = classes.get(name)?;
        ENCRYPTING.iter().find_map(|(key, value)| {
            let stated = class.node().at(&["parameters", key])?;
            (value.is_empty() || stated.text() == *value).then_some(stated)
        })
    };
    let of_claims = claims(view).into_iter().map(|(who, spec)| {
        let class = spec.at(&["storageClassName"]);
        match class.and_then(|class| encrypting(class.text())) {
            Some(at) => Said::field(true, "StorageClass", at).by(&who),
            None => Said::no(class.unwrap_or(spec).place(), "").by(&who),
        }
    });
    let of_agents = view.agents().filter_map(|agent| {
        let switch = &agent.platform.encryption;
        let because = switch.on().map(|on| (true, on)).or_else(|| Some((false, switch.off()?)))?;
        let (is_yes, because) = because;
        Some(Said { is_yes, at: because.at.place(), what: because.text }.by(agent.format()))
    });
    let asked: Vec<_> = of_claims.chain(of_agents).collect();
    match said::all(asked, "", "places without encryption that is seen") {
        Answer::Moot(_) => Answer::Lacking(
            "nothing here says that what is stored is encrypted".to_owned(),
            Vec::new(),
        ),
        answer => answer,
    }
}

/// The claims on storage, and whose they are.
fn claims<'v>(view: &View<'v>) -> Vec<(String, Node<'v>)> {
    let own = view.objects().filter(|it| it.is("", "PersistentVolumeClaim"));
    let own = own.filter_map(|it| Some((it.describe(), it.node().at(&["spec"])?)));
    let of_sets = view.workloads().flat_map(|workload: Workload<'v>| {
        let templates = workload.object().node().items_at(&["spec", "volumeClaimTemplates"]);
        let specs = templates.filter_map(|template| template.at(&["spec"]));
        specs.map(|spec| (name_of(&workload.subject()), spec)).collect::<Vec<_>>()
    });
    own.chain(of_sets).collect()
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    \
        metadata: {labels: {app: web}}\n    spec: {containers: [{name: c, image: i}]}\n";

    fn policy(spec: &str) -> String {
        format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p}}\nspec: {{{spec}}}\n"
        )
    }

    #[test]
    fn policies_are_asked_of_each_workload() {
        let named = "podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {matchLabels: {app: a}}}]}], \
            egress: [{ports: [{port: 53, protocol: UDP}, {port: 443}]}]";
        let open = "podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]";
        let port = "podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{ports: [{port: 80}]}], egress: [{ports: [{port: 6379}]}]";
        let other = "podSelector: {matchLabels: {app: other}}";
        let template = "podSelector: {}, policyTypes: [Ingress, Egress], ingress: '{{ .Values.in }}', egress: '{{ .Values.out }}'";
        for (signal, shown) in [
            ("network/ingress-policed", [true, false, true, false, false]),
            ("network/ingress-named", [true, false, false, false, false]),
            ("network/egress-policed", [true, false, true, false, false]),
            ("network/https-egress", [true, false, false, false, false]),
        ] {
            for (spec, shown) in [named, open, port, other, template].into_iter().zip(shown) {
                let text = format!("{WEB}{}", policy(spec));
                let said = ask(signal, &[("all.yaml", &text)]);
                assert_eq!(said.starts_with("shown"), shown, "{signal} {spec}: {said}");
            }
            assert!(ask(signal, &[("README.md", "# x\n")]).starts_with("moot: "), "{signal}");
        }
    }

    fn ingress(annotations: &str, spec: &str) -> String {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations: {{{annotations}}}\n\
             spec:\n  ingressClassName: nginx\n  rules: [{{host: a.acme.test}}]\n{spec}"
        )
    }

    #[test]
    fn ways_in_have_tls() {
        let tls = "  tls: [{hosts: [a.acme.test], secretName: t}]\n";
        for (annotations, spec, has_tls, is_https) in [
            ("", tls, true, true),
            ("nginx.ingress.kubernetes.io/ssl-redirect: 'false'", tls, true, false),
            ("nginx.ingress.kubernetes.io/force-ssl-redirect: 'false'", tls, true, true),
            ("", "  tls: [{hosts: [b.acme.test], secretName: t}]\n", false, false),
            ("", "  tls: '{{ .Values.tls }}'\n", false, false),
            ("", "", false, false),
        ] {
            let text = ingress(annotations, spec);
            let files = [("web.yaml", text.as_str())];
            for (signal, shown) in [("network/tls", has_tls), ("network/https-only", is_https)] {
                let said = ask(signal, &files);
                assert_eq!(
                    said.starts_with("shown"),
                    shown,
                    "{signal} {annotations} {spec}: {said}"
                );
            }
        }
        assert_eq!(
            ask("network/tls", &[("README.md", "# x\n")]),
            "moot: nothing here is open to the outside"
        );
    }

    #[test]
    fn ways_in_say_their_versions_and_firewalls() {
        let alb = "alb.ingress.kubernetes.io/ssl-policy: ELBSecurityPolicy-TLS13-1-2-2021-06, \
                   alb.ingress.kubernetes.io/wafv2-acl-arn: 'arn:aws:wafv2:x'";
        let (good, poor) = (ingress(alb, ""), ingress("", ""));
        for signal in ["network/tls-version", "network/waf"] {
            assert!(
                ask(signal, &[("a.yaml", &good)]).starts_with("shown\na.yaml:5: Ingress `web`: ")
            );
            assert!(ask(signal, &[("a.yaml", &poor)]).starts_with("lacking: 1 "));
            assert!(ask(signal, &[("README.md", "# x\n")]).starts_with("moot: "));
        }
    }

    #[test]
    fn a_controller_speaks_for_its_own_ways_in() {
        const TLS: &str = "  tls: [{hosts: [a.acme.test], secretName: t}]\n";
        let settings = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ingress-nginx-controller}\n\
                        data: {ssl-protocols: TLSv1.2 TLSv1.3, enable-modsecurity: 'true'}\n";
        let balancer = "---\napiVersion: v1\nkind: Service\nmetadata: {name: chat}\n\
                        spec: {type: LoadBalancer, ports: [{port: 80}]}\n";
        let of =
            |signal: &str, text: &str| ask(signal, &[("web.yaml", &format!("{text}{settings}"))]);
        let traefik = ingress("", TLS).replace("ClassName: nginx", "ClassName: traefik");
        for signal in ["network/tls-version", "network/waf"] {
            let own = of(signal, &ingress("", TLS));
            assert!(own.starts_with("shown\nweb.yaml:1"), "{signal}: {own}");
            let other = of(signal, &traefik);
            assert!(other.starts_with("lacking: 1 way in from outside without"), "{other}");
            let beside = of(signal, &format!("{}{balancer}", ingress("", TLS)));
            assert!(beside.contains("Service `chat`"), "{signal}: {beside}");
        }
        let plain = of("network/tls-version", &ingress("", ""));
        assert!(plain.starts_with("lacking") && plain.contains("no TLS"), "{plain}");
    }

    #[test]
    fn options_hold_where_they_are_taken() {
        let of = |name: &str, options: &str| {
            let text = format!(
                "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {{name: web}}\n\
                 spec: {{routes: [{{match: 'Host(`a.acme.test`)'}}], tls: {{secretName: t{options}}}}}\n---\n\
                 apiVersion: traefik.io/v1alpha1\nkind: TLSOption\nmetadata: {{name: {name}}}\nspec: {{minVersion: VersionTLS12}}\n"
            );
            ask("network/tls-version", &[("web.yaml", &text)])
        };
        for (name, options, is_shown) in [
            ("default", "", true),
            ("modern", ", options: {name: modern}", true),
            ("modern", "", false),
            ("default", ", options: {name: old}", false),
        ] {
            let said = of(name, options);
            assert_eq!(said.starts_with("shown"), is_shown, "{name}{options}: {said}");
        }
    }

    #[test]
    fn a_redirect_is_for_its_own_gateway() {
        let route = |namespace: &str, path: &str| {
            format!(
                "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: gw, namespace: a}}\n\
                 spec:\n  listeners:\n  - {{name: s, port: 443, protocol: HTTPS, tls: {{certificateRefs: [{{name: c}}]}}}}\n  \
                 - {{name: h, port: 80, protocol: HTTP}}\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n\
                 metadata: {{name: r, namespace: {namespace}}}\nspec:\n  parentRefs: [{{name: gw}}]\n  rules:\n  \
                 - matches: [{{path: {{type: PathPrefix, value: {path}}}}}]\n    \
                 filters: [{{type: RequestRedirect, requestRedirect: {{scheme: https}}}}]\n"
            )
        };
        for (namespace, path, shown) in [("a", "/", true), ("b", "/", false), ("a", "/old", false)]
        {
            let text = route(namespace, path);
            let said = ask("network/https-only", &[("gw.yaml", &text)]);
            assert_eq!(said.starts_with("shown"), shown, "{namespace} {path}: {said}");
        }
    }

    #[test]
    fn a_number_alone_is_no_tls() {
        let of = |target: &str| {
            format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {{type: NodePort, ports: [{{port: 443{target}}}]}}\n"
            )
        };
        for (target, shown) in [
            ("", true),
            (", targetPort: https", true),
            (", targetPort: 8080", false),
            (", targetPort: web", false),
        ] {
            let said = ask("network/tls", &[("s.yaml", &of(target))]);
            assert_eq!(said.starts_with("shown"), shown, "{target}: {said}");
        }
    }

    #[test]
    fn services_of_compose_publish_little() {
        let of =
            |port: &str| format!("services:\n  a:\n    image: acme/api:1\n    ports: ['{port}']\n");
        for (port, inside, tls) in [
            ("127.0.0.1:8080:80", true, "moot"),
            ("443:8443", true, "shown"),
            ("443:8080", true, "lacking"),
            ("8080:80", false, "lacking"),
            ("${PORT}:80", false, "moot"),
        ] {
            let text = of(port);
            let files = [("compose.yaml", text.as_str())];
            let said = ask("network/own-network", &files);
            assert_eq!(said.starts_with("shown"), inside, "{port}: {said}");
            let said = ask("network/tls", &files);
            assert!(said.starts_with(tls), "{port}: {said}");
        }
    }
}
