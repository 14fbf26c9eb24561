//! The application configuration of Paladin, `config.yml`, which clusters hold in `ConfigMaps`.
//!
//! Three layouts are read: what the program loads (`llm_type`, `llm_url`, `http`, `agents`, ...); an older
//! one with `paladin` at the root, which has no `http`, so that nothing is said about its server; and
//! the sections that its documents show alone. Keys that only the document about production knows
//! (`auth`, `rbac`, `cache`, `llm.timeout`, `logging.outputs`) are judged as it asks.

use std::sync::Arc;

use super::{
    ABOVE_ZERO, ARSENAL, DURATION, EVICTION, GARRISON_TYPE, MOST, PROVIDERS, READER, SWITCH,
    bounds, garrison, most, prompt, tool_servers,
};
use crate::agent::setting::{Root, Unset, is_template, seconds};
use crate::agent::{
    Access, AgentConfig, Backend, Batch, Bound, BoundKind, Call, CallerRole, Definition, Guards,
    LogFile, Login, Logs, Origins, Platform, Reference, Server, Setting, State, StateKind, Store,
    Telemetry,
};
use crate::file::FileKind;
use crate::schema::Shape::{self, Any, Either, List, Map, Nullable, Number, OneOf, Plain, Text};
use crate::schema::fields;
use crate::tree::{Entry, Node};

pub(super) static FORMAT: Definition = Definition {
    name: "Paladin",
    kind: FileKind::Agent,
    // The first stands in every document of today's layout, the others in those of the older one.
    marker: "llm_url|garrison|arsenal|citadel|sanctum",
    recognise: |document, _| grip(document).is_some(),
    objects: &[],
    read: |document| read(document).unwrap_or_else(|| AgentConfig::of_tree(&FORMAT, document)),
    keys: Some((&KEYS, &READER)),
};

const PROVIDER: Shape = fields!(open {
    "api_key": Nullable(&Plain),
    "base_url": Nullable(&Text),
    "default_model": Nullable(&Text),
    "default_temperature": Number,
    "timeout_seconds": Number,
    "max_retries": Number,
});

const ROLES: Shape = List(&Either(&[OneOf(&["admin", "user"]), Any]));

