//! Agent configurations of every framework, read into one framework-neutral model.
//!
//! May import from [`crate::tree`] and below only.

use crate::diagnostic::Subject;
use crate::file::FileKind;
use crate::tree::Node;

/// A configuration format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// `agent.toml` of the MSFT agent framework template and its relatives.
    MsftAgent,
    /// The integration configuration of FBA-Bench, in one of its shapes.
    FbaIntegration,
}

impl Format {
    pub(crate) fn file_kind(self) -> FileKind {
        match self {
            Format::MsftAgent => FileKind::Agent,
            Format::FbaIntegration => FileKind::Integration,
        }
    }
}

/// Words of which every document of these formats holds at least one.
pub(crate) const MARKERS: [&str; 2] = ["agent", "safety_"];

/// Which format a document is in, told by its content alone.
pub(crate) fn recognise(_document: Node<'_>) -> Option<Format> {
    None
}

/// What an agent configuration says.
#[derive(Debug)]
pub(crate) struct AgentConfig<'t> {
    pub(crate) format: Format,
    /// The document.
    pub(crate) root: Node<'t>,
}

impl<'t> AgentConfig<'t> {
    /// Reads a document of that format.
    pub(crate) fn read(format: Format, root: Node<'t>) -> Self {
        AgentConfig { format, root }
    }

    pub(crate) fn subject(&self) -> Option<Subject> {
        None
    }
}
