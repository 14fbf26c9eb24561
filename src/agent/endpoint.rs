//! The URLs that an agent calls.

use std::net::IpAddr;

use super::leaves::Leaf;
use super::setting::is_template;
use crate::address::{is_called, is_of_another_namespace};
use crate::tree::Node;

/// A URL that the agent calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endpoint<'t> {
    /// The key that holds it.
    pub(crate) name: &'t str,
    pub(crate) role: Role,
    pub(crate) scheme: &'t str,
    pub(crate) host: &'t str,
    pub(crate) at: Node<'t>,
}

/// What an endpoint is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Actions wait there for a person.
    Review,
    /// It undoes what the agent did.
    Rollback,
    /// Models, tools, sources, telemetry, ...
    Other,
}

/// Keys whose URLs are names or permissions and are never called.
const NOT_CALLED: [&str; 17] = [
    "allowed_origins",
    "cors_allow_origins",
    "$schema",
    "schema",
    "required_scopes",
    "scopes",
    "blocked_patterns",
    "redact_patterns",
    "allowOrigins",
    "audience",
    "audiences",
    "resource",
    "resourceDocumentation",
    "resourcePolicyUri",
    "scopesSupported",
    "redirect_uri",
    "redirect_uris",
];

impl<'t> Endpoint<'t> {
    pub(in crate::agent) fn of(leaf: &Leaf<'t>) -> Option<Self> {
        if leaf.disabled || NOT_CALLED.contains(&leaf.name) {
            return None;
        }
        Endpoint::in_scalar(leaf.name, leaf.node)
    }

    /// The URL in a variable that a process is given. Who is near is asked of the process itself, whose
    /// loopback it may be.
    pub(crate) fn of_variable(name: &'t str, at: Node<'t>) -> Option<Self> {
        let endpoint = Endpoint::in_scalar(name, at)?;
        (endpoint.is_called_by_variable() && !is_local(endpoint.host)).then_some(endpoint)
    }

    fn in_scalar(name: &'t str, at: Node<'t>) -> Option<Self> {
        let url = Url::of(at.as_str()?)?;
        let role = match name {
            "manual_review_queue_endpoint" => Role::Review,
            "rollback_webhook_url" => Role::Rollback,
            _ => Role::Other,
        };
        let known = !url.host.is_empty() && !is_template(url.host);
        let endpoint = Endpoint { name, role, scheme: url.scheme, host: url.host, at };
        known.then_some(endpoint)
    }

    /// Whether a variable of its name says what is called. A proxy is asked in the clear by everybody, and
    /// passes on what TLS hides.
    pub(in crate::agent) fn is_called_by_variable(&self) -> bool {
        is_called(self.name) && !self.name.to_ascii_lowercase().ends_with("_proxy")
    }

    /// Whether whoever sits on the way can read and change what is sent.
    pub(crate) fn is_plain(&self) -> bool {
        ["http", "ws", "mqtt"].iter().any(|plain| self.scheme.eq_ignore_ascii_case(plain))
            && !is_local(self.host)
    }

    /// Whether the host is the machine that asks, which in a container is the container itself.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(self.host)
    }

    /// The same URL with TLS; nothing where it names the port that is without.
    pub(crate) fn with_tls(&self) -> Option<String> {
        let rest = self.at.text().strip_prefix(self.scheme)?;
        let behind = rest.split_once(self.host)?.1;
        let port = behind.strip_prefix(':').and_then(|it| it.split(['/', '?', '#']).next());
        let s = if self.scheme.ends_with(char::is_uppercase) { 'S' } else { 's' };
        (!matches!(port, Some("80" | "1883"))).then(|| format!("{}{s}{rest}", self.scheme))
    }

    /// Whether the host is one that documentation uses and nobody runs.
    pub(crate) fn is_placeholder(&self) -> bool {
        const WORDS: [&str; 12] = [
            "your",
            "yourdomain",
            "yourcompany",
            "yourorg",
            "yourhost",
            "yourserver",
            "yourapp",
            "yourresource",
            "yoursite",
            "changeme",
            "placeholder",
            "todo",
        ];
        let host = self.host.to_ascii_lowercase();
        let reserved = ["example.com", "example.org", "example.net", "example"];
        host.contains(['<', '>'])
            || host.split(['.', '-', '_']).any(|word| WORDS.contains(&word))
            || reserved.iter().any(|name| {
                host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            })
    }
}

