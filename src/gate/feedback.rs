//! `feedback_evaluation_loop`: how what users say comes back into the evaluation; and
//! `feedback_schema`: what is noted of it.

use super::value::{Block, Field, interval, is_empty};
use crate::tree::Node;

/// Source: the evaluation guide, section 21.4.4 ("Feedback-Driven Evaluation Loop").
pub(crate) const STEPS: [&str; 4] = ["collection", "aggregation", "analysis", "action"];

/// What a piece of feedback holds, so that it can be traced to what it is about.
///
/// Source: the evaluation guide, section 21.4.1 ("Feedback Schema").
pub(super) const FIELDS: [&str; 5] =
    ["trace_id", "session_id", "explicit_feedback", "implicit_signals", "agent_version"];

#[derive(Debug)]
pub(crate) struct FeedbackSchema<'t> {
    pub(crate) key: Node<'t>,
    /// The fields that are not there.
    pub(crate) missing: Vec<&'static str>,
}

impl<'t> FeedbackSchema<'t> {
    pub(super) fn read(block: Block<'t>) -> Self {
        let metadata = block.block("metadata");
        let has = |field: &str| {
            let inner = metadata.and_then(|metadata| metadata.node.get(field));
            block.node.get(field).or(inner).is_some()
        };
        let missing = FIELDS.into_iter().filter(|field| !has(field)).collect();
        FeedbackSchema { key: block.grip, missing }
    }
}

#[derive(Debug)]
pub(crate) struct FeedbackLoop<'t> {
    pub(crate) key: Node<'t>,
    /// The steps that are not there, or of which nothing is said.
    pub(crate) missing: Vec<&'static str>,
    /// How often, in seconds, for the steps that run by the clock and are there.
    pub(crate) frequencies: Vec<(&'static str, Field<'t, f64>)>,
}

impl<'t> FeedbackLoop<'t> {
    pub(super) fn read(block: Block<'t>) -> Self {
        let says = |step: &str| {
            let Some(entry) = block.entry(&[step]) else { return false };
            let inner = entry.value.get("sources");
            !is_empty(entry.value) && inner.is_none_or(|inner| !is_empty(inner.value))
        };
        let frequency =
            |step: &'static str| Some((step, block.block(step)?.field(&["frequency"], interval)));
        FeedbackLoop {
            key: block.grip,
            missing: STEPS.into_iter().filter(|step| !says(step)).collect(),
            frequencies: ["aggregation", "analysis"].into_iter().filter_map(frequency).collect(),
        }
    }
}
