//! `mcp_agent.config.yaml` of mcp-agent, and the file of credentials beside it, which is never to be
//! committed.
//!
//! Source: github.com/lastmile-ai/mcp-agent, `src/mcp_agent/config.py`.

use std::sync::Arc;

use super::servers;
use crate::agent::setting::{Root, Unset};
use crate::agent::{
    Access, AgentConfig, Call, Definition, Logs, Reference, Store, Telemetry, ToolServer,
};
use crate::file::FileKind;
use crate::schema::Shape::{
    self, Any, Either, Flag, List, Map, Nullable, Number, OneOf, Plain, Text,
};
use crate::schema::{Reader, fields};
use crate::tree::{Entry, Node};

pub(super) static FORMAT: Definition = Definition {
    name: "mcp-agent",
    kind: FileKind::Agent,
    marker: "(?m:^mcp:)|mcp-agent.config.schema",
    recognise: is_mcp_agent,
    objects: &[],
    read,
    keys: Some((&KEYS, &READER)),
};

/// The credentials of mcp-agent and of fast-agent.
pub(super) static SECRETS: Definition = Definition {
    name: "agent secrets",
    kind: FileKind::Agent,
    // Told, and read, because of the file's name.
    marker: "",
    recognise: |document, name| document.is_map() && is_secrets(name),
    objects: &[],
    read: |document| AgentConfig {
        secrets_file: document.own_entries().next().map(|entry| entry.key),
        ..AgentConfig::of_tree(&SECRETS, document)
    },
    keys: None,
};

fn is_secrets(name: &str) -> bool {
    ["mcp_agent.secrets.", "mcp-agent.secrets.", "fastagent.secrets.", "fast-agent.secrets."]
        .iter()
        .any(|start| name.contains(start))
}

static READER: Reader = Reader {
    is_open: |text| text.contains("${") || text.contains("{{"),
    extensions: None,
    refusal: "the program does not start",
    unknown: "the program does not know it",
};

const HEADERS: Shape = Nullable(&Map(&Plain));

static KEYS: Shape = fields!(open {
    "$schema": Text,
    "name": Nullable(&Text),
    "description": Nullable(&Text),
    "execution_engine": OneOf(&["asyncio", "temporal"]),
    "mcp": Nullable(&fields!(open {
        "servers": Nullable(&Map(&fields!(open {
            "name": Nullable(&Text),
            "description": Nullable(&Text),
            "transport": OneOf(&["stdio", "sse", "streamable_http", "websocket"]),
            "command": Nullable(&Text),
            "args": List(&Plain),
            "url": Nullable(&Text),
            "headers": HEADERS,
            "http_timeout_seconds": Nullable(&Number),
            "read_timeout_seconds": Nullable(&Number),
            "terminate_on_close": Flag,
            "auth": Nullable(&fields!(open { "api_key": Nullable(&Plain), "oauth": Any })),
            "roots": Nullable(&List(&fields!(open { "uri" !required: Text }))),
            "env": Nullable(&Map(&Plain)),
            "allowed_tools": Nullable(&List(&Text)),
        }))),
    })),
    "temporal": Nullable(&fields!(open {
        "host" !required: Text,
        "namespace": Text,
        "api_key": Nullable(&Plain),
        "tls": Flag,
        "task_queue" !required: Text,
        "max_concurrent_activities": Nullable(&Number),
        "timeout_seconds": Nullable(&Number),
        "rpc_metadata": Nullable(&Map(&Plain)),
        "id_reuse_policy": OneOf(&[
            "allow_duplicate",
            "allow_duplicate_failed_only",
            "reject_duplicate",
            "terminate_if_running",
        ]),
    })),
    "logger": Nullable(&fields!(open {
        "type": OneOf(&["none", "console", "file", "http"]),
        "transports": List(&OneOf(&["none", "console", "file", "http"])),
        "level": OneOf(&["debug", "info", "warning", "error"]),
        "progress_display": Flag,
        "path": Text,
        "path_settings": Nullable(&fields!(open {
            "path_pattern": Text,
            "unique_id": OneOf(&["timestamp", "session_id"]),
            "timestamp_format": Text,
        })),
        "batch_size": Number,
        "flush_interval": Number,
        "max_queue_size": Number,
        "http_endpoint": Nullable(&Text),
        "http_headers": HEADERS,
        "http_timeout": Number,
    })),
    "otel": Nullable(&fields!(open {
        "enabled": Flag,
        "exporters": List(&Either(&[Map(&Any), Text])),
        "service_name": Text,
        "sample_rate": Number,
        "otlp_settings": Any,
        "path": Nullable(&Text),
    })),
    "usage_telemetry": Nullable(&fields!(open {
        "enabled": Flag,
        "enable_detailed_telemetry": Flag,
    })),
    "authorization": Nullable(&fields!(open { "enabled": Flag })),
    "agents": Nullable(&fields!(open {
        "enabled": Flag,
        "search_paths": List(&Text),
        "pattern": Text,
        "definitions": List(&Any),
    })),
});

