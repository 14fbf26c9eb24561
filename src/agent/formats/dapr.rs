//! The objects that Dapr reads: components, which agents use as models, memory and brokers, what is
//! done when a call of one fails, and the configuration of the sidecars.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use crate::agent::setting::{Item, Root, Unset, seconds};
use crate::agent::{
    AgentConfig, Backend, Call, Credential, Definition, Endpoint, Kind, Reference, Setting, State,
    StateKind, Store, Telemetry,
};
use crate::credential;
use crate::file::FileKind;
use crate::k8s::is_templated;
use crate::schema::Shape::{self, Any, Flag, List, Map, Number, OneOf, Text};
use crate::schema::{Reader, fields};
use crate::tree::{Entry, Node};

static READER: Reader = Reader {
    is_open: is_templated,
    extensions: None,
    refusal: "Kubernetes refuses the object",
    unknown: "Kubernetes refuses the object, or drops the key without a word",
};

/// Something that agents use through Dapr: a model, a store, a broker.
pub(super) static COMPONENT: Definition = Definition {
    name: "Dapr component",
    kind: FileKind::Kubernetes,
    marker: "",
    recognise: |_, _| false,
    objects: &[("dapr.io", "Component")],
    read: component,
    keys: Some((&COMPONENT_KEYS, &READER)),
};

/// What Dapr does when a call fails.
pub(super) static RESILIENCY: Definition = Definition {
    name: "Dapr resiliency",
    kind: FileKind::Kubernetes,
    marker: "",
    recognise: |_, _| false,
    objects: &[RESILIENCY_KIND],
    read: resiliency,
    keys: Some((&RESILIENCY_KEYS, &READER)),
};

/// What the sidecars do besides.
pub(super) static CONFIGURATION: Definition = Definition {
    name: "Dapr configuration",
    kind: FileKind::Kubernetes,
    marker: "",
    recognise: |_, _| false,
    objects: &[("dapr.io", "Configuration")],
    read: configuration,
    keys: Some((&CONFIGURATION_KEYS, &READER)),
};

/// The pauses between tries. Dapr refuses any other.
const RETRY_POLICIES: [&str; 2] = ["constant", "exponential"];

fn retry_policy(node: Node<'_>) -> Option<&str> {
    node.as_str().filter(|policy| RETRY_POLICIES.contains(policy))
}

const RESILIENCY_KIND: Kind = ("dapr.io", "Resiliency");

/// The spec of an object, where paths for people begin at the object.
fn root(object: Node<'_>) -> Root<'_> {
    let grip = object.grip(&["spec"]).or_else(|| object.grip(&["kind"])).unwrap_or(object);
    Root { node: object, grip }
}

/// What `spec.metadata` of a component says.
struct Items<'t> {
    list: Option<Node<'t>>,
    grip: Node<'t>,
}

impl<'t> Items<'t> {
    /// The entry of one of those names, which Dapr reads without regard to case.
    fn item(&self, name: &'static str) -> Item<'t> {
        let is_it = |entry: &Node<'t>| {
            entry.at(&["name"]).is_some_and(|it| it.text().eq_ignore_ascii_case(name))
        };
        let entry = self.list.and_then(|list| list.items().find(is_it));
        Item { name, entry, grip: self.grip }
    }

    /// The names with their values, where these stand here.
    fn values(&self) -> Vec<(&'t str, Node<'t>)> {
        let items = self.list.into_iter().flat_map(Node::items);
        let pair = |item: Node<'t>| Some((item.at(&["name"])?.text(), item.at(&["value"])?));
        items.filter_map(pair).collect()
    }
}

