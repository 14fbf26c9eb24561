//! AWS Bedrock `AgentCore`: the file of the starter toolkit, `.bedrock_agentcore.yaml`, and that of the
//! newer command line, `agentcore/agentcore.json`.
//!
//! A runtime without an authorizer still asks for signed requests (IAM), so that its absence is no
//! fault, and `PUBLIC` says how the agent reaches others. A gateway of the type `NONE` asks nobody.
//!
//! Sources: aws/bedrock-agentcore-starter-toolkit, `utils/runtime/schema.py`; docs.aws.amazon.com,
//! "Set up inbound authorization for your gateway"; schema.agentcore.aws.dev/v1, 2026-11.

use crate::agent::setting::{Root, Unset, is_template};
use crate::agent::{
    Access, AgentConfig, Backend, Bound, BoundKind, Definition, Reference, Setting, State,
    StateKind, Telemetry,
};
use crate::file::FileKind;
use crate::schema::Shape::{self, Any, Flag, Is, List, Map, Nullable, Number, OneOf, Text};
use crate::schema::{Reader, ScalarKind, fields};
use crate::tree::{Entry, Node};

const DAY: f64 = 86_400.0;

/// Seconds that a session lives at most, unless stated.
const MAX_LIFETIME: f64 = 28_800.0;

static READER: Reader = Reader {
    is_open: is_template,
    extensions: None,
    refusal: "AgentCore refuses it",
    unknown: "AgentCore does not know the key",
};

/// `.bedrock_agentcore.yaml`.
pub(super) static TOOLKIT: Definition = Definition {
    name: "AgentCore toolkit",
    kind: FileKind::Agent,
    marker: "bedrock_agentcore",
    recognise: |document, _| is_toolkit(document),
    objects: &[],
    read: toolkit,
    keys: Some((&TOOLKIT_KEYS, &READER)),
};

/// `agentcore/agentcore.json`.
pub(super) static PROJECT: Definition = Definition {
    name: "AgentCore project",
    kind: FileKind::Agent,
    marker: r"schema\.agentcore\.aws\.dev|agentCoreGateways",
    recognise: |document, _| is_project(document),
    objects: &[],
    read: project,
    keys: Some((&PROJECT_KEYS, &READER)),
};

fn is_toolkit(document: Node<'_>) -> bool {
    // What it has been deployed as is written there afterwards.
    let is_whole = document.at(&["default_agent"]).is_some_and(Node::is_scalar);
    let is_one = |entry: &Entry<'_>| {
        let has = |key: &str| entry.value.at(&[key]).is_some_and(Node::is_map);
        has("aws")
            && (has("bedrock_agentcore")
                || is_whole && entry.value.at(&["entrypoint"]).is_some_and(Node::is_scalar))
    };
    document.at(&["agents"]).is_some_and(|agents| agents.entries().iter().any(is_one))
}

fn is_project(document: Node<'_>) -> bool {
    let is_list = |key: &str| document.at(&[key]).is_some_and(Node::is_list);
    let schema = document.at(&["$schema"]).map_or("", Node::text);
    (schema.contains("schema.agentcore.aws.dev") && !schema.contains("aws-targets"))
        && (is_list("runtimes") || is_list("memories") || is_list("agentCoreGateways"))
        || is_list("runtimes") && is_list("agentCoreGateways")
}

fn is_public(mode: Node<'_>) -> Option<bool> {
    match mode.text() {
        "PUBLIC" => Some(true),
        "VPC" => Some(false),
        _ => None,
    }
}

fn is_absent(table: Node<'_>, key: &str) -> bool {
    table.at(&[key]).is_none_or(Node::is_null)
}

fn lifetime<'t>(name: &str, root: Root<'t>, path: &'static str) -> Bound<'t> {
    let limit = root.setting(path, Node::as_number, Unset::Documented(MAX_LIFETIME));
    Bound { what: format!("a session of `{name}`").into(), kind: BoundKind::Time, limit }
}

