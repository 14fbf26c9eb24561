//! Names a finding so that it is known again in the next run.
//!
//! A fingerprint survives lines that move, messages that are reworded and other findings that come
//! and go. It is made of the rule, the path, the object, the text of the line, and a number among
//! findings that are alike in all of these.

use std::collections::HashMap;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use rayon::prelude::*;
use serde::{Serialize, Serializer};

use crate::diagnostic::{Diagnostic, Subject};
use crate::file::Files;
use crate::redact;
use crate::source::{Source, Span};

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

/// Gives each finding its fingerprint. These must be all findings of a run, in their order: those
/// that are alike are numbered.
pub fn name(files: &Files, diagnostics: &mut [Diagnostic]) {
    let identity = |found: &Diagnostic| identity(found, files.source(found.place.file));
    let alike: Vec<Fnv> = diagnostics.par_iter().map(identity).collect();
    let mut seen: HashMap<u64, u64> = HashMap::new();
    for (found, alike) in diagnostics.iter_mut().zip(alike) {
        let number = seen.entry(alike.0).or_default();
        found.fingerprint = Fingerprint(alike.field(&number.to_le_bytes()).0);
        *number += 1;
    }
}

fn identity(found: &Diagnostic, source: Option<&Source>) -> Fnv {
    let path = source.map_or("", Source::path);
    let mut hash = Fnv::NEW.field(found.rule.as_bytes()).field(path.as_bytes());
    if let Some(Subject { kind, name, namespace, container }) = &found.subject {
        let (namespace, container) = (namespace.as_deref(), container.as_deref());
        for part in [kind, name, namespace.unwrap_or_default(), container.unwrap_or_default()] {
            hash = hash.field(part.as_bytes());
        }
    }
    match source {
        // A weak secret could be guessed from a hash of its line.
        Some(source) if !redact::is_about_secrets(found.rule) => {
            hash.field(flagged_line(source, found.place.span).as_bytes())
        }
        _ => hash,
    }
}

/// The line that the finding begins on, trimmed and without secrets. Not the lines after it: a
/// finding about a whole mapping would be a new one whenever something in the mapping changes. Nor
/// what asks to ignore it: that makes it no other finding.
fn flagged_line(source: &Source, span: Span) -> String {
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
    let text = directive.and_then(|at| text.get(..at)).unwrap_or(text);
    redact::masked("", text).trim().to_owned()
}

/// FNV-1a with 64 bits: it must give the same in every version and on every machine.
#[derive(Clone, Copy)]
struct Fnv(u64);

impl Fnv {
    const NEW: Fnv = Fnv(0xcbf2_9ce4_8422_2325);

    /// Takes in a field and its end, so that `ab`, `c` differs from `a`, `bc`.
    fn field(self, bytes: &[u8]) -> Self {
        bytes.iter().chain(&[0xff]).fold(self, |Fnv(hash), &byte| {
            Fnv((hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
        })
    }
}