fn component(object: Node<'_>) -> AgentConfig<'_> {
    let kind = object.at(&["spec", "type"]).map_or("", Node::text);
    let root = root(object);
    let grip = object.grip(&["spec", "metadata"]).unwrap_or(root.grip);
    let items = Items { list: object.at(&["spec", "metadata"]), grip };
    let common = AgentConfig::of_tree(&COMPONENT, object);
    let is_model = kind.starts_with("conversation.");
    let credentials = items.values().into_iter().filter_map(|(name, at)| {
        let is_key = credential::names_credential(name)
            || is_model && name == "key"
            // A connection string holds its key.
            || credential::words(name).join("").ends_with("connectionstring");
        if is_key { Credential::named(name, at) } else { None }
    });
    let mut credentials: Vec<_> = credentials.collect();
    let is_known = |it: &Credential<'_>| !credentials.iter().any(|known| known.at == it.at);
    let others: Vec<_> = common.credentials.iter().copied().filter(is_known).collect();
    credentials.extend(others);
    // The key of every value is called `value`.
    let named = |endpoint: &Endpoint<'_>| {
        items.values().into_iter().find(|(_, at)| *at == endpoint.at).map(|(name, _)| name)
    };
    let endpoints = common
        .endpoints
        .iter()
        .map(|endpoint| Endpoint { name: named(endpoint).unwrap_or(endpoint.name), ..*endpoint });
    AgentConfig {
        endpoints: endpoints.collect(),
        credentials,
        stores: store(kind, &items).into_iter().collect(),
        states: state(kind, root).into_iter().collect(),
        empty_passwords: items
            .values()
            .into_iter()
            .filter(|(name, at)| *name == "redisPassword" && at.text().is_empty())
            .collect(),
        resiliency: object
            .at(&["spec", "type"])
            .filter(|_| is_model)
            .map(|at| (at, RESILIENCY_KIND)),
        ..common
    }
}

/// The Redis that a component connects to. TLS is off unless `enableTLS` says otherwise.
///
/// Source: docs.dapr.io/reference/components-reference, "Redis".
fn store<'t>(kind: &str, items: &Items<'t>) -> Option<Store<'t>> {
    let what = match kind.split_once('.')? {
        ("state", "redis") => "state store",
        ("pubsub", "redis") => "message broker",
        ("lock", "redis") => "lock store",
        ("configuration", "redis") => "configuration store",
        _ => return None,
    };
    let text = |at: Node<'t>| at.as_str().filter(|text| !is_templated(text));
    Some(Store {
        what,
        host: items.item("redisHost").setting(text, Unset::Nothing),
        tls: items.item("enableTLS").setting(switch, Unset::Documented(false)),
        ..Store::default()
    })
}

/// A switch; the values of metadata are strings.
fn switch(node: Node<'_>) -> Option<bool> {
    match node.text().to_ascii_lowercase().as_str() {
        "true" | "1" | "t" | "y" | "yes" => Some(true),
        "false" | "0" | "f" | "n" | "no" => Some(false),
        _ => None,
    }
}

/// What a component keeps, and where.
fn state<'t>(kind: &'t str, root: Root<'t>) -> Option<State<'t>> {
    let (what, of) = match kind.split_once('.')?.0 {
        "state" => ("state of agents and workflows", StateKind::Memory),
        "pubsub" => ("messages between agents", StateKind::Queue),
        _ => return None,
    };
    let backend = |kind: Node<'_>| match kind.text().split_once('.')?.1 {
        "in-memory" => Some(Backend::Process),
        "sqlite" | "sqlite.v2" => Some(Backend::File),
        _ => Some(Backend::Shared),
    };
    let backend = root.setting("spec.type", backend, Unset::Nothing);
    Some(State { backend, ..State::of(what, of) })
}

/// The kinds of policies: the table that defines them, and the key that names one.
const POLICIES: [(&str, &str, &str); 3] = [
    ("timeouts", "timeout", "timeout"),
    ("retries", "retry", "retry policy"),
    ("circuitBreakers", "circuitBreaker", "circuit breaker"),
];

