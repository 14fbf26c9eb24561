//! JSON, version 1: a contract with other programs. Fields may be added, never changed.

use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::escape;
use super::locate::Locator;
use super::write_shares;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Severity, Subject, Suppression};
use crate::fingerprint::Fingerprint;
use crate::outcome::Outcome;
use crate::rules;
use crate::source::{Place, Position};

/// Where the schema stands on the web.
const ID: &str =
    "https://raw.githubusercontent.com/agentcheck/agentcheck/main/docs/schemas/report.schema.json";

/// What stands before the findings. No text of a report holds it, as line breaks within texts are escaped.
const BEFORE_FINDINGS: &str = "\n  \"diagnostics\": [";

/// The JSON Schema of the report; its definition `Diagnostic` is that of a line of `jsonl`. It is
/// draft 7, as the one of the configuration is.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft07().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Report<'_>>();
    schema.insert("$id".to_owned(), ID.into());
    schema.to_value()
}

/// What `agentcheck lint --format json` prints. A line of `--format jsonl` is one diagnostic. New
/// fields may appear at any time; `version` changes when one is removed or changes its meaning.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Report of agentcheck")]
struct Report<'o> {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The program that wrote the report.
    tool: Tool,
    /// The findings, sorted by path, place and rule; suppressed ones included.
    diagnostics: Vec<Finding<'o>>,
    /// The files of the run.
    files: Seen<'o>,
    /// The findings in numbers.
    summary: Summary,
}

/// The program that wrote the report.
#[derive(Serialize, JsonSchema)]
pub(super) struct Tool {
    /// Always `agentcheck`.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// A finding.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Diagnostic")]
pub(super) struct Finding<'o> {
    /// The rule, as `group/name`.
    rule: &'static str,
    /// How bad it is, after configuration.
    severity: Severity,
    /// How sure the rule is that it is a defect.
    confidence: Confidence,
    /// What is wrong with this thing, by name.
    message: &'o str,
    /// The file, relative to the working directory where it lies below it, with `/`; `<stdin>` or
    /// the name given to it for standard input.
    file: &'o str,
    /// The token at fault; for something missing, the key that should hold it.
    range: Range,
    /// The object that the finding is about, where it has a name of its own.
    resource: Option<&'o Subject>,
    /// The template that the text was rendered from, where Helm says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'o str>,
    /// The other ends of a finding that is about two places.
    related: Vec<RelatedPlace<'o>>,
    /// Why it matters or what to do.
    help: Option<&'o str>,
    /// The page of the rule.
    url: Option<String>,
    /// Edits that mend it.
    fix: Option<FixOffer<'o>>,
    /// The checklist items that the rule decides.
    checklist: &'static [&'static str],
    /// Stays the same while lines move, so that old findings can be told from new ones.
    #[schemars(with = "String")]
    fingerprint: Fingerprint,
    /// Why the finding does not count, if it does not.
    suppressed: Option<&'o Suppression>,
}

/// A half-open range: `end` is the first place that does not belong to it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Range {
    /// Where it begins.
    start: Point,
    /// Where it has ended.
    end: Point,
}

/// A place in a file.
#[derive(Serialize, JsonSchema)]
struct Point {
    /// The line, from 1.
    line: usize,
    /// The column, from 1, in Unicode scalar values.
    column: usize,
    /// The byte of the file, from 0.
    offset: usize,
}

/// Another place that belongs to the story.
#[derive(Serialize, JsonSchema)]
struct RelatedPlace<'o> {
    /// Its file.
    file: &'o str,
    /// Where.
    range: Range,
    /// What is there.
    message: &'o str,
}

/// Edits that together mend a finding.
#[derive(Serialize, JsonSchema)]
struct FixOffer<'o> {
    /// Whether it may be applied without a look.
    applicability: Applicability,
    /// What the edits do, as a command.
    title: &'o str,
    /// The edits, which do not overlap.
    edits: Vec<TextEdit<'o>>,
}

/// Replaces a range of a file by a text.
#[derive(Serialize, JsonSchema)]
struct TextEdit<'o> {
    /// The file.
    file: &'o str,
    /// What is replaced; empty to insert.
    range: Range,
    /// What stands there afterwards.
    text: &'o str,
}

/// The files of the run.
#[derive(Serialize, JsonSchema)]
pub(super) struct Seen<'o> {
    /// How many were checked.
    checked: usize,
    /// How many others were searched for credentials.
    searched: usize,
    /// Those that were expected to be understood and were not.
    skipped: Vec<SkippedFile<'o>>,
}

/// A file that was not checked.
#[derive(Serialize, JsonSchema)]
struct SkippedFile<'o> {
    /// The file.
    file: &'o str,
    /// Why it was not checked.
    reason: String,
}

