//! The objects of kagent: agents, the models that they call, and the servers of their tools.
//!
//! Three versions of the API are in use (`v1alpha1` to `v1alpha3`), and their fields differ, so the
//! tables are open. The controller makes a Deployment of an agent; no manifest shows it.

use std::borrow::Cow;

use crate::agent::leaves::tables;
use crate::agent::setting::{Root, Unset, seconds};
use crate::agent::{
    AgentConfig, Backend, Call, Credential, Definition, Grant, Kind, Link, Power, Prompt, Setting,
    State, StateKind, ToolServer,
};
use crate::file::FileKind;
use crate::k8s::is_templated;
use crate::schema::Shape::{self, Any, Bool, List, Map, Number, NumberOrText, OneOf, Text};
use crate::schema::{Reader, fields};
use crate::tree::{Entry, Node};

static READER: Reader = Reader {
    is_open: is_templated,
    extensions: None,
    refusal: "Kubernetes refuses the object",
    unknown: "Kubernetes refuses the object, or drops the key without a word",
};

pub(super) static AGENT: Definition = Definition {
    name: "kagent agent",
    kind: FileKind::Kubernetes,
    marker: "",
    recognise: |_, _| false,
    objects: &[(GROUP, "Agent"), (GROUP, "SandboxAgent")],
    read: agent,
    keys: Some((&AGENT_KEYS, &READER)),
};

pub(super) static MODEL: Definition = Definition {
    name: "kagent model",
    kind: FileKind::Kubernetes,
    marker: "",
    recognise: |_, _| false,
    objects: &[(GROUP, "ModelConfig"), (GROUP, "ModelProviderConfig")],
    read: model,
    keys: Some((&MODEL_KEYS, &READER)),
};

pub(super) static SERVER: Definition = Definition {
    name: "kagent tool server",
    kind: FileKind::Kubernetes,
    marker: "",
    recognise: |_, _| false,
    objects: &[(GROUP, "RemoteMCPServer"), (GROUP, "ToolServer")],
    read: server,
    keys: Some((&SERVER_KEYS, &READER)),
};

const GROUP: &str = "kagent.dev";

/// The kinds that an agent names as its tools.
const TOOLS: [Kind; 4] =
    [(GROUP, "Agent"), (GROUP, "MCPServer"), (GROUP, "RemoteMCPServer"), (GROUP, "ToolServer")];

fn root(object: Node<'_>) -> Root<'_> {
    let grip = object.grip(&["spec"]).or_else(|| object.grip(&["kind"])).unwrap_or(object);
    Root { node: object, grip }
}

fn name(object: Node<'_>) -> &str {
    object.at(&["metadata", "name"]).map_or("", Node::text)
}

/// What every object has in common. The keys that name a Secret hold none.
fn common<'t>(format: &'static Definition, object: Node<'t>) -> AgentConfig<'t> {
    const NAMES: [&str; 6] = [
        "apiKeySecret",
        "apiKeySecretKey",
        "apiKeySecretRef",
        "caCertSecretKey",
        "caCertSecretRef",
        "apiKeyPassthrough",
    ];
    let config = AgentConfig::of_tree(format, object);
    let held = config.credentials.iter().filter(|it| !NAMES.contains(&it.name)).copied();
    let mut credentials: Vec<_> = held.collect();
    for list in ["headersFrom", "env"] {
        for item in lists(object, list).into_iter().flat_map(Node::items) {
            let (Some(name), Some(value)) = (item.at(&["name"]), item.at(&["value"])) else {
                continue;
            };
            if !credentials.iter().any(|known| known.at == value) {
                credentials.extend(Credential::if_named(name.text(), value));
            }
        }
    }
    AgentConfig { credentials, ..config }
}

/// The lists of that name in the places where agents and servers have them.
fn lists<'t>(object: Node<'t>, list: &str) -> Vec<Node<'t>> {
    let deployment = |kind: &str| object.at(&["spec", kind, "deployment", list]);
    let own = object.at(&["spec", list]).into_iter();
    let tools = tools(object).into_iter().filter_map(|tool| tool.at(&[list]));
    own.chain(deployment("declarative")).chain(deployment("byo")).chain(tools).collect()
}

