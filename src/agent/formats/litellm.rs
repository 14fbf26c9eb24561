//! The configuration of the `LiteLLM` proxy: `litellm_config.yaml`, `config.yaml`,
//! `proxy_server_config.yaml`.
//!
//! Source: docs.litellm.ai, "All settings" and "Best practices for production", 2026-11.

use std::sync::Arc;

use crate::agent::setting::{Root, Unset, is_template};
use crate::agent::{
    Access, AgentConfig, Backend, Bound, BoundKind, Call, Definition, Logs, Reference, Setting,
    State, StateKind, Store,
};
use crate::file::FileKind;
use crate::schema::Shape::{
    self, Any, Flag, List, Map, Nullable, Number, NumberOrText, OneOf, Text,
};
use crate::schema::{Reader, fields};
use crate::tree::{Entry, Node};

static READER: Reader = Reader {
    is_open: is_template,
    extensions: None,
    refusal: "LiteLLM refuses it, or runs with another value",
    unknown: "LiteLLM does not know the key",
};

pub(super) static FORMAT: Definition = Definition {
    name: "LiteLLM proxy",
    kind: FileKind::Agent,
    marker: "litellm_(?:params|settings)|general_settings",
    recognise: |document, _| grip(document).is_some(),
    objects: &[],
    read: |document| read(document).unwrap_or_else(|| AgentConfig::of_tree(&FORMAT, document)),
    keys: Some((&KEYS, &READER)),
};

