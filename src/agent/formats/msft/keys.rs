//! The keys of `agent.toml` that the documentation and the loader of the template name.
//!
//! Every table is open: models hand what they do not know to their client, any table below
//! `[agent.tools]` is a tool, and the loader passes over the rest without a word.
//!
//! Sources: `docs/reference/config-reference.md` and `docs/guides` of the template for Dynamics 365,
//! `docs/reference/configuration-reference.md` of the general one, and the loaders of both, 2026-01.

use crate::schema::Shape::{
    self, Any, Bool, Either, Is, List, Map, Number, NumberOrText, OneOf, Text,
};
use crate::schema::{Reader, ScalarKind, fields};
use crate::tree::Node;

pub(super) static READER: Reader = Reader {
    is_open: crate::agent::setting::is_template,
    extensions: None,
    refusal: "the loader may refuse the file",
    unknown: "the loader passes over it",
};

/// What a document holds, or the table `tool` of a `pyproject.toml`.
pub(super) static DOCUMENT: Shape = fields!(open {
    "agent": AGENT,
    "server": SERVER,
});

const AGENT: Shape = fields!(open {
    "name": Text,
    "version": Text,
    "description": Text,
    "system_prompt": Text,
    "log_level": LEVEL,
    "default_model": Text,
    "max_tokens": WHOLE,
    "temperature": TEMPERATURE,
    "models": List(&MODEL),
    "azure_openai": fields!(open {
        "endpoint": Text,
        "deployment": Text,
        "api_version": Text,
        "api_key": Text,
    }),
    "tools": TOOLS,
    "mcp": Either(&[List(&NAMED_MCP), Map(&MCP)]),
    "mcp_sessions": fields!(open {
        "enabled": Bool,
        "session_ttl": SECONDS,
        "persist_sessions": Bool,
        "cache_prefix": Text,
    }),
    "workflows": Either(&[List(&NAMED_WORKFLOW), WORKFLOWS]),
    "memory": MEMORY,
    "security": SECURITY,
    "observability": OBSERVABILITY,
    "secrets": fields!(open { "keyvault_url": Text }),
    "server": SERVER,
});

const MODEL: Shape = fields!(open {
    "name" !required: Text,
    "provider" !required: OneOf(&super::PROVIDERS),
    "endpoint": Text,
    "deployment": Text,
    "model": Text,
    "api_version": Text,
    "api_key": Text,
    "default": Bool,
    "timeout": SECONDS,
    "max_retries": WHOLE,
    "max_tokens": WHOLE,
    "temperature": TEMPERATURE,
});

const TOOLS: Shape = fields!(open {
    "config_dir": Text,
    "tool_modules": List(&Text),
    "tool_paths": List(&Text),
    "enable_json_tools": Bool,
    "enable_decorator_tools": Bool,
    "validation": fields!(open {
        "enabled": Bool,
        "max_param_length": WHOLE,
        "timeout": SECONDS,
    }),
    "execution": fields!(open {
        "parallel": Bool,
        "max_concurrent": WHOLE,
        "retry_on_error": Bool,
        "max_retries": WHOLE,
    }),
});

/// A server in a list, which says its own name.
const NAMED_MCP: Shape = fields!(open {
    "name" !required: Text,
    "type": OneOf(&["stdio", "http", "websocket", "d365"]),
    "enabled": Bool,
    "description": Text,
    "command": Text,
    "args": List(&Text),
    "env": Map(&Shape::Plain),
    "cwd": Text,
    "url": Text,
    "headers": Map(&Shape::Plain),
    "timeout": SECONDS,
    "ping_interval": SECONDS,
    "allow_insecure": Bool,
    "retry_attempts": WHOLE,
    "retry_delay": SECONDS,
    "stateful": Bool,
    "session_header": Text,
    "form_context_header": Text,
    "requires_user_id": Bool,
    "timeout_connect": SECONDS,
    "timeout_read": SECONDS,
    "timeout_write": SECONDS,
    "timeout_pool": SECONDS,
    "max_retries": Is(&ScalarKind {
        wanted: "a number from 0 to 10",
        fits: |node| within(node, 0.0, 10.0),
        help: |_| None,
    }),
    "retry_backoff_base": SECONDS,
    "retry_backoff_max": SECONDS,
    "health_check_enabled": Bool,
    "health_check_interval": SECONDS,
    "circuit_breaker_failure_threshold": Is(&ScalarKind {
        wanted: "a number from 1 to 20",
        fits: |node| within(node, 1.0, 20.0),
        help: |_| None,
    }),
    "circuit_breaker_recovery_timeout": SECONDS,
    "oauth": OAUTH,
});