fn is_mcp_agent(document: Node<'_>, name: &str) -> bool {
    if document.tree().is_json() || is_secrets(name) {
        return false;
    }
    let is_named = ["mcp_agent.config.", "mcp-agent.config."].iter().any(|it| name.contains(it));
    let schema = document.at(&["$schema"]).map_or("", Node::text);
    let has_servers = document.at(&["mcp", "servers"]).is_some_and(Node::is_map);
    is_named
        || schema.ends_with("mcp-agent.config.schema.json")
        || has_servers && document.get("execution_engine").is_some()
}

/// The settings that mcp-agent and fast-agent, which began as a copy of it, have in common.
pub(super) fn common<'t>(
    document: Node<'t>,
    level: &'static str,
    format: &'static Definition,
    tool_server: fn(Entry<'t>) -> ToolServer<'t>,
) -> AgentConfig<'t> {
    let first = document.own_entries().next().map_or(document, |entry| entry.key);
    let root = Root { node: document, grip: first };
    let listed = document.at(&["mcp", "servers"]).map(Node::entries).unwrap_or_default();
    let listed: Vec<_> = listed.into_iter().filter(|entry| entry.value.is_map()).collect();
    AgentConfig {
        logs: Logs {
            level: root.text("logger.level", Unset::Documented(level)),
            ..Logs::default()
        },
        telemetry: Telemetry {
            tracing: root.flag_of_table(&["otel"], "otel.enabled"),
            sample_rate: root.setting("otel.sample_rate", Node::as_number, Unset::Documented(1.0)),
            ..Telemetry::default()
        },
        calls: listed.iter().filter_map(|entry| call(*entry)).collect(),
        references: references(document, &listed),
        tool_servers: listed.iter().map(|entry| tool_server(*entry)).collect(),
        ..AgentConfig::of_tree(format, document)
    }
}

/// The servers that agents name, where the file lists servers.
fn references<'t>(document: Node<'t>, listed: &[Entry<'t>]) -> Vec<Reference<'t>> {
    if listed.is_empty() {
        return Vec::new();
    }
    let known: Arc<[_]> = listed.iter().map(|entry| entry.key.text()).collect();
    let agents = document.items_at(&["agents", "definitions"]);
    let named = agents.flat_map(|agent| agent.items_at(&["server_names"]));
    let named = named.filter(|name| name.is_scalar() && !(READER.is_open)(name.text()));
    named.map(|at| Reference { kind: "tool server", at, known: Arc::clone(&known) }).collect()
}

/// How long a remote server may take, where somebody says so.
fn call(entry: Entry<'_>) -> Option<Call<'_>> {
    let keys = ["http_timeout_seconds", "read_timeout_seconds"];
    let key = keys.into_iter().find(|key| entry.value.at(&[key]).is_some())?;
    let root = Root { node: entry.value, grip: entry.key };
    Some(Call {
        what: format!("tool server `{}`", entry.key.text()).into(),
        timeout: root.setting(key, Node::as_number, Unset::Nothing),
        ..Call::default()
    })
}

fn read(document: Node<'_>) -> AgentConfig<'_> {
    let first = document.own_entries().next().map_or(document, |entry| entry.key);
    let root = Root { node: document, grip: first };
    let mut config = common(document, "info", &FORMAT, |entry| {
        let own = Root { node: entry.value, grip: entry.key };
        ToolServer { limited: servers::limited(own, "allowed_tools"), ..servers::server(entry) }
    });
    if document.at(&["temporal"]).is_some() {
        config.stores.push(Store {
            what: "Temporal",
            enabled: root.setting(
                "execution_engine",
                |engine| Some(engine.as_str()? != "asyncio"),
                Unset::Nothing,
            ),
            host: root.text("temporal.host", Unset::Nothing),
            tls: root.flag("temporal.tls", Unset::Documented(false)),
        });
    }
    let detailed = "usage_telemetry.enable_detailed_telemetry";
    config.logs.payloads = vec![root.flag(detailed, Unset::Documented(false))];
    let exporter = |list: Node<'_>| {
        let all_local = |item: Node<'_>| {
            let word = item.own_entries().next().map_or(item, |entry| entry.key).text();
            ["console", "file"].contains(&word)
        };
        let is_local = list.items().len() > 0 && list.items().all(all_local);
        is_local.then_some("console")
    };
    config.telemetry.trace_exporter = root.setting("otel.exporters", exporter, Unset::Nothing);
    config.access = Access {
        authentication: root.flag("authorization.enabled", Unset::Nothing),
        ..Access::default()
    };
    config
}
