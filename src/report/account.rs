//! What a run saw: nothing is passed over in silence.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Ink, Options, Style, counted, escape};
use crate::diagnostic::{Applicability, Severity};
use crate::file::{File, Searched};
use crate::outcome::{Counts, Outcome};
use crate::rules::{self, MOST_FINDINGS};

/// Skipped files that are listed without `--verbose`.
pub(super) const FEW: usize = 10;

/// Where a failure of agentcheck itself is reported.
pub(super) const ISSUES: &str = "https://github.com/agentcheck/agentcheck/issues";

/// Writes what was found in numbers, which files were checked, and which were not and why.
pub fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    if !outcome.nothing_checked() {
        write_findings(outcome, options, out)?;
        write_fixed(outcome, options, out)?;
    }
    write_seen(outcome, options.style, options.verbose, out)
}

/// Writes which files were checked, and which were not and why, every one of them if asked to.
pub fn write_seen(
    outcome: &Outcome,
    style: Style,
    verbose: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    if outcome.nothing_checked() {
        let nothing = "nothing was checked: there is no file here that agentcheck understands";
        writeln!(out, "{}", style.paint(Ink::Warning, nothing))?;
        write_searched(outcome, out)?;
    } else {
        write_checked(outcome, out)?;
    }
    write_skipped(outcome, verbose, out)?;
    for (rule, file) in &outcome.failures {
        let failed = format!("rule {rule} failed on file {}", escape::line(file));
        writeln!(
            out,
            "{}: this is a bug of agentcheck; please report it at {ISSUES}",
            style.paint(Ink::Error, failed)
        )?;
    }
    Ok(())
}

fn write_findings(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let counts = outcome.counts();
    let mut line = severities(counts, options.style);
    if counts.fixable > 0 {
        line = format!("{line}; {}", fixable(outcome, counts));
    }
    let hidden = hidden(counts);
    if !hidden.is_empty() {
        let hint = if options.show_suppressed { "" } else { " (--show-suppressed lists them)" };
        line = format!("{line}; {}{hint}", hidden.join(", "));
    }
    writeln!(out, "{line}")?;
    if counts.outside > 0 {
        let outside = counted(counts.outside, "finding lies", "findings lie");
        writeln!(out, "{outside} outside of what changed; what it breaks elsewhere is among them")?;
    }
    if outcome.unlisted > 0 {
        let unlisted = counted(outcome.unlisted, "more finding is", "more findings are");
        writeln!(out, "{unlisted} not listed: of one rule, {MOST_FINDINGS} are for a file")?;
    }
    Ok(())
}

/// The findings by severity: `1 error, 2 notes`.
pub(super) fn severities(counts: Counts, style: Style) -> String {
    let kinds = [
        (counts.error, Severity::Error, "errors"),
        (counts.warning, Severity::Warning, "warnings"),
        (counts.note, Severity::Note, "notes"),
    ];
    let kinds: Vec<String> = kinds
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, severity, many)| {
            style.paint(severity.into(), counted(count, severity.as_str(), many)).to_string()
        })
        .collect();
    if kinds.is_empty() { "no problems found".into() } else { kinds.join(", ") }
}

