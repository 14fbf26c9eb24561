//! What ends the work of an agent that does not end by itself.

use std::borrow::Cow;

use super::{AgentConfig, Because, Setting};

/// A limit of what an agent, a crew or a workflow may do.
#[derive(Debug)]
pub(crate) struct Bound<'t> {
    /// What is bounded, as a message names it: ``agent `researcher` ``.
    pub(crate) what: Cow<'t, str>,
    pub(crate) kind: BoundKind,
    /// 0 where there is no end. That it is not set is a finding where no default is documented.
    pub(crate) limit: Setting<'t, f64>,
}

impl<'t> Bound<'t> {
    /// Why there is no limit, if there is none.
    pub(crate) fn none(&self) -> Option<Because<'t>> {
        self.limit.when(|limit| limit <= 0.0).or_else(|| self.limit.unsaid())
    }
}

impl<'t> AgentConfig<'t> {
    pub(crate) fn bounds_of(&self, kind: BoundKind) -> impl Iterator<Item = &Bound<'t>> {
        self.bounds.iter().filter(move |bound| bound.kind == kind)
    }
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
