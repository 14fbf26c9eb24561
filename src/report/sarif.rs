//! SARIF 2.1.0, for GitHub code scanning, GitLab and whatever else collects findings.
//!
//! GitHub takes a part of a report that is larger than its limits, and does not choose well; so
//! what is left out is chosen here, and the report says so.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::excerpt::on_one_line;
use super::explain::{Block, blocks, without_mark};
use super::locate::Locator;
use super::{Exit, counted, escape};
use crate::baseline::Comparison;
use crate::diagnostic::{
    Applicability, Confidence, Diagnostic, Fix, Related, Severity, Subject, Suppression,
};
use crate::fingerprint::Fingerprint;
use crate::outcome::Outcome;
use crate::redact;
use crate::rules::{self, Profile, Rule};
use crate::source::{FileId, Place, Position, Source};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const HOME: &str = "https://github.com/agentcheck/agentcheck";

/// What paths are relative to. Its value is left to the reader: on another machine the project
/// lies elsewhere.
const ROOT: &str = "SRCROOT";

/// GitHub takes that many results a run.
const MOST_RESULTS: usize = 25_000;

/// GitHub takes a thousand locations a result and shows a hundred.
const MOST_RELATED: usize = 100;

/// GitHub cuts descriptions and messages of more than 1,024 characters.
const LONGEST: usize = 1_000;

#[derive(Serialize)]
struct Log<'o> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'o>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'o> {
    tool: Tool,
    invocations: [Invocation; 1],
    original_uri_base_ids: BaseIds,
    column_kind: &'static str,
    results: Vec<Finding<'o>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Help,
    help_uri: String,
    default_configuration: Configuration,
    properties: DescriptorProperties,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: Severity,
}

/// The names are GitHub's.
#[derive(Serialize)]
struct DescriptorProperties {
    tags: Vec<&'static str>,
    precision: Confidence,
    #[serde(rename = "problem.severity")]
    problem_severity: &'static str,
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'static str>,
}

#[derive(Serialize)]
struct BaseIds {
    #[serde(rename = "SRCROOT")]
    root: Described,
}

#[derive(Serialize)]
struct Described {
    description: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
    #[serde(skip_serializing_if = "str::is_empty")]
    exit_code_description: &'static str,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: Severity,
    message: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location<'static>>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'o> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: Severity,
    message: Text,
    locations: [Location<'o>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'o>>,
    partial_fingerprints: Fingerprints,
    /// Only `new` or `unchanged`. `absent` would need places, which a baseline does not hold, and
    /// GitHub would show it as one more finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Repair<'o>>,
    /// Also when it is empty: that says that the finding counts.
    suppressions: Vec<Ignored<'o>>,
    properties: FindingProperties<'o>,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "agentcheck/v1")]
    agentcheck: Fingerprint,
}

#[derive(Serialize)]
struct FindingProperties<'o> {
    confidence: Confidence,
    /// The template that Helm rendered the flagged text from.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'o str>,
}

#[derive(Serialize)]
struct Ignored<'o> {
    kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    justification: &'o str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the standard's names")]
struct Location<'o> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation<'o>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    char_offset: usize,
    char_length: usize,
    byte_offset: usize,
    byte_length: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'o> {
    name: &'o str,
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Repair<'o> {
    description: Text,
    artifact_changes: Vec<ArtifactChange<'o>>,
    properties: RepairProperties,
}

#[derive(Serialize)]
struct RepairProperties {
    applicability: Applicability,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'o> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'o>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'o> {
    deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted_content: Option<Content<'o>>,
}

#[derive(Serialize)]
struct Content<'o> {
    text: &'o str,
}

/// Writes one log with one run.
pub(super) fn write(outcome: &Outcome, exit: Exit, out: &mut dyn Write) -> io::Result<()> {
    let kept = most_severe(outcome);
    let mut rules: Vec<_> = kept.iter().filter_map(|found| rules::find(found.rule)).collect();
    rules.sort_by_key(|rule| rule.id);
    rules.dedup_by_key(|rule| rule.id);
    let left_out = outcome.diagnostics.len() - kept.len();
    let mut places = Places::of(outcome);
    let results = kept
        .into_iter()
        .map(|found| Finding::of(found, outcome.baseline.as_ref(), &rules, &mut places))
        .collect();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: HOME,
                    rules: rules.into_iter().map(Descriptor::of).collect(),
                },
            },
            invocations: [Invocation::of(outcome, exit, left_out)],
            original_uri_base_ids: BaseIds {
                root: Described {
                    description: Text::of("The directory that agentcheck was run in."),
                },
            },
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    writeln!(out, "{}", escape::json(serde_json::to_string(&log)?))
}