/// How many findings do not count, and why: `2 suppressed`, `30 in the baseline`.
pub(super) fn hidden(counts: Counts) -> Vec<String> {
    [(counts.suppressed, "suppressed"), (counts.baselined, "in the baseline")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect()
}

/// How many findings have a fix, and how to have it made.
fn fixable(outcome: &Outcome, counts: Counts) -> String {
    let fixes = outcome.active().filter_map(|found| found.fix.as_ref());
    let safe = fixes.filter(|fix| fix.applicability == Applicability::Safe).count();
    let how = match (safe, counts.fixable - safe) {
        (_, 0) => "--fix".to_owned(),
        (0, _) => "--fix --unsafe-fixes".to_owned(),
        (safe, more) => format!("{safe} with --fix, {more} more with --unsafe-fixes"),
    };
    format!("{} fixable ({how})", counts.fixable)
}

/// Writes what the baseline notes and is there no more.
fn write_fixed(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let fixed = outcome.baseline.as_ref().map_or(&[][..], |baseline| &baseline.fixed);
    if fixed.is_empty() {
        return Ok(());
    }
    let count = counted(fixed.len(), "finding of the baseline is", "findings of the baseline are");
    if !options.verbose {
        return writeln!(out, "{count} fixed (--verbose lists them, --write-baseline drops them)");
    }
    writeln!(out, "{count} fixed (--write-baseline drops them):")?;
    for entry in fixed {
        let [file, rule, message] =
            [&entry.file, &entry.rule, &entry.message].map(|it| escape::line(it));
        writeln!(out, "  {file}: {rule}: {message}")?;
    }
    Ok(())
}

/// Writes how many files of which kinds were checked.
pub(super) fn write_checked(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut kinds: Vec<_> = outcome.checked().into_iter().collect();
    kinds.sort_by_key(|&(kind, count)| (std::cmp::Reverse(count), kind));
    let total = kinds.iter().map(|(_, count)| count).sum();
    let kinds: Vec<String> = kinds
        .into_iter()
        .map(|(kind, count)| {
            let (one, many) = kind.words();
            counted(count, one, many)
        })
        .collect();
    if !kinds.is_empty() {
        writeln!(out, "checked {}: {}", counted(total, "file", "files"), kinds.join(", "))?;
    }
    write_searched(outcome, out)?;
    let files = outcome.files.as_slice().iter();
    let is_broken = |file: &&File| {
        file.kind().is_none() && file.skip_reason().is_none() && !file.errors().is_empty()
    };
    let broken = files.filter(is_broken).count();
    if broken > 0 {
        let what = counted(broken, "file that does not parse", "files that do not parse");
        writeln!(out, "could not check {what}")?;
    }
    Ok(())
}

/// Writes how many files of other kinds were searched.
fn write_searched(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let Searched { files, too_large } = outcome.files.searched();
    if files > 0 {
        let what = counted(files, "other file", "other files");
        let left = match too_large {
            0 => String::new(),
            many => {
                format!("; {}", counted(many, "is too large for that", "are too large for that"))
            }
        };
        writeln!(out, "searched {what} for credentials{left}")?;
    }
    Ok(())
}

fn write_skipped(outcome: &Outcome, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let total = outcome.skipped().count();
    if total == 0 {
        return Ok(());
    }
    // One line more is no longer than the line that would stand for it.
    let shown = if verbose || total == FEW + 1 { total } else { FEW };
    writeln!(out, "skipped {}:", counted(total, "file", "files"))?;
    for (path, reason) in outcome.skipped().take(shown) {
        let reason = reason.describe();
        writeln!(out, "  {}: {}", escape::line(path), escape::line(&reason))?;
    }
    if total > shown {
        writeln!(out, "  and {} more (--verbose lists them)", total - shown)?;
    }
    Ok(())
}

/// Writes how often each rule was broken, most often first.
pub fn statistics(outcome: &Outcome, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let rows = by_rule(outcome);
    let digits = rows.first().map_or(0, |(_, (count, _))| count.to_string().len());
    let longest = rows.iter().map(|((rule, _), _)| rule.len()).max().unwrap_or(0);
    for ((rule, severity), (count, fixable)) in rows {
        let title = rules::find(rule).map_or("", |rule| rule.title);
        let word = style.paint(severity.into(), format!("{:7}", severity.as_str()));
        write!(out, "{count:>digits$}  {word}  {rule:longest$}  {title}")?;
        match fixable {
            0 => writeln!(out)?,
            _ => writeln!(out, " ({fixable} fixable)")?,
        }
    }
    Ok(())
}

/// A rule and a severity that it has here; how many findings it has, and how many of them have a
/// fix.
type Row = ((&'static str, Severity), (usize, usize));

/// How often each rule was broken, most often first.
pub(super) fn by_rule(outcome: &Outcome) -> Vec<Row> {
    let mut by_rule: BTreeMap<(&'static str, Severity), (usize, usize)> = BTreeMap::new();
    for found in outcome.active() {
        let (count, fixable) = by_rule.entry((found.rule, found.severity)).or_default();
        *count += 1;
        *fixable += usize::from(found.fix.is_some());
    }
    let mut rows: Vec<_> = by_rule.into_iter().collect();
    rows.sort_by_key(|&(key, (count, _))| (std::cmp::Reverse(count), key));
    rows
}
