//! Addresses that programs call: host and port, as URLs and variables state them.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::words::Words;

/// An address that a program calls.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Address {
    /// In lower case, without the dot that may end it.
    pub(crate) host: String,
    /// The port that is named, or else the one that the scheme has by default.
    pub(crate) port: Option<u16>,
    /// Nothing where no URL says it.
    scheme: Option<String>,
}

/// The schemes of URLs whose host is one on the network, with the port that they have by default.
///
/// Sources: IANA, "Service Name and Transport Protocol Port Number Registry"; the documentation of
/// Redis, `PostgreSQL`, `MySQL`, `MongoDB`, `RabbitMQ`, NATS, `ClickHouse` and Neo4j.
const SCHEMES: [(&str, Option<u16>); 25] = [
    ("amqp", Some(5672)),
    ("amqps", Some(5671)),
    ("bolt", Some(7687)),
    ("clickhouse", Some(9000)),
    ("grpc", None),
    ("grpcs", None),
    ("http", Some(80)),
    ("https", Some(443)),
    ("kafka", Some(9092)),
    ("mariadb", Some(3306)),
    ("mongodb", Some(27017)),
    ("mqtt", Some(1883)),
    ("mqtts", Some(8883)),
    ("mysql", Some(3306)),
    ("nats", Some(4222)),
    ("neo4j", Some(7687)),
    ("postgres", Some(5432)),
    ("postgresql", Some(5432)),
    ("redis", Some(6379)),
    ("rediss", Some(6379)),
    ("tcp", None),
    ("valkey", Some(6379)),
    ("valkeys", Some(6379)),
    ("ws", Some(80)),
    ("wss", Some(443)),
];

/// Words in the names of keys and variables whose addresses are not called by the program: where it is
/// found itself, who may call it, what browsers call.
const NOT_CALLED: [&str; 28] = [
    "advertise",
    "advertised",
    "allowed",
    "audience",
    "bind",
    "callback",
    "cors",
    "docs",
    "external",
    "frontend",
    "homepage",
    "listen",
    "listener",
    "listeners",
    "nextauth",
    "origin",
    "origins",
    "public",
    "react",
    "redirect",
    "referer",
    "repository",
    "resource",
    "root",
    "schema",
    "self",
    "site",
    "vite",
];

/// What the names of variables end in that hold a host without a scheme.
const HOST_ENDINGS: [&str; 9] =
    ["addr", "address", "broker", "brokers", "endpoint", "host", "hostname", "server", "servers"];

/// Words for programs that others connect to; a host is theirs, and not the program's own.
const SERVERS: [&str; 38] = [
    "amqp",
    "broker",
    "cache",
    "chroma",
    "chromadb",
    "clickhouse",
    "collector",
    "database",
    "db",
    "elasticsearch",
    "etcd",
    "jaeger",
    "kafka",
    "langfuse",
    "litellm",
    "mariadb",
    "memcached",
    "milvus",
    "minio",
    "mongo",
    "mongodb",
    "mqtt",
    "mysql",
    "nats",
    "neo4j",
    "opensearch",
    "otel",
    "otlp",
    "pgbouncer",
    "postgres",
    "postgresql",
    "qdrant",
    "rabbitmq",
    "redis",
    "smtp",
    "temporal",
    "valkey",
    "weaviate",
];

/// Longer texts are no addresses; nobody lists more of them than a few.
const LONGEST: usize = 1024;

impl Address {
    /// The address in a URL, where its scheme is one that programs connect by.
    pub(crate) fn of_url(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("jdbc:").unwrap_or(text);
        let (scheme, rest) = text.split_once("://").filter(|_| text.len() <= LONGEST)?;
        let scheme = scheme.to_ascii_lowercase();
        // `postgresql+asyncpg` names the driver.
        let bare = scheme.split('+').next().unwrap_or(&scheme);
        // The host is one to ask for the hosts.
        if scheme.ends_with("+srv") {
            return None;
        }
        let (_, default) = SCHEMES.iter().find(|(known, _)| *known == bare)?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
        let (host, port) = split(place)?;
        Some(Address { host, port: port.or(*default), scheme: Some(bare.to_owned()) })
    }

    /// The address in `redis`, `redis:6379`.
    pub(crate) fn of_host(text: &str) -> Option<Self> {
        let (host, port) = split(text.trim()).filter(|_| text.len() <= LONGEST)?;
        Some(Address { host, port, scheme: None })
    }

    /// What a variable of that name says is called: URLs, or the host of a server. The port may stand
    /// in another variable, whose value `other` knows.
    pub(crate) fn of_variable<'v>(
        name: &str,
        value: &str,
        other: impl Fn(&str) -> Option<&'v str>,
    ) -> Vec<Self> {
        if !is_called(name) || value.len() > LONGEST {
            return Vec::new();
        }
        if value.contains("://") {
            return value.split(',').filter_map(Address::of_url).collect();
        }
        let words = crate::credential::words(name);
        let is_host = match words.as_slice() {
            [only] => only == "pghost",
            [before @ .., last] => {
                HOST_ENDINGS.contains(&last.as_str())
                    && before.iter().any(|word| SERVERS.contains(&word.as_str()))
            }
            [] => false,
        };
        if !is_host {
            return Vec::new();
        }
        if value.contains(',') {
            let all: Option<Vec<_>> = value.split(',').map(Address::of_host).collect();
            return all.unwrap_or_default();
        }
        let Some(address) = Address::of_host(value) else { return Vec::new() };
        let beside = name.strip_suffix("HOSTNAME").or_else(|| name.strip_suffix("HOST"));
        let beside = beside.and_then(|start| other(&format!("{start}PORT")));
        let port = address.port.or_else(|| beside?.trim().parse().ok());
        vec![Address { port, ..address }]
    }

    /// The address itself, where the host is one.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// Whether it is called by HTTP.
    pub(crate) fn is_http(&self) -> bool {
        matches!(self.scheme.as_deref(), Some("http" | "https"))
    }

    /// The parts of the host's name.
    pub(crate) fn labels(&self) -> Vec<&str> {
        self.host.split('.').collect()
    }

    /// `redis:6379`, as messages name it.
    pub(crate) fn describe(&self) -> String {
        match self.port {
            Some(port) if self.host.contains(':') => format!("[{}]:{port}", self.host),
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }
}

