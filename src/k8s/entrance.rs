//! What takes requests from outside of the cluster, and whether it does so with TLS.

use super::route::{
    TUNNELS, Tls, gateway_listeners, is_gateway, is_ingress, tls_of, uncovered_hosts,
};
use super::{Object, is_templated};
use crate::tree::{Entry, Node};

/// How requests come in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cover<'t> {
    /// With TLS, which this says.
    Tls(Node<'t>),
    /// In the clear, as far as this shows.
    Plain(Node<'t>),
}

/// An object that takes requests from outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entrance<'t> {
    pub(crate) object: Object<'t>,
    pub(crate) cover: Cover<'t>,
    /// What lets nobody in by plain HTTP, but to be sent on to HTTPS.
    pub(crate) redirect: Option<Node<'t>>,
}

/// Kinds of controllers of their own: group, kind, and where they hold TLS.
///
/// Sources: the API references of Traefik, Contour, `OpenShift` and the NGINX Ingress Controller, 2026-11.
const WITH_TLS: [(&str, &str, &[&str]); 5] = [
    ("k8s.nginx.org", "VirtualServer", &["spec", "tls"]),
    ("projectcontour.io", "HTTPProxy", &["spec", "virtualhost", "tls"]),
    ("route.openshift.io", "Route", &["spec", "tls", "termination"]),
    ("traefik.containo.us", "IngressRoute", &["spec", "tls"]),
    ("traefik.io", "IngressRoute", &["spec", "tls"]),
];

/// Protocols of listeners that have TLS.
const ENCRYPTED: [&str; 2] = ["HTTPS", "TLS"];

impl<'t> Entrance<'t> {
    /// The entrance that an object is, if it is one. Services are asked elsewhere.
    pub(crate) fn of(object: Object<'t>) -> Option<Self> {
        if is_ingress(object) {
            return Some(of_ingress(object));
        }
        if is_gateway(object) {
            return of_listeners(object, &gateway_listeners(object), &["protocol"]);
        }
        if object.is("networking.istio.io", "Gateway") {
            let servers = object.node().at(&["spec", "servers"]);
            let servers: Vec<_> = servers.into_iter().flat_map(Node::items).collect();
            return of_listeners(object, &servers, &["port", "protocol"]);
        }
        let (.., path) = WITH_TLS.iter().find(|(group, kind, _)| object.is(group, kind))?;
        of_own_kind(object, path)
    }
}

fn of_ingress(object: Object<'_>) -> Entrance<'_> {
    let stated = object.node().at(&["spec", "tls"]);
    let is_covered = tls_of(object) != Tls::Missing && uncovered_hosts(object).is_empty();
    let listed = stated.filter(|tls| tls.is_list() && is_covered).and_then(|it| it.items().next());
    let annotated = || object.tls_annotation().filter(|it| !is_templated(it.text()));
    let tunnel = || object.ingress_class().filter(|class| TUNNELS.contains(&class.text()));
    let found = listed.or_else(annotated).or_else(tunnel);
    let cover = match found {
        Some(at) => Cover::Tls(at),
        None => Cover::Plain(stated.unwrap_or_else(|| object.grip())),
    };
    let redirect = redirect_of_ingress(object, &cover);
    Entrance { object, cover, redirect }
}

/// The ends of annotations that send requests by plain HTTP on, or refuse them, and the values that do.
///
/// Sources: the documentation of ingress-nginx ("Server-side HTTPS enforcement through redirect"), of
/// the controllers of AWS, GKE, `HAProxy`, Application Gateway, Contour and Traefik, 2026-11.
const REDIRECTS: [(&str, &[&str]); 4] = [
    ("ssl-redirect", &["true", "443"]),
    ("redirect-to-https", &["true"]),
    ("ingress.allow-http", &["false"]),
    ("router.entrypoints", &["websecure"]),
];

/// Controllers that redirect by themselves where an Ingress has TLS: how their annotations begin.
const BY_DEFAULT: [&str; 2] = ["nginx.ingress.kubernetes.io/", "haproxy-ingress.github.io/"];

fn redirect_of_ingress<'t>(object: Object<'t>, cover: &Cover<'t>) -> Option<Node<'t>> {
    let Cover::Tls(tls) = *cover else { return None };
    let annotations = object.node().at(&["metadata", "annotations"]);
    let annotations = annotations.map(Node::entries).unwrap_or_default();
    let stated = annotations.iter().filter_map(|entry: &Entry<'t>| {
        let (_, values) = REDIRECTS.iter().find(|(end, _)| entry.key.text().ends_with(end))?;
        let does = values.contains(&entry.value.text());
        // Off is what this one is by default: it only redirects where an Ingress has no TLS.
        let is_said = does || !entry.key.text().ends_with("force-ssl-redirect");
        is_said.then_some((entry.value, does))
    });
    let stated: Vec<_> = stated.collect();
    if let Some((value, does)) = stated.iter().find(|(_, does)| *does).or(stated.first()) {
        return does.then_some(*value);
    }
    let class = object.ingress_class().map_or("", Node::text);
    let is_of = |start: &&str| annotations.iter().any(|entry| entry.key.text().starts_with(*start));
    let does = class == "nginx" || BY_DEFAULT.iter().any(is_of) || TUNNELS.contains(&class);
    does.then_some(tls)
}

