//! What a mesh, a gateway or an Ingress does for calls on their way, so that no program has to.
//!
//! Sources: istio.io/latest/docs/reference/config/networking (`DestinationRule`, `VirtualService`),
//! gateway.envoyproxy.io (`BackendTrafficPolicy`, `SecurityPolicy`), linkerd.io ("Circuit Breaking",
//! "Retries"), the documentation of ingress-nginx, Traefik and Kong, 2026-11.

use super::{Object, is_templated};
use crate::tree::Node;

const ISTIO: &str = "networking.istio.io";
const ENVOY: &str = "gateway.envoyproxy.io";

/// Annotations by which ingress-nginx limits how often a client may ask.
const LIMITS: [&str; 4] = [
    "nginx.ingress.kubernetes.io/limit-rps",
    "nginx.ingress.kubernetes.io/limit-rpm",
    "nginx.ingress.kubernetes.io/limit-connections",
    "haproxy.org/rate-limit-requests",
];

/// Annotations by which an Ingress asks somebody else who calls.
const ASKS: [&str; 3] = [
    "nginx.ingress.kubernetes.io/auth-url",
    "alb.ingress.kubernetes.io/auth-type",
    "haproxy-ingress.github.io/auth-url",
];

/// A value that stands there and is known.
fn known(node: Node<'_>) -> bool {
    !(node.is_null() || node.is_scalar() && (node.text().is_empty() || is_templated(node.text())))
}

/// A number above zero.
fn positive(node: Node<'_>) -> bool {
    let text = || node.as_str()?.trim().parse::<f64>().ok();
    node.as_number().or_else(text).is_some_and(|number| number > 0.0)
}

fn below<'t>(object: Object<'t>, keys: &[&str]) -> Option<Node<'t>> {
    object.node().path(keys).filter(|entry| known(entry.value)).map(|entry| entry.key)
}