/// The findings that GitHub takes: suppressed ones and mere notes are the
/// first to go. They stay in their order.
fn most_severe(outcome: &Outcome) -> Vec<&Diagnostic> {
    let all = outcome.diagnostics.iter();
    if outcome.diagnostics.len() <= MOST_RESULTS {
        return all.collect();
    }
    let mut kept: Vec<_> = all.enumerate().collect();
    kept.sort_by_key(|(index, found)| {
        (found.suppressed.is_some(), Reverse(found.severity), *index)
    });
    kept.truncate(MOST_RESULTS);
    kept.sort_by_key(|(index, _)| *index);
    kept.into_iter().map(|(_, found)| found).collect()
}

impl Descriptor {
    fn of(rule: &'static Rule) -> Self {
        let prose = prose(rule.page);
        let first = prose.first().map_or(rule.title, String::as_str);
        Descriptor {
            id: rule.id,
            name: pascal_case(rule.id),
            short_description: Text::of(rule.title),
            full_description: Text::of(first),
            help: Help { text: prose.join("\n\n"), markdown: markdown(rule.page) },
            help_uri: rule.url(),
            default_configuration: Configuration { level: rule.severity },
            properties: DescriptorProperties {
                tags: tags(rule),
                precision: rule.confidence,
                problem_severity: match rule.severity {
                    Severity::Note => "recommendation",
                    severity => severity.as_str(),
                },
                security_severity: security_severity(rule),
            },
        }
    }
}

/// `k8s/run-as-user-zero` as `K8sRunAsUserZero`.
fn pascal_case(id: &str) -> String {
    id.split(['/', '-'])
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}

/// The paragraphs of a page before its first heading.
fn prose(page: &str) -> Vec<String> {
    blocks(page)
        .into_iter()
        .take_while(|block| !matches!(block, Block::Heading(_)))
        .filter_map(|block| match block {
            Block::Paragraph(text) => Some(text),
            Block::Item(text) => Some(format!("- {text}")),
            _ => None,
        })
        .collect()
}

/// The page without its front matter and without what only the tests read.
fn markdown(page: &str) -> String {
    let body = page.split_once("\n---\n").map_or(page, |(_, body)| body);
    body.trim().lines().filter_map(without_mark).collect::<Vec<_>>().join("\n")
}

/// By these a rule is found among others; GitHub takes up to twenty.
fn tags(rule: &Rule) -> Vec<&'static str> {
    let mut tags = vec![rule.group()];
    if rule.profile != Profile::Optional {
        tags.push(rule.profile.as_str());
    }
    if is_about_security(rule) {
        tags.push("security");
    }
    tags
}

/// Whether the rule keeps somebody out or something in: the checklists file it so, or its name
/// tells.
fn is_about_security(rule: &Rule) -> bool {
    let filed = ["security", "secrets", "auth"];
    let told = ["pii", "injection", "payload", "http", "tls", "privileged"];
    rule.checklist().iter().flat_map(|item| item.split('/')).any(|part| filed.contains(&part))
        || rule.id.split(['/', '-']).any(|word| told.contains(&word))
        || redact::is_about_secrets(rule.id)
}

/// The middle of GitHub's "high" (7.0 to 8.9) and "medium" (4.0 to 6.9).
fn security_severity(rule: &Rule) -> Option<&'static str> {
    match rule.severity {
        Severity::Error if is_about_security(rule) => Some("8.0"),
        Severity::Warning if is_about_security(rule) => Some("5.5"),
        _ => None,
    }
}

impl Invocation {
    fn of(outcome: &Outcome, exit: Exit, left_out: usize) -> Self {
        let failures = outcome.failures.iter().map(|(rule, path)| {
            let message = format!("rule {rule} failed on this file: this is a bug of agentcheck");
            Notification::about(Severity::Error, path, &message)
        });
        let cut = (left_out > 0).then(|| Notification {
            level: Severity::Warning,
            message: Text::of(&format!(
                "{} left out, the least severe: GitHub takes at most {MOST_RESULTS}",
                counted(left_out, "result was", "results were")
            )),
            locations: Vec::new(),
        });
        let skipped = outcome.skipped().map(|(path, reason)| {
            let message = format!("skipped: {}", reason.describe());
            Notification::about(Severity::Note, path, &message)
        });
        Invocation {
            execution_successful: outcome.failures.is_empty(),
            exit_code: exit.code,
            exit_code_description: exit.description,
            tool_execution_notifications: failures.chain(cut).chain(skipped).collect(),
        }
    }
}