static KEYS: Shape = fields!(open {
    "llm_type": Text,
    "llm_url": Text,
    "llm_api_key": Nullable(&Plain),
    "max_file_size": Number,
    "server": fields!(open { "host": Text, "port": Number }),
    "sources": List(&fields!(open {
        "name": Text,
        "source_type": Text,
        "url": Text,
        "prompt": Text,
        "tags": List(&Plain),
    })),
    "timeouts": fields!(open { "default_seconds": Number, "max_seconds": Number }),
    "http": fields!(open {
        "cors_allow_origins": List(&Text),
        "body_limit_bytes": Number,
        "global_timeout_seconds": Number,
        "rate_limit": fields!(open { "enabled": SWITCH, "per_second": Number, "burst": Number }),
        "auth": fields!(open {
            "enabled": SWITCH,
            "api_keys": List(&fields!(open {
                "key" !required: Plain,
                "name" !required: Plain,
                "role" !required: OneOf(&["admin", "user"]),
                "tenant": Text,
            })),
            "bearer_token": fields!(open { "enabled": SWITCH, "tenant": Nullable(&Text) }),
        }),
        "docs": fields!(open { "enabled": SWITCH }),
    }),
    "agents": List(&fields!(open {
        "id" !required: Plain,
        "model" !required: Text,
        "system_prompt" !required: Text,
        "provider": Nullable(&Text),
        "temperature": Number,
        "max_loops": Number,
        "stop_words": List(&Plain),
        "timeout_seconds": Number,
        "allowed_roles": ROLES,
    })),
    "llm": fields!(open {
        "default_provider": Nullable(&Text),
        "openai": PROVIDER,
        "anthropic": PROVIDER,
        "deepseek": PROVIDER,
        "kimi": PROVIDER,
        "qwen": PROVIDER,
        "grok": PROVIDER,
        "xai": PROVIDER,
        "ollama": PROVIDER,
        "gemini": PROVIDER,
        "openai-compatible": PROVIDER,
        "timeout": DURATION,
        "max_retries": Number,
        "retry_delay": DURATION,
        "connection_pooling": SWITCH,
        "model_routing": Map(&Text),
        "batching": fields!(open {
            "enabled": SWITCH,
            "max_batch_size": Number,
            "max_wait_time": DURATION,
        }),
    }),
    "garrison": fields!(open {
        "garrison_type": GARRISON_TYPE,
        "type": GARRISON_TYPE,
        "path": Nullable(&Text),
        "max_entries": ABOVE_ZERO,
        "max_tokens": Nullable(&Number),
        "tokenizer": Text,
        "eviction_strategy": EVICTION,
        "preserve_recent_count": Number,
        "preserve_recent": Number,
        "cache_embeddings": SWITCH,
        "cache_ttl": DURATION,
    }),
    "sanctum": fields!(open {
        "enabled": SWITCH,
        "adapter_type": OneOf(&["in_memory", "qdrant"]),
        "qdrant": Nullable(&fields!(open {
            "url": Text,
            "collection_name": Text,
            "vector_dimension": Number,
        })),
    }),
    "rag": fields!(open {
        "top_k": Number,
        "min_similarity": Number,
        "max_tokens": Number,
        "timeout_seconds": Number,
        "retrieval_trigger": Any,
    }),
    "memory_extraction": fields!(open { "enabled": SWITCH, "strategy": Any }),
    "arsenal": ARSENAL,
    "citadel": fields!(open {
        "enabled": SWITCH,
        "state_dir": Text,
        "autosave_enabled": SWITCH,
        "cleanup_enabled": SWITCH,
        "max_state_age_days": Nullable(&Number),
    }),
    "queue": fields!(open {
        "redis_host": Text,
        "redis_port": Number,
        "redis_password": Nullable(&Plain),
        "redis_db": Number,
        "connection_timeout": Nullable(&Number),
        "key_prefix": Nullable(&Text),
        "max_retries": Nullable(&Number),
        "enable_priority_queues": Nullable(&SWITCH),
    }),
    "file_storage": fields!(open {
        "minio_endpoint": Text,
        "minio_access_key": Plain,
        "minio_secret_key": Plain,
        "minio_bucket": Text,
        "minio_region": Nullable(&Text),
        "minio_secure": Nullable(&SWITCH),
        "minio_path_style": Nullable(&SWITCH),
        "connection_timeout": Nullable(&Number),
        "request_timeout": Nullable(&Number),
        "max_idle_conns": Nullable(&Number),
        "max_file_size": Nullable(&Number),
        "allowed_extensions": Nullable(&List(&Text)),
    }),
    "notifications": fields!(open {
        "enabled": SWITCH,
        "max_retries": Number,
        "retry_delay_seconds": Number,
        "enable_delivery_tracking": SWITCH,
        "global_rate_limit_per_minute": Nullable(&Number),
        "email": Nullable(&fields!(open {
            "smtp_host": Text,
            "smtp_port": Number,
            "username": Text,
            "password": Plain,
            "from_address": Text,
            "from_name": Nullable(&Text),
            "use_tls": SWITCH,
        })),
    }),
    "message_service": fields!(open {
        "max_queue_size": Nullable(&Number),
        "default_ttl_seconds": Nullable(&Number),
        "enable_persistence": Nullable(&SWITCH),
        "worker_threads": Nullable(&Number),
        "retry_attempts": Nullable(&Number),
        "retry_delay_ms": Nullable(&Number),
    }),
    "herald": fields!(open {
        "default_formatter": OneOf(&["json", "markdown", "table"]),
        "json": fields!(open { "pretty": SWITCH, "include_metadata": SWITCH }),
        "markdown": fields!(open { "include_colors": SWITCH, "heading_level": Number }),
        "table": fields!(open {
            "max_column_width": Number,
            "border_style": OneOf(&["ascii", "rounded", "modern", "sharp", "none"]),
        }),
    }),
    "scheduler": fields!(open { "enabled": SWITCH, "default_cron": Text, "channel_size": Number }),
    "vision": fields!(open {
        "retry": fields!(open {
            "max_retries": Number,
            "initial_backoff_ms": Number,
            "backoff_multiplier": Number,
        }),
        "openai": fields!(open { "max_tokens": Number }),
        "anthropic": fields!(open { "max_tokens": Number }),
    }),
    "battalion": fields!(open {
        "default_timeout_seconds": Number,
        "error_strategy": OneOf(&["fail_fast", "continue_on_error", "retry_then_continue"]),
        "max_concurrent_paladins": Number,
        "metadata_output_enabled": SWITCH,
        "retry": fields!(open {
            "max_attempts": Number,
            "exponential_backoff": SWITCH,
            "jitter": SWITCH,
            "base_delay_ms": Number,
            "max_delay_seconds": Number,
        }),
        "maneuver": fields!(open {
            "error_strategy": OneOf(&["fail_fast", "continue_parallel", "ignore_errors"]),
            "output_format": OneOf(&["combined_text", "structured_json"]),
            "pass_output_as_input": SWITCH,
            "timeout_seconds": Number,
            "collect_timing_metrics": SWITCH,
            "max_agents": Number,
            "max_depth": Number,
        }),
    }),
    // The older layout.
    "paladin": Any,
    "redis": fields!(open { "enabled": SWITCH, "url": Text, "pool_size": Number, "timeout_seconds": Number }),
    "minio": fields!(open { "enabled": SWITCH, "endpoint": Text, "use_ssl": SWITCH }),
    "monitoring": fields!(open {
        "enabled": SWITCH,
        "prometheus_port": Number,
        "health_check_interval_seconds": Number,
    }),
    "logging": fields!(open {
        "level": Text,
        "format": Text,
        "file": Text,
        "outputs": List(&fields!(open {
            "type": Text,
            "path": Text,
            "rotation": fields!(open { "max_size": Plain, "max_age": Plain, "max_backups": Number }),
        })),
    }),
    // What only the document about production has.
    "auth": fields!(open { "type": Text, "provider": Text, "scopes": List(&Text) }),
    "rbac": fields!(open { "roles": List(&Map(&Any)) }),
    "cache": fields!(open {
        "enabled": SWITCH,
        "ttl": DURATION,
        "max_size": Number,
        "eviction_policy": Text,
    }),
    "regions": List(&fields!(open { "name": Text, "primary": SWITCH, "replicas": Number })),
    "replication": Map(&OneOf(&["async", "sync"])),
});

