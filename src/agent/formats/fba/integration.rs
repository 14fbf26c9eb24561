//! The integration configuration of FBA-Bench: what an agent may do on a real marketplace.
//!
//! Four shapes are documented, and all are read:
//!
//! | shape | root | safeguards |
//! |---|---|---|
//! | sample | `real_world_integration_system` | `safety_constraints`, `deployment_workflow` |
//! | tutorial | `real_world_integration` | `safety_constraints` |
//! | sections | the document | `safety_constraints`, `deployment_workflow` |
//! | code | the document | `safety_config`, with `mode` |

use super::{DOCUMENTED, SWITCH, tells};
use crate::agent::setting::{Root, Unset, is_template};
use crate::agent::{
    AgentConfig, Call, Definition, Logs, Reference, Safeguards, Setting, ShareUnit,
};
use crate::file::FileKind;
use crate::schema::Shape::{self as Keys, Is, List, Map, Nullable, Number, Plain, Text};
use crate::schema::{Reader, ScalarKind, fields};
use crate::tree::Node;

const MARKER: &str = "real_world_integration|safety_constraints|deployment_workflow|safety_config";

/// The three shapes that the documentation shows. No loader refuses any of them: it passes over what
/// it does not know, which is all of it.
pub(super) static FORMAT: Definition = Definition {
    name: "FBA integration",
    kind: FileKind::Integration,
    marker: MARKER,
    recognise: |document, _| shape(document).is_some(),
    objects: &[],
    read: |document| read(document).unwrap_or_else(|| AgentConfig::of_tree(&FORMAT, document)),
    keys: Some((&KEYS, &DOCUMENTED)),
};

/// The shape that the loader reads (`IntegrationConfig` of `integration/real_world_adapter.py`).
pub(super) static LOADER: Definition = Definition {
    keys: Some((&LOADER_KEYS, &LOADING)),
    recognise: |document, _| matches!(shape(document), Some(Shape::Loader(_))),
    ..FORMAT
};

/// The sections of the loader become arguments of constructors, which refuse others.
static LOADING: Reader = Reader {
    is_open: is_template,
    extensions: None,
    refusal: "FBA-Bench fails to load the file",
    unknown: "FBA-Bench fails to load the file",
};

const ADAPTERS: Keys = Map(&fields!(open {
    "enabled": SWITCH,
    "marketplace_id": Plain,
    "api_endpoint": Text,
    "shop_id": Plain,
    "api_credentials_env_vars": List(&Text),
    "api_key_env": Text,
    "debug_api_logging": SWITCH,
}));

const CONSTRAINTS: Keys = fields!(open {
    "dry_run_mode": SWITCH,
    "manual_approval_threshold_usd": Number,
    "max_daily_price_change_percent": Number,
    "max_inventory_restock_units": Number,
    "restricted_product_ids": List(&Plain),
    "fail_on_violation": SWITCH,
});

const WORKFLOW: Keys = fields!(open {
    "monitoring_integration_enabled": SWITCH,
    "auto_rollback_on_critical_alert": SWITCH,
    "rollback_webhook_url": Nullable(&Text),
    "manual_review_queue_endpoint": Nullable(&Text),
});

const SYSTEM: Keys = fields!(open {
    "enabled": SWITCH,
    "marketplace_adapter": Text,
    "marketplace_adapters": ADAPTERS,
    "safety_constraints": CONSTRAINTS,
    "deployment_workflow": WORKFLOW,
    "api_credentials_env_vars": List(&Text),
});

static KEYS: Keys = fields!(open {
    "real_world_integration_system": SYSTEM,
    "real_world_integration": SYSTEM,
    "marketplace_adapters": ADAPTERS,
    "safety_constraints": Keys::Either(&[CONSTRAINTS, Keys::Any]),
    "deployment_workflow": WORKFLOW,
});

