//! `langgraph.json`, from which `LangGraph` builds a server.
//!
//! Most files hold `dependencies`, `graphs` and `env`, and nothing is asked of those that a project
//! without more is fine with.
//!
//! Source: github.com/langchain-ai/langgraph, `libs/cli/langgraph_cli/schemas.py` and `config.py`, 2026-11.

use crate::agent::setting::{Root, Unset};
use crate::agent::{
    Access, AgentConfig, Definition, Origins, Runtime, Server, Setting, State, StateKind, Webhooks,
};
use crate::file::FileKind;
use crate::schema::Shape::{
    self, Any, Bool, Either, Is, List, Map, Nullable, Number, OneOf, Plain, Text,
};
use crate::schema::{Reader, ScalarKind, fields};
use crate::tree::Node;

pub(super) static FORMAT: Definition = Definition {
    name: "LangGraph",
    kind: FileKind::Agent,
    marker: r#""graphs""#,
    recognise: |document, name| is_langgraph(document, name),
    objects: &[],
    read,
    keys: Some((&KEYS, &READER)),
};

static READER: Reader = Reader {
    is_open: |text| text.contains("${") || text.contains("{{"),
    extensions: Some("_"),
    refusal: "`langgraph build` refuses the file",
    unknown: "`langgraph build` leaves it out",
};

/// `./src/agent.py:graph`
const OBJECT: Shape = Is(&ScalarKind {
    wanted: "the path of an object, such as `./src/agent.py:graph`",
    fits: |node| node.as_str().is_some_and(|text| text.contains(':')),
    help: |_| None,
});

/// `3.12`
const PYTHON: Shape = Is(&ScalarKind {
    wanted: "a version of Python without the patch, from \"3.11\" on",
    fits: |node| {
        let numbers = node.as_str().and_then(|text| text.split('-').next()?.split_once('.'));
        let numbers = numbers.and_then(|(major, minor)| {
            Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
        });
        numbers.is_some_and(|version| version >= (3, 11))
    },
    help: |node| node.as_number().map(|_| "put the version in quotes"),
});

/// `22`
const NODE: Shape = Is(&ScalarKind {
    wanted: "a major version of Node.js, from \"20\" on",
    fits: |node| node.as_str().and_then(|text| text.parse::<u32>().ok()) >= Some(20),
    help: |node| node.as_number().map(|_| "put the version in quotes"),
});

const TTL: Shape = Nullable(&fields!(open {
    "strategy": OneOf(&["delete", "keep_latest"]),
    "default_ttl": Nullable(&Number),
    "sweep_interval_minutes": Nullable(&Number),
    "sweep_limit": Nullable(&Number),
    "refresh_on_read": Bool,
}));

const MODULES: Shape = Nullable(&Either(&[List(&List(&Text)), Bool]));

const HEADERS: Shape = Nullable(&fields!(open {
    "includes": Nullable(&List(&Text)),
    "excludes": Nullable(&List(&Text)),
    // As the documentation had them at first.
    "include": Nullable(&List(&Text)),
    "exclude": Nullable(&List(&Text)),
}));

static KEYS: Shape = fields!(open {
    "dependencies": List(&Text),
    "graphs" !required: Map(&Either(&[OBJECT, fields!(open {
        "path" !required: OBJECT,
        "description": Nullable(&Text),
    })])),
    "env": Either(&[Text, Map(&Plain)]),
    "python_version": PYTHON,
    "node_version": Nullable(&NODE),
    "api_version": Nullable(&Text),
    "base_image": Nullable(&Text),
    "image_distro": Nullable(&OneOf(&["debian", "wolfi", "bookworm"])),
    "pip_config_file": Nullable(&Text),
    "pip_installer": Nullable(&OneOf(&["auto", "pip", "uv"])),
    "dockerfile_lines": List(&Text),
    "keep_pkg_tools": Nullable(&Either(&[Bool, List(&OneOf(&["pip", "setuptools", "wheel"]))])),
    "source": Any,
    "ui": Nullable(&Map(&Text)),
    "ui_config": Any,
    "store": Nullable(&fields!(open {
        "index": Nullable(&fields!(open {
            "dims": Number,
            "embed": Text,
            "fields": Nullable(&List(&Text)),
        })),
        "ttl": TTL,
        "path": OBJECT,
    })),
    "checkpointer": Nullable(&fields!(open {
        "path": OBJECT,
        "ttl": TTL,
        "serde": Nullable(&fields!(open {
            "allowed_json_modules": MODULES,
            "allowed_msgpack_modules": MODULES,
            "pickle_fallback": Bool,
        })),
    })),
    "auth": Nullable(&fields!(open {
        "path" !required: OBJECT,
        "disable_studio_auth": Bool,
        "openapi": Map(&Any),
        "cache": fields!(open {
            "cache_keys": List(&Text),
            "ttl_seconds": Number,
            "max_size": Number,
        }),
    })),
    "encryption": Nullable(&fields!(open { "path" !required: OBJECT })),
    "http": Nullable(&fields!(open {
        "app": OBJECT,
        "disable_assistants": Bool,
        "disable_threads": Bool,
        "disable_runs": Bool,
        "disable_store": Bool,
        "disable_mcp": Bool,
        "disable_a2a": Bool,
        "disable_meta": Bool,
        "disable_ui": Bool,
        "disable_webhooks": Bool,
        "cors": Nullable(&fields!(open {
            "allow_origins": List(&Text),
            "allow_methods": List(&Text),
            "allow_headers": List(&Text),
            "allow_credentials": Bool,
            "allow_origin_regex": Text,
            "expose_headers": List(&Text),
            "max_age": Number,
        })),
        "configurable_headers": HEADERS,
        "logging_headers": HEADERS,
        "middleware_order": Nullable(&OneOf(&["auth_first", "middleware_first"])),
        "enable_custom_route_auth": Bool,
        "mount_prefix": Text,
    })),
    "webhooks": Nullable(&fields!(open {
        "env_prefix": Text,
        "headers": Map(&Text),
        "url": fields!(open {
            "require_https": Bool,
            "allowed_domains": List(&Text),
            "allowed_ports": List(&Number),
            "max_url_length": Number,
            "disable_loopback": Bool,
        }),
    })),
});

