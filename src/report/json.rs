//! JSON, version 1: a contract with other programs. Fields may be added, never changed.

use std::io::{self, Write};

use serde::Serialize;

use super::escape;
use super::locate::Locator;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Severity, Subject, Suppression};
use crate::fingerprint::fingerprints;
use crate::outcome::Outcome;
use crate::rules;
use crate::source::{Place, Position};

#[derive(Serialize)]
struct Report<'o> {
    version: u32,
    tool: Tool,
    diagnostics: Vec<Finding<'o>>,
    files: Seen<'o>,
    summary: Summary,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Finding<'o> {
    rule: &'static str,
    severity: Severity,
    confidence: Confidence,
    message: &'o str,
    file: &'o str,
    range: Range,
    resource: Option<&'o Subject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'o str>,
    related: Vec<RelatedPlace<'o>>,
    help: Option<&'o str>,
    url: Option<String>,
    fix: Option<FixOffer<'o>>,
    checklist: &'static [&'static str],
    fingerprint: String,
    suppressed: Option<&'o Suppression>,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
    offset: usize,
}

#[derive(Serialize)]
struct RelatedPlace<'o> {
    file: &'o str,
    range: Range,
    message: &'o str,
}

#[derive(Serialize)]
struct FixOffer<'o> {
    applicability: Applicability,
    title: &'o str,
    edits: Vec<TextEdit<'o>>,
}

#[derive(Serialize)]
struct TextEdit<'o> {
    file: &'o str,
    range: Range,
    text: &'o str,
}

#[derive(Serialize)]
struct Seen<'o> {
    checked: usize,
    skipped: Vec<SkippedFile<'o>>,
}

#[derive(Serialize)]
struct SkippedFile<'o> {
    file: &'o str,
    reason: String,
}

#[derive(Serialize)]
struct Summary {
    error: usize,
    warning: usize,
    note: usize,
    fixable: usize,
    suppressed: usize,
    baselined: usize,
}

/// Writes one document.
pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let skipped = outcome
        .skipped()
        .map(|(file, reason)| SkippedFile { file, reason: reason.describe() })
        .collect();
    let counts = outcome.counts();
    let report = Report {
        version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        diagnostics: findings(outcome).collect(),
        files: Seen { checked: outcome.checked().values().sum(), skipped },
        summary: Summary {
            error: counts.error,
            warning: counts.warning,
            note: counts.note,
            fixable: counts.fixable,
            suppressed: counts.suppressed,
            baselined: 0,
        },
    };
    writeln!(out, "{}", escape::json(serde_json::to_string_pretty(&report)?))
}

/// Writes a finding a line.
pub(super) fn write_lines(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    for finding in findings(outcome) {
        writeln!(out, "{}", escape::json(serde_json::to_string(&finding)?))?;
    }
    Ok(())
}

fn findings(outcome: &Outcome) -> impl Iterator<Item = Finding<'_>> {
    let mut locator = Locator::new(&outcome.files);
    outcome
        .diagnostics
        .iter()
        .zip(fingerprints(outcome))
        .map(move |(found, fingerprint)| Finding::of(found, fingerprint, &mut locator))
}

impl<'o> Finding<'o> {
    fn of(found: &'o Diagnostic, fingerprint: String, locator: &mut Locator<'o>) -> Self {
        let rule = rules::find(found.rule);
        let related = found.related.iter().map(|related| RelatedPlace {
            file: locator.path(related.place),
            range: Range::of(related.place, locator),
            message: &related.message,
        });
        let related = related.collect();
        let fix = found.fix.as_ref().map(|fix| FixOffer {
            applicability: fix.applicability,
            title: &fix.title,
            edits: fix
                .edits
                .iter()
                .map(|edit| TextEdit {
                    file: locator.path(edit.place),
                    range: Range::of(edit.place, locator),
                    text: &edit.text,
                })
                .collect(),
        });
        Finding {
            rule: found.rule,
            severity: found.severity,
            confidence: found.confidence,
            message: &found.message,
            file: locator.path(found.place),
            range: Range::of(found.place, locator),
            resource: found.subject.as_ref(),
            source: locator.template(found.place),
            related,
            help: found.help.as_deref(),
            url: rule.map(rules::Rule::url),
            fix,
            checklist: rule.map_or(&[], |rule| &rule.checklist),
            fingerprint,
            suppressed: found.suppressed.as_ref(),
        }
    }
}

impl Range {
    fn of(place: Place, locator: &mut Locator<'_>) -> Self {
        Range { start: locator.start(place).into(), end: locator.end(place).into() }
    }
}

impl From<Position> for Point {
    fn from(Position { line, column, offset }: Position) -> Self {
        Point { line, column, offset }
    }
}
