//! The configuration of agentgateway, a proxy in front of models, tools and other agents, and the
//! objects that say the same to its controller.
//!
//! Its reader refuses keys that it does not know, but new ones come with every release, so only what
//! has been the same in all of them is closed.

use std::borrow::Cow;

use crate::agent::leaves::{self, tables};
use crate::agent::setting::{Root, Unset, seconds};
use crate::agent::{
    Access, AgentConfig, Call, Credential, Definition, Endpoint, Logs, Origins, Role, Setting,
    Telemetry, ToolServer, is_loopback,
};
use crate::file::FileKind;
use crate::k8s::is_templated;
use crate::schema::Shape::{self, Any, Bool, Either, List, Map, Number, OneOf, Plain, Text};
use crate::schema::{Reader, fields};
use crate::tree::Node;

pub(super) static FORMAT: Definition = Definition {
    name: "agentgateway",
    kind: FileKind::Agent,
    marker: r#"\bbinds["']?\s*:|(?m:^["']?(?:mcp|llm)["']?\s*:)"#,
    recognise: |document, _| is_ours(document),
    objects: &[],
    read,
    keys: Some((&KEYS, &READER)),
};

/// Policies and backends as objects.
pub(super) static OBJECTS: Definition = Definition {
    name: "agentgateway object",
    kind: FileKind::Kubernetes,
    marker: "",
    recognise: |_, _| false,
    objects: &[
        ("agentgateway.dev", "AgentgatewayPolicy"),
        ("agentgateway.dev", "AgentgatewayBackend"),
    ],
    read: object,
    keys: Some((&OBJECT_KEYS, &OBJECT_READER)),
};

static READER: Reader = Reader {
    is_open: |text| text.contains('$'),
    extensions: None,
    refusal: "agentgateway refuses the configuration",
    unknown: "agentgateway refuses the configuration",
};

static OBJECT_READER: Reader = Reader {
    is_open: is_templated,
    extensions: None,
    refusal: "Kubernetes refuses the object",
    unknown: "Kubernetes refuses the object, or drops the key without a word",
};

/// The kinds of targets of a backend with tools.
const TRANSPORTS: [&str; 4] = ["stdio", "mcp", "sse", "openapi"];

fn is_ours(document: Node<'_>) -> bool {
    let binds = document.at(&["binds"]).is_some_and(|binds| {
        binds.items().any(|bind| bind.at(&["listeners"]).is_some_and(Node::is_list))
    });
    let targets = document.at(&["mcp", "targets"]).is_some_and(|targets| {
        targets.items().any(|target| {
            target.at(&["name"]).is_some()
                && TRANSPORTS.iter().any(|key| target.at(&[key]).is_some_and(Node::is_map))
        })
    });
    let models = document.at(&["llm", "models"]).is_some_and(|models| {
        models.items().any(|model| {
            model.at(&["name"]).is_some()
                && model.at(&["provider"]).is_some()
                && ["params", "guardrails"].iter().any(|key| model.at(&[key]).is_some())
        })
    });
    binds || targets || models
}

/// Something that is called by others, and the policies that hold for it.
struct Way<'t> {
    /// The route, or the table that stands for one.
    root: Root<'t>,
    /// What holds for all routes of its listener.
    listener: Option<Node<'t>>,
    has_models: bool,
    has_tools: bool,
}

