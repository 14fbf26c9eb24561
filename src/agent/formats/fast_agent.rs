//! `fast-agent.yaml` and `fastagent.config.yaml` of fast-agent.
//!
//! Source: github.com/evalstate/fast-agent, `src/fast_agent/config.py`, 2026-11.

use super::{mcp_agent, servers};
use crate::agent::setting::{Root, Unset};
use crate::agent::{AgentConfig, Call, Definition, ToolServer};
use crate::file::FileKind;
use crate::schema::Shape::{
    self, Any, Either, Flag, List, Map, Nullable, Number, NumberOrText, OneOf, Plain, Text,
};
use crate::schema::{Reader, fields};
use crate::tree::Node;

pub(super) static FORMAT: Definition = Definition {
    name: "fast-agent",
    kind: FileKind::Agent,
    marker: "(?m:^mcp:)",
    recognise: is_fast_agent,
    objects: &[],
    read,
    keys: Some((&KEYS, &READER)),
};

static READER: Reader = Reader {
    is_open: |text| text.contains("${") || text.contains("{{"),
    extensions: None,
    refusal: "the program does not start",
    unknown: "the program does not know it",
};

const SERVER: Shape = fields!(open {
    "name": Nullable(&Text),
    "description": Nullable(&Text),
    "target": Text,
    "management": OneOf(&["client", "provider"]),
    "transport": OneOf(&["stdio", "sse", "http"]),
    "command": Nullable(&Text),
    "args": Nullable(&List(&Plain)),
    "url": Nullable(&Text),
    "headers": Nullable(&Map(&Plain)),
    "access_token": Nullable(&Text),
    "auth": Nullable(&fields!(open {
        "oauth": Flag,
        "redirect_port": Number,
        "persist": OneOf(&["keyring", "memory"]),
        "client_metadata_url": Nullable(&Text),
    })),
    "read_timeout_seconds": Nullable(&Number),
    "http_timeout_seconds": Nullable(&Number),
    "http_read_timeout_seconds": Nullable(&Number),
    "read_transport_sse_timeout_seconds": Number,
    "ping_interval_seconds": Number,
    "max_missed_pings": Number,
    "env": Nullable(&Map(&Plain)),
    "cwd": Nullable(&Text),
    "load_on_start": Flag,
    "include_instructions": Flag,
    "reconnect_on_disconnect": Flag,
    "roots": Nullable(&List(&fields!(open { "uri" !required: Text }))),
});

static KEYS: Shape = fields!(open {
    "default_model": Nullable(&Text),
    "mcp": Nullable(&fields!(open {
        "servers": Nullable(&Map(&SERVER)),
        "targets": Nullable(&List(&Either(&[SERVER, Text]))),
    })),
    "logger": Nullable(&fields!(open {
        "type": OneOf(&["none", "console", "file", "http"]),
        "level": OneOf(&["debug", "info", "warning", "error"]),
        "path": Text,
        "progress_display": Flag,
        "show_chat": Flag,
        "show_tools": Flag,
        "truncate_tools": Flag,
        "batch_size": Number,
        "flush_interval": Number,
        "max_queue_size": Number,
        "http_endpoint": Nullable(&Text),
        "http_headers": Nullable(&Map(&Plain)),
        "http_timeout": Number,
    })),
    "otel": Nullable(&fields!(open {
        "enabled": Flag,
        "service_name": Text,
        "otlp_endpoint": Text,
        "console_debug": Flag,
        "sample_rate": Number,
    })),
    "llm_retries": Number,
    "shell_execution": fields!(open {
        "timeout_seconds": NumberOrText,
        "warning_interval_seconds": NumberOrText,
    }),
    "session_history": Flag,
    "session_history_window": Number,
    "compaction": fields!(open {
        "auto": Flag,
        "threshold": Number,
        "keep_turns": Number,
        "prompt": Nullable(&Text),
    }),
    "model_references": Map(&Any),
});

fn is_fast_agent(document: Node<'_>, name: &str) -> bool {
    if document.tree().is_json() || name.contains(".secrets.") {
        return false;
    }
    let is_named = ["fastagent.config.", "fast-agent.y"].iter().any(|known| name.contains(known));
    let listed = document.at(&["mcp", "servers"]).map(Node::entries).unwrap_or_default();
    let is_target = listed.iter().any(|entry| entry.value.at(&["target"]).is_some());
    let is_server = listed.iter().any(|entry| servers::is_server(entry.value));
    is_named || is_target || is_server && document.get("default_model").is_some()
}

fn read(document: Node<'_>) -> AgentConfig<'_> {
    let first = document.own_entries().next().map_or(document, |entry| entry.key);
    let root = Root { node: document, grip: first };
    let mut config = mcp_agent::common(document, "warning", &FORMAT, |entry| {
        let mut server = servers::server(entry);
        if let Some(target) = entry.value.at(&["target"]) {
            aim(&mut server, target);
        }
        server
    });
    for item in document.at(&["mcp", "targets"]).into_iter().flat_map(Node::items) {
        let target = if item.is_scalar() { Some(item) } else { item.at(&["target"]) };
        let Some(target) = target else { continue };
        let mut server = ToolServer::named("", target);
        aim(&mut server, target);
        let fetched = server.fetched().map_or(target.text(), |fetched| fetched.what);
        server.name = item.at(&["name"]).map_or(fetched, Node::text);
        config.tool_servers.push(server);
    }
    config.calls.push(Call {
        what: "the models".into(),
        retries: root.setting("llm_retries", Node::as_number, Unset::Documented(2.0)),
        ..Call::default()
    });
    config
}

/// A target is an address, or a command with its arguments.
fn aim<'t>(server: &mut ToolServer<'t>, target: Node<'t>) {
    if target.text().contains("://") && !target.text().contains(' ') {
        server.url = Some(target);
    } else {
        server.command = Some(target);
    }
}
