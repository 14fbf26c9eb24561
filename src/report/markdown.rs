//! Markdown for a comment on a pull request or the summary of a job: totals, a table by rule, and
//! the findings of each file folded up.
//!
//! A comment on GitHub may be 65,536 characters long, so there is a bound. Where not all findings
//! fit, the worse ones are kept and the report says how many are missing.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::account::{self, FEW};
use super::escape;
use super::locate::Locator;
use super::markup::{html, inline};
use super::{Style, counted, message};
use crate::diagnostic::Diagnostic;
use crate::outcome::Outcome;
use crate::rules;

/// The report has at most so many bytes.
pub(super) const BOUND: usize = 65_000;

/// Of these, what the sentences about what was left out may take.
const RESERVED: usize = 500;

/// The table by rule has at most so many bytes, so that findings fit after it.
const TABLE: usize = 20_000;

/// A list of what is no finding has at most about so many bytes.
const LIST: usize = 10_000;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut report = String::from("## agentcheck\n\n");
    report.push_str(&totals(outcome)?);
    report.push_str(&failures(outcome));
    report.push_str(&table(outcome));
    let skipped = skipped(outcome);
    let room = BOUND.saturating_sub(RESERVED + report.len() + skipped.len());
    report.push_str(&files(outcome, room));
    report.push_str(&skipped);
    out.write_all(report.as_bytes())
}

fn totals(outcome: &Outcome) -> io::Result<String> {
    if outcome.nothing_checked() {
        return Ok(
            "**Nothing was checked**: there is no file here that agentcheck understands.\n".into()
        );
    }
    let counts = outcome.counts();
    let mut line = format!("**{}**", account::severities(counts, Style::PLAIN));
    let fixable = (counts.fixable > 0).then(|| format!("{} fixable", counts.fixable));
    let outside =
        (counts.outside > 0).then(|| format!("{} outside of what changed", counts.outside));
    for count in fixable.into_iter().chain(account::hidden(counts)).chain(outside) {
        let _ = write!(line, "; {count}"); // writing to a string cannot fail
    }
    let mut checked = Vec::new();
    account::write_checked(outcome, &mut checked)?;
    Ok(format!("{line}\n\n{}", String::from_utf8_lossy(&checked)))
}

/// What agentcheck itself did wrong.
pub(super) fn failures(outcome: &Outcome) -> String {
    let count = outcome.failures.len();
    if count == 0 {
        return String::new();
    }
    let failures = outcome
        .failures
        .iter()
        .map(|(rule, path)| inline(&format!("rule `{rule}` failed on `{path}`")));
    let (bugs, issues, failures) = (counted(count, "bug", "bugs"), account::ISSUES, few(failures));
    format!("\n**{bugs} of agentcheck**; please [report it]({issues}):\n\n{failures}")
}

/// A list of the first few lines, and how many there are more.
pub(super) fn few(lines: impl ExactSizeIterator<Item = String>) -> String {
    let (mut list, total) = (String::new(), lines.len());
    for (index, line) in lines.enumerate() {
        if index >= FEW || list.len() + line.len() > LIST {
            let _ = writeln!(list, "- and {} more", total - index);
            break;
        }
        let _ = writeln!(list, "- {line}");
    }
    list
}

fn table(outcome: &Outcome) -> String {
    let rows = account::by_rule(outcome);
    if rows.is_empty() {
        return String::new();
    }
    let mut table = String::from("\n| Rule | Severity | Count | What it finds |\n");
    table.push_str("| --- | --- | ---: | --- |\n");
    for (index, &((id, severity), (count, _))) in rows.iter().enumerate() {
        let rule = rules::find(id);
        let link = rule.map_or_else(|| id.to_owned(), |rule| format!("[{id}]({})", rule.url()));
        let title = rule.map_or("", |rule| rule.title).replace('|', "\\|");
        let row = format!("| {link} | {} | {count} | {title} |\n", severity.as_str());
        if table.len() + row.len() > TABLE {
            let _ = writeln!(table, "\nand {} more rules", rows.len() - index);
            break;
        }
        table.push_str(&row);
    }
    table
}

/// A finding on its line of the list.
struct Item<'o> {
    path: &'o str,
    text: String,
}

/// The findings of each file, and how many of them did not fit.
fn files(outcome: &Outcome, room: usize) -> String {
    let mut locator = Locator::new(&outcome.files);
    let mut found: Vec<_> = outcome.active().enumerate().collect();
    found.sort_by_key(|(_, found)| std::cmp::Reverse(found.severity));
    let total = found.len();
    let (mut kept, mut headed, mut used) = (Vec::new(), HashSet::new(), 0);
    for (index, found) in found {
        let item = Item::of(found, &mut locator);
        let frame = if headed.contains(item.path) { 0 } else { frame(item.path, total).len() };
        if used + frame + item.text.len() > room {
            break;
        }
        used += frame + item.text.len();
        headed.insert(item.path);
        kept.push((index, item));
    }
    kept.sort_by_key(|&(index, _)| index);
    let mut shown = String::with_capacity(used + RESERVED);
    for items in kept.chunk_by(|(_, a), (_, b)| a.path == b.path) {
        let path = items.first().map_or("", |(_, item)| item.path);
        let (head, foot) = (head(path, items.len()), FOOT);
        shown.push_str(&head);
        shown.extend(items.iter().map(|(_, item)| item.text.as_str()));
        shown.push_str(foot);
    }
    if kept.len() < total {
        let missing = total - kept.len();
        let _ = writeln!(
            shown,
            "\n**{} not listed**, to stay within what a comment may hold; the worst come first. \
             `agentcheck lint` lists them all.",
            counted(missing, "finding is", "findings are")
        );
    }
    shown
}

pub(super) const FOOT: &str = "\n</details>\n";

/// Inside a block of HTML nothing is Markdown, and inside `code` nobody is mentioned.
fn head(path: &str, count: usize) -> String {
    let path = html(&escape::line(path));
    format!("\n<details>\n<summary><code>{path}</code> ({count})</summary>\n\n")
}

/// All that a file needs around its findings.
fn frame(path: &str, count: usize) -> String {
    head(path, count) + FOOT
}

impl<'o> Item<'o> {
    fn of(found: &Diagnostic, locator: &mut Locator<'o>) -> Self {
        let line = locator.start(found.place).line;
        let (severity, message) = (found.severity.as_str(), inline(&message(found, locator)));
        let text = format!("- line {line}: {severity}: {message} (`{}`)\n", found.rule);
        Item { path: locator.path(found.place), text }
    }
}

pub(super) fn skipped(outcome: &Outcome) -> String {
    let skipped: Vec<_> = outcome.skipped().collect();
    if skipped.is_empty() {
        return String::new();
    }
    let files = counted(skipped.len(), "file", "files");
    let lines = skipped
        .into_iter()
        .map(|(path, reason)| inline(&format!("`{path}`: {}", reason.describe())));
    let list = few(lines);
    format!("\n<details>\n<summary>skipped {files}</summary>\n\n{list}{FOOT}")
}
