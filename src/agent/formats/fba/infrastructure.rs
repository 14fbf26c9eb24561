//! The infrastructure configuration of FBA-Bench: event bus, model calls, resources, metrics.
//!
//! Its sections stand below `infrastructure_system`, or at the top, as the documentation shows each.
//! Defaults are those of the documentation (`docs/configuration/infrastructure-config.md`).

use super::{DOCUMENTED, SWITCH, all, tells};
use crate::agent::setting::{Root, Unset};
use crate::agent::{
    AgentConfig, Backend, Batch, Definition, Platform, Setting, State, StateKind, Store, Telemetry,
};
use crate::file::FileKind;
use crate::schema::Shape::{self, List, Map, Number, OneOf, Text};
use crate::schema::fields;
use crate::tree::Node;

pub(super) static FORMAT: Definition = Definition {
    name: "FBA infrastructure",
    kind: FileKind::Agent,
    marker: "infrastructure_system|distributed_simulation|llm_orchestration",
    recognise: |document, _| sections(document).is_some(),
    objects: &[],
    read: |document| read(document).unwrap_or_else(|| AgentConfig::of_tree(&FORMAT, document)),
    keys: Some((&KEYS, &DOCUMENTED)),
};

const DISTRIBUTED_SIMULATION: Shape = fields!(open {
    "enabled": SWITCH,
    "event_bus_type": OneOf(&["local_memory", "redis", "kafka"]),
    "redis_host": Text,
    "redis_port": Number,
    "agent_runner_concurrency": Number,
    "orchestrator_mode": OneOf(&["auto", "manual"]),
});

const LLM_ORCHESTRATION: Shape = fields!(open {
    "batching": fields!(open {
        "enabled": SWITCH,
        "batch_size": Number,
        "batch_interval_seconds": Number,
        "max_concurrent_batches": Number,
    }),
    "caching": fields!(open {
        "enabled": SWITCH,
        "cache_backend": OneOf(&["sqlite", "redis", "memory"]),
        "cache_path": Text,
        "cache_ttl_seconds": Number,
    }),
});

const RESOURCE_MANAGEMENT: Shape = fields!(open {
    "auto_scaling_enabled": SWITCH,
    "min_agent_runners": Number,
    "max_agent_runners": Number,
    "cpu_threshold_percent": Number,
    "memory_threshold_percent": Number,
});

const PERFORMANCE_MONITORING: Shape = fields!(open {
    "enabled": SWITCH,
    "collection_interval_seconds": Number,
    "export_formats": List(&OneOf(&["json", "csv", "none"])),
    "export_path": Text,
    "integrations": Map(&fields!(open { "enabled": SWITCH, "endpoint": Text })),
});

static KEYS: Shape = fields!(open {
    "infrastructure_system": fields!(open {
        "enabled": SWITCH,
        "distributed_simulation": DISTRIBUTED_SIMULATION,
        "llm_orchestration": LLM_ORCHESTRATION,
        "resource_management": RESOURCE_MANAGEMENT,
        "performance_monitoring": PERFORMANCE_MONITORING,
    }),
    "distributed_simulation": DISTRIBUTED_SIMULATION,
    "llm_orchestration": LLM_ORCHESTRATION,
    "resource_management": RESOURCE_MANAGEMENT,
    "performance_monitoring": PERFORMANCE_MONITORING,
});

/// Where the sections stand.
fn sections(document: Node<'_>) -> Option<Root<'_>> {
    if let Some(entry) = document.get("infrastructure_system").filter(|it| it.value.is_map()) {
        return Some(Root { node: entry.value, grip: entry.key });
    }
    let bus = ["event_bus_type", "redis_host", "agent_runner_concurrency", "orchestrator_mode"];
    let section = if tells(document, "distributed_simulation", &bus) {
        document.get("distributed_simulation")
    } else if tells(document, "llm_orchestration", &["batching", "caching"]) {
        document.get("llm_orchestration")
    } else {
        None
    };
    section.map(|entry| Root { node: document, grip: entry.key })
}

fn read(document: Node<'_>) -> Option<AgentConfig<'_>> {
    let root = sections(document)?;
    let has = |key: &str| root.node.get(key).is_some();
    let mut config = AgentConfig::of_tree(&FORMAT, document);
    // A section that is left out has its defaults, but says nothing about whether it is wanted.
    if has("distributed_simulation") {
        bus(root, &mut config);
    }
    if has("llm_orchestration") {
        model_calls(root, &mut config);
    }
    let scales = on(root, "resource_management.auto_scaling_enabled").off().is_none();
    if has("resource_management") && scales {
        config.platform = Platform {
            instances: root.setting(
                "resource_management.min_agent_runners",
                Node::as_number,
                Unset::Documented(1.0),
            ),
            ..Platform::default()
        };
    }
    if has("performance_monitoring") && on(root, "enabled").off().is_none() {
        config.telemetry = Telemetry {
            metrics: on(root, "performance_monitoring.enabled"),
            metrics_exporter: root.setting(
                "performance_monitoring.export_formats",
                exporter,
                Unset::Documented("json"),
            ),
            ..Telemetry::default()
        };
    }
    Some(config)
}

/// A switch that the documentation says is on.
fn on<'t>(root: Root<'t>, path: &'static str) -> Setting<'t, bool> {
    root.flag(path, Unset::Documented(true))
}

fn bus<'t>(root: Root<'t>, config: &mut AgentConfig<'t>) {
    const TYPE: &str = "distributed_simulation.event_bus_type";
    let used = || all([on(root, "enabled"), on(root, "distributed_simulation.enabled")]);
    config.states.push(State {
        enabled: used(),
        backend: root.setting(TYPE, Backend::of, Unset::Documented(Backend::Shared)),
        ..State::of("events between agents", StateKind::Queue)
    });
    let is_redis = |node: Node<'_>| node.as_str().map(|bus| bus == "redis");
    config.stores.push(Store {
        what: "event bus",
        enabled: all([used(), root.setting(TYPE, is_redis, Unset::Documented(true))]),
        host: root.text("distributed_simulation.redis_host", Unset::Documented("localhost")),
        ..Store::default()
    });
}

fn model_calls<'t>(root: Root<'t>, config: &mut AgentConfig<'t>) {
    let number = |path: &'static str, default: f64| {
        root.setting(path, Node::as_number, Unset::Documented(default))
    };
    config.batches.push(Batch {
        enabled: all([on(root, "enabled"), on(root, "llm_orchestration.batching.enabled")]),
        size: number("llm_orchestration.batching.batch_size", 50.0),
        wait: number("llm_orchestration.batching.batch_interval_seconds", 0.1),
    });
    config.states.push(State {
        enabled: all([on(root, "enabled"), on(root, "llm_orchestration.caching.enabled")]),
        backend: root.setting(
            "llm_orchestration.caching.cache_backend",
            Backend::of,
            Unset::Documented(Backend::File),
        ),
        ttl: number("llm_orchestration.caching.cache_ttl_seconds", 86_400.0),
        ..State::of("cache of model answers", StateKind::Cache)
    });
}

/// What metrics are exported as: `none` where that is all, or the list is empty.
fn exporter(node: Node<'_>) -> Option<&str> {
    if !node.is_list() {
        return node.as_str();
    }
    let mut formats = node.items().map(Node::text);
    Some(formats.find(|format| *format != "none").unwrap_or("none"))
}
