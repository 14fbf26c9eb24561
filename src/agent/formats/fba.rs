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

use crate::agent::setting::{Root, Unset};
use crate::agent::{AgentConfig, Definition, Logs, Safeguards, Setting};
use crate::file::FileKind;
use crate::tree::Node;

const MARKER: &str = "real_world_integration|safety_constraints|deployment_workflow|safety_config";

pub(super) static FORMAT: Definition = Definition {
    name: "FBA integration",
    kind: FileKind::Integration,
    marker: MARKER,
    recognise: |document, _| shape(document).is_some(),
    objects: &[],
    read: |document| read(document).unwrap_or_else(|| AgentConfig::of_tree(&FORMAT, document)),
    keys: None,
};

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
    let section = |name: &str, telling: &[&str]| {
        let entry = document.get(name).filter(|entry| entry.value.is_map())?;
        let tells = telling.iter().any(|key| entry.value.get(key).is_some());
        tells.then_some(Root { node: document, grip: entry.key })
    };
    if let Some(entry) = document.get("safety_config").filter(|entry| entry.value.is_map())
        && ["mode", "marketplace_config", "sync_config"]
            .iter()
            .any(|key| document.get(key).is_some())
    {
        return Some(Shape::Loader(Root { node: document, grip: entry.key }));
    }
    section(
        "safety_constraints",
        &["dry_run_mode", "manual_approval_threshold_usd", "max_daily_price_change_percent"],
    )
    .or_else(|| {
        section(
            "deployment_workflow",
            &["manual_review_queue_endpoint", "auto_rollback_on_critical_alert"],
        )
    })
    .map(Shape::Sections)
}

fn read(document: Node<'_>) -> Option<AgentConfig<'_>> {
    let (root, safeguards) = match shape(document)? {
        Shape::Rooted(root) => (root, sections(root, Unset::Documented(false))),
        // A section alone does not show the switch, so that its author's word counts.
        Shape::Sections(root) => (root, sections(root, Unset::Means(true))),
        Shape::Loader(root) => (root, loader(root)),
    };
    Some(AgentConfig {
        logs: Logs { payloads: adapter_logging(root), ..Logs::default() },
        safeguards: Some(safeguards),
        ..AgentConfig::of_tree(&FORMAT, document)
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
        ..Safeguards::default()
    }
}

/// The switches of the adapters that log every request.
fn adapter_logging(root: Root<'_>) -> Vec<Setting<'_, bool>> {
    let adapters = root.node.at(&["marketplace_adapters"]).map(Node::entries).unwrap_or_default();
    adapters
        .into_iter()
        .map(|adapter| Root { node: adapter.value, grip: adapter.key })
        .filter(|adapter| adapter.flag("enabled", Unset::Means(true)).off().is_none())
        .map(|adapter| adapter.flag("debug_api_logging", Unset::Documented(false)))
        .collect()
}
