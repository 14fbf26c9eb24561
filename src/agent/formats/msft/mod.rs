//! `agent.toml` of the MSFT agent framework template, and the table `[tool.agent]` of a
//! `pyproject.toml`, which its loader reads when there is no `agent.toml`.
//!
//! `[agent.security]` is documented in two dialects, and both are read:
//!
//! | | first | second |
//! |---|---|---|
//! | authentication | `require_authentication` | `auth.enabled` |
//! | origins | `allowed_origins` | `[server.cors] allowed_origins` |
//! | rate limit | `rate_limiting` | `rate_limit` |
//! | input | `input_validation` | `validation` |
//! | personal data | `pii_detection.enabled` | `validation.block_pii`, `validation.redact_pii` |

mod keys;
mod parts;
#[cfg(test)]
mod tests;

use crate::agent::setting::{Root, Unset};
use crate::agent::{
    Access, AgentConfig, Backend, Definition, Guards, LogFile, Logs, Origins, Server, Setting,
    State, StateKind, Store, Telemetry,
};
use crate::file::FileKind;
use crate::tree::{Dialect, Node, Style};

/// A table `agent`, `agent.x` or `tool.agent`, or a key of one.
const MARKER: &str =
    r#"(?m:^[\x{feff}\s]*\[{0,2}\s*(?:"?tool"?\s*\.\s*)?["']?agent["']?\s*[.\]=])"#;

pub(super) static FORMAT: Definition = Definition {
    name: "MSFT agent",
    kind: FileKind::Agent,
    marker: MARKER,
    recognise: |document, _| holder(document).is_some(),
    objects: &[],
    read: |document| read(document).unwrap_or_else(|| AgentConfig::of_tree(&FORMAT, document)),
    keys: Some((&keys::DOCUMENT, &keys::READER)),
};

/// Tables and keys of `[agent.security]` that no other format has.
const SECURITY: [&str; 7] = [
    "rate_limit",
    "rate_limiting",
    "validation",
    "input_validation",
    "pii_detection",
    "require_authentication",
    "allowed_origins",
];

const PROVIDERS: [&str; 4] = ["azure_openai", "openai", "anthropic", "gemini"];

