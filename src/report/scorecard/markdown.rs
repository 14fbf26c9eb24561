//! The scorecard for a release ticket: a table of the checklists, then each of them folded up, with what
//! speaks for and against its items.
//!
//! A comment on GitHub may be 65,536 characters long. Where not all fits, fewer findings of each item are
//! listed, and the items that are met only counted.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Options;
use super::comparison::{Change, Comparison};
use super::words::{answer, count, percent, why, word};
use crate::checklist::{CHECKLISTS, Checklist, Judged, Score, Scorecard, Verdict};
use crate::outcome::Outcome;
use crate::report::locate::Locator;
use crate::report::markdown::{BOUND, FOOT, failures, skipped};
use crate::report::markup::{html, inline};
use crate::report::{counted, message};

/// Characters of a bar.
const BAR: usize = 12;

/// Items that changed of which as many are listed.
const CHANGES: usize = 40;

/// Of the bound, what the sentence about what was left out may take.
const RESERVED: usize = 300;

/// How much is told of an item.
#[derive(Clone, Copy)]
struct Detail {
    /// Findings that are listed.
    findings: usize,
    /// Places that are listed.
    places: usize,
    /// Whether items that are met or do not apply are listed.
    met: bool,
}

/// From all to the least.
const DETAILS: [Detail; 6] = [
    Detail { findings: 10, places: 5, met: true },
    Detail { findings: 5, places: 3, met: true },
    Detail { findings: 3, places: 1, met: true },
    Detail { findings: 1, places: 0, met: true },
    Detail { findings: 1, places: 0, met: false },
    Detail { findings: 0, places: 0, met: false },
];

pub(super) fn write(
    card: &Scorecard,
    outcome: &Outcome,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut head = head(card, outcome);
    if let Some(comparison) = options.comparison {
        compare(comparison, &mut head);
    }
    let foot = foot(card, outcome);
    let room = BOUND.saturating_sub(RESERVED + head.len() + foot.len());
    let mut body = String::new();
    for detail in DETAILS {
        let (text, is_whole) = Told { card, outcome, detail }.checklists(room);
        body = text;
        if is_whole {
            break;
        }
    }
    out.write_all(head.as_bytes())?;
    out.write_all(body.as_bytes())?;
    out.write_all(foot.as_bytes())
}

fn head(card: &Scorecard, outcome: &Outcome) -> String {
    let score = |name: &str| Score::of(card.of_checklist(name).map(|judged| judged.verdict));
    let total = Score::of(card.items.iter().map(|judged| judged.verdict));
    let mut head = format!("## Ready for production?\n\n**{}** ", answer(total));
    let day = card.day.map_or_else(String::new, |day| format!("{day}, "));
    let _ = writeln!(head, "{day}agentcheck {}\n", env!("CARGO_PKG_VERSION")); // cannot fail
    if outcome.nothing_checked() {
        head.push_str("**Nothing was checked**: there is no file here that agentcheck understands.\n\n");
    }
    head.push_str("| Checklist | Met | |");
    let words: Vec<_> = Verdict::ALL.into_iter().filter(|it| count(total, *it) > 0).collect();
    for verdict in &words {
        let _ = write!(head, " {} {} |", sign(*verdict), word(*verdict));
    }
    head.push_str("\n| --- | --- | ---: |");
    head.push_str(&" ---: |".repeat(words.len()));
    let rows = CHECKLISTS.iter().map(|it| (inline(&it.title), score(&it.name)));
    let all = ("**All**".to_owned(), total);
    for (title, score) in rows.chain([all]).filter(|(_, score)| *score != Score::default()) {
        let of = format!("{} of {}", score.met(), score.asked());
        let _ = write!(head, "\n| {title} | {} {} | {of} |", bar(score), percent(score));
        for verdict in &words {
            let _ = match count(score, *verdict) {
                0 => write!(head, " |"),
                count => write!(head, " {count} |"),
            };
        }
    }
    head.push('\n');
    head
}

fn compare(comparison: &Comparison, head: &mut String) {
    head.push_str("\n### Since the last report\n\n");
    for trend in &comparison.trends {
        let (before, after) = (percent(trend.before), percent(trend.after));
        let _ = writeln!(head, "- `{}`: {before} → **{after}**", trend.checklist);
    }
    for (title, changes) in [("Worse", &comparison.worse), ("Better", &comparison.better)] {
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(head, "\n{title}: {}\n", counted(changes.len(), "item", "items"));
        for Change { item, before, after } in changes.iter().take(CHANGES) {
            let (from, to) = (sign(*before), sign(*after));
            let _ = writeln!(head, "- {from} → {to} `{item}`");
        }
        if changes.len() > CHANGES {
            let _ = writeln!(head, "- and {} more", changes.len() - CHANGES);
        }
    }
}

fn foot(card: &Scorecard, outcome: &Outcome) -> String {
    let mut foot = skipped(outcome);
    foot.push_str(&failures(outcome));
    for signal in &card.failures {
        let _ = writeln!(foot, "\nThe signal `{signal}` failed, which is a bug of agentcheck.");
    }
    foot
}

/// What is told of the items of a scorecard.
struct Told<'o> {
    card: &'o Scorecard,
    outcome: &'o Outcome,
    detail: Detail,
}