/// Whether the address that a key or a variable of that name holds is one that the program calls.
pub(crate) fn is_called(name: &str) -> bool {
    let words = crate::credential::words(name);
    !words.iter().any(|word| NOT_CALLED.contains(&word.as_str()))
}

/// Endings of more than four letters under which there are hosts elsewhere: of the internet, and of
/// companies.
static ENDINGS: Words = Words::of(
    "academy agency build business capital center cloud codes community company computer \
     consulting corp digital domain education email energy engineering events exchange expert \
     finance foundation games global group guide health hosting house institute internal \
     intra intranet local localdomain management marketing media money network online photos \
     press private report school science services shop site social software solutions space \
     store stream studio support systems technology today tools trade training ventures watch \
     website works world",
);

/// Whether a host is named as pods name a Service of another namespace: `collector.observability`. That is
/// no name of the internet, which has few endings of more than four letters, nor one of a company's.
pub(crate) fn is_of_another_namespace(host: &str) -> bool {
    const NAMESPACES: [&str; 2] = ["apm", "otel"];
    let host = host.to_ascii_lowercase();
    let Some((name, ending)) = host.split_once('.') else { return false };
    let is_label = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_public = ENDINGS.has(ending) || ending.starts_with("xn--");
    let is_namespace = NAMESPACES.contains(&ending) || ending.len() > 4 && !is_public;
    !name.is_empty()
        && is_label(name)
        && is_label(ending)
        && is_namespace
        && ending.contains(|c: char| c.is_ascii_alphabetic())
}

/// What the colons of an address part, but those of variables and between brackets.
pub(crate) fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let is_between = |c: char| {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ':' && depth == 0
    };
    text.split(is_between).collect()
}

/// `host`, `host:port`, `[::1]:port`; nothing where the host cannot be one.
fn split(place: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, behind) = rest.split_once(']')?;
            (host, behind.strip_prefix(':'))
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    let port = match port.filter(|port| !port.is_empty()) {
        Some(port) => Some(port.parse().ok()?),
        None => None,
    };
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    let is_host = host.parse::<IpAddr>().is_ok() || host.split('.').all(is_label);
    (is_host && host.len() <= 253).then_some((host, port))
}

/// A text with its percent signs read.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.filter(|_| *first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_urls() {
        for (text, expected) in [
            ("redis://:secret@Redis:6380/0", Some("redis:6380")),
            ("redis://redis", Some("redis:6379")),
            ("https://api.acme.io/v1?x=a:b", Some("api.acme.io:443")),
            (
                "postgresql+asyncpg://u:p@db.data.svc.cluster.local./app",
                Some("db.data.svc.cluster.local:5432"),
            ),
            ("jdbc:postgresql://db:5433/app", Some("db:5433")),
            ("grpc://collector", Some("collector")),
            ("http://[::1]:80/", Some("[::1]:80")),
            ("mongodb+srv://cluster0.acme.io", None),
            ("sqlite:///data/app.db", None),
            ("s3://bucket/key", None),
            ("http://${HOST}:80", None),
            ("http://<host>/", None),
            ("redis", None),
        ] {
            let found = Address::of_url(text).map(|it| it.describe());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn endings_that_are_namespaces() {
        for (host, expected) in [
            ("tempo.monitoring", true),
            ("Collector.Observability", true),
            ("collector.otel", true),
            ("crm.team-a", true),
            ("tempo", false),
            ("acme.io", false),
            ("acme.cloud", false),
            ("acme.xn--p1ai", false),
            ("printer.local", false),
            ("crm.corp.local", false),
            ("crm.acme.monitoring", false),
            ("10.0", false),
            ("10.123456", false),
            (".monitoring", false),
            ("a_b.monitoring", false),
        ] {
            assert_eq!(is_of_another_namespace(host), expected, "{host}");
        }
    }

    #[test]
    fn addresses_in_variables() {
        let other = |name: &str| (name == "REDIS_PORT").then_some("6380");
        for (name, value, expected) in [
            ("REDIS_URL", "redis://redis:6379/0", "redis:6379"),
            ("REDIS_HOST", "redis", "redis:6380"),
            ("REDIS_HOST", "redis:6379", "redis:6379"),
            ("PGHOST", "db", "db"),
            ("KAFKA_BROKER", "kafka:9092", "kafka:9092"),
            ("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092, kafka2:9093", "kafka:9092 kafka2:9093"),
            ("POSTGRES_SERVER", "db", "db"),
            ("NATS_URL", "nats://a:4222,nats://b:4222", "a:4222 b:4222"),
            ("ALLOWED_HOSTS", "acme.io", ""),
            ("SERVER_HOST", "web", ""),
            ("HOST", "web", ""),
            ("VITE_API_URL", "http://api:8000", ""),
            ("CORS_ORIGINS", "http://front:3000", ""),
            ("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://kafka:9092", ""),
            ("LOG_LEVEL", "info", ""),
        ] {
            let found: Vec<_> =
                Address::of_variable(name, value, other).iter().map(Address::describe).collect();
            assert_eq!(found.join(" "), expected, "{name}={value}");
        }
    }
}
