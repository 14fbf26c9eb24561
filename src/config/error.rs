//! What is wrong with a configuration, all of it at once.

use std::fmt;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use crate::source::Span;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// The key or value at fault; nothing for what stands in no file.
    pub span: Option<Span>,
    /// What is wrong with it.
    pub message: String,
    /// What was probably meant, or what may stand there.
    pub help: Option<String>,
}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let range = self.span?.range();
        Some(Box::new(std::iter::once(LabeledSpan::new(None, range.start, range.len()))))
    }
}

/// A configuration that cannot be used. A report shows each problem with its excerpt.
#[derive(Debug, thiserror::Error)]
#[error("invalid configuration in {origin}")]
pub struct ConfigError {
    origin: String,
    source_text: Option<NamedSource<Arc<str>>>,
    problems: Vec<Problem>,
}

impl ConfigError {
    /// Problems of the file at `path`, whose text is `text`.
    pub(super) fn in_file(path: &str, text: &str, problems: Vec<Problem>) -> Self {
        let source_text = Some(NamedSource::new(path, Arc::from(text)));
        ConfigError { origin: format!("`{path}`"), source_text, problems }
    }

    /// Problems of something that has no text to show.
    pub(super) fn elsewhere(origin: impl Into<String>, problems: Vec<Problem>) -> Self {
        ConfigError { origin: origin.into(), source_text: None, problems }
    }

    /// What is wrong, in the order of the text.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Diagnostic for ConfigError {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source_text.as_ref().map(|source| source as _)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.problems.iter().map(|problem| problem as _)))
    }
}
