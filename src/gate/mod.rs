//! Release policies: what must hold before, while and after a version of an agent goes live.
//!
//! Nothing loads these files but agentcheck. Their blocks are those of the evaluation guide, section
//! 21, each a key at the root of a document or below `release_policy`; a document holds as many of
//! them as it likes, in YAML, JSON or TOML:
//!
//! - `security_validation`: scans, reviews and compliance ([`security`])
//! - `performance_gates`: limits of each environment, as the guide's table has them ([`performance`])
//! - `load_test_requirements` ([`load`])
//! - `feature_flag_config`, or `feature_flags` ([`flag`])
//! - `canary_config` ([`canary`])
//! - `incident_response` ([`incident`])
//! - `feedback_evaluation_loop` and `feedback_schema` ([`feedback`])
//!
//! A document is told by its content: one of these keys, and below it a key that belongs there. What a
//! block does not say may stand in another file only as a block of its own; what a block begins to say
//! it says wholly. May import from [`crate::tree`] and below.

pub(crate) mod canary;
pub(crate) mod feedback;
pub(crate) mod flag;
pub(crate) mod incident;
pub(crate) mod load;
pub(crate) mod performance;
pub(crate) mod security;
#[cfg(test)]
mod tests;
pub(crate) mod value;

use self::canary::Canary;
use self::feedback::{FeedbackLoop, FeedbackSchema};
use self::flag::Flag;
use self::incident::IncidentResponse;
use self::load::LoadTests;
use self::performance::PerformanceGate;
use self::security::SecurityValidation;
use self::value::Block;
use crate::diagnostic::Subject;
use crate::tree::Node;
use crate::words::is_placeholder;

/// A pattern of which every release policy holds a match, so that other files need not be parsed.
pub(crate) const MARKER: &str = "security_validation|performance_gates|load_test_requirements|\
    feature_flag_config|feature_flags|canary_config|incident_response|feedback_evaluation_loop|feedback_schema";

/// The blocks, each with keys of which it must hold some to be told from others of that name.
const BLOCKS: [(&str, &[&str], usize); 6] = [
    ("security_validation", &["automated_scans", "manual_review", "compliance"], 1),
    ("load_test_requirements", &load::TESTS, 1),
    ("canary_config", &canary::KEYS, 1),
    ("incident_response", &incident::PHASES, 2),
    ("feedback_evaluation_loop", &feedback::STEPS, 1),
    ("feedback_schema", &feedback::FIELDS, 2),
];

/// What a release policy says. A block that is not there is nobody's fault: another file may hold it.
#[derive(Debug)]
pub(crate) struct ReleasePolicy<'t> {
    root: Node<'t>,
    pub(crate) security: Option<SecurityValidation<'t>>,
    pub(crate) performance: Vec<PerformanceGate<'t>>,
    pub(crate) load: Option<LoadTests<'t>>,
    pub(crate) canary: Option<Canary<'t>>,
    pub(crate) flags: Vec<Flag<'t>>,
    pub(crate) incident: Option<IncidentResponse<'t>>,
    pub(crate) feedback: Option<FeedbackLoop<'t>>,
    pub(crate) feedback_schema: Option<FeedbackSchema<'t>>,
}

/// Whether a document is a release policy.
pub(crate) fn recognise(document: Node<'_>) -> bool {
    let root = root(document);
    let is_block = |(name, keys, needed): (&str, &[&str], usize)| {
        let Some(block) = root.at(&[name]).filter(|block| block.is_map()) else { return false };
        keys.iter().filter(|key| block.get(key).is_some()).count() >= needed
    };
    BLOCKS.into_iter().any(is_block) || flag::recognise(root) || performance::recognise(root)
}

/// The mapping that holds the blocks.
fn root(document: Node<'_>) -> Node<'_> {
    document.at(&["release_policy"]).filter(|node| node.is_map()).unwrap_or(document)
}

impl<'t> ReleasePolicy<'t> {
    pub(crate) fn read(document: Node<'t>) -> Self {
        let root = root(document);
        let block = |name: &str| root.get(name).filter(|entry| entry.value.is_map()).map(Block::of);
        ReleasePolicy {
            root,
            security: block("security_validation").map(SecurityValidation::read),
            performance: performance::read(root),
            load: block("load_test_requirements").map(LoadTests::read),
            canary: block("canary_config").map(Canary::read),
            flags: flag::read(root),
            incident: block("incident_response").map(IncidentResponse::read),
            feedback: block("feedback_evaluation_loop").map(FeedbackLoop::read),
            feedback_schema: block("feedback_schema").map(FeedbackSchema::read),
        }
    }

    /// What findings are about.
    pub(crate) fn subject(&self) -> Subject {
        let name = self.root.at(&["name"]).and_then(Node::as_str).unwrap_or("release policy");
        Subject {
            kind: "release policy".to_owned(),
            name: name.to_owned(),
            namespace: None,
            container: None,
        }
    }

    /// The values that are still to be filled in, wherever they stand in a block; each with its key.
    pub(crate) fn placeholders(&self) -> Vec<(&'t str, Node<'t>)> {
        let mut found = Vec::new();
        let names = BLOCKS.iter().map(|(name, ..)| *name);
        for name in names.chain(["performance_gates"]).chain(flag::ROOTS) {
            if let Some(entry) = self.root.get(name) {
                collect_placeholders(entry.key.text(), entry.value, MAX_DEPTH, &mut found);
            }
        }
        found
    }
}

/// No policy nests deeper; a bound keeps the recursion from the stack's end.
const MAX_DEPTH: u8 = 32;

fn collect_placeholders<'t>(
    key: &'t str,
    node: Node<'t>,
    depth: u8,
    into: &mut Vec<(&'t str, Node<'t>)>,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    // What an alias stands for is found at its anchor.
    if node.is_alias() {
        return;
    }
    if node.is_scalar() {
        if node.as_str().is_some_and(is_placeholder) {
            into.push((key, node));
        }
        return;
    }
    for entry in node.own_entries() {
        // A review that is still to come is no gap in the policy.
        if !matches!(entry.key.text(), "manual_review" | "compliance") {
            collect_placeholders(entry.key.text(), entry.value, depth, into);
        }
    }
    for item in node.items() {
        collect_placeholders(key, item, depth, into);
    }
}