fn tools(object: Node<'_>) -> Vec<Node<'_>> {
    let tools = [&["spec", "declarative", "tools"][..], &["spec", "tools"]];
    let lists = tools.iter().filter_map(|keys| object.at(keys));
    lists.flat_map(Node::items).collect()
}

fn agent(object: Node<'_>) -> AgentConfig<'_> {
    let root = root(object);
    let who = || Cow::Owned(format!("agent `{}`", name(object)));
    let grants = tools(object).into_iter().filter_map(|tool| {
        let entry = tool.get("mcpServer")?;
        let server = entry.value;
        let names_some = server.at(&["toolNames"]).is_some_and(|names| {
            // A template may stand for any.
            !names.is_list() || names.items().next().is_some()
        });
        let some = |list: Node<'_>| Some(list.items().next().is_some());
        let root = Root { node: server, grip: entry.key };
        (!names_some && server.is_map()).then(|| Grant {
            who: who(),
            power: Power::EveryTool,
            at: server.grip(&["toolNames"]).or(server.at(&["name"])).unwrap_or(entry.key),
            checked: root.setting("requireApproval", some, Unset::Means(false)).map(|asks| asks),
        })
    });
    let grants = grants.chain(tools(object).into_iter().filter_map(|tool| {
        let (power, at) = risky_tool(tool.at(&["mcpServer"])?)?;
        Some(Grant { who: who(), power, at, checked: unasked(at) })
    }));
    let prompt = [&["spec", "declarative", "systemMessage"][..], &["spec", "systemMessage"]]
        .iter()
        .find_map(|keys| object.path(keys))
        .map(|entry| entry.value);
    let skills = root.flag("spec.skills.insecureSkipVerify", Unset::Documented(false));
    let has_skills = object.at(&["spec", "skills"]).is_some();
    let ttl = |at: Node<'_>| at.as_number().map(|days| days * DAY);
    let memory = object.at(&["spec", "declarative", "memory"]).filter(|memory| memory.is_map());
    AgentConfig {
        name: Some(name(object)).filter(|name| !name.is_empty()),
        grants: grants.collect(),
        prompts: prompt.into_iter().filter_map(Prompt::inline).collect(),
        calls: has_skills
            .then(|| Call {
                what: Cow::Borrowed("registry of skills"),
                verification: skills.map(|skips| !skips),
                ..Call::default()
            })
            .into_iter()
            .collect(),
        states: memory
            .into_iter()
            .map(|_| State {
                ttl: root.setting(
                    "spec.declarative.memory.ttlDays",
                    ttl,
                    Unset::Documented(15.0 * DAY),
                ),
                backend: root.setting(
                    "spec.declarative.memory",
                    |_| Some(Backend::Shared),
                    Unset::Nothing,
                ),
                ..State::of("agent memory", StateKind::Memory)
            })
            .collect(),
        images: ["declarative", "byo"]
            .iter()
            .filter_map(|kind| object.at(&["spec", kind, "deployment", "image"]))
            .filter(|image| image.as_str().is_some_and(|it| !it.is_empty() && !is_templated(it)))
            .map(|image| (who(), image))
            .collect(),
        links: links(object),
        replicas: replicas(object),
        ..common(&AGENT, object)
    }
}

/// The tools of kagent's own server that change things, by what they can do.
///
/// Source: github.com/kagent-dev/tools, "Available tools".
const RISKY: [(&str, Power); 10] = [
    ("k8s_execute_command", Power::Shell),
    ("k8s_apply_manifest", Power::Cluster),
    ("k8s_create_resource", Power::Cluster),
    ("k8s_create_resource_from_url", Power::Cluster),
    ("k8s_delete_resource", Power::Cluster),
    ("k8s_patch_resource", Power::Cluster),
    ("k8s_rollout", Power::Cluster),
    ("k8s_scale", Power::Cluster),
    ("helm_uninstall", Power::Cluster),
    ("helm_upgrade", Power::Cluster),
];

/// The first tool of a server that changes things and that nobody is asked about.
fn risky_tool(server: Node<'_>) -> Option<(Power, Node<'_>)> {
    let approval = server.at(&["requireApproval"]);
    // A template may stand for any.
    if approval.is_some_and(|list| !list.is_list()) {
        return None;
    }
    let asked: Vec<_> = approval.into_iter().flat_map(Node::items).map(Node::text).collect();
    let mut named = server.at(&["toolNames"])?.items();
    named.find_map(|at| {
        let (name, power) = RISKY.iter().find(|(name, _)| *name == at.text())?;
        (!asked.contains(name)).then_some((*power, at))
    })
}

/// That nobody is asked, where something says so by leaving it out.
fn unasked(at: Node<'_>) -> Setting<'_, bool> {
    Root { node: at, grip: at }.flag("requireApproval", Unset::Means(false)).map(|asks| asks)
}

const DAY: f64 = 86_400.0;

/// How many pods the controller is told to make; a sandbox is one pod for one user.
fn replicas(object: Node<'_>) -> Setting<'_, f64> {
    let kind = object.at(&["kind"]).map_or("", Node::text);
    let path = match object.at(&["spec", "type"]).map_or("Declarative", Node::text) {
        _ if kind != "Agent" => return Setting::default(),
        "Declarative" if object.at(&["spec", "declarative"]).is_some() => {
            "spec.declarative.deployment.replicas"
        }
        "BYO" if object.at(&["spec", "byo"]).is_some() => "spec.byo.deployment.replicas",
        _ => return Setting::default(),
    };
    root(object).setting(path, Node::as_number, Unset::Documented(1.0))
}

/// What an agent names of other objects. Those that kagent's own chart installs are left out.
fn links(object: Node<'_>) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    let models = [
        &["spec", "declarative", "modelConfig"][..],
        &["spec", "declarative", "memory", "modelConfig"],
        &["spec", "declarative", "context", "compaction", "summarizer", "modelConfig"],
        &["spec", "modelConfig"],
    ];
    for at in models.iter().filter_map(|keys| object.at(keys)) {
        found.extend(link((GROUP, "ModelConfig"), at, None));
    }
    for tool in tools(object) {
        for key in ["mcpServer", "agent"] {
            let Some(reference) = tool.at(&[key]).filter(|it| it.is_map()) else { continue };
            let Some(at) = reference.at(&["name"]) else { continue };
            let default = if key == "agent" { "Agent" } else { "" };
            let kind = reference.at(&["kind"]).map_or(default, Node::text);
            let group = reference.at(&["apiGroup"]).map_or(GROUP, Node::text);
            let of = TOOLS.iter().find(|of| **of == (group, kind));
            let namespace = reference.at(&["namespace"]).map(Node::text);
            found.extend(of.and_then(|of| link(*of, at, namespace)));
        }
    }
    found
}

/// The agents that the chart of kagent brings.
///
/// Source: github.com/kagent-dev/kagent, `helm/agents`.
const AGENTS: [&str; 14] = [
    "agent-builder",
    "argo-rollouts-agent",
    "argo-rollouts-conversion-agent",
    "cilium-debug-agent",
    "cilium-manager-agent",
    "cilium-policy-agent",
    "helm-agent",
    "istio-agent",
    "k8s-agent",
    "kgateway-agent",
    "kueue-agent",
    "linkerd-agent",
    "observability-agent",
    "promql-agent",
];

fn link<'t>(of: Kind, at: Node<'t>, namespace: Option<&'t str>) -> Option<Link<'t>> {
    let text = at.as_str()?;
    // The first version has `namespace/name`.
    let (namespace, name) = match text.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (namespace, text),
    };
    let is_of_chart =
        name == "default-model-config" || name.starts_with("kagent-") || AGENTS.contains(&name);
    (!name.is_empty() && !is_of_chart).then_some(Link { of, name, at, namespace })
}

fn model(object: Node<'_>) -> AgentConfig<'_> {
    let root = root(object);
    let call = Call {
        what: Cow::Owned(format!("model `{}`", name(object))),
        timeout: root.setting("spec.openAI.timeout", seconds, Unset::Nothing).if_stated(),
        verification: root
            .flag("spec.tls.disableVerify", Unset::Documented(false))
            .map(|skips| !skips),
        ..Call::default()
    };
    let mut config = common(&MODEL, object);
    let headers = tables(object, "defaultHeaders").into_iter().flat_map(|it| it.node.entries());
    for Entry { key, value } in headers {
        if !config.credentials.iter().any(|known| known.at == value) {
            config.credentials.extend(Credential::if_named(key.text(), value));
        }
    }
    AgentConfig { calls: vec![call], ..config }
}

fn server(object: Node<'_>) -> AgentConfig<'_> {
    let root = root(object);
    let at = object.at(&["metadata", "name"]).unwrap_or(object);
    let call = Call {
        what: Cow::Owned(format!("tool server `{}`", name(object))),
        timeout: root.setting("spec.timeout", seconds, Unset::Documented(30.0)),
        verification: root
            .flag("spec.tls.disableVerify", Unset::Documented(false))
            .map(|skips| !skips),
        ..Call::default()
    };
    let server = ToolServer {
        name: name(object),
        at,
        enabled: Setting::default(),
        left_out: None,
        transport: root.text("spec.protocol", Unset::Documented("STREAMABLE_HTTP")),
        command: object.at(&["spec", "config", "stdio", "command"]),
        arguments: object
            .at(&["spec", "config", "stdio", "args"])
            .into_iter()
            .flat_map(Node::items)
            .collect(),
        url: object.at(&["spec", "url"]),
        limited: Setting::default(),
    };
    AgentConfig { calls: vec![call], tool_servers: vec![server], ..common(&SERVER, object) }
}

const TLS: Shape = fields! { open {
    "disableVerify": Bool,
    "disableSystemCAs": Bool,
    "caCertSecretRef": Text,
    "caCertSecretKey": Text,
} };

const HEADERS_FROM: Shape = List(&fields! { open {
    "name" !required: Text,
    "value": Text,
    "valueFrom": fields! { open {
        "type": OneOf(&["ConfigMap", "Secret"]),
        "name" !required: Text,
        "key" !required: Text,
    } },
} });

const ALLOWED_NAMESPACES: Shape = fields! { open {
    "from": OneOf(&["All", "Same", "Selector"]),
    "selector": Map(&Any),
} };

const DEPLOYMENT: Shape = fields! { open {
    "replicas": Number,
    "image": Text,
    "imagePullPolicy": OneOf(&["Always", "IfNotPresent", "Never"]),
    "serviceAccountName": Text,
    "labels": Map(&Text),
    "annotations": Map(&Text),
    "env": List(&fields! { open { "name" !required: Text, "value": Text } }),
} };

/// Source: github.com/kagent-dev/kagent, `go/api/v1alpha2/agent_types.go`.
static AGENT_KEYS: Shape = fields! { open {
    "spec": fields! { open {
        "type": OneOf(&["Declarative", "BYO"]),
        "description": Text,
        "declarative": fields! { open {
            "modelConfig": Text,
            "systemMessage": Text,
            "stream": Bool,
            "tools": List(&fields! { open {
                "type": OneOf(&["McpServer", "Agent"]),
                "mcpServer": fields! { open {
                    "name" !required: Text,
                    "kind": Text,
                    "apiGroup": Text,
                    "namespace": Text,
                    "toolNames": List(&Text),
                    "requireApproval": List(&Text),
                    "allowedHeaders": List(&Text),
                } },
                "agent": fields! { open { "name" !required: Text } },
                "headersFrom": HEADERS_FROM,
            } }),
            "deployment": DEPLOYMENT,
            "executeCodeBlocks": Bool,
            "memory": fields! { open { "modelConfig" !required: Text, "ttlDays": Number } },
            "context": Any,
            "a2aConfig": Any,
        } },
        "byo": fields! { open { "deployment": DEPLOYMENT } },
        "skills": fields! { open {
            "insecureSkipVerify": Bool,
            "refs": List(&Text),
            "gitRefs": List(&fields! { open { "url" !required: Text, "ref": Text } }),
        } },
        "sandbox": fields! { open {
            "network": fields! { open { "allowedDomains": List(&Text) } },
        } },
        "allowedNamespaces": ALLOWED_NAMESPACES,
    } },
} };

/// Source: github.com/kagent-dev/kagent, `go/api/v1alpha2/modelconfig_types.go`.
static MODEL_KEYS: Shape = fields! { open {
    "spec": fields! { open {
        "provider": Text,
        "model": NumberOrText,
        "apiKeySecret": Text,
        "apiKeySecretKey": Text,
        "apiKeySecretRef": Text,
        "apiKeyPassthrough": Bool,
        "defaultHeaders": Map(&Text),
        "tls": TLS,
        "openAI": fields! { open {
            "baseUrl": Text,
            "maxTokens": Number,
            "temperature": Text,
            "topP": Text,
            "timeout": Number,
            "reasoningEffort": Text,
        } },
        "anthropic": fields! { open {
            "baseUrl": Text,
            "maxTokens": Number,
            "temperature": Text,
            "topP": Text,
        } },
        "azureOpenAI": fields! { open { "azureEndpoint": Text, "apiVersion": Text } },
        "ollama": fields! { open { "host": Text, "options": Map(&Text) } },
    } },
} };

/// Source: github.com/kagent-dev/kagent, `go/api/config/crd/bases/kagent.dev_remotemcpservers.yaml`.
static SERVER_KEYS: Shape = fields! { open {
    "spec": fields! { open {
        "description": Text,
        "url": Text,
        "protocol": OneOf(&["SSE", "STREAMABLE_HTTP"]),
        "timeout": Text,
        "sseReadTimeout": Text,
        "terminateOnClose": Bool,
        "headersFrom": HEADERS_FROM,
        "allowedNamespaces": ALLOWED_NAMESPACES,
        "tls": TLS,
    } },
} };