/// The key to point at when something is missing, if this is such a document.
fn grip(document: Node<'_>) -> Option<Node<'_>> {
    let models = document.get("model_list");
    let has_models = models.is_some_and(|entry| {
        entry.value.items().any(|model| model.at(&["litellm_params"]).is_some_and(Node::is_map))
    });
    let settings = document.get("litellm_settings").filter(|entry| entry.value.is_map());
    let is_general = document.at(&["general_settings"]).is_some_and(Node::is_map);
    let includes = document.at(&["include"]).is_some_and(Node::is_list);
    let is_ours = has_models || settings.is_some() || is_general && includes;
    let grip = ["litellm_settings", "general_settings", "model_list"];
    let grip = grip.iter().find_map(|key| document.get(key)).filter(|_| is_ours)?;
    Some(grip.key)
}

fn read(document: Node<'_>) -> Option<AgentConfig<'_>> {
    let root = Root { node: document, grip: grip(document)? };
    let models: Vec<Model<'_>> = document
        .at(&["model_list"])
        .into_iter()
        .flat_map(Node::items)
        .filter_map(Model::of)
        .collect();
    let passing = models.iter().filter(|model| model.name.text() == "*").map(|model| model.name);
    Some(AgentConfig {
        access: access(root),
        logs: logs(root),
        calls: calls(root, &models),
        bounds: bounds(root),
        stores: stores(root),
        states: states(root),
        references: references(document, &models),
        any_model: passing.collect(),
        empty_passwords: empty_passwords(document),
        verbatim: verbatim(document),
        ..AgentConfig::of_tree(&FORMAT, document)
    })
}

/// The passwords of Redis that are stated to be none.
fn empty_passwords(document: Node<'_>) -> Vec<(&str, Node<'_>)> {
    let cache = document.at(&["litellm_settings", "cache_params"]).map(|it| (it, "password"));
    let router = document.at(&["router_settings"]).map(|it| (it, "redis_password"));
    let stated = [cache, router].into_iter().flatten();
    let entries = stated.filter_map(|(table, key)| table.get(key));
    let empty = entries.filter(|it| it.value.as_str() == Some(""));
    empty.map(|it| (it.key.text(), it.value)).collect()
}

/// The values that hold a secret or an address and are nothing but `${NAME}`. The proxy resolves
/// `os.environ/NAME` alone.
fn verbatim(document: Node<'_>) -> Vec<Node<'_>> {
    let models = document.at(&["model_list"]).into_iter().flat_map(Node::items);
    let parameters = models.filter_map(|model| model.at(&["litellm_params"]));
    let parameters =
        parameters.flat_map(|it| ["api_key", "api_base"].map(|key| it.at(&[key]))).flatten();
    let general = ["master_key", "database_url"];
    let general = general.iter().filter_map(|key| document.at(&["general_settings", key]));
    let is_variable = |node: &Node<'_>| {
        let name = node.text().strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        name.is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
    };
    parameters.chain(general).filter(is_variable).collect()
}

/// An entry of `model_list`.
#[derive(Clone, Copy)]
struct Model<'t> {
    name: Node<'t>,
    parameters: Root<'t>,
}

impl<'t> Model<'t> {
    fn of(node: Node<'t>) -> Option<Self> {
        let name = node.at(&["model_name"]).filter(|name| name.is_scalar())?;
        Some(Model { name, parameters: Root { node, grip: node.get("model_name")?.key } })
    }
}

/// The variable that holds the master key where the configuration has none.
const KEY_VARIABLE: &str = "LITELLM_MASTER_KEY";

/// Whether the proxy gives itself a variable before it reads the rest.
fn is_set(root: Root<'_>, name: &str) -> bool {
    let value = root.node.at(&["environment_variables", name]);
    value.is_some_and(|value| !value.text().is_empty())
}

fn access(root: Root<'_>) -> Access<'_> {
    let general = |key: &str| root.node.at(&["general_settings", key]);
    // Other ways to tell who calls, which need no master key.
    let another =
        ["custom_auth", "enable_jwt_auth", "enable_oauth2_auth", "enable_oauth2_proxy_auth"];
    let has_another =
        another.iter().any(|key| general(key).is_some_and(|it| it.as_switch() != Some(false)));
    let key = "general_settings.master_key";
    let authentication = match general("master_key") {
        // An empty text is none.
        Some(node) if node.text().is_empty() => root.text(key, Unset::Means("off")).map(|_| false),
        Some(_) => root.setting(key, |_| Some(true), Unset::Nothing).map(|it| it),
        None if has_another || is_set(root, KEY_VARIABLE) => Setting::default(),
        None => root.setting(key, |_| None, Unset::Means(false)).map(|it| it),
    };
    let exceptions = [
        "general_settings.allow_requests_on_db_unavailable",
        "general_settings.use_client_credentials_pass_through_routes",
    ];
    Access {
        authentication,
        key_variable: Some(KEY_VARIABLE),
        exceptions: exceptions.map(|key| root.flag(key, Unset::Documented(false))).into(),
        ..Access::default()
    }
}

fn logs(root: Root<'_>) -> Logs<'_> {
    let payloads = [
        "litellm_settings.set_verbose",
        "general_settings.store_prompts_in_spend_logs",
        "callback_settings.otel.message_logging",
    ];
    let json = |on: bool| if on { "json" } else { "text" };
    Logs {
        level: root.text("router_settings.debug_level", Unset::Documented("INFO")),
        format: root.flag("litellm_settings.json_logs", Unset::Documented(false)).map(json),
        format_variable: Some("JSON_LOGS"),
        payloads: payloads
            .map(|key| root.flag(key, Unset::Means(false)))
            .into_iter()
            // Stated outright: callbacks get what was said, which is their default.
            .chain([root
                .flag("litellm_settings.turn_off_message_logging", Unset::Nothing)
                .if_stated()
                .map(|off| !off)])
            .collect(),
        ..Logs::default()
    }
}

fn calls<'t>(root: Root<'t>, models: &[Model<'t>]) -> Vec<Call<'t>> {
    /// Seconds, by the documentation of `request_timeout`.
    const TIMEOUT: f64 = 6_000.0;
    let number = |path: &'static str, unset| root.setting(path, Node::as_number, unset);
    let verification =
        |root: Root<'t>, path: &'static str| root.flag(path, Unset::Documented(true));
    let own = |model: &Model<'t>| {
        model.parameters.setting("litellm_params.timeout", Node::as_number, Unset::Nothing)
    };
    let each_has_its_own = !models.is_empty() && models.iter().all(|model| own(model).is_stated());
    let timeout = number("router_settings.timeout", Unset::Nothing)
        .or(number("litellm_settings.request_timeout", Unset::Documented(TIMEOUT)), true);
    let mut calls = vec![Call {
        what: "models".into(),
        is_of_models: true,
        timeout: if each_has_its_own { timeout.where_stated() } else { timeout },
        retries: number("router_settings.num_retries", Unset::Nothing)
            .or(number("litellm_settings.num_retries", Unset::Documented(3.0)), true),
        breaker: root
            .flag("router_settings.disable_cooldowns", Unset::Documented(false))
            .map(|off| !off),
        verification: verification(root, "litellm_settings.ssl_verify"),
        ..Call::default()
    }];
    calls.extend(models.iter().map(|model| {
        Call {
            what: format!("model `{}`", model.name.text()).into(),
            timeout: own(model).where_stated(),
            retries: model
                .parameters
                .setting("litellm_params.num_retries", Node::as_number, Unset::Nothing)
                .where_stated(),
            verification: verification(model.parameters, "litellm_params.ssl_verify"),
            ..Call::default()
        }
    }));
    let general = ["database_url", "database_connection_pool_limit", "database_connection_timeout"];
    if general.iter().any(|key| root.node.at(&["general_settings", key]).is_some()) {
        calls.push(database(root));
    }
    if root.node.at(&["litellm_settings", "cache_params"]).is_some() {
        calls.push(Call {
            what: "the cache".into(),
            pool: number("litellm_settings.cache_params.max_connections", Unset::Nothing)
                .if_stated(),
            verification: verification(root, "litellm_settings.cache_params.ssl_check_hostname"),
            ..Call::default()
        });
    }
    calls
}

fn database(root: Root<'_>) -> Call<'_> {
    let number = |path: &'static str, default: f64| {
        root.setting(path, Node::as_number, Unset::Documented(default))
    };
    Call {
        what: "the database".into(),
        pool: number("general_settings.database_connection_pool_limit", 10.0),
        timeout: number("general_settings.database_connection_timeout", 60.0),
        ..Call::default()
    }
}

/// The budget of the whole proxy, unless budgets are given to models, teams or users.
fn bounds(root: Root<'_>) -> Vec<Bound<'_>> {
    const KEYS: [&str; 5] = [
        "max_budget",
        "max_end_user_budget",
        "max_internal_user_budget",
        "provider_budget_config",
        "tag_budget_config",
    ];
    let is_off = |value: Node<'_>| value.is_null() || value.as_number() == Some(0.0);
    let is_one = |entry: &Entry<'_>| KEYS.contains(&entry.key.text()) && !is_off(entry.value);
    let models = root.node.at(&["model_list"]).into_iter().flat_map(Node::items);
    let tables = ["litellm_settings", "router_settings", "general_settings"];
    let tables = tables.into_iter().filter_map(|key| root.node.at(&[key]));
    let inner = tables.clone().flat_map(Node::own_entries).map(|entry| entry.value);
    let parameters = models.filter_map(|model| model.at(&["litellm_params"]));
    let mut elsewhere = tables.chain(inner).chain(parameters).flat_map(Node::own_entries);
    if elsewhere.any(|entry| is_one(&entry)) {
        return Vec::new();
    }
    vec![Bound {
        what: "the proxy".into(),
        kind: BoundKind::Cost,
        limit: root.setting(
            "litellm_settings.max_budget",
            |node| if node.is_null() { Some(0.0) } else { node.as_number() },
            Unset::Nothing,
        ),
    }]
}

/// The type of the cache that is on, if one is.
fn cache_type(root: Root<'_>) -> Option<&str> {
    let cache = root.flag("litellm_settings.cache", Unset::Documented(false)).value();
    // Without a type it is Redis, at the address that variables hold.
    let kind = || root.node.at(&["litellm_settings", "cache_params", "type"]);
    (cache == Some(true)).then(|| kind().map_or("", Node::text))
}

fn stores(root: Root<'_>) -> Vec<Store<'_>> {
    let cache = cache_type(root).filter(|kind| kind.starts_with("redis")).map(|_| Store {
        what: "cache",
        host: root.text("litellm_settings.cache_params.host", Unset::Nothing),
        tls: root.flag("litellm_settings.cache_params.ssl", Unset::Means(false)),
        ..Store::default()
    });
    cache.into_iter().collect()
}

fn backend(kind: Node<'_>) -> Option<Backend> {
    match kind.text() {
        "local" => Some(Backend::Process),
        "disk" => Some(Backend::File),
        kind if is_template(kind) => None,
        _ => Some(Backend::Shared),
    }
}

fn states(root: Root<'_>) -> Vec<State<'_>> {
    let Some(kind) = cache_type(root) else { return Vec::new() };
    let ttl = "litellm_settings.cache_params.ttl";
    vec![State {
        enabled: root.flag("litellm_settings.cache", Unset::Documented(false)),
        ttl: root.setting(ttl, Node::as_number, Unset::Nothing).if_stated(),
        backend: root.setting("litellm_settings.cache_params.type", backend, Unset::Nothing),
        path: root.text("litellm_settings.cache_params.disk_cache_dir", Unset::Nothing),
        ..State::of(if kind == "local" { "local cache" } else { "cache" }, StateKind::Cache)
    }]
}

/// Nobody writes more fallbacks, and each is looked for among all models.
const MOST_REFERENCES: usize = 2000;

/// The models that others fall back on: each has to be one of `model_list`.
fn references<'t>(document: Node<'t>, models: &[Model<'t>]) -> Vec<Reference<'t>> {
    // A pattern stands for names that nobody lists, an included file or the database for more.
    let is_pattern = |model: &Model<'_>| model.name.text().contains('*');
    let is_elsewhere = document.get("include").is_some()
        || document.at(&["general_settings", "store_model_in_db"]).and_then(Node::as_switch)
            == Some(true);
    if models.is_empty() || models.iter().any(is_pattern) || is_elsewhere {
        return Vec::new();
    }
    let aliases = document.at(&["router_settings", "model_group_alias"]);
    let aliases = aliases.into_iter().flat_map(Node::own_entries).map(|entry| entry.key.text());
    // A fallback may name one of several by its id as well.
    let entries = document.items_at(&["model_list"]);
    let ids = entries.filter_map(|model| model.at(&["model_info", "id"])).map(Node::text);
    let own = models.iter().map(|model| model.name.text());
    let known: Vec<_> = own.chain(aliases).chain(ids).collect();
    if known.iter().any(|name| is_template(name)) {
        return Vec::new();
    }
    let tables = ["litellm_settings", "router_settings"];
    let lists = ["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"];
    let mut named: Vec<Node<'t>> = Vec::new();
    for table in tables.iter().filter_map(|table| document.at(&[table])) {
        let defaults = table.at(&["default_fallbacks"]).into_iter();
        named.extend(defaults.flat_map(Node::items));
        let lists = lists.iter().filter_map(|list| table.at(&[list])).flat_map(Node::items);
        for entry in lists.flat_map(Node::own_entries) {
            // `*` stands for every model.
            named.extend((entry.key.text() != "*").then_some(entry.key));
            named.extend(entry.value.items());
        }
    }
    let named = named.into_iter().filter(|node| node.is_scalar() && !is_template(node.text()));
    let known: Arc<[_]> = known.into();
    let reference = |at| Reference { kind: "model", at, known: Arc::clone(&known) };
    named.map(reference).take(MOST_REFERENCES).collect()
}

const FALLBACKS: Shape = Nullable(&List(&Map(&List(&Any))));

/// Each table may be empty: the proxy then takes it for one that is not there, and models may come
/// from its database.
static KEYS: Shape = fields!(open {
    "model_list": Nullable(&List(&fields!(open {
        "model_name" !required: Text,
        "litellm_params" !required: fields!(open {
            "model" !required: Text,
            "api_key": NumberOrText,
            "api_base": Text,
            "api_version": Text,
            "timeout": Number,
            "stream_timeout": Number,
            "num_retries": Number,
            "max_retries": Number,
            "rpm": Number,
            "tpm": Number,
            "max_parallel_requests": Number,
            "max_budget": Number,
            "budget_duration": Text,
            "max_tokens": Number,
            "temperature": Number,
            "weight": Number,
            "order": Number,
        }),
        "model_info": Any,
    }))),
    "litellm_settings": Nullable(&fields!(open {
        "success_callback": List(&Text),
        "failure_callback": List(&Text),
        "service_callback": List(&Text),
        // Two more that the documentation has, one letter off from others.
        "service_callbacks": Any,
        "callbacks": Any,
        "turn_off_message_logging": Flag,
        "redact_user_api_key_info": Flag,
        "modify_params": Flag,
        "drop_params": Flag,
        "set_verbose": Flag,
        "json_logs": Flag,
        "request_timeout": Number,
        "force_ipv4": Flag,
        "num_retries": Number,
        "allowed_fails": Number,
        "max_budget": Number,
        "budget_duration": Text,
        "default_fallbacks": List(&Text),
        "fallbacks": FALLBACKS,
        "content_policy_fallbacks": FALLBACKS,
        "context_window_fallbacks": FALLBACKS,
        "mcp_aliases": Map(&Text),
        "cache": Flag,
        "cache_params": fields!(open {
            "type": OneOf(&[
                "local", "redis", "redis-semantic", "valkey-semantic", "qdrant-semantic", "s3", "gcs", "disk", "azure-blob",
            ]),
            "host": Text,
            "port": NumberOrText,
            "password": NumberOrText,
            "namespace": Text,
            "ttl": Number,
            "max_connections": Number,
            "ssl": Flag,
            "ssl_check_hostname": Flag,
            "similarity_threshold": Number,
            "supported_call_types": List(&Text),
            "mode": OneOf(&["default_on", "default_off"]),
        }),
    })),
    "general_settings": Nullable(&fields!(open {
        "completion_model": Text,
        "master_key": NumberOrText,
        "database_url": Text,
        "database_connection_pool_limit": Number,
        "database_connection_timeout": Number,
        "allow_requests_on_db_unavailable": Flag,
        "store_model_in_db": Flag,
        "store_prompts_in_spend_logs": Flag,
        "disable_spend_logs": Flag,
        "disable_spend_updates": Flag,
        "disable_error_logs": Flag,
        "disable_master_key_return": Flag,
        "disable_reset_budget": Flag,
        "enable_jwt_auth": Flag,
        "enforce_user_param": Flag,
        "allowed_routes": List(&Text),
        "allowed_ips": List(&Text),
        "custom_auth": Text,
        "max_parallel_requests": Number,
        "global_max_parallel_requests": Number,
        "max_request_size_mb": Number,
        "max_response_size_mb": Number,
        "infer_model_from_keys": Flag,
        "background_health_checks": Flag,
        "health_check_interval": Number,
        "alerting": List(&Text),
        "alerting_threshold": Number,
        "proxy_batch_write_at": Number,
        "user_api_key_cache_ttl": Number,
        "use_client_credentials_pass_through_routes": Flag,
        "pass_through_endpoints": Nullable(&List(&Any)),
    })),
    "router_settings": Nullable(&fields!(open {
        "routing_strategy": OneOf(&[
            "simple-shuffle", "least-busy", "usage-based-routing", "usage-based-routing-v2",
            "latency-based-routing", "cost-based-routing", "provider-budget-routing",
        ]),
        "redis_host": Text,
        "redis_port": NumberOrText,
        "redis_password": NumberOrText,
        "enable_pre_call_checks": Flag,
        "allowed_fails": Number,
        "cooldown_time": Number,
        "disable_cooldowns": Flag,
        "num_retries": Number,
        "max_fallbacks": Number,
        "timeout": Number,
        "stream_timeout": Number,
        "debug_level": OneOf(&["DEBUG", "INFO"]),
        "retry_policy": Map(&Any),
        "fallbacks": FALLBACKS,
        "content_policy_fallbacks": FALLBACKS,
        "context_window_fallbacks": FALLBACKS,
    })),
    "guardrails": Any,
    "environment_variables": Nullable(&Map(&Any)),
});
