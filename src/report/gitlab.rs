//! A Code Quality report of GitLab: an array of violations, as its documentation describes them
//! (a subset of Code Climate's). Merge requests show what is new by comparing fingerprints.

use std::io::{self, Write};

use serde::Serialize;

use super::locate::Locator;
use super::{escape, message};
use crate::diagnostic::{Diagnostic, Severity};
use crate::fingerprint::Fingerprint;
use crate::outcome::Outcome;

#[derive(Serialize)]
struct Violation<'o> {
    description: String,
    check_name: &'static str,
    fingerprint: Fingerprint,
    severity: &'static str,
    location: Location<'o>,
}

#[derive(Serialize)]
struct Location<'o> {
    path: &'o str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut locator = Locator::new(&outcome.files);
    let violations: Vec<_> =
        outcome.active().map(|found| Violation::of(found, &mut locator)).collect();
    writeln!(out, "{}", escape::json(serde_json::to_string_pretty(&violations)?))
}

impl<'o> Violation<'o> {
    fn of(found: &Diagnostic, locator: &mut Locator<'o>) -> Self {
        let lines = Lines {
            begin: locator.start(found.place).line,
            end: locator.end_of_text(found.place).line,
        };
        Violation {
            description: escape::line(&message(found, locator)).into_owned(),
            check_name: found.rule,
            fingerprint: found.fingerprint,
            severity: severity(found),
            location: Location { path: locator.path(found.place), lines },
        }
    }
}

/// GitLab knows info, minor, major, critical and blocker.
fn severity(found: &Diagnostic) -> &'static str {
    match found.severity {
        Severity::Note => "info",
        Severity::Warning => "major",
        Severity::Error => "critical",
    }
}
