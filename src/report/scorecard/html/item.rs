//! An item on the page: its verdict, and below it all that led to it.

use std::fmt::{self, Write as _};

use super::Page;
use super::finding::Painter;
use super::text::{Code, Prose, Text};
use crate::checklist::{Item, Judged, Verdict};
use crate::evidence::Evidence;
use crate::report::counted;
use crate::report::scorecard::words::{sentence, why, word};

impl<'o> Page<'o> {
    pub(super) fn item(
        &self,
        judged: &'o Judged,
        painter: &mut Painter<'o>,
        out: &mut String,
    ) -> fmt::Result {
        let (id, verdict) = (Text(&judged.item.id), judged.verdict);
        writeln!(out, "<li class=\"item\" id=\"{id}\" data-verdict=\"{}\">", verdict.as_str())?;
        write!(out, "<details><summary>{}", Badge(verdict))?;
        write!(out, "<h4>{}</h4><code>{id}</code>", Prose(&judged.item.text))?;
        let (findings, places) = (judged.findings.len(), judged.proofs.len());
        let seen = match judged.verdict {
            Verdict::Fail => counted(findings, "finding", "findings"),
            Verdict::Pass => counted(places, "place", "places"),
            _ => String::new(),
        };
        write!(out, "<span class=\"seen\">{seen}</span>")?;
        if let Some(before) = self.changed.get(judged.item.id.as_str()) {
            write!(out, "<span class=\"was\">before: {}</span>", word(*before))?;
        }
        writeln!(out, "</summary>\n<div class=\"body\">")?;
        self.body(judged, painter, out)?;
        self.same(judged, out)?;
        writeln!(out, "</div></details></li>")
    }

    /// What decided the item, or a hint at the item that it was decided with.
    fn body(&self, judged: &'o Judged, painter: &mut Painter<'o>, out: &mut String) -> fmt::Result {
        let first = self.first_of(judged);
        if first.item.id != judged.item.id && first.verdict == judged.verdict {
            let (id, title) = (Text(&first.item.id), Text(super::title_of(first)));
            return writeln!(
                out,
                "<div data-of=\"of:{id}\"><p>Decided as <a href=\"#{id}\">{id}</a> of {title}.</p></div>"
            );
        }
        writeln!(out, "<div id=\"of:{}\">", Text(&judged.item.id))?;
        writeln!(out, "<p class=\"why\">{}</p>", Prose(&why(judged)))?;
        let (against, proofs) = match judged.verdict {
            Verdict::Missing => ("What says so", "Where it is not shown"),
            _ => ("What speaks against it", "Where it is shown"),
        };
        painter.findings(against, &judged.findings, out)?;
        painter.proofs(proofs, &judged.proofs, out)?;
        painter.findings("Accepted by the project", &judged.accepted, out)?;
        if let Some(record) = &judged.record {
            write_record(record, out)?;
        }
        self.wanted(judged, out)?;
        if !judged.off.is_empty() {
            let off: Vec<_> =
                judged.off.iter().map(|rule| format!("<code>{}</code>", Text(rule))).collect();
            writeln!(out, "<p class=\"off\">Turned off here: {}</p>", off.join(", "))?;
        }
        writeln!(out, "</div>")
    }

    /// The other items that ask for the same.
    fn same(&self, judged: &Judged, out: &mut String) -> fmt::Result {
        let same = self.alike(judged).filter(|it| it.item.id != judged.item.id);
        let same = same.map(|it| {
            let id = Text(&it.item.id);
            format!("<a href=\"#{id}\">{id}</a>")
        });
        let same: Vec<_> = same.collect();
        if same.is_empty() {
            return Ok(());
        }
        writeln!(out, "<p class=\"same\">Also asked by {}</p>", same.join(", "))
    }

    /// What would meet an item that is not met.
    fn wanted(&self, judged: &Judged, out: &mut String) -> fmt::Result {
        if !matches!(judged.verdict, Verdict::Missing | Verdict::Expired) {
            return Ok(());
        }
        let shown_by = judged.item.shown_by();
        if !shown_by.is_empty() {
            let any = if shown_by.len() == 1 { "This" } else { "Any of this" };
            writeln!(out, "<h5>{any} would show it</h5>\n<ul class=\"wanted\">")?;
            for about in &shown_by {
                writeln!(out, "<li>{}</li>", Prose(&sentence(about)))?;
            }
            writeln!(out, "</ul>")?;
        }
        let somebody = if shown_by.is_empty() { "Somebody" } else { "Or somebody" };
        writeln!(out, "<h5>{somebody} vouches for it, in <code>agentcheck.toml</code></h5>")?;
        writeln!(out, "<pre class=\"record\">{}</pre>", Code(&self.record_for(judged.item)))
    }

    /// A record of evidence to fill in.
    fn record_for(&self, item: &Item) -> String {
        let mut record =
            format!("[[evidence]]\nitem = \"{}\"\nowner = \"\" # who vouches for it\n", item.id);
        if let Some(day) = self.card.day {
            let _ = writeln!(record, "date = {day}"); // writing to a string cannot fail
            let until =
                item.max_age.and_then(|days| day.checked_add(jiff::Span::new().days(days)).ok());
            if let Some(until) = until {
                let _ = writeln!(record, "expires = {until}");
            }
        }
        record.push_str("link = \"\" # where to look it up\n");
        for stated in item.states() {
            let _ = writeln!(record, "{stated} = \"\"");
        }
        record
    }
}

fn write_record(record: &Evidence, out: &mut String) -> fmt::Result {
    writeln!(out, "<h5>Record of evidence</h5>\n<dl>")?;
    writeln!(out, "<dt>Owner</dt><dd>{}</dd>", Text(&record.owner))?;
    writeln!(out, "<dt>Date</dt><dd><time>{}</time></dd>", record.date)?;
    if let Some(day) = record.expires {
        writeln!(out, "<dt>Expires</dt><dd><time>{day}</time></dd>")?;
    }
    if let Some(link) = &record.link {
        let text = Text(link);
        // Anything else may be a script or lead nowhere from where the page is read.
        let is_address = link.starts_with("https://") || link.starts_with("http://");
        write!(out, "<dt>Link</dt><dd>")?;
        if is_address {
            write!(out, "<a href=\"{text}\" rel=\"noopener noreferrer\">{text}</a>")?;
        } else {
            write!(out, "<code>{text}</code>")?;
        }
        writeln!(out, "</dd>")?;
    }
    for (key, value) in &record.states {
        writeln!(out, "<dt>{}</dt><dd>{}</dd>", Text(key), Text(value))?;
    }
    if let Some(note) = &record.note {
        writeln!(out, "<dt>Note</dt><dd>{}</dd>", Text(note))?;
    }
    writeln!(out, "</dl>")
}

/// A verdict as a sign and a word.
pub(super) struct Badge(pub(super) Verdict);

impl fmt::Display for Badge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, word) = (self.0.as_str(), word(self.0));
        write!(
            f,
            "<span class=\"badge {name}\"><svg aria-hidden=\"true\"><use href=\"#i-{name}\"/></svg>{word}</span>"
        )
    }
}