impl Notification {
    fn about(level: Severity, path: &str, message: &str) -> Self {
        let location = Location {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation::of(path),
                region: None,
            },
            logical_locations: Vec::new(),
            message: None,
        };
        Notification { level, message: Text::of(message), locations: vec![location] }
    }
}

impl Text {
    /// A text that was written to be short, cut where a name of the project made it long.
    fn of(text: &str) -> Self {
        let text = match text.char_indices().nth(LONGEST) {
            None => text.to_owned(),
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        };
        // `[text](target)` would be a link, and what stands in a file is not to become one.
        let has_link = text.contains("](");
        Text { text: if has_link { text.replace('[', "\\[") } else { text } }
    }
}

impl<'o> Finding<'o> {
    fn of(
        found: &'o Diagnostic,
        baseline: Option<&Comparison>,
        rules: &[&Rule],
        places: &mut Places<'o>,
    ) -> Self {
        let message = match &found.help {
            Some(help) => Text::of(&format!("{}\n\n{help}", found.message)),
            None => Text::of(&found.message),
        };
        let location = Location {
            id: None,
            physical_location: places.first_line(found.place),
            logical_locations: found.subject.iter().map(|it| LogicalLocation::of(it)).collect(),
            message: None,
        };
        let related = found.related.iter().take(MOST_RELATED).zip(1..);
        Finding {
            rule_id: found.rule,
            rule_index: rules.binary_search_by_key(&found.rule, |rule| rule.id).ok(),
            level: found.severity,
            message,
            locations: [location],
            related_locations: related.map(|(it, id)| Location::related(it, id, places)).collect(),
            partial_fingerprints: Fingerprints { agentcheck: found.fingerprint },
            baseline_state: baseline
                .map(|baseline| if baseline.knows(found) { "unchanged" } else { "new" }),
            fixes: places
                .locator
                .fix(found)
                .into_iter()
                .filter_map(|fix| Repair::of(fix, places))
                .collect(),
            suppressions: found.suppressed.iter().map(|it| Ignored::of(it)).collect(),
            properties: FindingProperties {
                confidence: found.confidence,
                source: places.locator.template(found.place),
            },
        }
    }
}

impl<'o> Location<'o> {
    fn related(related: &Related, id: usize, places: &mut Places<'o>) -> Self {
        Location {
            id: Some(id),
            physical_location: places.first_line(related.place),
            logical_locations: Vec::new(),
            message: Some(Text::of(&related.message)),
        }
    }
}

impl<'o> Ignored<'o> {
    fn of(suppression: &'o Suppression) -> Self {
        let kind = if suppression.is_baseline() { "external" } else { "inSource" };
        Ignored { kind, justification: suppression.reason.trim() }
    }
}

impl<'o> LogicalLocation<'o> {
    /// `shop/Deployment/web/api`
    fn of(subject: &'o Subject) -> Self {
        let Subject { kind, name, namespace, container } = subject;
        let parts = [namespace.as_deref(), Some(kind), Some(name), container.as_deref()];
        LogicalLocation {
            name: container.as_deref().unwrap_or(name),
            fully_qualified_name: parts.into_iter().flatten().collect::<Vec<_>>().join("/"),
            kind: "resource",
        }
    }
}

impl<'o> Repair<'o> {
    fn of(fix: &'o Fix, places: &mut Places<'o>) -> Option<Self> {
        let mut changes: Vec<ArtifactChange<'o>> = Vec::new();
        for edit in &fix.edits {
            let artifact = ArtifactLocation::of(places.locator.path(edit.place));
            let replacement = Replacement {
                deleted_region: places.region(edit.place),
                inserted_content: Some(&edit.text)
                    .filter(|text| !text.is_empty())
                    .map(|text| Content { text }),
            };
            match changes.iter_mut().find(|change| change.artifact_location == artifact) {
                Some(change) => change.replacements.push(replacement),
                None => changes.push(ArtifactChange {
                    artifact_location: artifact,
                    replacements: vec![replacement],
                }),
            }
        }
        (!changes.is_empty()).then(|| Repair {
            description: Text::of(&fix.title),
            artifact_changes: changes,
            properties: RepairProperties { applicability: fix.applicability },
        })
    }
}