fn is_langgraph(document: Node<'_>, name: &str) -> bool {
    let Some(graphs) = document.at(&["graphs"]).filter(|graphs| graphs.is_map()) else {
        return false;
    };
    let is_graph = |value: Node<'_>| {
        let path = value.at(&["path"]).unwrap_or(value);
        path.as_str().is_some_and(|path| path.contains(':'))
    };
    let entries = graphs.own_entries().map(|entry| entry.value);
    let (some, all) = entries.fold((false, true), |(_, all), graph| (true, all && is_graph(graph)));
    let has = |key: &str| document.get(key).is_some();
    let is_schema = |node: Node<'_>| node.text().contains("langgra");
    let is_told = ["dependencies", "node_version", "python_version", "source"].into_iter().any(has)
        || document.at(&["$schema"]).is_some_and(is_schema);
    document.tree().is_json() && (some && all && is_told || name == "langgraph.json")
}

fn read(document: Node<'_>) -> AgentConfig<'_> {
    let grip = document.get("graphs").map_or(document, |entry| entry.key);
    let root = Root { node: document, grip };
    AgentConfig {
        access: Access { cors: origins(root), ..Access::default() },
        states: states(root),
        server: server(root),
        ..AgentConfig::of_tree(&FORMAT, document)
    }
}

/// Where nothing is said, the server decides; only what lets everybody in is told.
fn origins(root: Root<'_>) -> Setting<'_, Origins> {
    let list = |node: Node<'_>| {
        let any = node.items().any(|item| item.text() == "*");
        node.is_list().then_some(if any { Origins::Any } else { Origins::Listed })
    };
    let regex = |node: Node<'_>| {
        let any = [".*", "^.*$", ".+", "^.+$", "https?://.*", "^https?://.*$"];
        Some(if any.contains(&node.as_str()?) { Origins::Any } else { Origins::Listed })
    };
    let listed = root.setting("http.cors.allow_origins", list, Unset::Nothing);
    if listed.when(Origins::is_any).is_some() {
        return listed;
    }
    let by_regex = root.setting("http.cors.allow_origin_regex", regex, Unset::Nothing);
    if by_regex.when(Origins::is_any).is_some() { by_regex.in_own_words() } else { listed }
}

/// What the server keeps in its database, as far as the file speaks of it.
fn states(root: Root<'_>) -> Vec<State<'_>> {
    const MINUTE: f64 = 60.0;
    let seconds = |node: Node<'_>| node.as_number().map(|minutes| minutes * MINUTE);
    let of = |key: &str, path: &'static str, what| {
        root.node.at(&[key]).filter(|it| it.is_map() && it.get("path").is_none()).map(|_| State {
            // Without it nothing expires; the documentation names no number.
            ttl: root.setting(path, seconds, Unset::Means(0.0)),
            ..State::of(what, StateKind::Memory)
        })
    };
    let checkpoints = of("checkpointer", "checkpointer.ttl.default_ttl", "checkpoints of threads");
    let memories = of("store", "store.ttl.default_ttl", "long-term memory");
    checkpoints.into_iter().chain(memories).collect()
}

fn server(root: Root<'_>) -> Server<'_> {
    let has = |keys: &[&str]| root.node.at(keys).is_some();
    let is_pinned_otherwise = has(&["base_image"]) || has(&["_INTERNAL_docker_tag"]);
    let runtime = |image, key: &str| {
        let version = root.node.at(&[key])?;
        Some(Runtime { image, version })
    };
    let sends_none =
        root.node.at(&["http", "disable_webhooks"]).and_then(Node::as_bool) == Some(true);
    let is_there = |node: Node<'_>| Some(node.is_map());
    let own_routes_ask = if has(&["auth"]) && has(&["http", "app"]) {
        root.flag("http.enable_custom_route_auth", Unset::Documented(false))
    } else {
        Setting::default()
    };
    let every_module = |path: &'static str| {
        root.setting(path, |node| node.as_bool().or(Some(false)), Unset::Nothing)
    };
    let pickle = if has(&["checkpointer", "serde"]) {
        root.flag("checkpointer.serde.pickle_fallback", Unset::Documented(true))
    } else {
        Setting::default()
    };
    Server {
        version: if is_pinned_otherwise {
            Setting::default()
        } else {
            root.text("api_version", Unset::Nothing)
        },
        runtimes: runtime("python", "python_version")
            .into_iter()
            .chain(runtime("node", "node_version"))
            .collect(),
        own_authentication: root.setting("auth", is_there, Unset::Means(false)),
        own_routes_ask,
        loads_any_object: vec![pickle, every_module("checkpointer.serde.allowed_json_modules")],
        webhooks: (has(&["webhooks"]) && !sends_none).then(|| webhooks(root)),
        ..Server::default()
    }
}

fn webhooks(root: Root<'_>) -> Webhooks<'_> {
    let names = |list: Node<'_>| {
        let any = list.items().len() == 0 || list.items().any(|item| item.text() == "*");
        list.is_list().then_some(!any)
    };
    Webhooks {
        limited: root.setting("webhooks.url.allowed_domains", names, Unset::Means(false)),
        tls: root.flag("webhooks.url.require_https", Unset::Means(false)),
        headers: root.node.path(&["webhooks", "headers"]).map(|entry| entry.key),
    }
}
