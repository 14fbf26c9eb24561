//! The scorecard for a release ticket: a table of the checklists, then each of them folded up, with what
//! speaks for and against its items.
//!
//! A comment on GitHub may be 65,536 characters long. The items share what room there is: each may list
//! one more finding or place as long as it fits. Where not even the items fit, those that are met are only
//! counted.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use super::Options;
use super::comparison::{Change, Comparison};
use super::text::said;
use super::words::{answer, count, percent, why, word};
use crate::checklist::{CHECKLISTS, Checklist, Judged, Score, Scorecard, Verdict};
use crate::outcome::Outcome;
use crate::report::locate::Locator;
use crate::report::markdown::{BOUND, FOOT, failures, few, skipped};
use crate::report::markup::{html, inline};
use crate::report::{counted, message};
use crate::source::Place;

/// Characters of a bar.
const BAR: usize = 12;

/// Items that changed of which as many are listed.
const CHANGES: usize = 40;

/// Of the bound, what sentences about what was left out may take.
const RESERVED: usize = 300;

/// As many findings and places of an item are listed.
const MOST: usize = 20;

/// As many of an item that is not met are listed before any of one that is.
const FIRST: usize = 3;

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
    let body = body(card, outcome, room);
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
        head.push_str(
            "**Nothing was checked**: there is no file here that agentcheck understands.\n\n",
        );
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
    let mut foot = records(outcome);
    foot.push_str(&skipped(outcome));
    foot.push_str(&failures(outcome));
    for signal in &card.failures {
        let _ = writeln!(foot, "\nThe signal `{signal}` failed, which is a bug of agentcheck.");
    }
    foot
}

/// What is wrong with the records of evidence themselves.
fn records(outcome: &Outcome) -> String {
    let mut locator = Locator::new(&outcome.files);
    let found = outcome.active().filter(|found| found.rule.starts_with("evidence/"));
    let lines = found.map(|found| {
        let (path, line) = (locator.path(found.place), locator.start(found.place).line);
        let (at, message) = (inline(&format!("`{path}:{line}`")), inline(&found.message));
        format!("{at}: {message} (`{}`)", found.rule)
    });
    let lines: Vec<_> = lines.collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("\n### Records of evidence\n\n{}", few(lines.into_iter()))
}

/// The items of the checklists, as many as there is room for.
fn body(card: &Scorecard, outcome: &Outcome, room: usize) -> String {
    let teller = Teller { card, outcome, lists_met: true };
    let mut told = teller.checklists();
    if length(&told) > room {
        told = Teller { lists_met: false, ..teller }.checklists();
    }
    let asked = told.len();
    while length(&told) > room {
        told.pop();
    }
    share(&mut told, room);
    let left_out = asked - told.len();
    let mut text: String = told.iter().flatten().map(Piece::to_string).collect();
    if left_out > 0 {
        let count = counted(left_out, "checklist are", "checklists are");
        let _ = writeln!(
            text,
            "\n**The items of {count} not listed**, to stay within what a comment may hold."
        );
    }
    text
}

/// Lets the items have more and more lines until the room is used up.
fn share(told: &mut [Vec<Piece>], room: usize) {
    let mut left = room.saturating_sub(length(told));
    for (is_first, round) in
        (0..FIRST).map(|round| (true, round)).chain((0..MOST).map(|round| (false, round)))
    {
        for piece in told.iter_mut().flatten() {
            let wants = (piece.is_open || !is_first) && piece.kept == round;
            let Some(line) = piece.lines.get(piece.kept).filter(|_| wants) else { continue };
            if line.len() <= left {
                left -= line.len();
                piece.kept += 1;
            }
        }
    }
}

fn length(told: &[Vec<Piece>]) -> usize {
    told.iter().flatten().map(Piece::length).sum()
}

/// A piece of the text, and lines that may follow it.
#[derive(Default)]
struct Piece {
    text: String,
    /// Whether it is of an item that is not met.
    is_open: bool,
    lines: Vec<String>,
    /// How many of them do.
    kept: usize,
    /// How many of those are told as a number.
    all: usize,
}

impl Piece {
    /// The room for `- and 1234 more`.
    const MORE: usize = 24;

