//! Parser directives: the comments at the top of a Dockerfile that say how it is read.
//!
//! Source: github.com/moby/buildkit, `parser/directives.go`.

use super::words::Word;
use crate::source::{FileId, Place, Span};

/// ```text
/// # syntax=docker/dockerfile:1
///   ^^^^^^ ^^^^^^^^^^^^^^^^^^^
/// ```
#[derive(Debug)]
pub(crate) struct Directive {
    /// As it is written; capitals do not matter.
    pub(crate) name: Word,
    pub(crate) value: Word,
}

impl Directive {
    /// Whether it goes by that name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.text.eq_ignore_ascii_case(name)
    }
}

/// The directives of `text` from the byte `at` on: the first line that is none ends them.
pub(super) fn directives(file: FileId, text: &str, at: usize) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut start = at;
    for line in text.get(at..).unwrap_or_default().split_inclusive('\n') {
        let Some(directive) = directive(file, line, start) else { break };
        found.push(directive);
        start += line.len();
    }
    found
}

fn directive(file: FileId, line: &str, start: usize) -> Option<Directive> {
    let (name, value) = line.strip_prefix('#')?.split_once('=')?;
    let is_name = name.trim().starts_with(|c: char| c.is_ascii_alphabetic())
        && name.trim().chars().all(|c| c.is_ascii_alphanumeric());
    let word = |part: &str, start: usize| {
        let start = start + part.len() - part.trim_start().len();
        let text = part.trim().to_owned();
        Word { place: Place { file, span: Span::new(start, start + text.len()) }, text }
    };
    let behind = start + "#".len() + name.len() + "=".len();
    (is_name && !value.trim().is_empty())
        .then(|| Directive { name: word(name, start + "#".len()), value: word(value, behind) })
}

/// The escape character that the directives choose.
pub(super) fn escape(directives: &[Directive]) -> char {
    let chosen = directives.iter().find(|directive| directive.is("escape"));
    if chosen.is_some_and(|directive| directive.value.text == "`") { '`' } else { '\\' }
}

/// Whether `BuildKit` reads the file, and nothing that a directive names in its place, which may know
/// other flags.
pub(super) fn is_of_buildkit(directives: &[Directive]) -> bool {
    let reader = directives.iter().find(|directive| directive.is("syntax"));
    reader.is_none_or(|reader| {
        let name = reader.value.text.split(['@', ' ']).next().unwrap_or_default();
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        let name = name.split(':').next().unwrap_or_default();
        ["docker/dockerfile", "docker/dockerfile-upstream"].contains(&name)
    })
}