fn ways(document: Node<'_>) -> Vec<Way<'_>> {
    let mut found = Vec::new();
    for (key, has_models) in [("llm", true), ("mcp", false)] {
        if let Some(entry) = document.get(key).filter(|entry| entry.value.is_map()) {
            let root = Root { node: entry.value, grip: entry.key };
            found.push(Way { root, listener: None, has_models, has_tools: !has_models });
        }
    }
    let binds = document.at(&["binds"]).into_iter().flat_map(Node::items);
    let listeners = binds.filter_map(|bind| bind.at(&["listeners"])).flat_map(Node::items);
    for listener in listeners {
        for route in listener.at(&["routes"]).into_iter().flat_map(Node::items) {
            let backends = || route.at(&["backends"]).into_iter().flat_map(Node::items);
            let has = |kind: &str| backends().any(|backend| backend.get(kind).is_some());
            let grip = ["policies", "name", "backends"].iter().find_map(|key| route.get(key));
            let grip = grip.map_or(route, |entry| entry.key);
            found.push(Way {
                root: Root { node: route, grip },
                listener: Some(listener),
                has_models: has("ai"),
                has_tools: has("mcp"),
            });
        }
    }
    found
}

/// The policies that tell who calls, and what each takes for its mode where none is stated.
///
/// Source: github.com/agentgateway/agentgateway, `http/jwt.rs` and `types/agent.rs`. What the others do
/// by default is not documented and taken for the best.
const AUTHENTICATION: [(&str, &str, Unset<&str>); 6] = [
    ("mcpAuthentication", "policies.mcpAuthentication.mode", Unset::Documented("strict")),
    ("jwtAuth", "policies.jwtAuth.mode", Unset::Documented("optional")),
    ("apiKey", "policies.apiKey.mode", Unset::Means("strict")),
    ("basicAuth", "policies.basicAuth.mode", Unset::Means("strict")),
    ("extAuthz", "policies.extAuthz.mode", Unset::Means("strict")),
    ("oidc", "policies.oidc.mode", Unset::Means("strict")),
];

impl<'t> Way<'t> {
    /// Whether callers must say who they are: by a policy of the route, of its listener, or of what is
    /// behind it.
    fn authentication(&self) -> Setting<'t, bool> {
        let backends = self.root.node.at(&["backends"]).into_iter().flat_map(Node::items);
        let nodes: Vec<_> =
            std::iter::once(self.root.node).chain(self.listener).chain(backends).collect();
        let has = |node: Node<'t>, key: &str| node.at(&["policies", key]).is_some();
        // Rules may ask for a claim, which nobody has without a token.
        let has_rules =
            |node: &Node<'t>| has(*node, "authorization") || has(*node, "mcpAuthorization");
        if nodes.iter().any(has_rules) {
            return Setting::default();
        }
        let stated = nodes.into_iter().flat_map(|node| {
            let own = AUTHENTICATION.iter().filter(move |(key, ..)| has(node, key));
            own.map(move |(key, mode, unset)| {
                let grip = node.grip(&["policies", key]).unwrap_or(self.root.grip);
                let mode = Root { node, grip }.text(mode, *unset);
                mode.map(|mode| mode.eq_ignore_ascii_case("strict"))
            })
        });
        let mut stated: Vec<_> = stated.collect();
        // One that insists is enough, and so may be one of which that is not known.
        let index = stated.iter().position(|it| it.off().is_none()).unwrap_or(0);
        if index < stated.len() {
            return stated.swap_remove(index);
        }
        let key = if self.has_tools { "policies.mcpAuthentication" } else { "policies.jwtAuth" };
        self.root.flag(key, Unset::Means(false)).map(|is_set| is_set)
    }

    fn rate_limit(&self) -> Setting<'t, bool> {
        let is_some = |limits: Node<'t>| {
            let is_empty = limits.items().len() == 0 && limits.own_entries().next().is_none();
            Some(!is_empty)
        };
        let local = self.root.setting("policies.localRateLimit", is_some, Unset::Means(false));
        let remote = self.root.setting("policies.remoteRateLimit", is_some, Unset::Means(false));
        local.or(remote, false).map(|is_set| is_set)
    }

    fn prompt_guard(&self) -> Setting<'t, bool> {
        let node = self.root.node;
        if !self.has_models {
            return Setting::default();
        }
        for name in ["promptGuard", "guardrails"] {
            if let Some(guard) = tables(node, name).first() {
                return Setting::stated(name, true, guard.grip);
            }
        }
        let key =
            if node.get("models").is_some() { "guardrails" } else { "policies.ai.promptGuard" };
        self.root.flag(key, Unset::Means(false)).map(|is_set| is_set)
    }

    fn cors(&self) -> Setting<'t, Origins> {
        self.root.setting("policies.cors.allowOrigins", origins, Unset::Nothing)
    }

    fn call(&self) -> Call<'t> {
        let name = self.root.node.at(&["name"]).map(Node::text);
        Call {
            what: name.map_or("route".into(), |name| format!("route `{name}`").into()),
            timeout: self
                .root
                .setting("policies.timeout.requestTimeout", seconds, Unset::Nothing)
                .if_stated(),
            retries: self
                .root
                .setting("policies.retry.attempts", Node::as_number, Unset::Nothing)
                .if_stated(),
            ..Call::default()
        }
    }
}