/// Sections that no other program has, each with keys that tell it. Other programs have a garrison
/// too, so that one of them alone tells nothing.
const SECTIONS: [(&str, &[&str]); 5] = [
    (
        "garrison",
        &["garrison_type", "eviction_strategy", "preserve_recent_count", "cache_embeddings"],
    ),
    ("arsenal", &["mcp_servers", "default_timeout_seconds", "max_concurrent_tools"]),
    ("citadel", &["state_dir", "autosave_enabled", "cleanup_enabled"]),
    ("sanctum", &["adapter_type", "qdrant"]),
    ("battalion", &["error_strategy", "max_concurrent_paladins"]),
];

/// The key to point at when something is missing.
fn grip(document: Node<'_>) -> Option<Node<'_>> {
    let has = |key: &str| document.get(key).is_some();
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    let today = has("llm_type") && has("llm_url");
    let older =
        document.at(&["paladin"]).is_some_and(Node::is_map) && any(&["garrison", "arsenal"]);
    let told = |(section, keys): &(&str, &[&str])| {
        document.at(&[section]).is_some_and(|it| keys.iter().any(|key| it.get(key).is_some()))
    };
    let told = SECTIONS.iter().filter(|section| told(section)).count();
    // `llm` is everybody's; beside one of Paladin's own sections its way of naming providers tells.
    let names_provider = document.at(&["llm", "default_provider"]).is_some();
    let alone = told + usize::from(names_provider) >= 2;
    let is_paladin =
        today && any(&["server", "agents", "garrison", "arsenal"]) || older || told > 0 && alone;
    let keys = [
        "http", "server", "llm_url", "paladin", "llm", "garrison", "arsenal", "citadel", "sanctum",
    ];
    let grip = keys.iter().find_map(|key| document.get(key));
    grip.filter(|_| is_paladin).map(|entry| entry.key)
}

fn read(document: Node<'_>) -> Option<AgentConfig<'_>> {
    let root = Root { node: document, grip: grip(document)? };
    let mut config = AgentConfig {
        access: Access {
            authentication: by_type(root),
            scheme: root.text("auth.type", Unset::Nothing),
            roles: roles(document),
            ..Access::default()
        },
        logs: logs(root),
        telemetry: Telemetry {
            metrics: root.flag("monitoring.enabled", Unset::Nothing),
            ..Telemetry::default()
        },
        platform: platform(root),
        stores: stores(root),
        logins: logins(root),
        states: states(root),
        calls: calls(root),
        batches: batches(root),
        tool_servers: tool_servers(root),
        references: providers(document),
        server: Server {
            host: root.text("server.host", Unset::Nothing),
            port: root.setting("server.port", Node::as_number, Unset::Nothing),
            ..Server::default()
        },
        ..AgentConfig::of_tree(&FORMAT, document)
    };
    if document.get("llm_url").is_some() || document.get("http").is_some() {
        serve(root, &mut config);
    }
    Some(config)
}

/// What the document about production asks of the platform.
fn platform(root: Root<'_>) -> Platform<'_> {
    let regions = root.node.at(&["regions"]).into_iter().flat_map(Node::items);
    let replication = root.node.at(&["replication"]).map(Node::entries).unwrap_or_default();
    Platform {
        regions: regions.filter_map(|region| region.at(&["name"])).collect(),
        replication,
        crash_recovery: crash_recovery(root),
        ..Platform::default()
    }
}

/// Adds what the HTTP service says of itself and of the agents that it offers.
fn serve<'t>(root: Root<'t>, config: &mut AgentConfig<'t>) {
    let access = &mut config.access;
    let otherwise = std::mem::take(&mut access.authentication);
    access.authentication =
        root.flag("http.auth.enabled", Unset::Documented(true)).or(otherwise, false);
    // With nobody's credentials, a server that asks for some does not start.
    let has_keys = root.node.at(&["http", "auth", "api_keys"]).is_some_and(|keys| {
        keys.items().next().is_some() || keys.is_scalar() && !keys.text().is_empty()
    });
    let takes_tokens = root.node.at(&["http", "auth", "bearer_token", "enabled"]);
    if !has_keys && takes_tokens.and_then(Node::as_switch) != Some(true) {
        access.authentication = std::mem::take(&mut access.authentication).left_alone();
    }
    access.cors = root.setting(
        "http.cors_allow_origins",
        origins,
        Unset::Documented(Origins::AnyByEmptyList),
    );
    access.rate_limit = root
        .flag("http.rate_limit.enabled", Unset::Documented(false))
        .beside([("per_second", 10.into()), ("burst", 20.into())]);
    access.docs = root.flag("http.docs.enabled", Unset::Documented(true));
    access.tokens_per_replica =
        root.flag("http.auth.bearer_token.enabled", Unset::Documented(false));
    config.guards = Guards {
        input_limit: root.setting(
            "http.body_limit_bytes",
            Node::as_number,
            Unset::Documented(1_048_576.0),
        ),
        ..Guards::default()
    };
    config.server.request_time =
        root.setting("http.global_timeout_seconds", Node::as_number, Unset::Nothing).if_stated();
    config.bounds.push(Bound {
        what: "a request".into(),
        kind: BoundKind::Time,
        limit: root.setting("timeouts.max_seconds", Node::as_number, Unset::Documented(600.0)),
    });
    let agents = root.node.at(&["agents"]).into_iter().flat_map(Node::items);
    for agent in agents.filter(|agent| agent.is_map()) {
        let id = agent.at(&["id"]);
        let root = Root { node: agent, grip: id.unwrap_or(agent) };
        let what = format!("agent `{}`", id.map_or("", Node::text));
        config.bounds.extend(bounds(root, &what, Unset::Means(300.0)));
        config.prompts.extend(prompt(agent));
    }
}

/// An empty list is permissive here, unlike elsewhere.
fn origins(list: Node<'_>) -> Option<Origins> {
    let mut items = list.items();
    if !list.is_list() {
        None
    } else if items.len() == 0 {
        Some(Origins::AnyByEmptyList)
    } else {
        Some(if items.any(|item| item.text() == "*") { Origins::Any } else { Origins::Listed })
    }
}

/// Whether callers say who they are, in the words of the document about production.
fn by_type(root: Root<'_>) -> Setting<'_, bool> {
    let setting = root.setting(
        "auth.type",
        |kind| Some(!matches!(kind.text().to_ascii_lowercase().as_str(), "none" | "disabled")),
        Unset::Nothing,
    );
    if setting.is_stated() { setting } else { Setting::default() }
}

fn permissions(list: Node<'_>) -> Vec<Node<'_>> {
    if list.is_list() { list.items().collect() } else { vec![list] }
}

/// `roles: [{admin: ["*"]}]`, or with the name and the permissions at keys of their own; and the
/// scopes, which every caller has.
fn roles(document: Node<'_>) -> Vec<CallerRole<'_>> {
    let roles = document.at(&["rbac", "roles"]);
    let entries = roles.into_iter().flat_map(|roles| {
        roles.items().flat_map(Node::entries).chain(if roles.is_map() {
            roles.entries()
        } else {
            Vec::new()
        })
    });
    let mut all = Vec::new();
    let mut name = "";
    for entry in entries {
        match entry.key.text() {
            "name" | "role" => name = entry.value.text(),
            "permissions" | "scopes" => {
                all.push(CallerRole { name, permissions: permissions(entry.value) });
            }
            own => all.push(CallerRole { name: own, permissions: permissions(entry.value) }),
        }
    }
    let scopes = document.at(&["auth", "scopes"]);
    all.extend(scopes.map(|it| CallerRole { name: "auth.scopes", permissions: permissions(it) }));
    all
}

fn logs(root: Root<'_>) -> Logs<'_> {
    let has_logging = root.node.get("logging").is_some();
    let outputs = root.node.at(&["logging", "outputs"]).into_iter().flat_map(Node::items);
    let files = outputs.filter(|output| output.at(&["type"]).is_some_and(|it| it.text() == "file"));
    let files = files.map(|output| {
        let grip = output.get("path").or_else(|| output.get("type"));
        let root = Root { node: output, grip: grip.map_or(output, |entry| entry.key) };
        LogFile {
            path: root.text("path", Unset::Nothing),
            rotation: root.table("rotation"),
            retention: root.setting("rotation.max_age", seconds, Unset::Nothing).if_stated(),
        }
    });
    let mut files: Vec<_> = files.collect();
    if root.node.at(&["logging", "file"]).is_some() {
        // This layout has no key for rotation; something outside of it may see to that.
        let path = root.text("logging.file", Unset::Nothing);
        files.push(LogFile { path, ..LogFile::default() });
    }
    Logs {
        level: root.text("logging.level", Unset::Means("info")),
        format: if has_logging {
            root.text("logging.format", Unset::Nothing)
        } else {
            Setting::default()
        },
        files,
        ..Logs::default()
    }
}

/// Whether runs are saved: the switch of the section, and the one that makes it do so by itself.
fn crash_recovery(root: Root<'_>) -> Setting<'_, bool> {
    if root.node.get("citadel").is_none() {
        return Setting::default();
    }
    let citadel = root.flag("citadel.enabled", Unset::Documented(false));
    let saves = root.flag("citadel.autosave_enabled", Unset::Documented(false));
    if citadel.on().is_some() { saves } else { citadel }
}

fn stores(root: Root<'_>) -> Vec<Store<'_>> {
    let has = |key: &str| root.node.at(&[key]).is_some_and(Node::is_map);
    let mut stores = Vec::new();
    if has("file_storage") {
        stores.push(Store {
            what: "file storage",
            host: root.text("file_storage.minio_endpoint", Unset::Documented("localhost:9000")),
            tls: root.flag("file_storage.minio_secure", Unset::Documented(false)),
            ..Store::default()
        });
    }
    if has("queue") {
        stores.push(Store {
            what: "queue",
            host: root.text("queue.redis_host", Unset::Documented("localhost")),
            ..Store::default()
        });
    }
    if has("minio") {
        stores.push(Store {
            what: "file storage",
            enabled: root.flag("minio.enabled", Unset::Nothing),
            host: root.text("minio.endpoint", Unset::Nothing),
            tls: root.flag("minio.use_ssl", Unset::Nothing),
        });
    }
    stores
}

/// Paladin has the login that `MinIO` comes with for its default.
fn logins(root: Root<'_>) -> Vec<Login<'_>> {
    let storage = root.node.at(&["file_storage"]).filter(|storage| storage.is_map());
    let login = storage.map(|_| Login {
        what: "file storage",
        password: root.text("file_storage.minio_secret_key", Unset::Means("minioadmin")),
    });
    login.into_iter().collect()
}

fn states(root: Root<'_>) -> Vec<State<'_>> {
    let has = |keys: &[&str]| root.node.at(keys).is_some();
    let number = |path: &'static str, unset| root.setting(path, Node::as_number, unset);
    let mut states = Vec::new();
    states.extend(garrison(
        root,
        "short-term memory".to_owned(),
        Unset::Documented(Backend::Process),
    ));
    if has(&["sanctum"]) {
        states.push(State {
            enabled: root.flag("sanctum.enabled", Unset::Documented(false)),
            backend: root.setting(
                "sanctum.adapter_type",
                Backend::of,
                Unset::Documented(Backend::Process),
            ),
            ..State::of("long-term memory", StateKind::Memory)
        });
    }
    if has(&["citadel"]) {
        // Without the cleaning, the days that are stated count for nothing.
        let cleaned = root.setting(
            "citadel.cleanup_enabled",
            |node| if node.as_switch()? { None } else { Some(0.0) },
            Unset::Means(0.0),
        );
        let days = |node: Node<'_>| node.as_number().map(|days| days * 86_400.0);
        let is_cleaned = root.flag("citadel.cleanup_enabled", Unset::Documented(false));
        states.push(State {
            enabled: root.flag("citadel.enabled", Unset::Documented(false)),
            backend: root.setting(
                "citadel.state_dir",
                |node| node.as_str().map(|_| Backend::File),
                Unset::Documented(Backend::File),
            ),
            path: root.text("citadel.state_dir", Unset::Nothing),
            ttl: if is_cleaned.on().is_some() {
                root.setting("citadel.max_state_age_days", days, Unset::Documented(30.0 * 86_400.0))
            } else {
                cleaned
            },
            ..State::of("run state", StateKind::Memory)
        });
    }
    if has(&["message_service"]) {
        let kept = |node: Node<'_>| {
            node.as_switch().map(|on| if on { Backend::File } else { Backend::Process })
        };
        states.push(State {
            backend: root.setting("message_service.enable_persistence", kept, Unset::Nothing),
            bound: most(root, "message_service.max_queue_size", 10_000.0),
            ttl: number("message_service.default_ttl_seconds", Unset::Documented(3_600.0)),
            ..State::of("messages that wait", StateKind::Queue)
        });
    }
    if has(&["queue"]) {
        states.push(State {
            backend: root.setting(
                "queue.redis_host",
                |host| host.as_str().map(|_| Backend::Shared),
                Unset::Means(Backend::Shared),
            ),
            ..State::of("jobs that wait", StateKind::Queue)
        });
    }
    if has(&["cache"]) {
        states.push(State {
            enabled: root.flag("cache.enabled", Unset::Nothing),
            ttl: root.setting("cache.ttl", seconds, Unset::Nothing),
            bound: number("cache.max_size", Unset::Nothing),
            eviction: root.text("cache.eviction_policy", Unset::Nothing),
            ..State::of("cache", StateKind::Cache)
        });
    }
    if has(&["garrison", "cache_embeddings"]) {
        states.push(State {
            enabled: root.flag("garrison.cache_embeddings", Unset::Nothing),
            ttl: root.setting("garrison.cache_ttl", seconds, Unset::Nothing),
            ..State::of("embedding cache", StateKind::Cache)
        });
    }
    states
}

fn calls(root: Root<'_>) -> Vec<Call<'_>> {
    let has = |keys: &[&str]| root.node.at(keys).is_some();
    let number = |path: &'static str, default: f64| {
        root.setting(path, Node::as_number, Unset::Documented(default))
    };
    let mut calls = calls_of_models(root);
    if has(&["arsenal"]) {
        calls.push(Call {
            what: "the tools".into(),
            timeout: number("arsenal.default_timeout_seconds", 30.0),
            ..Call::default()
        });
    }
    if has(&["rag"]) {
        calls.push(Call {
            what: "the retrieval".into(),
            timeout: number("rag.timeout_seconds", 5.0),
            ..Call::default()
        });
    }
    if has(&["queue"]) {
        calls.push(Call {
            what: "the queue".into(),
            timeout: number("queue.connection_timeout", 30.0),
            retries: number("queue.max_retries", 3.0),
            ..Call::default()
        });
    }
    if has(&["file_storage"]) {
        calls.push(Call {
            what: "the file storage".into(),
            timeout: number("file_storage.request_timeout", 300.0),
            pool: number("file_storage.max_idle_conns", 10.0),
            ..Call::default()
        });
    }
    if has(&["notifications"]) {
        calls.push(Call {
            what: "the notifications".into(),
            retries: number("notifications.max_retries", 3.0),
            ..Call::default()
        });
    }
    if has(&["vision"]) {
        calls.push(Call {
            what: "the vision models".into(),
            is_of_models: true,
            retries: root.setting("vision.retry.max_retries", Node::as_number, Unset::Nothing),
            backoff: root.setting(
                "vision.retry.backoff_multiplier",
                |node| node.as_number().map(|factor| factor > 1.0),
                Unset::Nothing,
            ),
            ..Call::default()
        });
    }
    if has(&["battalion"]) {
        calls.push(Call {
            what: "the agents of a battalion".into(),
            timeout: number("battalion.default_timeout_seconds", 300.0),
            retries: number("battalion.retry.max_attempts", 3.0),
            backoff: root.flag("battalion.retry.exponential_backoff", Unset::Documented(true)),
            jitter: root.flag("battalion.retry.jitter", Unset::Nothing).if_stated(),
            ..Call::default()
        });
    }
    if has(&["redis"]) {
        calls.push(Call {
            what: "Redis".into(),
            timeout: root.setting("redis.timeout_seconds", Node::as_number, Unset::Nothing),
            pool: root.setting("redis.pool_size", Node::as_number, Unset::Nothing),
            ..Call::default()
        });
    }
    calls
}

/// What calls the providers of models, and what holds for all of them.
fn calls_of_models(root: Root<'_>) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    let pause = root.setting("llm.retry_delay", seconds, Unset::Nothing);
    let reuse = root.flag("llm.connection_pooling", Unset::Nothing);
    for entry in providers_of(root.node) {
        // What holds for all models is found fault with once, below.
        let reuse = reuse.on().map_or_else(Setting::default, |_| reuse.clone());
        let root = Root { node: entry.value, grip: entry.key };
        calls.push(Call {
            what: format!("model provider `{}`", entry.key.text()).into(),
            is_of_models: true,
            timeout: root.setting("timeout_seconds", Node::as_number, Unset::Documented(300.0)),
            retries: root.setting("max_retries", Node::as_number, Unset::Documented(3.0)),
            pause: pause.clone().where_stated(),
            reuse,
            ..Call::default()
        });
    }
    // The document about production asks for all of these where it has one.
    let asked = ["timeout", "max_retries", "retry_delay", "connection_pooling"];
    if asked.iter().any(|key| root.node.at(&["llm", key]).is_some()) {
        calls.push(Call {
            what: "the models".into(),
            is_of_models: true,
            pause,
            timeout: root.setting("llm.timeout", seconds, Unset::Nothing),
            retries: root.setting("llm.max_retries", Node::as_number, Unset::Nothing),
            reuse,
            ..Call::default()
        });
    }
    calls
}

fn batches(root: Root<'_>) -> Vec<Batch<'_>> {
    let batching = root.node.at(&["llm", "batching"]).filter(|batching| batching.is_map());
    let batch = batching.map(|_| Batch {
        enabled: root.flag("llm.batching.enabled", Unset::Nothing),
        size: root.setting("llm.batching.max_batch_size", Node::as_number, Unset::Nothing),
        wait: root.setting("llm.batching.max_wait_time", seconds, Unset::Nothing),
    });
    batch.into_iter().collect()
}

/// The sections of `llm` that are of a provider.
fn providers_of(document: Node<'_>) -> Vec<Entry<'_>> {
    let entries = document.at(&["llm"]).map(Node::entries).unwrap_or_default();
    let is_provider = |name: &str| !matches!(name, "batching" | "model_routing");
    entries.into_iter().filter(|it| it.value.is_map() && is_provider(it.key.text())).collect()
}

/// The default provider must have its section, where there are sections; an agent's need only be
/// known, for its key may come from the environment.
fn providers(document: Node<'_>) -> Vec<Reference<'_>> {
    let sections: Vec<_> = providers_of(document).into_iter().map(|it| it.key.text()).collect();
    if sections.len() > MOST {
        return Vec::new();
    }
    let all: Arc<[_]> = PROVIDERS.iter().copied().chain(sections.iter().copied()).collect();
    let known = if sections.is_empty() { Arc::clone(&all) } else { sections.into() };
    let default = document.at(&["llm", "default_provider"]).map(|at| (at, known));
    let agents = document.at(&["agents"]).into_iter().flat_map(Node::items);
    let agents = agents
        .take(MOST)
        .filter_map(|agent| agent.at(&["provider"]))
        .map(|at| (at, Arc::clone(&all)));
    let named = default.into_iter().chain(agents);
    named
        .filter(|(at, _)| at.as_str().is_some_and(|name| !is_template(name)))
        .map(|(at, known)| Reference { kind: "provider", at, known })
        .collect()
}