/// Whether a host is this machine or a service of the same cluster or Compose network, so that
/// nothing crosses a network that others share. A port after it is ignored.
pub(crate) fn is_local(host: &str) -> bool {
    let bare = without_port(host);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return address.is_loopback() || address.is_unspecified();
    }
    // Other names with `.local` are of machines nearby, or of a company's domain.
    !bare.contains('.')
        || bare.contains(".svc.")
        || [".localhost", ".cluster.local", ".svc", ".docker.internal"]
            .iter()
            .any(|ending| bare.ends_with(ending))
        || is_of_another_namespace(&bare)
}

/// Whether a host is the machine that asks. A port after it is ignored.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = without_port(host);
    let address = bare.parse::<IpAddr>();
    address.is_ok_and(|it| it.is_loopback()) || bare == "localhost" || bare.ends_with(".localhost")
}

fn without_port(host: &str) -> String {
    let bare = host.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or_else(
        || match host.split_once(':') {
            Some((name, port)) if !port.contains(':') => name,
            _ => host,
        },
    );
    bare.trim_end_matches('.').to_ascii_lowercase()
}

/// ```text
/// scheme://user:password@host:1/path?query#fragment
///          ^^^^^^^^^^^^^ ^^^^        ^^^^^
/// ```
pub(in crate::agent) struct Url<'t> {
    pub(in crate::agent) scheme: &'t str,
    pub(in crate::agent) user_info: Option<&'t str>,
    pub(in crate::agent) host: &'t str,
    pub(in crate::agent) query: &'t str,
}

impl<'t> Url<'t> {
    /// The parts of a text that is a URL from its first to its last character.
    pub(in crate::agent) fn of(text: &'t str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        if !is_scheme || text.contains(char::is_whitespace) {
            return None;
        }
        let authority = rest.split(['/', '?', '#']).next()?;
        let (user_info, place) = match authority.rsplit_once('@') {
            Some((user_info, place)) => (Some(user_info), place),
            None => (None, authority),
        };
        // `${HOST:-a}` has a colon of its own, and an IPv6 address several.
        let host = if is_template(place) {
            place
        } else if let Some(rest) = place.strip_prefix('[') {
            rest.split(']').next().unwrap_or(rest)
        } else {
            place.split(':').next().unwrap_or(place)
        };
        let query = rest.split_once('?').map_or("", |(_, query)| query);
        let query = query.split('#').next().unwrap_or(query);
        Some(Url { scheme, user_info, host, query })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_come_apart() {
        let url = Url::of("https://me:pw@api.acme.io:8443/v1?key=a&b=c#top").unwrap();
        assert_eq!((url.scheme, url.user_info, url.host), ("https", Some("me:pw"), "api.acme.io"));
        assert_eq!(url.query, "key=a&b=c");
        assert_eq!(Url::of("http://[::1]:80/").unwrap().host, "::1");
        assert_eq!(Url::of("http://${HOST:-x}/").unwrap().host, "${HOST:-x}");
        assert!(Url::of("see https://acme.io").is_none());
        assert!(Url::of("redis:6379").is_none());
    }

    #[test]
    fn what_stays_inside_is_local() {
        for host in [
            "localhost",
            "127.0.0.1",
            "127.8.8.8",
            "::1",
            "[::1]:80",
            "0.0.0.0",
            "host.docker.internal",
            "redis",
            "redis:6379",
            "api.prod.svc",
            "api.prod.svc.cluster.local",
            "api.prod.svc.cluster.local.",
            "api.prod.svc.k8s.acme.local",
            "tempo.monitoring:4317",
        ] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "acme.io",
            "10.0.0.7",
            "192.168.1.2:80",
            "localhost.acme.io",
            "2001:db8::1",
            "printer.local",
            "llm.corp.local",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }
}
