//! One page for a browser: it needs no network and nothing beside it, can be printed, read on a phone,
//! and read without its script, which brings the filters.
//!
//! Its policy allows no style and no script but its own, by their hashes. All text is escaped on its way
//! in ([`text`]), and excerpts show no secrets ([`finding`]).

mod change;
mod finding;
mod item;
mod text;

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use self::finding::Painter;
use self::item::Badge;
use self::text::{Prose, Text};
use super::Options;
use super::comparison::{Change, Comparison};
use super::words::{answer, count, in_words, percent, word};
use crate::checklist::{CHECKLISTS, Checklist, Judged, Score, Scorecard, Section, Verdict};
use crate::outcome::Outcome;
use crate::report::{account, counted};

const STYLE: &str = concat!("\n", include_str!("page.css"));
const SCRIPT: &str = concat!("\n", include_str!("page.js"));

/// The signs of verdicts, and the sign of the page.
const SIGNS: &str = include_str!("signs.svg");
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
    %3Crect width='16' height='16' rx='4' fill='%230e7a53'/%3E\
    %3Cpath d='M4 8.5l3 3 5-6.5' fill='none' stroke='%23fff' stroke-width='2'/%3E%3C/svg%3E";

/// A longer list of changes is folded up.
const FEW: usize = 12;

/// As many files that were not checked are listed.
const SKIPPED: usize = 200;

pub(super) fn write(
    card: &Scorecard,
    outcome: &Outcome,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = String::new();
    Page::new(card, outcome, options).draw(&mut text).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// What a verdict means.
fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "Files show it, and no finding speaks against it.",
        Verdict::Attested => "Somebody vouches for it in `agentcheck.toml`.",
        Verdict::Fail => "Findings speak against it.",
        Verdict::Expired => "Somebody vouched for it, but the record is too old.",
        Verdict::Missing => "Nothing shows it, and nobody vouches for it.",
        Verdict::NotApplicable => "The question does not arise here; it is not counted.",
    }
}

/// A scorecard on its way to a page.
struct Page<'o> {
    card: &'o Scorecard,
    outcome: &'o Outcome,
    comparison: Option<&'o Comparison>,
    /// The items that ask for the same, in the order of the page, by the item that decides them.
    alike: HashMap<&'static str, Vec<&'o Judged>>,
    /// What was said before of the items that changed.
    changed: HashMap<&'static str, Verdict>,
}

impl<'o> Page<'o> {
    fn new(card: &'o Scorecard, outcome: &'o Outcome, options: &Options<'o>) -> Self {
        let mut alike: HashMap<_, Vec<_>> = HashMap::new();
        for judged in &card.items {
            alike.entry(judged.item.decided_as()).or_default().push(judged);
        }
        let comparison = options.comparison;
        let all = comparison.into_iter().flat_map(|it| it.better.iter().chain(&it.worse));
        let changed = all.map(|change| (change.item, change.before)).collect();
        Page { card, outcome, comparison, alike, changed }
    }