fn origins(list: Node<'_>) -> Option<Origins> {
    let any = |origin: Node<'_>| ["*", "http://*", "https://*"].contains(&origin.text());
    list.is_list().then(|| if list.items().any(any) { Origins::Any } else { Origins::Listed })
}

/// The first of some settings that is what nobody wants, else the first one.
fn worst<'t, T>(
    settings: Vec<Setting<'t, T>>,
    is_bad: impl Fn(&Setting<'t, T>) -> bool,
) -> Setting<'t, T> {
    let mut settings = settings;
    let index = settings.iter().position(is_bad).unwrap_or(0);
    if index < settings.len() { settings.swap_remove(index) } else { Setting::default() }
}

fn read<'t>(document: Node<'t>) -> AgentConfig<'t> {
    let root = Root { node: document, grip: document };
    let ways: Vec<_> =
        ways(document).into_iter().filter(|it| it.has_models || it.has_tools).collect();
    // Policies that stand apart hold for routes by their names.
    let has_more = document.at(&["policies"]).is_some();
    let of_ways = |of: fn(&Way<'t>) -> Setting<'t, bool>| {
        let ways = ways.iter().filter(|_| !has_more);
        worst(ways.map(of).collect(), |it| it.off().is_some())
    };
    let mut config = AgentConfig::of_tree(&FORMAT, document);
    let keys = tables(document, "backendAuth")
        .into_iter()
        .filter_map(|table| Credential::named("backendAuth.key", table.node.at(&["key"])?));
    let accepted = tables(document, "apiKey")
        .into_iter()
        .flat_map(|table| table.node.at(&["keys"]).into_iter().flat_map(Node::items));
    let accepted =
        accepted.filter_map(|item| Credential::named("apiKey.keys.key", item.at(&["key"])?));
    let more: Vec<_> = keys.chain(accepted).collect();
    config.credentials.retain(|it| !more.iter().any(|known| known.at == it.at));
    config.credentials.extend(more);
    config.endpoints.extend(own_host(document));
    let mut calls: Vec<_> = ways.iter().map(Way::call).collect();
    calls.extend(tables(document, "backendTLS").into_iter().flat_map(|table| {
        ["insecure", "insecureHost"].map(|key| Call {
            what: Cow::Borrowed("backend"),
            verification: table.flag(key, Unset::Documented(false)).map(|skips| !skips),
            ..Call::default()
        })
    }));
    AgentConfig {
        access: Access {
            authentication: of_ways(Way::authentication),
            rate_limit: of_ways(Way::rate_limit),
            cors: worst(ways.iter().map(Way::cors).collect(), |it| {
                it.when(Origins::is_any).is_some()
            }),
            ..Access::default()
        },
        prompt_guard: of_ways(Way::prompt_guard),
        logs: Logs {
            level: root.text("config.logging.level", Unset::Nothing),
            format: root.text("config.logging.format", Unset::Nothing),
            ..Logs::default()
        },
        telemetry: Telemetry {
            sample_rate: root.setting("config.tracing.randomSampling", rate, Unset::Nothing).or(
                root.setting("frontendPolicies.tracing.randomSampling", rate, Unset::Nothing),
                false,
            ),
            ..Telemetry::default()
        },
        calls,
        tool_servers: tool_servers(document),
        ..config
    }
}