/// What ends calls of something that fails, for a while.
pub(crate) fn breaker(object: Object<'_>) -> Option<Node<'_>> {
    if object.is(ISTIO, "DestinationRule") {
        return below(object, &["spec", "trafficPolicy", "outlierDetection"]);
    }
    if object.is(ENVOY, "BackendTrafficPolicy") {
        return below(object, &["spec", "circuitBreaker"]);
    }
    let accrual = object.annotation("balancer.linkerd.io/failure-accrual");
    accrual.filter(|it| object.is("", "Service") && it.text() == "consecutive")
}

/// What tries a failed call again. The pauses between tries grow, and chance makes each one longer or
/// shorter (Envoy: "fully jittered exponential back-off").
pub(crate) fn retries(object: Object<'_>) -> Option<Node<'_>> {
    if object.is(ISTIO, "VirtualService") {
        let routes = object.node().at(&["spec", "http"]).into_iter().flat_map(Node::items);
        let mut attempts = routes.filter_map(|route| route.at(&["retries", "attempts"]));
        return attempts.find(|attempts| positive(*attempts));
    }
    if object.is(ENVOY, "BackendTrafficPolicy") {
        return below(object, &["spec", "retry"]);
    }
    None
}

/// Whether a text by which Traefik refers to an object, `namespace-name@kubernetescrd`, means one of that name.
pub(crate) fn is_traefik_name(text: &str, name: &str) -> bool {
    let own = text.split('@').next().unwrap_or(text);
    own.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('-'))
}

/// What limits how often somebody may call.
pub(crate) fn rate_limit(object: Object<'_>) -> Option<Node<'_>> {
    if object.is(ENVOY, "BackendTrafficPolicy") {
        return below(object, &["spec", "rateLimit"]);
    }
    if object.kind() == "Middleware" && object.group().starts_with("traefik.") {
        return below(object, &["spec", "rateLimit"]);
    }
    if ["KongPlugin", "KongClusterPlugin"].contains(&object.kind()) {
        let plugin = object.node().at(&["plugin"])?;
        return Some(plugin).filter(|it| it.text().starts_with("rate-limiting"));
    }
    let limits = LIMITS.iter().filter_map(|key| object.annotation(key));
    limits.into_iter().find(|limit| positive(*limit))
}

/// What asks callers who they are, by tokens rather than passwords.
pub(crate) fn authentication(object: Object<'_>) -> Option<Node<'_>> {
    if object.is(ENVOY, "SecurityPolicy") {
        let ways = ["jwt", "oidc"];
        return ways.into_iter().find_map(|way| below(object, &["spec", way]));
    }
    if object.is("security.istio.io", "AuthorizationPolicy") {
        return asked_principals(object);
    }
    ASKS.iter().filter_map(|key| object.annotation(key)).find(|node| known(*node))
}

/// Where a policy of Istio wants a token: a `RequestAuthentication` lets requests that have none pass. It
/// lets in who has one, or turns away who has none.
///
/// Source: istio.io, "JWT Token" (`requestPrincipals`, `notRequestPrincipals: ["*"]`).
fn asked_principals(policy: Object<'_>) -> Option<Node<'_>> {
    let action = policy.node().at(&["spec", "action"]).map_or("ALLOW", Node::text);
    let key = match action {
        "ALLOW" => "requestPrincipals",
        "DENY" => "notRequestPrincipals",
        _ => return None,
    };
    let rules = || policy.node().at(&["spec", "rules"]).into_iter().flat_map(Node::items);
    // A rule without a condition is for everybody.
    if action == "ALLOW" && rules().any(|rule| rule.entries().is_empty()) {
        return None;
    }
    let sources = rules().filter_map(|rule| rule.at(&["from"])).flat_map(Node::items);
    let mut principals = sources.filter_map(|it| it.at(&["source", key]));
    principals.find(|them| key == "requestPrincipals" || them.items().any(|it| it.text() == "*"))
}

/// Whether an Ingress lets only the web sites that it lists in from browsers, if it says anything.
pub(crate) fn listed_origins(object: Object<'_>) -> Option<(Node<'_>, bool)> {
    let is_on = object.annotation("nginx.ingress.kubernetes.io/enable-cors");
    let is_on = is_on.filter(|it| it.text() == "true")?;
    let origins = object.annotation("nginx.ingress.kubernetes.io/cors-allow-origin");
    // Source: ingress-nginx, "Enable CORS": the default is `*`.
    Some(origins.map_or((is_on, false), |it| {
        (it, known(it) && !it.text().split(',').any(|one| one.trim() == "*"))
    }))
}

#[cfg(test)]
mod tests {
    use crate::project::tests::linked;

    fn with(what: &str, object: &str) -> Option<String> {
        linked(&[("a.yaml", object)], |project| {
            let ask = match what {
                "breaker" => super::breaker,
                "retries" => super::retries,
                "rate" => super::rate_limit,
                _ => super::authentication,
            };
            let mut objects = project.subjects(0).unwrap().objects.iter().copied();
            objects.find_map(ask).map(|node| node.text().to_owned())
        })
    }

    fn object(api: &str, kind: &str, rest: &str) -> String {
        format!("apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: a\n{rest}")
    }

    #[test]
    fn meshes_break_and_retry() {
        let rule = |policy: &str| {
            let spec = format!("spec: {{host: models, trafficPolicy: {policy}}}\n");
            object("networking.istio.io/v1", "DestinationRule", &spec)
        };
        let breaks = rule("{outlierDetection: {consecutive5xxErrors: 5}}");
        assert_eq!(with("breaker", &breaks).as_deref(), Some("outlierDetection"));
        assert_eq!(with("breaker", &rule("{outlierDetection: null}")), None);
        assert_eq!(with("breaker", &rule("{tls: {mode: SIMPLE}}")), None);
        let tries = |attempts: &str| {
            let spec = format!("spec: {{http: [{{retries: {{attempts: {attempts}}}}}]}}\n");
            with("retries", &object("networking.istio.io/v1", "VirtualService", &spec))
        };
        assert_eq!(tries("3").as_deref(), Some("3"));
        assert_eq!(tries("0"), None);
    }

    #[test]
    fn entrances_limit_and_ask() {
        let ingress = |note: &str| {
            let rest = format!("  annotations:\n    nginx.ingress.kubernetes.io/{note}\n");
            object("networking.k8s.io/v1", "Ingress", &rest)
        };
        assert_eq!(with("rate", &ingress("limit-rps: '10'")).as_deref(), Some("10"));
        assert_eq!(with("rate", &ingress("limit-rps: '{{ .Values.rps }}'")), None);
        assert!(with("asks", &ingress("auth-url: https://login.acme.io")).is_some());
        assert_eq!(with("asks", &ingress("auth-url: ''")), None);
        let spec = "spec: {oidc: {provider: {issuer: https://login.acme.io}}}\n";
        let policy = object("gateway.envoyproxy.io/v1alpha1", "SecurityPolicy", spec);
        assert_eq!(with("asks", &policy).as_deref(), Some("oidc"));
    }

    #[test]
    fn policies_of_istio_want_tokens() {
        for (spec, wants) in [
            ("rules: [{from: [{source: {requestPrincipals: ['*']}}]}]", true),
            ("action: DENY, rules: [{from: [{source: {notRequestPrincipals: ['*']}}]}]", true),
            ("action: DENY, rules: [{from: [{source: {requestPrincipals: [a/b]}}]}]", false),
            ("action: AUDIT, rules: [{from: [{source: {requestPrincipals: ['*']}}]}]", false),
            ("rules: [{from: [{source: {requestPrincipals: ['*']}}]}, {}]", false),
        ] {
            let policy = object(
                "security.istio.io/v1",
                "AuthorizationPolicy",
                &format!("spec: {{{spec}}}\n"),
            );
            assert_eq!(with("asks", &policy).is_some(), wants, "{spec}");
        }
    }
}
