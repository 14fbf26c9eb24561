//! `feedback_evaluation_loop`: how what users say comes back into the evaluation.

use super::value::{Block, Field, interval, is_empty};
use crate::tree::Node;

/// Source: the evaluation guide, section 21.4.4 ("Feedback-Driven Evaluation Loop").
pub(crate) const STEPS: [&str; 4] = ["collection", "aggregation", "analysis", "action"];

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