/// The findings in numbers. What is suppressed, baselined or outside of the change counts there alone.
#[derive(Serialize, JsonSchema)]
struct Summary {
    /// Errors.
    error: usize,
    /// Warnings.
    warning: usize,
    /// Notes.
    note: usize,
    /// Findings with a fix.
    fixable: usize,
    /// Findings that a comment or an annotation asks to ignore.
    suppressed: usize,
    /// Findings that the baseline notes.
    baselined: usize,
    /// Findings that would count, but lie outside of the change that `--changed-since` asks for.
    outside_change: usize,
}

/// Writes one document.
pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let counts = outcome.counts();
    let report = Report {
        version: 1,
        tool: Tool::this(),
        diagnostics: Vec::new(),
        files: Seen::of(outcome),
        summary: Summary {
            error: counts.error,
            warning: counts.warning,
            note: counts.note,
            fixable: counts.fixable,
            suppressed: counts.suppressed,
            baselined: counts.baselined,
            outside_change: counts.outside,
        },
    };
    let frame = escape::json(serde_json::to_string_pretty(&report)?);
    let (head, tail) = frame.split_once(BEFORE_FINDINGS).unwrap_or((&frame, ""));
    write!(out, "{head}{BEFORE_FINDINGS}")?;
    let (first, others) = outcome.diagnostics.split_at(outcome.diagnostics.len().min(1));
    for (found, before) in [(first, "\n    "), (others, ",\n    ")] {
        write_each(found, outcome, [before, ""], within_list, out)?;
    }
    let end = if first.is_empty() { "" } else { "\n  " };
    writeln!(out, "{end}{tail}")
}

/// Indents what stands in a list of the document.
fn within_list() -> io::Result<PrettyFormatter<'static>> {
    let mut formatter = PrettyFormatter::new();
    formatter.begin_object(&mut io::sink())?;
    formatter.begin_array(&mut io::sink())?;
    Ok(formatter)
}

/// Writes a finding a line.
pub(super) fn write_lines(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    write_each(&outcome.diagnostics, outcome, ["", "\n"], || Ok(CompactFormatter), out)
}

/// Writes findings, each with something before and after it.
fn write_each<F: Formatter>(
    found: &[Diagnostic],
    outcome: &Outcome,
    [before, after]: [&str; 2],
    formatter: impl Fn() -> io::Result<F> + Sync,
    out: &mut dyn Write,
) -> io::Result<()> {
    let told = |share: &[Diagnostic]| -> io::Result<String> {
        let mut locator = Locator::new(&outcome.files);
        let mut json = Vec::with_capacity(share.len() << 11);
        for found in share {
            json.extend_from_slice(before.as_bytes());
            let mut serializer = Serializer::with_formatter(&mut json, formatter()?);
            Finding::of(found, &mut locator).serialize(&mut serializer)?;
            json.extend_from_slice(after.as_bytes());
        }
        Ok(escape::json(String::from_utf8(json).map_err(io::Error::other)?))
    };
    write_shares(found, told, out)
}

pub(super) fn findings(outcome: &Outcome) -> impl Iterator<Item = Finding<'_>> {
    let mut locator = Locator::new(&outcome.files);
    outcome.diagnostics.iter().map(move |found| Finding::of(found, &mut locator))
}

impl Tool {
    pub(super) fn this() -> Self {
        Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
    }
}

impl<'o> Seen<'o> {
    pub(super) fn of(outcome: &'o Outcome) -> Self {
        let skipped = outcome.skipped();
        let skipped = skipped.map(|(file, reason)| SkippedFile { file, reason: reason.describe() });
        Seen {
            checked: outcome.checked().values().sum(),
            searched: outcome.files.searched().files,
            skipped: skipped.collect(),
        }
    }
}

impl<'o> Finding<'o> {
    fn of(found: &'o Diagnostic, locator: &mut Locator<'o>) -> Self {
        let rule = rules::find(found.rule);
        let related = found.related.iter().map(|related| RelatedPlace {
            file: locator.path(related.place),
            range: Range::of(related.place, locator),
            message: &related.message,
        });
        let related = related.collect();
        let fix = locator.fix(found).map(|fix| FixOffer {
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
            resource: found.subject.as_deref(),
            source: locator.template(found.place),
            related,
            help: found.help.as_deref(),
            url: rule.map(rules::Rule::url),
            fix,
            checklist: rule.map_or(&[], rules::Rule::checklist),
            fingerprint: found.fingerprint,
            suppressed: found.suppressed.as_deref(),
        }
    }
}

impl Range {
    pub(super) fn of(place: Place, locator: &mut Locator<'_>) -> Self {
        Range { start: locator.start(place).into(), end: locator.end(place).into() }
    }
}

impl From<Position> for Point {
    fn from(Position { line, column, offset }: Position) -> Self {
        Point { line, column, offset }
    }
}
