//! The scorecard for a terminal: a bar for each checklist and section, then what is not met.

use std::io::{self, Write};

use super::Options;
use super::comparison::{Change, Comparison};
use crate::checklist::{CHECKLISTS, Judged, Score, Scorecard, Verdict};
use crate::evidence::Evidence;
use crate::outcome::Outcome;
use crate::report::locate::Locator;
use crate::report::wrap::wrap;
use crate::report::{Ink, Style, counted, escape};

/// Columns of a bar.
const BAR: usize = 20;

/// As many findings or places of an item are listed.
const FEW: usize = 3;

pub(super) fn write(
    card: &Scorecard,
    outcome: &Outcome,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_table(card, options, out)?;
    write_items(card, outcome, options, out)?;
    write_evidence(outcome, options.style, out)?;
    if let Some(comparison) = options.comparison {
        write_comparison(comparison, options.style, out)?;
    }
    let total = Score::of(card.items.iter().map(|judged| judged.verdict));
    writeln!(out, "{}", summary(total))
}

fn write_table(card: &Scorecard, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let style = options.style;
    let asked = || CHECKLISTS.iter().filter(|it| card.of_checklist(&it.name).next().is_some());
    let sections = asked().flat_map(|checklist| &checklist.sections);
    let names = asked().map(|checklist| checklist.name.len());
    let width = names.chain(sections.map(|section| section.name.len() + 2)).max().unwrap_or(0);
    for checklist in asked() {
        let items: Vec<_> = card.of_checklist(&checklist.name).collect();
        let score = |items: &[&Judged]| Score::of(items.iter().map(|judged| judged.verdict));
        let name = format!("{:<width$}", checklist.name);
        let line = row(&style.paint(Ink::Strong, name).to_string(), score(&items), style);
        writeln!(out, "{line}")?;
        for section in &checklist.sections {
            let of = items.iter().copied().filter(|judged| judged.item.section() == section.name);
            let of: Vec<_> = of.collect();
            let name = format!("{:<width$}", format!("  {}", section.name));
            writeln!(out, "{}", row(&name, score(&of), style))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// `name  ████████░░░░  62 %   8 of 13 met: 7 pass, 1 attested; 3 fail, 2 missing`
fn row(name: &str, score: Score, style: Style) -> String {
    let Some(percent) = score.percent() else {
        let bar = " ".repeat(BAR);
        return format!("{name} {bar}     -  {}", style.paint(Ink::Faint, "does not apply"));
    };
    let met = score.met() * BAR / score.asked();
    let (full, empty) = if style.unicode { ("█", "░") } else { ("#", ".") };
    let ink = match percent {
        100 => Ink::Added,
        50.. => Ink::Warning,
        _ => Ink::Error,
    };
    let bar = format!(
        "{}{}",
        style.paint(ink, full.repeat(met)),
        style.paint(Ink::Faint, empty.repeat(BAR - met))
    );
    format!("{name} {bar} {percent:>3} %  {}", in_words(score))
}

/// `8 of 13 met; 3 fail, 2 missing, 1 not applicable`
fn in_words(score: Score) -> String {
    let rest = rest(score);
    let colon = if rest.is_empty() { "" } else { "; " };
    format!("{} of {} met{colon}{rest}", score.met(), score.asked())
}

/// `3 fail, 2 missing, 1 not applicable`
fn rest(score: Score) -> String {
    let rest = [
        (score.fail, "fail"),
        (score.expired, "expired"),
        (score.missing, "missing"),
        (score.not_applicable, "not applicable"),
    ];
    let rest = rest.into_iter().filter(|(count, _)| *count > 0);
    let rest: Vec<_> = rest.map(|(count, word)| format!("{count} {word}")).collect();
    rest.join(", ")
}

/// `8 of 13 items are met (61 %): 3 fail, 2 missing`
fn summary(score: Score) -> String {
    let Some(percent) = score.percent() else { return "no item applies".to_owned() };
    let rest = rest(score);
    let colon = if rest.is_empty() { "" } else { ": " };
    format!("{} of {} items are met ({percent} %){colon}{rest}", score.met(), score.asked())
}

fn write_items(
    card: &Scorecard,
    outcome: &Outcome,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut locator = Locator::new(&outcome.files);
    for verdict in [
        Verdict::Fail,
        Verdict::Expired,
        Verdict::Missing,
        Verdict::Attested,
        Verdict::Pass,
        Verdict::NotApplicable,
    ] {
        let is_listed = options.verbose
            || matches!(verdict, Verdict::Fail | Verdict::Expired | Verdict::Missing);
        // What several checklists ask for is said once.
        let of = card.items.iter().filter(|judged| {
            let decided = card.get(judged.item.decided_as());
            let is_said = judged.item.same.is_some()
                && decided.is_some_and(|decided| decided.verdict == judged.verdict);
            judged.verdict == verdict && !is_said
        });
        let of: Vec<_> = of.collect();
        if of.is_empty() || !is_listed {
            continue;
        }
        writeln!(out, "{}", options.style.paint(Ink::Strong, verdict.title()))?;
        for judged in of {
            write_item(judged, card, outcome, options, &mut locator, out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn write_item<'o>(
    judged: &'o Judged,
    card: &Scorecard,
    outcome: &'o Outcome,
    options: &Options<'_>,
    locator: &mut Locator<'o>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let style = options.style;
    writeln!(out, "  {}", style.paint(ink(judged.verdict), &judged.item.id))?;
    let same = card.items.iter().filter(|it| {
        it.item.decided_as() == judged.item.decided_as()
            && it.item.id != judged.item.id
            && it.verdict == judged.verdict
    });
    let same: Vec<_> = same.map(|it| it.item.id.as_str()).collect();
    if !same.is_empty() {
        writeln!(out, "    {}", style.paint(Ink::Faint, format!("and {}", same.join(", "))))?;
    }
    let why = if judged.why.is_empty() { String::new() } else { format!(" ({})", judged.why) };
    for line in wrap(&escape::line(&format!("{}{why}", judged.item.text)), style.width - 4) {
        writeln!(out, "    {line}")?;
    }
    if let Some(needs) = needs(judged, options.verbose) {
        for line in wrap(&needs, style.width - 4) {
            writeln!(out, "    {}", style.paint(Ink::Faint, line))?;
        }
    }
    write_places(judged, outcome, options, locator, out)?;
    if let Some(record) = &judged.record {
        writeln!(out, "      {}", escape::line(&said(record)))?;
    }
    if !judged.off.is_empty() && (options.verbose || judged.verdict == Verdict::Missing) {
        let off = format!("turned off: {}", judged.off.join(", "));
        for line in wrap(&off, style.width - 6) {
            writeln!(out, "      {}", style.paint(Ink::Faint, line))?;
        }
    }
    Ok(())
}

/// What an item that is not met needs: `needs: a PodDisruptionBudget covers ...; or evidence`.
fn needs(judged: &Judged, is_verbose: bool) -> Option<String> {
    if !matches!(judged.verdict, Verdict::Missing | Verdict::Expired) {
        return None;
    }
    let shown_by = judged.item.shown_by();
    let most = if is_verbose { usize::MAX } else { FEW };
    let more = shown_by.len().saturating_sub(most);
    let mut ways: Vec<String> = shown_by.into_iter().take(most).collect();
    if more > 0 {
        ways.push(format!("{more} more"));
    }
    let states = judged.item.states();
    let with =
        if states.is_empty() { String::new() } else { format!(" with {}", states.join(", ")) };
    let age = judged.item.max_age;
    let age = age.map_or(String::new(), |days| format!(", at most {days} days old"));
    ways.push(format!("evidence{with}{age}"));
    Some(format!("needs: {}", ways.join("; or ")))
}

/// `platform-team, 2026-10-01, until 2027-01-01, https://wiki.example.com/on-call`
pub(super) fn said(record: &Evidence) -> String {
    let mut said = format!("{}, {}", record.owner, record.date);
    if let Some(last) = record.expires {
        said = format!("{said}, until {last}");
    }
    for (key, value) in &record.states {
        said = format!("{said}, {key} {value}");
    }
    for more in [&record.link, &record.note].into_iter().flatten() {
        said = format!("{said}, {more}");
    }
    said
}

/// The findings and the places of an item.
fn write_places<'o>(
    judged: &'o Judged,
    outcome: &'o Outcome,
    options: &Options<'_>,
    locator: &mut Locator<'o>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let most = if options.verbose { usize::MAX } else { FEW };
    let is_accepted = judged.verdict == Verdict::Attested && judged.record.is_none();
    let accepted: &[usize] = if is_accepted { &judged.accepted } else { &[] };
    let found = judged.findings.iter().chain(accepted);
    let found = found.filter_map(|index| outcome.diagnostics.get(*index));
    let found = found.map(|it| (it.place, format!("{} [{}]", it.message, it.rule)));
    let proofs = judged.proofs.iter().map(|proof| (proof.place, proof.says.clone()));
    let places: Vec<_> = found.chain(proofs).collect();
    for (place, says) in places.iter().take(most) {
        let at = locator.start(*place);
        let path = escape::line(locator.path(*place));
        writeln!(out, "      {path}:{}:{}: {}", at.line, at.column, escape::line(says))?;
    }
    let more = places.len().saturating_sub(most);
    if more > 0 {
        writeln!(out, "      {}", options.style.paint(Ink::Faint, format!("and {more} more")))?;
    }
    Ok(())
}

/// What is wrong with the records of evidence themselves.
fn write_evidence(outcome: &Outcome, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut locator = Locator::new(&outcome.files);
    let found = outcome.active().filter(|found| found.rule.starts_with("evidence/"));
    let found: Vec<_> = found.collect();
    if found.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", style.paint(Ink::Strong, "Records of evidence"))?;
    for found in found {
        let at = locator.start(found.place);
        let path = escape::line(locator.path(found.place));
        let message = escape::line(&found.message);
        writeln!(out, "  {path}:{}:{}: {message} [{}]", at.line, at.column, found.rule)?;
    }
    writeln!(out)
}

fn ink(verdict: Verdict) -> Ink {
    match verdict {
        Verdict::Pass | Verdict::Attested => Ink::Added,
        Verdict::Fail => Ink::Error,
        Verdict::Expired | Verdict::Missing => Ink::Warning,
        Verdict::NotApplicable => Ink::Faint,
    }
}

fn write_comparison(comparison: &Comparison, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for trend in &comparison.trends {
        let percent = |score: Score| {
            score.percent().map_or_else(|| "-".to_owned(), |percent| format!("{percent} %"))
        };
        let (before, after) = (percent(trend.before), percent(trend.after));
        writeln!(out, "{:<17} {before} before, {after} now", trend.checklist)?;
    }
    let list = |title: &str, ink: Ink, changes: &[Change], out: &mut dyn Write| -> io::Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let count = counted(changes.len(), "item", "items");
        writeln!(out, "{}", style.paint(ink, format!("{title}: {count}")))?;
        for change in changes {
            let (before, after) = (change.before.describe(), change.after.describe());
            writeln!(out, "  {}: {before} before, {after} now", change.item)?;
        }
        Ok(())
    };
    if comparison.better.is_empty() && comparison.worse.is_empty() {
        writeln!(out, "nothing got better or worse")?;
    }
    list("Better", Ink::Added, &comparison.better, out)?;
    list("Worse", Ink::Error, &comparison.worse, out)?;
    writeln!(out)
}