    /// The items that ask for the same as this one, and it.
    fn alike(&self, judged: &Judged) -> impl Iterator<Item = &'o Judged> {
        self.alike.get(judged.item.decided_as()).into_iter().flatten().copied()
    }

    /// The first item of the page that asks for the same.
    fn first_of(&self, judged: &'o Judged) -> &'o Judged {
        self.alike(judged).next().unwrap_or(judged)
    }

    /// The checklists that are asked for.
    fn checklists(&self) -> impl Iterator<Item = &'static Checklist> {
        CHECKLISTS.iter().filter(|it| self.card.of_checklist(&it.name).next().is_some())
    }

    fn items_of(
        &self,
        checklist: &'static Checklist,
        section: &'static Section,
    ) -> impl Iterator<Item = &'o Judged> {
        let all = self.card.of_checklist(&checklist.name);
        all.filter(|judged| judged.item.section() == section.name)
    }

    fn draw(&self, out: &mut String) -> fmt::Result {
        let mut painter = Painter::new(self.outcome);
        head(out)?;
        self.header(out)?;
        self.overview(out)?;
        if let Some(comparison) = self.comparison {
            compare(comparison, out)?;
        }
        self.records(&mut painter, out)?;
        self.filters(out)?;
        writeln!(out, "<main id=\"items\">")?;
        for checklist in self.checklists() {
            self.checklist(checklist, &mut painter, out)?;
        }
        writeln!(out, "<p id=\"none\" hidden>No item is like that.</p>\n</main>")?;
        self.footer(&painter, out)?;
        writeln!(out, "<script>{SCRIPT}</script>\n</body>\n</html>")
    }

    fn header(&self, out: &mut String) -> fmt::Result {
        let score = Score::of(self.card.items.iter().map(|judged| judged.verdict));
        writeln!(out, "<header>\n{}\n<div>", Gauge(score))?;
        writeln!(out, "<h1>Ready for production?</h1>")?;
        writeln!(out, "<p class=\"lead\">{}</p>", answer(score))?;
        writeln!(out, "<ul class=\"counts\">")?;
        for verdict in Verdict::ALL {
            let count = count(score, verdict);
            if count > 0 {
                writeln!(out, "<li>{} <b>{count}</b></li>", Badge(verdict))?;
            }
        }
        write!(out, "</ul>\n<p class=\"meta\">")?;
        if let Some(day) = self.card.day {
            write!(out, "<time>{day}</time>, ")?;
        }
        writeln!(out, "agentcheck {}</p>", env!("CARGO_PKG_VERSION"))?;
        if self.outcome.nothing_checked() {
            writeln!(
                out,
                "<p class=\"alarm\">Nothing was checked: there is no file here that agentcheck understands.</p>"
            )?;
        }
        writeln!(out, "</div>\n</header>")
    }

    fn overview(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "<nav aria-label=\"Checklists\">\n<ul class=\"cards\">")?;
        for checklist in self.checklists() {
            let items = self.card.of_checklist(&checklist.name);
            let score = Score::of(items.map(|judged| judged.verdict));
            let (name, title) = (Text(&checklist.name), Text(&checklist.title));
            writeln!(
                out,
                "<li><a href=\"#{name}\">{title}</a> <b>{}</b>{}<span>{}</span></li>",
                percent(score),
                Bar(score),
                Text(&in_words(score))
            )?;
        }
        writeln!(out, "</ul>\n</nav>")
    }

    /// What is wrong with the records of evidence themselves.
    fn records(&self, painter: &mut Painter<'o>, out: &mut String) -> fmt::Result {
        let found = self.outcome.diagnostics.iter().enumerate();
        let found = found
            .filter(|(_, found)| found.rule.starts_with("evidence/") && found.suppressed.is_none());
        let found: Vec<_> = found.map(|(index, _)| index).collect();
        if found.is_empty() {
            return Ok(());
        }
        let count = counted(found.len(), "finding", "findings");
        writeln!(out, "<section class=\"changes\">\n<h2>Records of evidence</h2>\n<details>")?;
        writeln!(out, "<summary>{count} about <code>[[evidence]]</code></summary>")?;
        painter.findings("What is wrong with them", &found, out)?;
        writeln!(out, "</details>\n</section>")
    }

    /// The controls, which are of use only to the script.
    fn filters(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "<form id=\"filters\" hidden role=\"search\" aria-label=\"Filters\">")?;
        writeln!(
            out,
            "<label>Checklist<select name=\"checklist\"><option value=\"\">All</option>"
        )?;
        for checklist in self.checklists() {
            let (name, title) = (Text(&checklist.name), Text(&checklist.title));
            writeln!(out, "<option value=\"{name}\">{title}</option>")?;
        }
        writeln!(out, "</select></label>")?;
        writeln!(out, "<label>Section<select name=\"section\"><option value=\"\">All</option>")?;
        for checklist in self.checklists() {
            let (name, title) = (Text(&checklist.name), Text(&checklist.title));
            writeln!(out, "<optgroup label=\"{title}\" data-checklist=\"{name}\">")?;
            for section in &checklist.sections {
                let (section, title) = (Text(&section.name), Text(&section.title));
                writeln!(out, "<option value=\"{name}/{section}\">{title}</option>")?;
            }
            writeln!(out, "</optgroup>")?;
        }
        writeln!(out, "</select></label>")?;
        writeln!(
            out,
            "<label>Text<input type=\"search\" name=\"text\" autocomplete=\"off\" spellcheck=\"false\"></label>"
        )?;
        writeln!(out, "<fieldset><legend>Verdict</legend>")?;
        for verdict in Verdict::ALL {
            writeln!(
                out,
                "<button type=\"button\" class=\"badge {name}\" name=\"verdict\" value=\"{name}\" aria-pressed=\"false\">\
                 <svg aria-hidden=\"true\"><use href=\"#i-{name}\"/></svg>{} <b></b></button>",
                word(verdict),
                name = verdict.as_str()
            )?;
        }
        writeln!(out, "</fieldset>\n<p><output aria-live=\"polite\"></output>")?;
        writeln!(out, "<button type=\"reset\">Show all</button>")?;
        writeln!(out, "<button type=\"button\" name=\"open\">Open all</button>")?;
        writeln!(out, "<button type=\"button\" name=\"close\">Close all</button></p>\n</form>")
    }

    fn checklist(
        &self,
        checklist: &'static Checklist,
        painter: &mut Painter<'o>,
        out: &mut String,
    ) -> fmt::Result {
        let score = Score::of(self.card.of_checklist(&checklist.name).map(|it| it.verdict));
        let (name, title) = (Text(&checklist.name), Text(&checklist.title));
        writeln!(out, "<section class=\"checklist\" id=\"{name}\">")?;
        writeln!(out, "<h2>{title} <b>{}</b></h2>", percent(score))?;
        let (met, document) = (in_words(score), Text(&checklist.document));
        writeln!(out, "<p class=\"meta\">{}. After: {document}</p>", Text(&met))?;
        for section in &checklist.sections {
            let score = Score::of(self.items_of(checklist, section).map(|it| it.verdict));
            let id = format!("{}/{}", checklist.name, section.name);
            writeln!(out, "<section class=\"part\" id=\"{}\">", Text(&id))?;
            let title = Text(&section.title);
            let met = score.percent().map_or_else(
                || "does not apply".to_owned(),
                |_| format!("{} of {}", score.met(), score.asked()),
            );
            writeln!(out, "<h3>{title} {} <span>{met}</span></h3>\n<ul>", Bar(score))?;
            for judged in self.items_of(checklist, section) {
                self.item(judged, painter, out)?;
            }
            writeln!(out, "</ul>\n</section>")?;
        }
        writeln!(out, "</section>")
    }

    fn footer(&self, painter: &Painter<'_>, out: &mut String) -> fmt::Result {
        writeln!(out, "<footer>\n<h2>How to read this</h2>\n<dl>")?;
        for verdict in Verdict::ALL {
            writeln!(out, "<dt>{}</dt><dd>{}</dd>", Badge(verdict), Prose(meaning(verdict)))?;
        }
        writeln!(out, "</dl>\n<h2>What was looked at</h2>")?;
        let mut checked = Vec::new();
        // Writing to a vector cannot fail.
        let _ = account::write_checked(self.outcome, &mut checked);
        for line in String::from_utf8_lossy(&checked).lines() {
            writeln!(out, "<p>{}</p>", Text(line))?;
        }
        if painter.is_full() {
            let some = "Some findings are shown without an excerpt, so that this page stays small; \
                `agentcheck lint` shows them all.";
            writeln!(out, "<p>{}</p>", Prose(some))?;
        }
        self.skipped(out)?;
        self.failures(out)?;
        writeln!(out, "</footer>")
    }

    fn skipped(&self, out: &mut String) -> fmt::Result {
        let skipped: Vec<_> = self.outcome.skipped().collect();
        if skipped.is_empty() {
            return Ok(());
        }
        let files = counted(skipped.len(), "file was", "files were");
        writeln!(out, "<details><summary>{files} skipped</summary>\n<ul>")?;
        for (path, reason) in skipped.iter().take(SKIPPED) {
            let reason = reason.describe();
            writeln!(out, "<li><code>{}</code>: {}</li>", Text(path), Text(&reason))?;
        }
        if skipped.len() > SKIPPED {
            writeln!(out, "<li>and {} more</li>", skipped.len() - SKIPPED)?;
        }
        writeln!(out, "</ul></details>")
    }

    /// What agentcheck itself did wrong.
    fn failures(&self, out: &mut String) -> fmt::Result {
        let rules = self.outcome.failures.iter();
        let rules = rules.map(|(rule, path)| format!("rule `{rule}` failed on `{path}`"));
        let signals = self.card.failures.iter().map(|name| format!("signal `{name}` failed"));
        for failure in rules.chain(signals).take(SKIPPED) {
            writeln!(
                out,
                "<p class=\"alarm\">{}; this is a bug of agentcheck: <a href=\"{}\" rel=\"noopener noreferrer\">report it</a></p>",
                Prose(&failure),
                account::ISSUES
            )?;
        }
        Ok(())
    }
}

