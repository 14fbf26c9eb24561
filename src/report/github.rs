//! Workflow commands of GitHub Actions, a line a finding, which become annotations of the changed
//! files: `::error file=deploy/web.yaml,line=3,...,title=k8s/naked-pod::message`.

use std::io::{self, Write};

use super::locate::Locator;
use super::{escape, message};
use crate::diagnostic::{Diagnostic, Severity};
use crate::outcome::Outcome;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut locator = Locator::new(&outcome.files);
    for found in outcome.active() {
        let path = property(locator.path(found.place));
        let (start, end) = (locator.start(found.place), locator.end_of_text(found.place));
        write!(out, "::{} file={path},line={},endLine={}", command(found), start.line, end.line)?;
        // GitHub takes columns only of what is on one line.
        if start.line == end.line {
            write!(out, ",col={},endColumn={}", start.column, end.column)?;
        }
        write!(out, ",title={}::{}", property(found.rule), data(&message(found, &locator)))?;
        match &found.help {
            Some(help) => writeln!(out, "%0A{}", data(help))?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

fn command(found: &Diagnostic) -> &'static str {
    match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

/// What stands after the second `::`, on one line.
fn data(text: &str) -> String {
    escape::line(text).replace('%', "%25")
}

/// The value of a property. A path comes back as it was, line breaks included; only what acts on
/// the reader of the log is spelled out.
fn property(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            ':' => escaped.push_str("%3A"),
            ',' => escaped.push_str("%2C"),
            c if escape::acts(c) => escaped.extend(c.escape_unicode()),
            c => escaped.push(c),
        }
    }
    escaped
}