impl ArtifactLocation {
    fn of(path: &str) -> Self {
        let encoded = percent_encoded(path);
        // `/tmp/a.yaml` and `C:/a.yaml` lie outside of the project.
        if path.starts_with('/') {
            ArtifactLocation { uri: format!("file://{encoded}"), uri_base_id: None }
        } else if path.get(1..3) == Some(":/") {
            ArtifactLocation { uri: format!("file:///{encoded}"), uri_base_id: None }
        } else {
            ArtifactLocation { uri: encoded, uri_base_id: Some(ROOT) }
        }
    }
}

/// The path with every byte escaped that is not at home in a URI.
fn percent_encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            // Writing to a string cannot fail.
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// Where findings and edits are.
struct Places<'o> {
    outcome: &'o Outcome,
    locator: Locator<'o>,
    /// For each file the characters before each of its lines.
    before_lines: HashMap<FileId, Vec<usize>>,
}

impl<'o> Places<'o> {
    fn of(outcome: &'o Outcome) -> Self {
        Places { outcome, locator: Locator::new(&outcome.files), before_lines: HashMap::new() }
    }

    /// The place as far as it is on its first line: a finding about a mapping is not to mark the
    /// whole mapping, nor to be shown below its end.
    fn first_line(&mut self, place: Place) -> PhysicalLocation {
        let source = self.outcome.files.source(place.file);
        let span = source.map_or(place.span, |source| on_one_line(source, place.span).1);
        PhysicalLocation {
            artifact_location: ArtifactLocation::of(self.locator.path(place)),
            region: Some(self.region(Place { span, ..place })),
        }
    }

    fn region(&mut self, place: Place) -> Region {
        let (start, end) = (self.locator.start(place), self.locator.end(place));
        let [first, last] = [start, end].map(|position| self.char_offset(place.file, position));
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
            char_offset: first,
            char_length: last.saturating_sub(first),
            byte_offset: start.offset,
            byte_length: end.offset.saturating_sub(start.offset),
        }
    }

    /// How many characters stand before the position; as with columns, a byte order mark is none.
    fn char_offset(&mut self, file: FileId, at: Position) -> usize {
        let source = self.outcome.files.source(file);
        let before = self.before_lines.entry(file);
        let before = before.or_insert_with(|| source.map(before_lines).unwrap_or_default());
        before.get(at.line - 1).copied().unwrap_or_default() + at.column - 1
    }
}

fn before_lines(source: &Source) -> Vec<usize> {
    let mut count = 0;
    let mut before = vec![0];
    for line in source.text().split_inclusive('\n') {
        count += line.chars().filter(|&c| c != '\u{feff}').count();
        before.push(count);
    }
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        let uri = |path| ArtifactLocation::of(path).uri;
        assert_eq!(uri("deploy/web-1_a.yaml"), "deploy/web-1_a.yaml");
        assert_eq!(uri("a b/ü%:#?.yaml"), "a%20b/%C3%BC%25%3A%23%3F.yaml");
        assert_eq!(uri("/tmp/a b.yaml"), "file:///tmp/a%20b.yaml");
        assert_eq!(uri("C:/a.yaml"), "file:///C%3A/a.yaml");
        assert_eq!(ArtifactLocation::of("/tmp/a.yaml").uri_base_id, None);
    }

    #[test]
    fn texts_are_bounded_and_hold_no_links() {
        assert_eq!(Text::of("`a[0]` is not set").text, "`a[0]` is not set");
        assert_eq!(Text::of("[x](http://y)").text, "\\[x](http://y)");
        assert_eq!(Text::of(&"é".repeat(2_000)).text.chars().count(), LONGEST + 1);
    }

    #[test]
    fn rules_of_security_are_known_as_such() {
        let severity = |id| security_severity(rules::find(id).unwrap());
        assert_eq!(severity("k8s/privileged-container"), Some("8.0"));
        assert!(is_about_security(rules::find("agent/pii-detection-off").unwrap()));
        assert_eq!(severity("k8s/memory-limit-missing"), None);
        assert_eq!(severity("syntax/yaml-invalid"), None);
    }
}