fn head(out: &mut String) -> fmt::Result {
    let hash = |text: &str| STANDARD.encode(hmac_sha256::Hash::hash(text.as_bytes()));
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; \
         script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'\">",
        hash(STYLE),
        hash(SCRIPT)
    )?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<meta name=\"color-scheme\" content=\"light dark\">")?;
    writeln!(out, "<meta name=\"referrer\" content=\"no-referrer\">")?;
    writeln!(
        out,
        "<meta name=\"generator\" content=\"agentcheck {}\">",
        env!("CARGO_PKG_VERSION")
    )?;
    writeln!(out, "<title>Ready for production? Scorecard of agentcheck</title>")?;
    writeln!(out, "<link rel=\"icon\" href=\"{ICON}\">\n<style>{STYLE}</style>\n</head>\n<body>")?;
    out.write_str(SIGNS)
}

/// What got better and worse.
fn compare(comparison: &Comparison, out: &mut String) -> fmt::Result {
    writeln!(
        out,
        "<section class=\"changes\">\n<h2>Since the last report</h2>\n<ul class=\"trends\">"
    )?;
    for trend in &comparison.trends {
        let (before, after) = (percent(trend.before), percent(trend.after));
        let name = Text(trend.checklist);
        writeln!(out, "<li><a href=\"#{name}\">{name}</a> {before} → <b>{after}</b></li>")?;
    }
    writeln!(out, "</ul>")?;
    for (title, changes) in [("Worse", &comparison.worse), ("Better", &comparison.better)] {
        if changes.is_empty() {
            continue;
        }
        let open = if changes.len() > FEW { "" } else { " open" };
        let count = counted(changes.len(), "item", "items");
        writeln!(out, "<details{open}><summary>{title}: {count}</summary>\n<ul>")?;
        for Change { item, before, after } in changes {
            let (id, before, after) = (Text(item), Badge(*before), Badge(*after));
            writeln!(out, "<li>{before} → {after} <a href=\"#{id}\">{id}</a></li>")?;
        }
        writeln!(out, "</ul></details>")?;
    }
    if comparison.worse.is_empty() && comparison.better.is_empty() {
        writeln!(out, "<p>Every item is as it was.</p>")?;
    }
    writeln!(out, "</section>")
}