/// The part of all requests: a fraction, a switch, or an expression that is not read.
fn rate(at: Node<'_>) -> Option<f64> {
    at.as_bool().map(f64::from).or_else(|| at.text().trim().parse().ok())
}

/// The first host without a scheme that is the gateway's own machine. There is one service behind
/// each route, and where one is beside the gateway, all are.
fn own_host(document: Node<'_>) -> Option<Endpoint<'_>> {
    let leaves = leaves::below(document).into_iter();
    // An agent for telemetry is often beside the program.
    let is_one = |leaf: &leaves::Leaf<'_>| {
        matches!(leaf.name, "host" | "hostOverride")
            && !["tracing", "metrics", "accessLog"].contains(&leaf.within)
    };
    let mut hosts = leaves.filter(is_one);
    hosts.find_map(|leaf| {
        let host = leaf.node.as_str().filter(|host| is_loopback(host))?;
        let (name, at) = (leaf.name, leaf.node);
        Some(Endpoint { name, role: Role::Other, scheme: "", host, at })
    })
}

fn tool_servers(document: Node<'_>) -> Vec<ToolServer<'_>> {
    let targets = tables(document, "mcp").into_iter();
    let targets = targets.filter_map(|table| table.node.at(&["targets"])).flat_map(Node::items);
    let server = |target| -> Option<ToolServer<'_>> {
        let at = Node::at(target, &["name"])?;
        let (transport, entry) =
            TRANSPORTS.iter().find_map(|key| Some((*key, target.get(key)?.value)))?;
        let root = Root { node: target, grip: at };
        Some(ToolServer {
            name: at.text(),
            at,
            enabled: Setting::default(),
            left_out: None,
            transport: root.setting(transport, |_| Some(transport), Unset::Nothing),
            command: entry.at(&["cmd"]),
            arguments: entry.at(&["args"]).into_iter().flat_map(Node::items).collect(),
            url: entry.at(&["host"]),
            limited: Setting::default(),
        })
    };
    targets.filter_map(server).collect()
}

/// The paths of the modes in a policy.
const MODES: [&str; 4] = [
    "spec.traffic.jwtAuthentication",
    "spec.traffic.apiKeyAuthentication",
    "spec.traffic.basicAuthentication",
    "spec.backend.mcp.authentication",
];

