//! JUnit XML: a suite for each file, a test case for each finding.
//!
//! Errors and warnings are failures; a note passes and says its text. An error, in the words of
//! JUnit, is a test that could not run: here a document that does not parse, or a rule that failed.
//! Suppressed findings and skipped files are skipped tests; a file without findings is a test that
//! passes.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::escape;
use super::locate::Locator;
use super::{origin, suppression};
use crate::diagnostic::{Diagnostic, Severity};
use crate::file::{File, SkipReason};
use crate::outcome::Outcome;
use crate::rules;
use crate::source::Place;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(outcome);
    let mut total = Tally::default();
    for suite in &suites {
        total.add(suite.tally());
    }
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="agentcheck" {total}>"#)?;
    for suite in &suites {
        suite.write(out)?;
    }
    writeln!(out, "</testsuites>")
}

/// The cases of a file.
struct Suite<'o> {
    path: &'o str,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    line: Option<usize>,
    verdict: Verdict,
}

enum Verdict {
    Passed,
    Noted { text: String },
    Failed { rule: &'static str, message: String, text: String },
    CouldNotRun { rule: &'static str, message: String, text: String },
    Skipped { why: String },
}

fn suites(outcome: &Outcome) -> Vec<Suite<'_>> {
    let mut locator = Locator::new(&outcome.files);
    let files = outcome.files.as_slice();
    let mut suites: Vec<_> =
        files.iter().map(|file| Suite { path: file.source().path(), cases: Vec::new() }).collect();
    for found in &outcome.diagnostics {
        if let Some(suite) = suites.get_mut(found.place.file.index()) {
            suite.cases.push(Case::of(found, &mut locator));
        }
    }
    for (rule, path) in &outcome.failures {
        if let Some(suite) = suites.iter_mut().find(|suite| suite.path == path) {
            suite.cases.push(Case::of_failure(rule));
        }
    }
    for (suite, file) in suites.iter_mut().zip(files) {
        if suite.cases.is_empty() {
            suite.cases.extend(Case::of_file(file));
        }
        suite.tell_apart();
    }
    suites.retain(|suite| !suite.cases.is_empty());
    suites
}

impl Case {
    fn of(found: &Diagnostic, locator: &mut Locator<'_>) -> Self {
        let message = escape::line(&found.message).into_owned();
        let name = format!("{}: {message}", found.rule);
        let line = Some(locator.start(found.place).line);
        let rule = found.rule;
        let verdict = match (suppression(found), found.severity) {
            (Some(why), _) => Verdict::Skipped { why },
            (None, Severity::Note) => Verdict::Noted { text: story(found, locator) },
            (None, _) if does_not_parse(rule) => {
                Verdict::CouldNotRun { rule, message, text: story(found, locator) }
            }
            (None, _) => Verdict::Failed { rule, message, text: story(found, locator) },
        };
        Case { name, line, verdict }
    }

    fn of_failure(rule: &'static str) -> Self {
        let message = format!("rule {rule} failed on this file");
        let text =
            format!("This is a bug of agentcheck; please report it at {}", super::account::ISSUES);
        let verdict = Verdict::CouldNotRun { rule, message, text };
        Case { name: format!("{rule}: failed"), line: None, verdict }
    }