/// A bar with a part for each verdict.
struct Bar(Score);

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = self.0.asked().max(1);
        write!(f, "<svg class=\"bar\" viewBox=\"0 0 {asked} 1\" preserveAspectRatio=\"none\"")?;
        // What it says is written beside it.
        write!(f, " aria-hidden=\"true\">")?;
        let mut start = 0;
        let counted = Verdict::ALL.into_iter().filter(|it| *it != Verdict::NotApplicable);
        for verdict in counted {
            let width = count(self.0, verdict);
            if width > 0 {
                let name = verdict.as_str();
                write!(f, "<rect class=\"{name}\" x=\"{start}\" width=\"{width}\" height=\"1\"/>")?;
            }
            start += width;
        }
        write!(f, "</svg>")
    }
}

/// A ring that is filled as far as items are met.
struct Gauge(Score);

impl fmt::Display for Gauge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (met, asked) = (self.0.met(), self.0.asked().max(1));
        let shown = percent(self.0);
        write!(
            f,
            "<svg class=\"gauge\" viewBox=\"0 0 100 100\" role=\"img\" aria-label=\"{shown} met\">"
        )?;
        write!(f, "<circle cx=\"50\" cy=\"50\" r=\"42\"/>")?;
        if met > 0 {
            write!(
                f,
                "<circle class=\"met\" cx=\"50\" cy=\"50\" r=\"42\" pathLength=\"{asked}\" \
                 stroke-dasharray=\"{met} {asked}\" transform=\"rotate(-90 50 50)\"/>"
            )?;
        }
        write!(f, "<text x=\"50\" y=\"50\" dy=\".35em\">{shown}</text></svg>")
    }
}

/// What people call the checklist of an item.
fn title_of(judged: &Judged) -> &str {
    let name = judged.item.checklist();
    CHECKLISTS.iter().find(|it| it.name == name).map_or(name, |it| &it.title)
}