static LOADER_KEYS: Keys = fields!(open {
    "mode": MODE,
    "endpoint": Nullable(&Text),
    "api_key": Nullable(&Plain),
    "timeout_seconds": POSITIVE,
    "max_retries": NOT_NEGATIVE,
    "safety_config": Nullable(&fields!{
        "max_daily_price_change_percent": Number,
        "manual_approval_threshold_usd": Number,
        "dry_run_mode": SWITCH,
    }),
    "sync_config": Nullable(&fields!{
        "sync_frequency_seconds": Number,
        "sync_on_actions": SWITCH,
        "conflict_resolution": Text,
    }),
    "marketplace_config": Nullable(&fields!{
        "platform": Text,
        "credentials": Nullable(&Map(&Plain)),
    }),
});

const MODES: [&str; 4] = ["simulation", "sandbox", "staging", "production"];

/// The loader lowers the case of the word.
const MODE: Keys = Is(&ScalarKind {
    wanted: "`simulation`, `sandbox`, `staging` or `production`",
    fits: |node| MODES.iter().any(|mode| node.text().eq_ignore_ascii_case(mode)),
    help: |node| {
        let is_live = node.text().eq_ignore_ascii_case("live");
        is_live.then_some("some documents say `live`; the loader knows it as `production`")
    },
});

const POSITIVE: Keys = Is(&ScalarKind {
    wanted: "a number above 0",
    fits: |node| number(node).is_some_and(|number| number > 0.0),
    help: |_| None,
});

const NOT_NEGATIVE: Keys = Is(&ScalarKind {
    wanted: "a whole number, 0 or more",
    fits: |node| number(node).is_some_and(|number| number >= 0.0),
    help: |_| None,
});

/// A number, or a text that holds one, for Python takes both.
fn number(node: Node<'_>) -> Option<f64> {
    node.as_number().or_else(|| node.as_str()?.trim().parse().ok())
}