    /// A file without findings, unless nobody expects it to be checked.
    fn of_file(file: &File) -> Option<Self> {
        let verdict = match file.skip_reason() {
            Some(SkipReason::Foreign) => return None,
            Some(reason) => Verdict::Skipped { why: escape::line(&reason.describe()).into_owned() },
            // Its errors are not reported when the rules of the syntax are off.
            None if file.kind().is_none() => Verdict::Skipped { why: "does not parse".to_owned() },
            None => Verdict::Passed,
        };
        Some(Case { name: "no findings".to_owned(), line: None, verdict })
    }
}

fn does_not_parse(rule: &str) -> bool {
    rule.starts_with("syntax/") && (rule.ends_with("-invalid") || rule == "syntax/limit-exceeded")
}

/// Where and what, why it matters, what belongs to it, and the page of the rule.
fn story(found: &Diagnostic, locator: &mut Locator<'_>) -> String {
    let severity = found.severity.as_str();
    let mut lines = vec![format!(
        "{}: {severity}[{}] {}",
        at(found.place, locator),
        found.rule,
        escape::line(&found.message)
    )];
    lines.extend(origin(found, locator));
    lines.extend(found.help.as_ref().map(|help| format!("help: {}", escape::line(help))));
    for related in &found.related {
        let message = escape::line(&related.message);
        lines.push(format!("{}: {message}", at(related.place, locator)));
    }
    lines.extend(rules::find(found.rule).map(rules::Rule::url));
    lines.join("\n")
}

fn at(place: Place, locator: &mut Locator<'_>) -> String {
    let start = locator.start(place);
    format!("{}:{}:{}", escape::line(locator.path(place)), start.line, start.column)
}

impl Suite<'_> {
    /// Numbers the cases of one name: GitLab, for one, keeps only one of them otherwise.
    fn tell_apart(&mut self) {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for case in &mut self.cases {
            let number = seen.entry(case.name.clone()).or_default();
            *number += 1;
            if *number > 1 {
                let _ = write!(case.name, " ({number})"); // writing to a string cannot fail
            }
        }
    }

    fn tally(&self) -> Tally {
        let mut tally = Tally { tests: self.cases.len(), ..Tally::default() };
        for case in &self.cases {
            match case.verdict {
                Verdict::Failed { .. } => tally.failures += 1,
                Verdict::CouldNotRun { .. } => tally.errors += 1,
                Verdict::Skipped { .. } => tally.skipped += 1,
                Verdict::Passed | Verdict::Noted { .. } => {}
            }
        }
        tally
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let path = xml(self.path);
        writeln!(out, r#"  <testsuite name="{path}" {}>"#, self.tally())?;
        for case in &self.cases {
            let name = xml(&case.name);
            write!(out, r#"    <testcase name="{name}" classname="{path}" file="{path}""#)?;
            if let Some(line) = case.line {
                write!(out, r#" line="{line}""#)?;
            }
            writeln!(out, ">")?;
            case.verdict.write(out)?;
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")
    }
}

impl Verdict {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Verdict::Passed => Ok(()),
            Verdict::Noted { text } => {
                writeln!(out, "      <system-out>{}</system-out>", lines(text))
            }
            Verdict::Failed { rule, message, text } => {
                write_problem("failure", rule, message, text, out)
            }
            Verdict::CouldNotRun { rule, message, text } => {
                write_problem("error", rule, message, text, out)
            }
            Verdict::Skipped { why } => writeln!(out, r#"      <skipped message="{}"/>"#, xml(why)),
        }
    }
}

fn write_problem(
    element: &str,
    rule: &str,
    message: &str,
    text: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (rule, message, text) = (xml(rule), xml(message), lines(text));
    writeln!(out, r#"      <{element} type="{rule}" message="{message}">{text}</{element}>"#)
}

#[derive(Clone, Copy, Default)]
struct Tally {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.errors += other.errors;
        self.skipped += other.skipped;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Tally { tests, failures, errors, skipped } = self;
        write!(f, r#"tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}""#)
    }
}

/// The text between tags, where line breaks may stand as they are.
fn lines(text: &str) -> String {
    text.split('\n').map(xml).collect::<Vec<_>>().join("\n")
}

/// The text for an attribute or between tags. XML 1.0 cannot hold most controls in any way, so
/// they are spelled out, as is what acts on a reader's terminal.
fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\u{fffe}' | '\u{ffff}' => escaped.extend(c.escape_unicode()),
            c if escape::acts(c) => escaped.extend(c.escape_unicode()),
            c => escaped.push(c),
        }
    }
    escaped
}
