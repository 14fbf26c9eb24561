//! Names a finding so that it is known again in the next run.
//!
//! A fingerprint survives lines that move, messages that are reworded and other findings that come
//! and go. It is made of the rule, the path, the object, the text of the line, and a number among
//! findings that are alike in all of these. One that is said of several things has a fingerprint for each
//! as well, by which it is known when it is said of fewer.

use std::collections::HashMap;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use rayon::prelude::*;
use serde::{Serialize, Serializer};

use crate::diagnostic::{Diagnostic, Subject};
use crate::file::Files;
use crate::redact;
use crate::source::{Place, Source, Span};

/// Of longer lines, as in minified files, only the flagged text counts.
const LONG: usize = 512;

/// The name of a finding: 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        u64::from_str_radix(text, 16).map(Fingerprint)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Findings that one thread looks at in a row.
const SHARE: usize = 256;

/// Gives each finding its fingerprint. These must be all findings of a run, in their order: those
/// that are alike are numbered.
pub fn name(files: &Files, diagnostics: &mut [Diagnostic]) {
    let alike: Vec<Fnv> = diagnostics
        .par_chunks_mut(SHARE)
        .flat_map_iter(|share| {
            let mut lines = Lines::default();
            let mut of = |found: &mut Diagnostic| {
                let rule = found.rule;
                for part in &mut found.parts {
                    let own = (part.place, Some(part.subject.as_ref()));
                    part.fingerprint = identity(rule, own, files, &mut lines).numbered(0);
                }
                let own = (found.place, found.subject.as_deref());
                let alike = identity(rule, own, files, &mut lines);
                // Another part makes another finding.
                found
                    .parts
                    .iter()
                    .fold(alike, |alike, part| alike.field(&part.fingerprint.0.to_le_bytes()))
            };
            share.iter_mut().map(&mut of).collect::<Vec<_>>()
        })
        .collect();
    let mut seen: HashMap<u64, u64> = HashMap::with_capacity(alike.len());
    for (found, alike) in diagnostics.iter_mut().zip(alike) {
        let number = seen.entry(alike.0).or_default();
        found.fingerprint = alike.numbered(*number);
        *number += 1;
    }
}

/// What a finding of a rule is known by: where it is, and what it is about.
fn identity(
    rule: &'static str,
    (place, subject): (Place, Option<&Subject>),
    files: &Files,
    lines: &mut Lines,
) -> Fnv {
    let source = files.source(place.file);
    let path = source.map_or("", Source::path);
    let mut hash = Fnv::NEW.field(rule.as_bytes()).field(path.as_bytes());
    if let Some(Subject { kind, name, namespace, container }) = subject {
        let (namespace, container) = (namespace.as_deref(), container.as_deref());
        for part in [kind, name, namespace.unwrap_or_default(), container.unwrap_or_default()] {
            hash = hash.field(part.as_bytes());
        }
    }
    match source {
        // A weak secret could be guessed from a hash of its line.
        Some(source) if !redact::is_about_secrets(rule) => {
            hash.field(lines.flagged(source, place).as_bytes())
        }
        _ => hash,
    }
}

/// The text of the line that was asked for last: what is found on one line stands together, and to look
/// for secrets in it takes longer than everything else.
#[derive(Debug, Default)]
struct Lines {
    last: Option<(Place, String)>,
}

impl Lines {
    /// The line that a finding begins on, trimmed and without secrets.
    fn flagged(&mut self, source: &Source, place: Place) -> &str {
        let flagged = Place { span: flagged_span(source, place.span), ..place };
        let known = self.last.take().filter(|(known, _)| *known == flagged);
        let masked = || redact::masked("", source.slice(flagged.span)).trim().to_owned();
        let (_, text) = self.last.insert(known.unwrap_or_else(|| (flagged, masked())));
        text
    }
}

/// The part that counts of the line that a finding begins on. Not the lines after it: a
/// finding about a whole mapping would be a new one whenever something in the mapping changes. Nor
/// what asks to ignore it: that makes it no other finding.
fn flagged_span(source: &Source, span: Span) -> Span {
    let line = source.line_span(source.line_index(span.start));
    let flagged = if line.range().len() <= LONG {
        line
    } else {
        let start = span.start as usize;
        let end = (start + LONG).min(span.end as usize).min(line.end as usize);
        Span::new(start, source.text().floor_char_boundary(end))
    };
    let text = source.slice(flagged);
    let before = span.start.saturating_sub(flagged.start) as usize;
    let directive = text.find("# agentcheck:").filter(|&at| at > before);
    let start = flagged.start as usize;
    directive.map_or(flagged, |at| Span::new(start, start + at))
}

/// FNV-1a with 64 bits: it must give the same in every version and on every machine.
#[derive(Clone, Copy)]
struct Fnv(u64);

impl Fnv {
    const NEW: Fnv = Fnv(0xcbf2_9ce4_8422_2325);

    /// The fingerprint of the one of that number among findings that are alike.
    fn numbered(self, number: u64) -> Fingerprint {
        Fingerprint(self.field(&number.to_le_bytes()).0)
    }

    /// Takes in a field and its end, so that `ab`, `c` differs from `a`, `bc`.
    fn field(self, bytes: &[u8]) -> Self {
        bytes.iter().chain(&[0xff]).fold(self, |Fnv(hash), &byte| {
            Fnv((hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
        })
    }
}