const OAUTH: Shape = fields!(open {
    "environment_url" !required: Text,
    "tenant_id": Text,
    "client_id": Text,
    "client_secret": Text,
    "token_refresh_buffer_minutes": Is(&ScalarKind {
        wanted: "a number from 1 to 30",
        fits: |node| within(node, 1.0, 30.0),
        help: |_| None,
    }),
});

/// A server in a table, whose key is its name.
const MCP: Shape = match NAMED_MCP {
    Shape::Open([_, rest @ ..]) => Shape::Open(rest),
    other => other,
};

const NAMED_WORKFLOW: Shape = fields!(open {
    "name" !required: Text,
    "type": OneOf(&["sequential", "custom"]),
    "enabled": Bool,
    "start": Text,
    "timeout": SECONDS,
    "agent_timeout": SECONDS,
    "agents": List(&fields!(open {
        "name" !required: Text,
        "instructions": Text,
        "model": Text,
        "tools": List(&Text),
    })),
    "edges": List(&fields!(open {
        "from" !required: Text,
        "to" !required: Text,
        "condition": Any,
        "priority": Number,
    })),
});

/// Settings of all workflows; what else is there is a workflow by its name.
const WORKFLOWS: Shape = fields!(open {
    "max_agents": WHOLE,
    "timeout": SECONDS,
    "allow_cycles": Bool,
});

const MEMORY: Shape = fields!(open {
    "enabled": Bool,
    "in_memory": fields!(open { "enabled": Bool, "max_sessions": WHOLE, "ttl": SECONDS }),
    "cache": fields!(open {
        "enabled": Bool,
        "type": OneOf(&["redis"]),
        "host": Text,
        "port": PORT,
        "ssl": Bool,
        "ttl": SECONDS,
        "prefix": Text,
        "key_prefix": Text,
        "database": WHOLE,
        "db": WHOLE,
        "max_connections": WHOLE,
        "use_azure_auth": Bool,
        "password": Text,
    }),
    "persistence": fields!(open {
        "enabled": Bool,
        "type": OneOf(&["azure_blob"]),
        "account_name": Text,
        "container": Text,
        "container_name": Text,
        "folder": Text,
        "path_prefix": Text,
        "schedule": NumberOrText,
        "sync_interval": SECONDS,
        "sync_on_close": Bool,
    }),
    "summarization": fields!(open {
        "enabled": Bool,
        "max_tokens": WHOLE,
        "target_tokens": WHOLE,
        "summary_target_tokens": WHOLE,
        "recent_messages_to_keep": WHOLE,
        "preserve_recent": WHOLE,
        "summary_model": Text,
    }),
});