/// A Gateway, of which a listener for plain HTTP stands beside one with TLS to redirect.
fn of_listeners<'t>(
    object: Object<'t>,
    listeners: &[Node<'t>],
    path: &[&str],
) -> Option<Entrance<'t>> {
    let protocols: Vec<_> = listeners.iter().filter_map(|it| it.at(path)).collect();
    let encrypted = protocols.iter().find(|it| ENCRYPTED.contains(&it.text()));
    let plain = protocols.iter().find(|it| it.text() == "HTTP" || is_templated(it.text()));
    let elsewhere = object.tls_annotation().filter(|it| !is_templated(it.text()));
    let cover = match (encrypted, plain, elsewhere) {
        (Some(at), ..) => Cover::Tls(*at),
        (None, Some(_), Some(at)) => Cover::Tls(at),
        (None, Some(at), None) => Cover::Plain(*at),
        (None, None, _) if listeners.is_empty() => Cover::Plain(object.grip()),
        // Neither HTTP nor TLS.
        (None, None, _) => return None,
    };
    let is_plain = |it: &&Node<'_>| it.at(path).is_some_and(|it| !ENCRYPTED.contains(&it.text()));
    let mut open = listeners.iter().filter(is_plain).filter(|listener| {
        listener.at(&["tls", "httpsRedirect"]).and_then(Node::as_bool) != Some(true)
    });
    let redirect = match (open.next(), cover) {
        (None, Cover::Tls(at)) => Some(at),
        _ => None,
    };
    Some(Entrance { object, cover, redirect })
}

fn of_own_kind<'t>(object: Object<'t>, path: &[&str]) -> Option<Entrance<'t>> {
    let node = object.node();
    // What others include is covered by them.
    let is_part = object.kind() == "HTTPProxy" && node.at(&["spec", "virtualhost"]).is_none();
    let routes = node.at(&["spec", "routes"]).into_iter().flat_map(Node::items);
    let mut middlewares =
        routes.filter_map(|route| route.at(&["middlewares"])).flat_map(Node::items);
    let redirects =
        middlewares.any(|it| it.at(&["name"]).is_some_and(|name| name.text().contains("redirect")));
    let stated = node.at(path).filter(|tls| !(tls.is_scalar() && is_templated(tls.text())));
    if is_part || redirects && stated.is_none() {
        return None;
    }
    let Some(tls) = stated else {
        let cover = Cover::Plain(node.grip(path).unwrap_or_else(|| object.grip()));
        return Some(Entrance { object, cover, redirect: None });
    };
    let says = |keys: &[&str], value: &str| node.at(keys).is_some_and(|it| it.text() == value);
    let is_open = match object.kind() {
        "Route" => says(&["spec", "tls", "insecureEdgeTerminationPolicy"], "Allow"),
        "HTTPProxy" => {
            node.at(&["spec", "routes"]).into_iter().flat_map(Node::items).any(|route| {
                route.at(&["permitInsecure"]).is_some_and(|it| it.as_bool() != Some(false))
            })
        }
        "VirtualServer" => !says(&["spec", "tls", "redirect", "enable"], "true"),
        // A router with TLS hears nothing else.
        _ => false,
    };
    Some(Entrance { object, cover: Cover::Tls(tls), redirect: (!is_open).then_some(tls) })
}