fn toolkit(document: Node<'_>) -> AgentConfig<'_> {
    let agents = document.at(&["agents"]).map(Node::entries).unwrap_or_default();
    let names: Vec<_> = agents.iter().map(|agent| agent.key.text()).collect();
    let default = document.at(&["default_agent"]).filter(|name| !is_template(name.text()));
    let network = "aws.network_configuration.network_mode";
    let bounds = agents.iter().map(|agent| {
        lifetime(agent.key.text(), Root::of(agent), "aws.lifecycle_configuration.max_lifetime")
    });
    let first = agents.first().map(Root::of);
    AgentConfig {
        name: default.and_then(Node::as_str),
        access: Access {
            authentication: first.map_or_else(Setting::default, |root| {
                root.setting("authorizer_configuration", |_| Some(true), Unset::Means(true))
            }),
            public: first.map_or_else(Setting::default, |root| {
                root.setting(network, is_public, Unset::Documented(true))
            }),
            without_authorizer: agents
                .iter()
                .filter(|agent| is_absent(agent.value, "authorizer_configuration"))
                .filter_map(|agent| {
                    let mode = Root::of(agent).setting(network, is_public, Unset::Documented(true));
                    Some((agent.key.text(), mode.on()?.at))
                })
                .collect(),
            ..Access::default()
        },
        telemetry: Telemetry {
            tracing: first.map_or_else(Setting::default, |root| {
                root.flag("aws.observability.enabled", Unset::Documented(true))
            }),
            ..Telemetry::default()
        },
        bounds: bounds.collect(),
        states: agents
            .iter()
            .filter_map(|agent| memory(agent.key.text(), Root::of(agent)))
            .collect(),
        references: default
            .map(|at| Reference { kind: "agent", at, known: names.into() })
            .into_iter()
            .collect(),
        ..AgentConfig::of_tree(&TOOLKIT, document)
    }
}

/// What the agent remembers, in a service that all its sessions share.
fn memory<'t>(name: &str, root: Root<'t>) -> Option<State<'t>> {
    let mode = root.text("memory.mode", Unset::Documented("NO_MEMORY"));
    let is_on = mode.value().is_some_and(|mode| mode != "NO_MEMORY");
    let days = root.setting("memory.event_expiry_days", Node::as_number, Unset::Documented(30.0));
    is_on.then(|| State {
        what: format!("memory of `{name}`").into(),
        kind: StateKind::Memory,
        enabled: mode.clone().map(|mode| mode != "NO_MEMORY"),
        backend: mode.map(|_| Backend::Shared),
        path: Setting::default(),
        ttl: days.map(|days| days * DAY),
        bound: Setting::default(),
        eviction: Setting::default(),
    })
}