#[derive(Clone, Copy)]
enum Shape<'t> {
    /// A section with a root of its own.
    Rooted(Root<'t>),
    /// Sections at the top of the document.
    Sections(Root<'t>),
    /// What the loader reads.
    Loader(Root<'t>),
}

fn shape(document: Node<'_>) -> Option<Shape<'_>> {
    for root in ["real_world_integration_system", "real_world_integration"] {
        if let Some(entry) = document.get(root).filter(|entry| entry.value.is_map()) {
            return Some(Shape::Rooted(Root { node: entry.value, grip: entry.key }));
        }
    }
    if let Some(entry) = document.get("safety_config").filter(|entry| entry.value.is_map())
        && ["mode", "marketplace_config", "sync_config"]
            .iter()
            .any(|key| document.get(key).is_some())
    {
        return Some(Shape::Loader(Root { node: document, grip: entry.key }));
    }
    let constraints =
        ["dry_run_mode", "manual_approval_threshold_usd", "max_daily_price_change_percent"];
    let workflow = ["manual_review_queue_endpoint", "auto_rollback_on_critical_alert"];
    let section = if tells(document, "safety_constraints", &constraints) {
        document.get("safety_constraints")
    } else if tells(document, "deployment_workflow", &workflow) {
        document.get("deployment_workflow")
    } else {
        None
    };
    section.map(|entry| Shape::Sections(Root { node: document, grip: entry.key }))
}

fn read(document: Node<'_>) -> Option<AgentConfig<'_>> {
    let config = AgentConfig::of_tree(&FORMAT, document);
    Some(match shape(document)? {
        Shape::Rooted(root) => AgentConfig {
            logs: payloads(root),
            references: adapter(root).into_iter().collect(),
            safeguards: Some(Safeguards {
                adapter: connection(root, Unset::Means(false)),
                ..sections(root, Unset::Documented(false))
            }),
            ..config
        },
        // A section alone does not show the switch, so that its author's word counts, and the
        // adapters may stand elsewhere.
        Shape::Sections(root) => AgentConfig {
            logs: payloads(root),
            safeguards: Some(Safeguards {
                adapter: connection(root, Unset::Nothing),
                ..sections(root, Unset::Means(true))
            }),
            ..config
        },
        Shape::Loader(root) => AgentConfig {
            safeguards: Some(loader(root)),
            calls: vec![Call {
                what: "the marketplace".into(),
                timeout: root.setting("timeout_seconds", number, Unset::Documented(5.0)),
                retries: root.setting("max_retries", number, Unset::Documented(0.0)),
                ..Call::default()
            }],
            ..config
        },
    })
}

fn sections(root: Root<'_>, enabled: Unset<bool>) -> Safeguards<'_> {
    Safeguards {
        enabled: root.flag("enabled", enabled),
        dry_run: root.flag("safety_constraints.dry_run_mode", Unset::Documented(true)),
        approval_threshold: root.setting(
            "safety_constraints.manual_approval_threshold_usd",
            Node::as_number,
            Unset::Documented(5_000.0),
        ),
        review_endpoint: root
            .text("deployment_workflow.manual_review_queue_endpoint", Unset::Nothing),
        monitoring: root
            .flag("deployment_workflow.monitoring_integration_enabled", Unset::Documented(true)),
        auto_rollback: root
            .flag("deployment_workflow.auto_rollback_on_critical_alert", Unset::Documented(false)),
        rollback_webhook: root.text("deployment_workflow.rollback_webhook_url", Unset::Nothing),
        fail_on_violation: root
            .flag("safety_constraints.fail_on_violation", Unset::Documented(true)),
        price_change: root.setting(
            "safety_constraints.max_daily_price_change_percent",
            Node::as_number,
            Unset::Documented(0.1),
        ),
        price_unit: Some(ShareUnit::Fraction),
        ..Safeguards::default()
    }
}

fn loader(root: Root<'_>) -> Safeguards<'_> {
    // `live` is what the documents say; the loader itself only knows `production`.
    let live = |mode: Node<'_>| {
        let mode = mode.as_str()?.to_ascii_lowercase();
        match mode.as_str() {
            "production" | "live" => Some(true),
            "simulation" | "sandbox" | "staging" => Some(false),
            _ => None,
        }
    };
    Safeguards {
        enabled: root.setting("mode", live, Unset::Documented(false)),
        dry_run: root.flag("safety_config.dry_run_mode", Unset::Documented(true)),
        approval_threshold: root.setting(
            "safety_config.manual_approval_threshold_usd",
            Node::as_number,
            Unset::Documented(10_000.0),
        ),
        price_change: root.setting(
            "safety_config.max_daily_price_change_percent",
            Node::as_number,
            Unset::Documented(20.0),
        ),
        price_unit: Some(ShareUnit::Percent),
        ..Safeguards::default()
    }
}

fn adapters(root: Root<'_>) -> Vec<Root<'_>> {
    let adapters = root.node.at(&["marketplace_adapters"]).map(Node::entries).unwrap_or_default();
    adapters.into_iter().map(|it| Root { node: it.value, grip: it.key }).collect()
}

/// The switch of the adapter that connects the integration, or what stands in its place.
fn connection(root: Root<'_>, unset: Unset<bool>) -> Setting<'_, bool> {
    if root.node.get("marketplace_adapter").is_some() {
        return root.setting("marketplace_adapter", |_| Some(true), unset);
    }
    let switches = adapters(root);
    let mut switches = switches.iter().map(|it| it.flag("enabled", Unset::Documented(false)));
    let Some(first) = switches.next() else {
        let none = |map: Node<'_>| map.is_map().then_some(false);
        return root.setting("marketplace_adapters", none, unset);
    };
    if first.off().is_none() {
        return first;
    }
    switches.find(|switch| switch.off().is_none()).unwrap_or(first)
}

/// The one adapter of the tutorial's shape, where the adapters are listed as well.
fn adapter(root: Root<'_>) -> Option<Reference<'_>> {
    let at = root.node.at(&["marketplace_adapter"]).filter(|name| !is_template(name.text()))?;
    let adapters = root.node.at(&["marketplace_adapters"]).filter(|adapters| adapters.is_map())?;
    let known = adapters.entries().into_iter().map(|entry| entry.key.text()).collect();
    at.is_scalar().then_some(Reference { kind: "adapter", at, known })
}

/// The switches of the adapters that log every request.
fn payloads(root: Root<'_>) -> Logs<'_> {
    let used = adapters(root)
        .into_iter()
        .filter(|adapter| adapter.flag("enabled", Unset::Means(true)).off().is_none());
    let switches = used.map(|it| it.flag("debug_api_logging", Unset::Documented(false)));
    Logs { payloads: switches.collect(), ..Logs::default() }
}