fn object(object: Node<'_>) -> AgentConfig<'_> {
    let grip = object.grip(&["spec"]).or_else(|| object.grip(&["kind"])).unwrap_or(object);
    let root = Root { node: object, grip };
    let has_rules = ["spec.traffic.authorization", "spec.backend.mcp.authorization"]
        .iter()
        .any(|path| object.at(&path.split('.').collect::<Vec<_>>()).is_some());
    let modes = MODES
        .iter()
        .filter(|_| !has_rules)
        .filter(|path| object.at(&path.split('.').collect::<Vec<_>>()).is_some());
    let modes = modes.map(|path| {
        let read = |at: Node<'_>| Some(at.as_str()?.eq_ignore_ascii_case("strict"));
        let mode = root.setting(format!("{path}.mode"), read, Unset::Documented(true));
        mode.map(|is_strict| is_strict)
    });
    let mut calls = vec![Call {
        what: Cow::Borrowed("route"),
        timeout: root.setting("spec.traffic.timeouts.request", seconds, Unset::Nothing).if_stated(),
        retries: root
            .setting("spec.traffic.retry.attempts", Node::as_number, Unset::Nothing)
            .if_stated(),
        ..Call::default()
    }];
    calls.extend(tables(object, "tls").into_iter().filter_map(|table| {
        table.node.at(&["insecureSkipVerify"])?;
        Some(Call {
            what: Cow::Borrowed("backend"),
            verification: table.text("insecureSkipVerify", Unset::Nothing).map(|_| false),
            ..Call::default()
        })
    }));
    let mut config = AgentConfig::of_tree(&OBJECTS, object);
    let keys = tables(object, "auth")
        .into_iter()
        .filter_map(|table| Credential::named("auth.key", table.node.at(&["key"])?));
    let keys: Vec<_> = keys.collect();
    config.credentials.retain(|it| !keys.iter().any(|known| known.at == it.at));
    config.credentials.extend(keys);
    AgentConfig {
        access: Access {
            authentication: worst(modes.collect(), |it| it.off().is_some()),
            cors: root.setting("spec.traffic.cors.allowOrigins", origins, Unset::Nothing),
            ..Access::default()
        },
        calls,
        ..config
    }
}

const MODE: Shape = OneOf(&["strict", "optional", "permissive"]);

const POLICIES: Shape = fields! { open {
    "cors": fields! {
        "allowCredentials": Bool,
        "allowHeaders": List(&Text),
        "allowMethods": List(&Text),
        "allowOrigins": List(&Text),
        "exposeHeaders": List(&Text),
        "maxAge": Plain,
    },
    "mcpAuthentication": fields! { open {
        "issuer": Text,
        "audiences": List(&Text),
        "mode": MODE,
        "clientId": Text,
        "clientSecret": Any,
        "resourceMetadata": Map(&Any),
    } },
    "mcpAuthorization": fields! { open { "rules": List(&Any) } },
    "authorization": fields! { open { "rules": List(&Any) } },
    "jwtAuth": fields! { open { "mode": MODE, "issuer": Text, "audiences": List(&Text) } },
    "apiKey": fields! { open { "mode": MODE, "keys": List(&Map(&Any)) } },
    "basicAuth": fields! { open { "mode": MODE } },
    "ai": fields! { open {
        "promptGuard": fields! { open { "request": List(&GUARD), "response": List(&GUARD) } },
    } },
    "backendTLS": fields! { open {
        "cert": Text,
        "key": Text,
        "root": Text,
        "hostname": Text,
        "insecure": Bool,
        "insecureHost": Bool,
    } },
    "localRateLimit": List(&fields! { open {
        "maxTokens": Number,
        "tokensPerFill": Number,
        "fillInterval": Text,
        "type": OneOf(&["requests", "tokens"]),
    } }),
    "timeout": fields! { open { "requestTimeout": Text, "backendRequestTimeout": Text } },
    "retry": fields! { open { "attempts": Number, "backoff": Text, "codes": List(&Number) } },
} };

const GUARD: Shape = fields! { open {
    "regex": fields! { open {
        "action": Either(&[OneOf(&["mask", "reject"]), Map(&Any)]),
        "rules": List(&Map(&Text)),
    } },
} };

const BACKEND: Shape = fields! { open {
    "mcp": fields! { open { "targets": List(&TARGET) } },
    "ai": Map(&Any),
    "policies": POLICIES,
    "weight": Number,
} };

const TARGET: Shape = fields! { open {
    "name" !required: Text,
    "stdio": fields! { open {
        "cmd" !required: Text,
        "args": List(&Text),
        "env": Map(&Text),
    } },
    "policies": POLICIES,
} };

/// Source: github.com/agentgateway/agentgateway, `schema/config.md` and `types/local.rs`.
static KEYS: Shape = fields! { open {
    "config": fields! { open {
        "adminAddr": Text,
        "statsAddr": Text,
        "readinessAddr": Text,
        "logging": fields! { open {
            "level": Any,
            "format": OneOf(&["text", "json"]),
        } },
        "tracing": fields! { open {
            "otlpEndpoint": Text,
            "otlpProtocol": OneOf(&["grpc", "http"]),
        } },
        "session": fields! { open { "key": Text } },
    } },
    "binds": List(&fields! { open {
        "port" !required: Number,
        "listeners": List(&fields! { open {
            "name": Text,
            "hostname": Text,
            "protocol": OneOf(&["HTTP", "HTTPS", "TLS", "TCP", "HBONE"]),
            "tls": fields! { open { "cert": Text, "key": Text, "root": Text } },
            "routes": List(&fields! { open {
                "name": Text,
                "hostnames": List(&Text),
                "matches": List(&Map(&Any)),
                "policies": POLICIES,
                "backends": List(&BACKEND),
            } }),
            "policies": POLICIES,
        } }),
    } }),
    "mcp": fields! { open {
        "port": Number,
        "targets": List(&TARGET),
        "policies": POLICIES,
    } },
    "llm": fields! { open {
        "models": List(&fields! { open { "name" !required: Text } }),
        "policies": POLICIES,
    } },
    "policies": List(&Map(&Any)),
    "backends": List(&Map(&Any)),
} };

const OBJECT_MODE: Shape =
    fields! { open { "mode": OneOf(&["Strict", "Optional", "Permissive"]) } };

/// Source: github.com/agentgateway/agentgateway, `controller/api/v1alpha1`.
static OBJECT_KEYS: Shape = fields! { open {
    "spec": fields! { open {
        "traffic": fields! { open {
            "jwtAuthentication": OBJECT_MODE,
            "basicAuthentication": OBJECT_MODE,
            "apiKeyAuthentication": OBJECT_MODE,
            "hostRewrite": OneOf(&["Auto", "None"]),
        } },
        "backend": fields! { open {
            "tls": fields! { open { "insecureSkipVerify": OneOf(&["All", "Hostname"]) } },
        } },
    } },
} };

#[cfg(test)]
mod tests {
    use crate::agent::tests::{format_of, read};

    #[test]
    fn binds_targets_and_models_are_telling() {
        for text in [
            "binds: [{port: 3000, listeners: [{routes: []}]}]",
            "mcp: {port: 3000, targets: [{name: a, stdio: {cmd: npx}}]}",
            "llm: {models: [{name: a, provider: openAI, params: {model: b}}]}",
        ] {
            assert_eq!(format_of(text), Some("agentgateway"), "{text}");
        }
        for text in [
            "binds: [{port: 3000}]",
            "binds: {listeners: []}",
            "mcp: {servers: {a: {command: npx}}}",
            "mcp: {targets: [a, b]}",
            "llm: {models: [{name: a, provider: openai}]}",
            "llm: {provider: openai, params: {a: 1}}",
        ] {
            assert_eq!(format_of(text), None, "{text}");
        }
    }

    #[test]
    fn callers_are_known_or_not() {
        let off = |policies: &str| {
            let text = format!(
                "binds: [{{port: 1, listeners: [{{routes: [{{policies: {policies}, \
                 backends: [{{ai: {{name: a}}}}]}}]}}]}}]"
            );
            read(&text, |agent| agent.access.authentication.off().map(|because| because.text))
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(off("{cors: {}}"), text("`policies.jwtAuth` is not set"));
        assert_eq!(
            off("{jwtAuth: {issuer: a}}"),
            text("`policies.jwtAuth.mode` is not set and defaults to optional")
        );
        assert_eq!(
            off("{mcpAuthentication: {mode: permissive}}"),
            text("`policies.mcpAuthentication.mode` is permissive")
        );
        for policies in [
            "{mcpAuthentication: {issuer: a}}",
            "{jwtAuth: {mode: strict}}",
            "{jwtAuth: {mode: $MODE}}",
            "{apiKey: {keys: []}}",
            "{jwtAuth: {mode: optional}, authorization: {rules: [a]}}",
        ] {
            assert_eq!(off(policies), None, "{policies}");
        }
    }

    #[test]
    fn policies_that_stand_apart_may_hold() {
        let text = "binds: [{port: 1, listeners: [{routes: [{backends: [{ai: {name: a}}]}]}]}]\n\
                    policies: [{name: a, policy: {jwtAuth: {mode: strict}}}]";
        assert!(read(text, |agent| agent.access.authentication.off().is_none()));
    }
}
