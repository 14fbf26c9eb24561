//! The scorecard for a terminal: a bar for each checklist and section, then what is not met.

use std::io::{self, Write};

use super::Options;
use super::comparison::{Change, Comparison};
use crate::checklist::{CHECKLISTS, Judged, Score, Scorecard, Verdict};
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
    if let Some(comparison) = options.comparison {
        write_comparison(comparison, options.style, out)?;
    }
    let total = Score::of(card.items.iter().map(|judged| judged.verdict));
    writeln!(out, "{}", summary(total))
}

fn write_table(card: &Scorecard, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let style = options.style;
    for checklist in CHECKLISTS.iter() {
        let items: Vec<_> = card.of_checklist(&checklist.name).collect();
        if items.is_empty() {
            continue;
        }
        let score = |items: &[&Judged]| Score::of(items.iter().map(|judged| judged.verdict));
        let title = format!("{:<17}", checklist.name);
        let line = row(&style.paint(Ink::Strong, title).to_string(), score(&items), style);
        writeln!(out, "{line}")?;
        for section in &checklist.sections {
            let of = items.iter().copied().filter(|judged| judged.item.section() == section.name);
            let of: Vec<_> = of.collect();
            writeln!(out, "{}", row(&format!("  {:<15}", section.name), score(&of), style))?;
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

/// `8 of 13: 3 fail, 2 missing, 1 does not apply`
fn in_words(score: Score) -> String {
    let rest = [
        (score.fail, "fail"),
        (score.expired, "expired"),
        (score.missing, "missing"),
        (score.not_applicable, "not applicable"),
    ];
    let rest = rest.into_iter().filter(|(count, _)| *count > 0);
    let rest: Vec<_> = rest.map(|(count, word)| format!("{count} {word}")).collect();
    let colon = if rest.is_empty() { "" } else { "; " };
    format!("{} of {} met{colon}{}", score.met(), score.asked(), rest.join(", "))
}

fn summary(score: Score) -> String {
    match score.percent() {
        Some(percent) => format!("{percent} % are met: {}", in_words(score)),
        None => "no item applies".to_owned(),
    }
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
            let decided = judged.item.decided_as();
            let is_first = decided == judged.item.id || card.get(decided).is_none();
            judged.verdict == verdict && is_first
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
        it.item.decided_as() == judged.item.decided_as() && it.item.id != judged.item.id
    });
    let same: Vec<_> = same.map(|it| it.item.id.as_str()).collect();
    if !same.is_empty() {
        writeln!(out, "    {}", style.paint(Ink::Faint, format!("and {}", same.join(", "))))?;
    }
    let why = if judged.why.is_empty() { String::new() } else { format!(" ({})", judged.why) };
    for line in wrap(&escape::line(&format!("{}{why}", judged.item.text)), style.width - 4) {
        writeln!(out, "    {line}")?;
    }
    let most = if options.verbose { usize::MAX } else { FEW };
    let found = judged.findings.iter().filter_map(|index| outcome.diagnostics.get(*index));
    let found: Vec<_> = found.collect();
    for found in found.iter().take(most) {
        let at = locator.start(found.place);
        writeln!(
            out,
            "      {}:{}:{}: {} [{}]",
            escape::line(locator.path(found.place)),
            at.line,
            at.column,
            escape::line(&found.message),
            found.rule,
        )?;
    }
    for proof in judged.proofs.iter().take(most) {
        let at = locator.start(proof.place);
        let path = escape::line(locator.path(proof.place));
        writeln!(out, "      {path}:{}:{}: {}", at.line, at.column, escape::line(&proof.says))?;
    }
    let more = found.len().saturating_sub(most) + judged.proofs.len().saturating_sub(most);
    if more > 0 {
        writeln!(out, "      {}", style.paint(Ink::Faint, format!("and {more} more")))?;
    }
    if let Some(record) = &judged.record {
        let expires = record.expires.map_or(String::new(), |day| format!(", until {day}"));
        let link = record.link.as_ref().map_or(String::new(), |link| format!(", {link}"));
        let owner = escape::line(&record.owner);
        writeln!(out, "      {owner}, {}{expires}{}", record.date, escape::line(&link))?;
    }
    Ok(())
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
    list("Better", Ink::Added, &comparison.better, out)?;
    list("Worse", Ink::Error, &comparison.worse, out)?;
    writeln!(out)
}
