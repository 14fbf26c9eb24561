//! `incident_response`: what is done when something goes wrong.

use super::value::{Block, Field, interval, is_empty, is_open, seconds};
use crate::tree::Node;

/// Source: the evaluation guide, section 21.3.3 ("Incident Response Runbook").
pub(crate) const PHASES: [&str; 5] =
    ["detection", "triage", "mitigation", "communication", "resolution"];

/// One severity of incidents.
#[derive(Debug)]
pub(crate) struct Level<'t> {
    /// `P1`, ...
    pub(crate) name: &'t str,
    /// In seconds.
    pub(crate) response: Field<'t, f64>,
    /// What says so in any way: `next business day`.
    pub(crate) responds: Option<Node<'t>>,
    /// Who is told next, or when.
    pub(crate) escalates: Option<Node<'t>>,
}

#[derive(Debug)]
pub(crate) struct IncidentResponse<'t> {
    pub(crate) key: Node<'t>,
    /// The phases that are not there, or of which nothing is said.
    pub(crate) missing: Vec<&'static str>,
    /// How often there is news, in seconds; nothing where communication is no mapping.
    pub(crate) cadence: Option<Field<'t, f64>>,
    /// Nothing where severities are not told apart.
    pub(crate) levels: Option<Vec<Level<'t>>>,
    pub(crate) levels_key: Option<Node<'t>>,
}

impl<'t> IncidentResponse<'t> {
    pub(super) fn read(block: Block<'t>) -> Self {
        let says = |phase: &str| {
            let Some(entry) = block.entry(&[phase]) else { return false };
            let inner = ["steps", "immediate_actions"].iter().find_map(|key| entry.value.get(key));
            !is_empty(entry.value) && inner.is_none_or(|inner| !is_empty(inner.value))
        };
        let levels = block.entry(&["severities", "severity_levels"]);
        let communication = block.block("communication");
        IncidentResponse {
            key: block.grip,
            missing: PHASES.into_iter().filter(|phase| !says(phase)).collect(),
            cadence: communication.map(|block| block.field(&["cadence"], interval)),
            levels_key: levels.map(|entry| entry.key),
            levels: levels.map(|entry| read_levels(entry.value)),
        }
    }
}

fn read_levels(node: Node<'_>) -> Vec<Level<'_>> {
    let listed = node.items().filter(|item| item.is_map()).map(|item| {
        let name = ["name", "severity", "level"].iter().find_map(|key| item.at(&[key]));
        level(name.map(Node::text).unwrap_or_default(), Block::item(item, "name"))
    });
    let mapped = node.entries().into_iter().filter(|entry| entry.value.is_map());
    listed.chain(mapped.map(|entry| level(entry.key.text(), Block::of(entry)))).collect()
}

fn level<'t>(name: &'t str, block: Block<'t>) -> Level<'t> {
    let said = |keys: &[&str]| {
        let said = block.entry(keys)?.value;
        (!is_empty(said) && !is_open(said.text())).then_some(said)
    };
    Level {
        name,
        response: block.field(&["response_time"], seconds),
        responds: said(&["response_time"]),
        escalates: said(&["escalation", "escalation_time", "escalate_after"]),
    }
}