/// The mapping that holds `agent`, if this is such a document.
fn holder(document: Node<'_>) -> Option<Node<'_>> {
    // Other programs have an `agent` in their JSON and YAML.
    let is_toml = document.tree().dialect() == Dialect::Json && document.style() == Style::Block;
    let holder = if document.get("agent").is_some() { document } else { document.at(&["tool"])? };
    let agent = holder.at(&["agent"]).filter(|agent| is_toml && agent.is_map())?;
    let has = |keys: &[&str]| agent.at(keys).is_some();
    let models = agent.at(&["models"]).filter(|models| models.is_list());
    let telling = models.is_some_and(|models| {
        models.items().any(|model| {
            model.at(&["provider"]).is_some_and(|provider| PROVIDERS.contains(&provider.text()))
        })
    }) || agent.at(&["azure_openai"]).is_some_and(Node::is_map)
        || agent.at(&["mcp"]).is_some_and(|mcp| !mcp.is_scalar())
        || has(&["mcp_sessions"])
        || SECURITY.iter().any(|key| has(&["security", key]))
        || ["cache", "persistence", "summarization"].iter().any(|key| has(&["memory", key]));
    telling.then_some(holder)
}

fn read(document: Node<'_>) -> Option<AgentConfig<'_>> {
    let holder = holder(document)?;
    let is_pyproject = holder != document;
    let root = Root { node: holder, grip: holder.grip(&["agent", "security"])? };
    let walked = if is_pyproject { holder.at(&["agent"])? } else { document };
    let has = |keys: &[&str]| holder.at(keys).is_some();
    let requests = || ("requests_per_minute", 60.into());
    let length = || ("max_input_length", 10_000.into());
    let second = ["auth", "rate_limit", "validation", "output"]
        .iter()
        .any(|key| has(&["agent", "security", key]))
        || has(&["server", "cors"])
        || has(&["agent", "server", "cors"]);
    let detection = root
        .flag("agent.security.pii_detection.enabled", Unset::Documented(false))
        .beside([("action", "redact".into())]);
    let agent = holder.at(&["agent"])?;
    Some(AgentConfig {
        name: agent.at(&["name"]).and_then(Node::as_str),
        root: holder,
        access: Access {
            authentication: root
                .flag("agent.security.require_authentication", Unset::Documented(false))
                .or(
                    root.table("agent.security.auth").beside([("type", "azure_ad".into())]),
                    second,
                ),
            scheme: root.text("agent.security.auth.type", Unset::Nothing).if_stated(),
            cors: origins(root, second),
            rate_limit: root
                .table("agent.security.rate_limiting")
                .beside([requests()])
                .or(root.table("agent.security.rate_limit").beside([requests()]), second),
            rate_limit_per_caller: root
                .flag("agent.security.rate_limit.per_user", Unset::Documented(true)),
            ..Access::default()
        },
        guards: Guards {
            input_validation: root
                .table("agent.security.input_validation")
                .beside([length()])
                .or(root.table("agent.security.validation").beside([length()]), second),
            input_limit: input_limit(root, second),
            injection_detection: root
                .flag("agent.security.validation.block_prompt_injection", Unset::Documented(true))
                .or(
                    root.flag("agent.security.validation.detect_injection", Unset::Means(true)),
                    false,
                ),
            pii_action: if detection.is_stated() || !second {
                root.text("agent.security.pii_detection.action", Unset::Documented("warn"))
            } else {
                // The second dialect has a switch for each action instead.
                Setting::default()
            },
            pii_detection: detection.or(pii_in_validation(root), second),
            output_filter: root.flag("agent.security.output.enabled", Unset::Nothing).if_stated(),
        },
        logs: logs(root),
        telemetry: telemetry(root),
        calls: parts::calls(agent),
        models: parts::all_models(agent),
        bounds: parts::bounds(agent, root),
        server: server(root),
        stores: vec![Store {
            what: "memory cache",
            enabled: root.flag("agent.memory.cache.enabled", Unset::Documented(true)),
            host: root.text("agent.memory.cache.host", Unset::Nothing),
            tls: root.flag("agent.memory.cache.ssl", Unset::Documented(true)),
        }],
        states: states(root),
        tool_servers: parts::tool_servers(agent),
        references: parts::references(agent),
        prompts: parts::prompts(agent),
        api_versions: parts::api_versions(agent),
        ..AgentConfig::of_tree(&FORMAT, walked)
    })
}

/// What the server is told, in either dialect.
fn server(root: Root<'_>) -> Server<'_> {
    let number = |path: &'static str| root.setting(path, Node::as_number, Unset::Nothing);
    let stated = |own: &'static str, other: &'static str| {
        number(own).if_stated().or(number(other).if_stated(), false)
    };
    Server {
        host: root
            .text("agent.server.host", Unset::Nothing)
            .or(root.text("server.host", Unset::Nothing), true),
        port: number("agent.server.port").or(number("server.port"), true),
        workers: stated("agent.server.workers", "server.workers"),
        request_time: stated("agent.server.timeout", "server.timeout"),
        ..Server::default()
    }
}

/// Who may call from a browser.
fn origins(root: Root<'_>, second: bool) -> Setting<'_, Origins> {
    let read = |node: Node<'_>| {
        let any = |origin: Node<'_>| ["*", "http://*", "https://*"].contains(&origin.text());
        let is_any = any(node) || node.items().any(any);
        let known = node.is_list() || is_any;
        known.then_some(if is_any { Origins::Any } else { Origins::Listed })
    };
    let cors = |switch: &'static str, list: &'static str| {
        let origins = root.setting(list, read, Unset::Means(Origins::Any));
        if root.flag(switch, Unset::Means(true)).off().is_some() {
            // Without CORS a browser lets no other site read what the agent answers.
            return root.setting(switch, |_| Some(Origins::Listed), Unset::Nothing);
        }
        origins
    };
    root.setting("agent.security.allowed_origins", read, Unset::Documented(Origins::Any))
        .or(cors("agent.server.cors.enabled", "agent.server.cors.allowed_origins"), false)
        .or(cors("server.cors.enabled", "server.cors.allowed_origins"), second)
}

/// The second dialect has two switches; one of them is enough.
fn pii_in_validation(root: Root<'_>) -> Setting<'_, bool> {
    let redact = root.flag("agent.security.validation.redact_pii", Unset::Means(false));
    let block = root.flag("agent.security.validation.block_pii", Unset::Documented(false));
    if block.off().is_none() {
        block
    } else {
        // Who has neither is better off without some words than without an answer.
        redact.or(block.written_at("agent.security.validation.redact_pii"), true)
    }
}

/// How long an input may be. The second dialect has two names for it.
fn input_limit(root: Root<'_>, second: bool) -> Setting<'_, f64> {
    let limit = |path: &'static str, default: f64| {
        root.setting(path, Node::as_number, Unset::Documented(default))
    };
    let question = limit("agent.security.validation.max_question_length", 32_000.0);
    let input = limit("agent.security.validation.max_input_length", 10_000.0);
    limit("agent.security.input_validation.max_input_length", 10_000.0)
        .or(question.or(input, false), second)
}

fn logs(root: Root<'_>) -> Logs<'_> {
    let payloads = ["include_request_body", "include_response_body"]
        .map(|key| root.flag(format!("agent.observability.{key}"), Unset::Documented(false)));
    let to_file = root.text("agent.observability.log_output", Unset::Nothing);
    let file = LogFile {
        path: root.text("agent.observability.log_file", Unset::Nothing),
        // The format has no word for rotation.
        ..LogFile::default()
    };
    Logs {
        level: root.text("agent.log_level", Unset::Documented("INFO")),
        format: root.text("agent.observability.log_format", Unset::Nothing),
        payloads: payloads.into(),
        files: to_file.when(|output| output == "file").map(|_| file).into_iter().collect(),
        ..Logs::default()
    }
}

fn telemetry(root: Root<'_>) -> Telemetry<'_> {
    let table = ["agent", "observability"];
    Telemetry {
        tracing: root.flag_of_table(&table, "agent.observability.tracing_enabled"),
        trace_exporter: root.text("agent.observability.tracing_exporter", Unset::Nothing),
        sample_rate: root.setting(
            "agent.observability.sample_rate",
            Node::as_number,
            Unset::Documented(1.0),
        ),
        metrics: root.flag("agent.observability.metrics_enabled", Unset::Nothing),
        metrics_exporter: root.text("agent.observability.metrics_exporter", Unset::Nothing),
        health: root
            .flag("agent.server.health.enabled", Unset::Nothing)
            .or(root.flag("server.health.enabled", Unset::Nothing), true),
        environment: root.text("agent.observability.environment", Unset::Nothing),
    }
}

/// Chats and sessions: in the shared cache or the object store, else in the memory of the process.
fn states(root: Root<'_>) -> Vec<State<'_>> {
    let number = |path: &'static str, unset: Unset<f64>| root.setting(path, Node::as_number, unset);
    let backend = |shared: bool| if shared { Backend::Shared } else { Backend::Process };
    let persistence = root.flag("agent.memory.persistence.enabled", Unset::Nothing);
    let cache = root.flag("agent.memory.cache.enabled", Unset::Nothing);
    let in_memory = root.flag("agent.memory.in_memory.enabled", Unset::Nothing);
    let mut chats = State::of("chat memory", StateKind::Memory);
    if persistence.on().is_some() {
        chats.backend = persistence.map(backend);
    } else if persistence.value().is_none() && persistence.is_stated() {
        // A template.
    } else if cache.is_stated() {
        chats.backend = cache.map(backend);
        chats.ttl = number("agent.memory.cache.ttl", Unset::Documented(300.0));
    } else if in_memory.on().is_some() {
        chats.backend = in_memory.map(|_| Backend::Process);
        chats.ttl = number("agent.memory.in_memory.ttl", Unset::Documented(3600.0));
        chats.bound = number("agent.memory.in_memory.max_sessions", Unset::Documented(1000.0));
    } else {
        // Programs differ in whether the cache is on; where it is, this ends what is in it.
        chats.ttl = number("agent.memory.cache.ttl", Unset::Nothing).where_stated();
    }
    chats.enabled = root.flag("agent.memory.enabled", Unset::Means(true));
    let mut sessions = State::of("MCP sessions", StateKind::Memory);
    sessions.enabled = root.flag("agent.mcp_sessions.enabled", Unset::Documented(false));
    sessions.backend =
        root.flag("agent.mcp_sessions.persist_sessions", Unset::Documented(true)).map(backend);
    sessions.ttl = number("agent.mcp_sessions.session_ttl", Unset::Documented(3600.0));
    vec![chats, sessions]
}
