//! What a configuration names that must be somewhere else: models, agents, prompts.

use crate::tree::Node;

/// A name of something that the same configuration must define.
#[derive(Debug)]
pub(crate) struct Reference<'t> {
    /// What is named: `model`, `agent`, `workflow`, `provider`, `adapter`.
    pub(crate) kind: &'static str,
    pub(crate) at: Node<'t>,
    /// The names that are defined. Only made where all of them are known.
    pub(crate) known: Vec<&'t str>,
}

impl<'t> Reference<'t> {
    pub(crate) fn is_dangling(&self) -> bool {
        !self.known.contains(&self.at.text())
    }

    /// The defined name that it is most like.
    pub(crate) fn nearest(&self) -> Option<&'t str> {
        crate::schema::nearest(self.at.text(), self.known.iter().copied())
    }
}

/// The instructions of an agent.
#[derive(Debug)]
pub(crate) struct Prompt<'t> {
    pub(crate) at: Node<'t>,
    pub(crate) text: PromptText<'t>,
}

/// Where the instructions stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PromptText<'t> {
    /// In the configuration.
    Inline(&'t str),
    /// In a file, whose path begins where the configuration lies or where the program runs.
    File(&'t str),
}