impl<'o> Told<'o> {
    /// As many checklists as there is room for, and whether that is all of them.
    fn checklists(&self, room: usize) -> (String, bool) {
        let mut locator = Locator::new(&self.outcome.files);
        let mut told = String::new();
        let mut left_out = 0;
        let asked = CHECKLISTS.iter().filter(|it| self.card.of_checklist(&it.name).next().is_some());
        for checklist in asked {
            let text = self.checklist(checklist, &mut locator);
            if told.len() + text.len() > room {
                left_out += 1;
            } else {
                told.push_str(&text);
            }
        }
        if left_out > 0 {
            let count = counted(left_out, "checklist is", "checklists are");
            let _ = writeln!(
                told,
                "\n**The items of {count} not listed**, to stay within what a comment may hold."
            );
        }
        (told, left_out == 0)
    }

    fn checklist(&self, checklist: &'static Checklist, locator: &mut Locator<'o>) -> String {
        let items = || self.card.of_checklist(&checklist.name);
        let score = Score::of(items().map(|judged| judged.verdict));
        let title = html(&checklist.title);
        let mut told = format!(
            "\n<details>\n<summary><b>{title}</b>: {}, {}</summary>\n",
            percent(score),
            in_signs(score)
        );
        for section in &checklist.sections {
            let of: Vec<_> = items().filter(|it| it.item.section() == section.name).collect();
            let score = Score::of(of.iter().map(|judged| judged.verdict));
            let title = inline(&section.title);
            let _ = writeln!(told, "\n#### {title} {} {}\n", bar(score), in_signs(score));
            for judged in of {
                self.item(judged, locator, &mut told);
            }
        }
        told + FOOT
    }

    fn item(&self, judged: &'o Judged, locator: &mut Locator<'o>, told: &mut String) {
        let is_open =
            matches!(judged.verdict, Verdict::Fail | Verdict::Expired | Verdict::Missing);
        if !is_open && !self.detail.met {
            return;
        }
        let (sign, id) = (sign(judged.verdict), &judged.item.id);
        let _ = write!(told, "- {sign} {} (`{id}`)", inline(&judged.item.text));
        let decided = judged.item.decided_as();
        let is_said = self.card.get(decided).is_some_and(|it| it.verdict == judged.verdict);
        if decided != id && is_said {
            let _ = writeln!(told, ": as `{decided}`");
            return;
        }
        match (judged.verdict, judged.why.as_str()) {
            (Verdict::Pass, _) => told.push('\n'),
            _ => drop(writeln!(told, ": {}", inline(why(judged).trim_end_matches('.')))),
        }
        self.proofs(judged, locator, told);
    }

    fn proofs(&self, judged: &'o Judged, locator: &mut Locator<'o>, told: &mut String) {
        let Detail { findings, places, .. } = self.detail;
        let all = judged.findings.iter();
        let all = all.filter_map(|index| self.outcome.diagnostics.get(*index));
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|found| std::cmp::Reverse(found.severity));
        for found in all.iter().take(findings) {
            let (path, line) = (locator.path(found.place), locator.start(found.place).line);
            let (at, message) = (inline(&format!("`{path}:{line}`")), message(found, locator));
            let (severity, rule) = (found.severity.as_str(), found.rule);
            let _ = writeln!(told, "  - {at}: {severity}: {} (`{rule}`)", inline(&message));
        }
        for proof in judged.proofs.iter().take(places) {
            let (path, line) = (locator.path(proof.place), locator.start(proof.place).line);
            let at = inline(&format!("`{path}:{line}`"));
            let _ = writeln!(told, "  - {at}: {}", inline(&proof.says));
        }
        let more = all.len().saturating_sub(findings) + judged.proofs.len().saturating_sub(places);
        if more > 0 && findings > 0 {
            let _ = writeln!(told, "  - and {more} more");
        }
        if let Some(record) = &judged.record {
            let until = record.expires.map_or_else(String::new, |day| format!(", until {day}"));
            let link = record.link.as_ref().map_or_else(String::new, |link| format!(": `{link}`"));
            let record = format!("{}, {}{until}{link}", record.owner, record.date);
            let _ = writeln!(told, "  - {}", inline(&record));
        }
    }
}

/// A sign that one sees in a long list.
fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✅",
        Verdict::Attested => "📝",
        Verdict::Fail => "❌",
        Verdict::Expired => "⌛",
        Verdict::Missing => "❔",
        Verdict::NotApplicable => "➖",
    }
}

/// `✅ 3 ❌ 1`
fn in_signs(score: Score) -> String {
    let counts = Verdict::ALL.into_iter().filter(|it| count(score, *it) > 0);
    let counts: Vec<_> = counts.map(|it| format!("{} {}", sign(it), count(score, it))).collect();
    counts.join(" ")
}

/// `████████░░░░`, as code, so that its characters are of one width.
fn bar(score: Score) -> String {
    match (score.met() * BAR).checked_div(score.asked()) {
        Some(full) => format!("`{}{}`", "█".repeat(full), "░".repeat(BAR - full)),
        None => format!("`{}`", "·".repeat(BAR)),
    }
}
