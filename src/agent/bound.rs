//! What ends the work of an agent that does not end by itself.

use std::borrow::Cow;

use super::Setting;

/// A limit of what an agent, a crew or a workflow may do.
#[derive(Debug)]
pub(crate) struct Bound<'t> {
    /// What is bounded, as a message names it: ``agent `researcher` ``.
    pub(crate) what: Cow<'t, str>,
    pub(crate) kind: BoundKind,
    pub(crate) limit: Setting<'t, f64>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BoundKind {
    /// Iterations, turns, loops.
    Steps,
    /// Seconds of one run.
    Time,
    /// Tokens of one answer.
    AnswerTokens,
    /// Tokens over a span of time, or of one run.
    Tokens,
    /// Money over a span of time, or of one run.
    Cost,
}
