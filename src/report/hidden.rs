//! What the excerpts of a run must not show.

use std::collections::HashMap;

use super::excerpt::CONTEXT;
use crate::credential;
use crate::diagnostic::Edit;
use crate::file::Files;
use crate::outcome::Outcome;
use crate::personal;
use crate::redact::{self, Known};
use crate::source::{FileId, Place, Source, Span};

/// What findings and files call secret, by file; ascending and apart.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    by_file: HashMap<FileId, Vec<Span>>,
    known: Known,
}

impl Hidden {
    /// A rule may also point at the name of a secret or at a whole instruction, which are no secrets:
    /// only a word that looks like one is.
    pub(super) fn of(outcome: &Outcome) -> Self {
        let mut hidden: Vec<Place> = Vec::new();
        let mut known = Known::of(&outcome.files);
        for found in &outcome.diagnostics {
            let Place { file, span } = found.place;
            let Some(source) = outcome.files.source(file) else { continue };
            if redact::is_about_people(found.rule) {
                hidden.push(found.place);
                hidden.extend(people_around(source, span).map(|span| Place { file, span }));
            } else if redact::is_about_logins(found.rule) {
                let lines = found.related.iter().map(|related| related.place);
                // The other end may also be the name of a variable.
                let lines = lines.filter(|it| source.slice(it.span).contains(':'));
                let places = std::iter::once(found.place).chain(lines);
                hidden.extend(places.filter_map(|it| password_in(source, it)));
            } else if redact::is_about_secrets(found.rule) && is_like_a_secret(source.slice(span)) {
                hidden.push(found.place);
                known.add(source.slice(span));
            }
        }
        for file in outcome.files.as_slice() {
            let secrets = file.secrets().iter();
            hidden.extend(secrets.map(|secret| Place { file: file.id(), span: secret.hidden }));
        }
        hidden.sort();
        let mut by_file: HashMap<FileId, Vec<Span>> = HashMap::new();
        for Place { file, span } in hidden {
            let spans = by_file.entry(file).or_default();
            match spans.last_mut() {
                Some(last) if span.start < last.end => last.end = last.end.max(span.end),
                _ => spans.push(span),
            }
        }
        Hidden { by_file, known }
    }

    /// Those of a file.
    pub(super) fn in_file(&self, file: FileId) -> &[Span] {
        self.by_file.get(&file).map_or(&[], Vec::as_slice)
    }

    /// What is secret wherever it stands.
    pub(super) fn known(&self) -> &Known {
        &self.known
    }
}

/// Whether an edit repeats a secret that stands in what it replaces.
pub(super) fn is_repeated(Edit { place, text }: &Edit, files: &Files) -> bool {
    let Some(file) = files.get(place.file) else { return false };
    // They stand in their order, apart from each other.
    let secrets = file.secrets();
    let first = secrets.partition_point(|secret| secret.hidden.end <= place.span.start);
    let replaced = secrets.get(first..).unwrap_or_default().iter();
    let mut replaced = replaced.take_while(|secret| secret.hidden.start < place.span.end);
    replaced.any(|secret| text.contains(file.source().slice(secret.hidden)))
}

/// Whether a text tells a secret, by itself or because it is one of another place.
pub(super) fn is_telling(text: &str, known: &Known) -> bool {
    redact::covered(text, known) != *text
}

fn is_like_a_secret(text: &str) -> bool {
    let is_word = text.len() >= 8 && !text.contains([' ', '\n', '=', ':']);
    is_word
        && text.contains(|c: char| c.is_ascii_digit())
        && credential::value(text) == credential::Value::Literal
        && !credential::names_credential(text)
}

/// The password that stands somewhere in what is pointed at.
fn password_in(source: &Source, place: Place) -> Option<Place> {
    let range = redact::password_of(source.slice(place.span))?;
    let start = place.span.start as usize;
    Some(Place { span: Span::new(start + range.start, start + range.end), ..place })
}

/// The personal data on the lines that a report shows around a finding about it.
fn people_around(source: &Source, span: Span) -> impl Iterator<Item = Span> {
    let line = source.line_index(span.start);
    let last = source.line_starts().len() - 1;
    let shown = line.saturating_sub(CONTEXT)..=(line + CONTEXT).min(last);
    shown.flat_map(move |line| {
        let line = source.line_span(line);
        let start = line.start as usize;
        let people = personal::of_anybody(source.slice(line));
        people.into_iter().map(move |range| Span::new(start + range.start, start + range.end))
    })
}