    fn length(&self) -> usize {
        let kept = self.lines.iter().take(self.kept);
        let more = if self.all > self.kept { Piece::MORE } else { 0 };
        self.text.len() + kept.map(String::len).sum::<usize>() + more
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        for line in self.lines.iter().take(self.kept) {
            f.write_str(line)?;
        }
        match self.all - self.kept {
            0 => Ok(()),
            more if self.kept > 0 => writeln!(f, "  - and {more} more"),
            // The item itself says how many there are.
            _ => Ok(()),
        }
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Piece { text, ..Piece::default() }
    }
}

/// Tells of the items of a scorecard.
#[derive(Clone, Copy)]
struct Teller<'o> {
    card: &'o Scorecard,
    outcome: &'o Outcome,
    /// Whether items that are met or do not apply are listed.
    lists_met: bool,
}

impl<'o> Teller<'o> {
    fn checklists(self) -> Vec<Vec<Piece>> {
        let mut locator = Locator::new(&self.outcome.files);
        let asked =
            CHECKLISTS.iter().filter(|it| self.card.of_checklist(&it.name).next().is_some());
        asked.map(|checklist| self.checklist(checklist, &mut locator)).collect()
    }

    fn checklist(self, checklist: &'static Checklist, locator: &mut Locator<'o>) -> Vec<Piece> {
        let items = || self.card.of_checklist(&checklist.name);
        let score = Score::of(items().map(|judged| judged.verdict));
        let (title, percent, counts) = (html(&checklist.title), percent(score), in_signs(score));
        let head = format!("\n<details>\n<summary><b>{title}</b>: {percent}, {counts}</summary>\n");
        let mut told = vec![Piece::from(head)];
        for section in &checklist.sections {
            let of: Vec<_> = items().filter(|it| it.item.section() == section.name).collect();
            let score = Score::of(of.iter().map(|judged| judged.verdict));
            let (title, bar, counts) = (inline(&section.title), bar(score), in_signs(score));
            told.push(format!("\n#### {title} {bar} {counts}\n\n").into());
            let is_listed = |judged: &&Judged| self.lists_met || is_open(judged.verdict);
            told.extend(of.into_iter().filter(is_listed).map(|it| self.item(it, locator)));
        }
        told.push(FOOT.to_owned().into());
        told
    }

    fn item(self, judged: &'o Judged, locator: &mut Locator<'o>) -> Piece {
        let (sign, id) = (sign(judged.verdict), &judged.item.id);
        let mut text = format!("- {sign} {} (`{id}`)", inline(&judged.item.text));
        let decided = judged.item.decided_as();
        let is_said = self.card.get(decided).is_some_and(|it| it.verdict == judged.verdict);
        if decided != id && is_said {
            let _ = writeln!(text, ": as `{decided}`");
            return text.into();
        }
        if judged.verdict == Verdict::Pass {
            text.push('\n');
        } else {
            let why = inline(why(judged).trim_end_matches('.'));
            let _ = writeln!(text, ": {why}");
        }
        if let Some(record) = &judged.record {
            let _ = writeln!(text, "  - {}", inline(&said(record)));
        }
        let lines = self.lines(judged, locator);
        let all = judged.findings.len() + judged.proofs.len();
        Piece { text, is_open: is_open(judged.verdict), lines, kept: 0, all }
    }

    /// The findings and places of an item.
    fn lines(self, judged: &'o Judged, locator: &mut Locator<'o>) -> Vec<String> {
        let at = |place: Place, locator: &mut Locator<'o>| {
            inline(&format!("`{}:{}`", locator.path(place), locator.start(place).line))
        };
        let found = judged.findings.iter();
        let found = found.filter_map(|index| self.outcome.diagnostics.get(*index));
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(|found| std::cmp::Reverse(found.severity));
        let mut lines = Vec::new();
        for found in found.into_iter().take(MOST) {
            let (at, message) = (at(found.place, locator), message(found, locator));
            let (severity, message, rule) = (found.severity.as_str(), inline(&message), found.rule);
            lines.push(format!("  - {at}: {severity}: {message} (`{rule}`)\n"));
        }
        for proof in judged.proofs.iter().take(MOST) {
            lines.push(format!("  - {}: {}\n", at(proof.place, locator), inline(&proof.says)));
        }
        lines
    }
}

fn is_open(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::Expired | Verdict::Missing)
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