fn project(document: Node<'_>) -> AgentConfig<'_> {
    let items = |key: &str| document.at(&[key]).into_iter().flat_map(Node::items);
    let grip = |key: &str| document.get(key).map_or(document, |entry| entry.key);
    let root = |key: &str, item| Root { node: item, grip: grip(key) };
    let bounds = items("runtimes").map(|runtime| {
        let name = runtime.at(&["name"]).map_or("", Node::text);
        lifetime(name, root("runtimes", runtime), "lifecycleConfiguration.maxLifetime")
    });
    let asks = |item| {
        let kind = root("agentCoreGateways", item).text("authorizerType", Unset::Nothing);
        kind.map(|kind| kind != "NONE")
    };
    let gateways = items("agentCoreGateways").chain(items("runtimes"));
    let open = gateways.map(asks).find(|asks| asks.off().is_some());
    let without_authorizer = items("runtimes")
        .filter(|runtime| {
            ["authorizerType", "authorizerConfiguration"].iter().all(|key| is_absent(*runtime, key))
        })
        .filter_map(|runtime| {
            let mode =
                runtime.at(&["networkMode"]).filter(|mode| is_public(*mode) == Some(true))?;
            Some((runtime.at(&["name"]).map_or("", Node::text), mode))
        })
        .collect();
    // A gateway is reached from anywhere.
    let public = open.clone().unwrap_or_default().map(|asks| !asks);
    AgentConfig {
        name: document.at(&["name"]).and_then(Node::as_str),
        access: Access {
            authentication: open.unwrap_or_default(),
            public,
            without_authorizer,
            ..Access::default()
        },
        bounds: bounds.collect(),
        ..AgentConfig::of_tree(&PROJECT, document)
    }
}

/// Seconds of a session's life.
const LIFETIME: Shape = Is(&ScalarKind {
    wanted: "a number of seconds from 60 to 28800",
    fits: |node| node.as_number().is_some_and(|seconds| (60.0..=MAX_LIFETIME).contains(&seconds)),
    help: |_| Some("AgentCore keeps a session for a minute at least and for eight hours at most"),
});

/// The digits of an account; as a number, it would lose zeros at its start.
const ACCOUNT: Shape = Is(&ScalarKind {
    wanted: "the twelve digits of an AWS account, in quotes",
    fits: |node| {
        let text = node.text();
        // PyYAML leaves a text what begins with a zero and is not octal.
        (node.as_str().is_some() || text.starts_with('0') && text.contains(['8', '9']))
            && text.len() == 12
            && text.chars().all(|c| c.is_ascii_digit())
    },
    help: |_| Some("the toolkit refuses the file"),
});

const ANYTHING: Shape = Nullable(&Any);
const TEXT: Shape = Nullable(&Text);

static TOOLKIT_KEYS: Shape = fields!(open {
    "default_agent": TEXT,
    "agents" !required: Map(&fields!(open {
        "name" !required: Text,
        "entrypoint" !required: Text,
        "deployment_type": OneOf(&["container", "direct_code_deploy"]),
        "runtime_type": TEXT,
        "platform": Text,
        "container_runtime": TEXT,
        "source_path": TEXT,
        "aws": fields!(open {
            "execution_role": TEXT,
            "execution_role_auto_create": Flag,
            "account": Nullable(&ACCOUNT),
            "region": TEXT,
            "ecr_repository": TEXT,
            "ecr_auto_create": Flag,
            "s3_path": TEXT,
            "s3_auto_create": Flag,
            "network_configuration": fields!(open {
                "network_mode": OneOf(&["PUBLIC", "VPC"]),
                "network_mode_config": Nullable(&fields!(open {
                    "security_groups": List(&Text),
                    "subnets": List(&Text),
                })),
            }),
            "protocol_configuration": fields!(open {
                "server_protocol": OneOf(&[
                    "HTTP", "MCP", "A2A", "AGUI", "http", "mcp", "a2a", "agui",
                ]),
            }),
            "observability": fields!(open { "enabled": Flag }),
            "lifecycle_configuration": fields!(open {
                "idle_runtime_session_timeout": Nullable(&LIFETIME),
                "max_lifetime": Nullable(&LIFETIME),
            }),
        }),
        "bedrock_agentcore": ANYTHING,
        "codebuild": ANYTHING,
        "memory": Nullable(&fields!(open {
            "mode": OneOf(&["STM_ONLY", "STM_AND_LTM", "NO_MEMORY"]),
            "memory_id": TEXT,
            "memory_name": TEXT,
            "event_expiry_days": Number,
        })),
        "identity": ANYTHING,
        "authorizer_configuration": ANYTHING,
        "request_header_configuration": ANYTHING,
        "oauth_configuration": ANYTHING,
        "api_key_env_var_name": TEXT,
    })),
});

static PROJECT_KEYS: Shape = fields!(open {
    "name" !required: Text,
    "version": Number,
    "runtimes": List(&fields!(open {
        "name" !required: Text,
        "entrypoint": Text,
        "networkMode": OneOf(&["PUBLIC", "VPC"]),
        "protocol": OneOf(&["HTTP", "MCP", "A2A", "AGUI"]),
        "lifecycleConfiguration": fields!(open {
            "idleRuntimeSessionTimeout": LIFETIME,
            "maxLifetime": LIFETIME,
        }),
    })),
    "memories": List(&fields!(open { "name" !required: Text, "eventExpiryDuration": Number })),
    "credentials": List(&Any),
    "evaluators": List(&Any),
    "onlineEvalConfigs": List(&Any),
    "agentCoreGateways": List(&fields!(open { "name" !required: Text, "authorizerType": Text })),
    "policyEngines": List(&Any),
});
