//! What is wrong with a configuration, all of it at once.

use std::fmt;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use crate::report::escape;
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

impl Problem {
    fn shown(&self) -> Self {
        let message = escape::lines(&self.message).into_owned();
        let help = self.help.as_deref().map(|help| escape::lines(help).into_owned());
        Problem { span: self.span, message, help }
    }
}

/// A text in which nothing acts, and where each of its characters went, and its end.
fn harmless(text: &str) -> (String, Vec<(usize, usize)>) {
    let mut shown = String::with_capacity(text.len());
    let mut moved = Vec::with_capacity(text.len() + 1);
    for (at, c) in text.char_indices() {
        moved.push((at, shown.len()));
        let is_break = c == '\n' || text.get(at..).is_some_and(|rest| rest.starts_with("\r\n"));
        shown.push(if is_break { c } else { escape::in_excerpt(c) });
    }
    moved.push((text.len(), shown.len()));
    (shown, moved)
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
    problems: Box<[Problem]>,
    /// The problems as they are printed: nothing in them acts, and they point into the text that is shown.
    shown: Box<[Problem]>,
}

impl ConfigError {
    /// Problems of the file at `path`, whose text is `text`.
    pub(super) fn in_file(path: &str, text: &str, problems: Vec<Problem>) -> Self {
        let path = escape::line(path);
        let (text, moved) = harmless(text);
        let place_of = |at: u32| {
            let next = moved.partition_point(|&(original, _)| original < at as usize);
            moved.get(next).map_or(text.len(), |&(_, new)| new)
        };
        let shown = problems.iter().map(|problem| {
            let span = problem.span.map(|at| Span::new(place_of(at.start), place_of(at.end)));
            Problem { span, ..problem.shown() }
        });
        let shown = shown.collect();
        let source_text = Some(NamedSource::new(&path, Arc::from(text.as_str())));
        let (origin, problems) = (format!("`{path}`"), problems.into());
        ConfigError { origin, source_text, problems, shown }
    }

    /// Problems of something that has no text to show.
    pub(super) fn elsewhere(origin: impl Into<String>, problems: Vec<Problem>) -> Self {
        let origin = escape::line(&origin.into()).into_owned();
        let shown = problems.iter().map(Problem::shown).collect();
        ConfigError { origin, source_text: None, problems: problems.into(), shown }
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
        Some(Box::new(self.shown.iter().map(|problem| problem as _)))
    }
}