/// Both dialects.
const SECURITY: Shape = fields!(open {
    "require_authentication": Bool,
    "allowed_origins": Either(&[List(&Text), Text]),
    "auth": fields!(open {
        "enabled": Bool,
        "type": Text,
        "tenant_id": Text,
        "client_id": Text,
        "required_scopes": List(&Text),
    }),
    "rate_limiting": fields!(open {
        "enabled": Bool,
        "requests_per_minute": WHOLE,
        "burst_limit": WHOLE,
    }),
    "rate_limit": fields!(open {
        "enabled": Bool,
        "requests_per_minute": WHOLE,
        "requests_per_hour": WHOLE,
        "tokens_per_minute": WHOLE,
        "tokens_per_hour": WHOLE,
        "max_concurrent_requests": WHOLE,
        "per_user": Bool,
        "burst_multiplier": Number,
        "burst_size": WHOLE,
    }),
    "input_validation": fields!(open { "enabled": Bool, "max_input_length": WHOLE }),
    "validation": fields!(open {
        "enabled": Bool,
        "max_question_length": WHOLE,
        "max_input_length": WHOLE,
        "max_tool_param_length": WHOLE,
        "block_prompt_injection": Bool,
        "detect_injection": Bool,
        "blocked_patterns": List(&Text),
        "block_pii": Bool,
        "redact_pii": Bool,
    }),
    "pii_detection": fields!(open {
        "enabled": Bool,
        "action": OneOf(&["warn", "block", "redact"]),
    }),
    "output": fields!(open {
        "enabled": Bool,
        "max_output_length": WHOLE,
        "redact_patterns": List(&Text),
    }),
    "allowed_tool_names": List(&Text),
    "blocked_tool_names": List(&Text),
    "max_tool_calls_per_request": WHOLE,
});

const OBSERVABILITY: Shape = fields!(open {
    "tracing_enabled": Bool,
    "tracing_exporter": OneOf(&["console", "otlp", "azure", "jaeger"]),
    "sample_rate": Is(&ScalarKind {
        wanted: "a number from 0 to 1",
        fits: |node| within(node, 0.0, 1.0),
        help: |_| Some("it is the part of all requests that is traced"),
    }),
    "otlp_endpoint": Text,
    "otlp_protocol": OneOf(&["grpc", "http"]),
    "jaeger_endpoint": Text,
    "metrics_enabled": Bool,
    "metrics_exporter": OneOf(&["console", "prometheus", "azure", "otlp"]),
    "prometheus_port": PORT,
    "service_name": Text,
    "service_version": Text,
    "environment": Text,
    "log_format": OneOf(&["json", "text"]),
    "log_output": OneOf(&["stdout", "file"]),
    "log_file": Text,
    "include_request_body": Bool,
    "include_response_body": Bool,
});

const SERVER: Shape = fields!(open {
    "host": Text,
    "port": PORT,
    "workers": WHOLE,
    "timeout": SECONDS,
    "health": fields!(open { "enabled": Bool, "include_components": Bool, "timeout": SECONDS }),
    "cors": fields!(open {
        "enabled": Bool,
        "allowed_origins": Either(&[List(&Text), Text]),
        "allowed_methods": List(&Text),
        "allowed_headers": List(&Text),
    }),
});

/// The levels of Python's `logging`, which the template writes in upper case.
const LEVEL: Shape = Is(&ScalarKind {
    wanted: "`DEBUG`, `INFO`, `WARNING` or `ERROR`",
    fits: |node| {
        ["debug", "info", "warning", "warn", "error", "critical", "notset"]
            .iter()
            .any(|level| node.text().eq_ignore_ascii_case(level))
    },
    help: |node| {
        let is_trace = node.text().eq_ignore_ascii_case("trace");
        is_trace.then_some("Python's `logging` has no such level")
    },
});

const TEMPERATURE: Shape = Is(&ScalarKind {
    wanted: "a number from 0 to 2",
    fits: |node| within(node, 0.0, 2.0),
    help: |_| None,
});

const PORT: Shape = Is(&ScalarKind {
    wanted: "a port from 1 to 65535",
    fits: |node| whole(node).is_some_and(|port| (1.0..=65_535.0).contains(&port)),
    help: |_| None,
});

/// A count.
const WHOLE: Shape = Is(&ScalarKind {
    wanted: "a whole number",
    fits: |node| whole(node).is_some_and(|count| count >= 0.0),
    help: |_| None,
});

const SECONDS: Shape = Is(&ScalarKind {
    wanted: "a number of seconds",
    fits: |node| within(node, 0.0, f64::MAX),
    help: |_| Some("it is a number without a unit"),
});

fn whole(node: Node<'_>) -> Option<f64> {
    node.as_number().filter(|number| number.fract() == 0.0)
}

fn within(node: Node<'_>, least: f64, most: f64) -> bool {
    node.as_number().is_some_and(|number| (least..=most).contains(&number))
}