fn resiliency(object: Node<'_>) -> AgentConfig<'_> {
    let policies = |table: &str| {
        let table = object.at(&["spec", "policies", table]);
        table.map(Node::entries).unwrap_or_default()
    };
    let timeouts = policies("timeouts").into_iter().map(|entry| Call {
        what: Cow::Owned(format!("the targets of timeout `{}`", entry.key.text())),
        timeout: own(object, "timeouts", entry).setting(
            String::from(entry.key.text()),
            seconds,
            Unset::Nothing,
        ),
        ..Call::default()
    });
    let retries = policies("retries").into_iter().map(|Entry { key, value }| {
        let root = Root { node: value, grip: key };
        Call {
            what: Cow::Owned(format!("the targets of retry policy `{}`", key.text())),
            // Source: docs.dapr.io/operations/resiliency/policies/retries, "Spec metadata".
            retries: root.setting("maxRetries", Node::as_number, Unset::Documented(-1.0)),
            backoff: root
                .setting("policy", retry_policy, Unset::Documented("constant"))
                .map(|policy| policy == "exponential"),
            ..Call::default()
        }
    });
    let used = targets(object).into_iter().filter_map(|it| it.at(&["circuitBreaker"]));
    let used: HashSet<_> = used.map(Node::text).collect();
    let breakers =
        policies("circuitBreakers").into_iter().filter(|it| used.contains(it.key.text()));
    let breakers = breakers.map(|entry| Call {
        what: Cow::Owned(format!("the targets of circuit breaker `{}`", entry.key.text())),
        breaker: Setting::stated("circuitBreakers", true, entry.key),
        ..Call::default()
    });
    let calls = timeouts.chain(retries).chain(breakers).collect();
    let known = POLICIES.map(|(table, ..)| -> Arc<[_]> {
        policies(table).iter().map(|entry| entry.key.text()).collect()
    });
    let mut references = Vec::new();
    for target in targets(object) {
        for ((_, key, kind), known) in POLICIES.into_iter().zip(&known) {
            if let Some(at) = target.at(&[key]).filter(|at| !at.text().is_empty()) {
                references.push(Reference { kind, at, known: Arc::clone(known) });
            }
        }
    }
    AgentConfig { calls, references, ..AgentConfig::of_tree(&RESILIENCY, object) }
}

/// Where the entries of a table of policies are.
fn own<'t>(object: Node<'t>, table: &str, entry: Entry<'t>) -> Root<'t> {
    let node = object.at(&["spec", "policies", table]).unwrap_or(object);
    Root { node, grip: entry.key }
}

/// The mappings that name policies.
fn targets(object: Node<'_>) -> Vec<Node<'_>> {
    let below = |keys: &[&str]| -> Vec<_> {
        let table = object.at(keys).map(Node::entries).unwrap_or_default();
        table.into_iter().map(|entry| entry.value).collect()
    };
    let mut found = below(&["spec", "targets", "apps"]);
    found.extend(below(&["spec", "targets", "actors"]));
    for component in below(&["spec", "targets", "components"]) {
        found.extend(["inbound", "outbound"].iter().filter_map(|side| component.at(&[side])));
    }
    found
}

fn configuration(object: Node<'_>) -> AgentConfig<'_> {
    let root = root(object);
    let rate = |at: Node<'_>| at.text().trim().parse::<f64>().ok();
    // Dapr's own default is to encrypt what sidecars say to each other.
    let mtls = root.flag("spec.mtls.enabled", Unset::Documented(true));
    AgentConfig {
        calls: vec![Call {
            what: Cow::Borrowed("another sidecar"),
            verification: mtls,
            ..Call::default()
        }],
        telemetry: Telemetry {
            sample_rate: root.setting("spec.tracing.samplingRate", rate, Unset::Nothing),
            trace_exporter: root
                .flag("spec.tracing.stdout", Unset::Nothing)
                .if_stated()
                .map(|stdout| if stdout { "console" } else { "none" }),
            // The second is the older key.
            metrics: root
                .flag("spec.metrics.enabled", Unset::Documented(true))
                .or(root.flag("spec.metric.enabled", Unset::Documented(true)), false),
            ..Telemetry::default()
        },
        ..AgentConfig::of_tree(&CONFIGURATION, object)
    }
}

const POLICY_NAMES: Shape = fields! {
    "timeout": Text,
    "retry": Text,
    "circuitBreaker": Text,
    "circuitBreakerScope": OneOf(&["type", "id", "both"]),
    "circuitBreakerCacheSize": Number,
};

/// Source: github.com/dapr/dapr, `charts/dapr/crds/components.yaml`; `envRef` is of self-hosted Dapr.
static COMPONENT_KEYS: Shape = fields! {
    "apiVersion": Text,
    "kind": Text,
    "metadata": Any,
    "auth": fields! { "secretStore" !required: Text },
    "scopes": List(&Text),
    "spec" !required: fields! {
        "type" !required: Text,
        "version": Text,
        "initTimeout": Text,
        "ignoreErrors": Flag,
        "metadata": List(&fields! {
            "name" !required: Text,
            "value": Any,
            "secretKeyRef": fields! { "name" !required: Text, "key": Text },
            "envRef": Text,
        }),
    },
};

/// Source: github.com/dapr/dapr, `charts/dapr/crds/configuration.yaml`.
static CONFIGURATION_KEYS: Shape = fields! { open {
    "apiVersion": Text,
    "kind": Text,
    "metadata": Any,
    "spec": fields! { open {
        "tracing": fields! { open {
            "samplingRate": Text,
            "stdout": Flag,
            "zipkin": fields! { open { "endpointAddress": Text } },
            "otel": fields! { open {
                "endpointAddress": Text,
                "isSecure": Flag,
                "protocol": OneOf(&["grpc", "http"]),
            } },
        } },
        "metric": fields! { open { "enabled": Flag } },
        "metrics": fields! { open { "enabled": Flag } },
        "mtls": fields! { open {
            "enabled": Flag,
            "workloadCertTTL": Text,
            "allowedClockSkew": Text,
        } },
        "accessControl": fields! { open {
            "defaultAction": OneOf(&["allow", "deny"]),
            "trustDomain": Text,
            "policies": List(&fields! { open {
                "appId" !required: Text,
                "defaultAction": OneOf(&["allow", "deny"]),
            } }),
        } },
        "secrets": fields! { open {
            "scopes": List(&fields! { open {
                "storeName" !required: Text,
                "defaultAccess": OneOf(&["allow", "deny"]),
            } }),
        } },
        "features": List(&fields! { open { "name" !required: Text, "enabled" !required: Flag } }),
        "api": Any,
        "httpPipeline": Any,
        "nameResolution": Any,
        "logging": Any,
        "components": Any,
    } },
} };

/// Source: docs.dapr.io/operations/resiliency, "Policies" and "Targets".
static RESILIENCY_KEYS: Shape = fields! {
    "apiVersion": Text,
    "kind": Text,
    "metadata": Any,
    "scopes": List(&Text),
    "spec" !required: fields! {
        "policies" !required: fields! {
            "timeouts": Map(&Text),
            "retries": Map(&fields! {
                "policy": OneOf(&RETRY_POLICIES),
                "duration": Text,
                "maxInterval": Text,
                "maxRetries": Number,
                "matching": fields! { "httpStatusCodes": Text, "gRPCStatusCodes": Text },
            }),
            "circuitBreakers": Map(&fields! {
                "maxRequests": Number,
                "interval": Text,
                "timeout": Text,
                "trip": Text,
            }),
        },
        "targets" !required: fields! {
            "apps": Map(&POLICY_NAMES),
            "actors": Map(&POLICY_NAMES),
            "components": Map(&fields! {
                "inbound": POLICY_NAMES,
                "outbound": POLICY_NAMES,
                "input": Any,
                "output": Any,
            }),
        },
    },
};
