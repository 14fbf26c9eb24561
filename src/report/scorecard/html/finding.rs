//! Findings and places on the page, each with what stands there.
//!
//! A finding that several items have is written out once, below the first of them; the others point
//! at it, and the script of the page shows it there too.

use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::ops::Range;

use super::change;
use super::text::{Code, Prose, Text};
use crate::checklist::Proof;
use crate::diagnostic::{Applicability, Diagnostic, Fix, Related};
use crate::outcome::Outcome;
use crate::report::excerpt::{CONTEXT, Excerpt, Scissors, Starred};
use crate::report::hidden::Hidden;
use crate::report::locate::Locator;
use crate::report::suppression;
use crate::rules;
use crate::source::Place;

/// As many characters of a line are shown.
const WIDTH: usize = 140;

/// Excerpts and changes take at most about so many bytes of a page, so that it stays small enough to be
/// mailed; findings after that have none.
const ROOM: usize = 1_000_000;

/// As many places of an item are listed.
const MOST: usize = 200;

/// Draws findings and places.
pub(super) struct Painter<'o> {
    outcome: &'o Outcome,
    hidden: Hidden,
    starred: Starred,
    locator: Locator<'o>,
    /// Bytes that excerpts may still take.
    room: usize,
    /// The findings that are on the page, as their indexes.
    drawn: HashSet<usize>,
}

impl<'o> Painter<'o> {
    pub(super) fn new(outcome: &'o Outcome) -> Self {
        Painter {
            outcome,
            hidden: Hidden::of(outcome),
            starred: Starred::default(),
            locator: Locator::new(&outcome.files),
            room: ROOM,
            drawn: HashSet::new(),
        }
    }

    /// Whether excerpts were left out.
    pub(super) fn is_full(&self) -> bool {
        self.room == 0
    }

    /// A list of findings, as indexes of those of the run.
    pub(super) fn findings(
        &mut self,
        title: &str,
        indexes: &[usize],
        out: &mut String,
    ) -> fmt::Result {
        let outcome = self.outcome;
        let found = |index: &usize| Some((*index, outcome.diagnostics.get(*index)?));
        let mut found: Vec<_> = indexes.iter().filter_map(found).collect();
        if found.is_empty() {
            return Ok(());
        }
        found.sort_by_key(|(_, found)| std::cmp::Reverse(found.severity));
        writeln!(out, "<h5>{title}</h5>\n<ul class=\"findings\">")?;
        for (index, found) in found {
            if self.drawn.insert(index) {
                self.finding(found, out)?;
            } else {
                self.again(found, out)?;
            }
        }
        writeln!(out, "</ul>")
    }

    fn finding(&mut self, found: &Diagnostic, out: &mut String) -> fmt::Result {
        let severity = found.severity.as_str();
        let message = Prose(&found.message);
        writeln!(out, "<li class=\"finding {severity}\" id=\"f-{}\">", found.fingerprint)?;
        writeln!(out, "<p><b class=\"severity\">{severity}</b> {message}</p>")?;
        self.origin(found, out)?;
        self.excerpt(found.place, CONTEXT, out)?;
        self.related(&found.related, out)?;
        if let Some(help) = &found.help {
            writeln!(out, "<p class=\"help\">{}</p>", Prose(help))?;
        }
        match (&found.fix, found.no_fix) {
            (Some(fix), _) => self.fix(found, fix, out)?,
            (None, Some(why)) => writeln!(out, "<p class=\"fix\">No fix: {}</p>", Prose(why))?,
            (None, None) => {}
        }
        writeln!(out, "</li>")
    }

    /// A finding that is on the page already.
    fn again(&mut self, found: &Diagnostic, out: &mut String) -> fmt::Result {
        let (severity, id) = (found.severity.as_str(), found.fingerprint);
        let at = self.at(found.place);
        writeln!(
            out,
            "<li class=\"finding {severity}\" data-of=\"f-{id}\"><p><b class=\"severity\">{severity}</b> \
             {} <a href=\"#f-{id}\"><code>{at}</code></a></p></li>",
            Prose(&found.message),
        )
    }

    /// Where a finding is, and which rule it is of.
    fn origin(&mut self, found: &Diagnostic, out: &mut String) -> fmt::Result {
        let at = self.at(found.place);
        write!(out, "<p class=\"at\"><code>{at}</code> ")?;
        match rules::find(found.rule) {
            Some(rule) => {
                let url = rule.url();
                let (url, id) = (Text(&url), Text(found.rule));
                write!(out, "<a href=\"{url}\" rel=\"noopener noreferrer\">{id}</a>")?;
            }
            None => write!(out, "{}", Text(found.rule))?,
        }
        if let Some(template) = self.locator.template(found.place) {
            write!(out, " rendered from <code>{}</code>", Text(template))?;
        }
        if let Some(why) = suppression(found) {
            write!(out, " <span>{}</span>", Text(&why))?;
        }
        writeln!(out, "</p>")
    }

    fn related(&mut self, related: &[Related], out: &mut String) -> fmt::Result {
        let places = related.iter().map(|related| (related.place, related.message.as_str()));
        self.list("related", places, out)
    }

    /// A list of places, and what is there.
    pub(super) fn proofs(
        &mut self,
        title: &str,
        proofs: &[Proof],
        out: &mut String,
    ) -> fmt::Result {
        if proofs.is_empty() {
            return Ok(());
        }
        writeln!(out, "<h5>{title}</h5>")?;
        self.list("places", proofs.iter().map(|proof| (proof.place, proof.says.as_str())), out)
    }

    fn list<'t>(
        &mut self,
        class: &str,
        places: impl ExactSizeIterator<Item = (Place, &'t str)>,
        out: &mut String,
    ) -> fmt::Result {
        let count = places.len();
        if count == 0 {
            return Ok(());
        }
        writeln!(out, "<ul class=\"{class}\">")?;
        for (place, says) in places.take(MOST) {
            writeln!(out, "<li><p>{} <code>{}</code></p>", Prose(says), self.at(place))?;
            self.excerpt(place, 0, out)?;
            writeln!(out, "</li>")?;
        }
        if count > MOST {
            writeln!(out, "<li>and {} more, which the JSON report lists</li>", count - MOST)?;
        }
        writeln!(out, "</ul>")
    }

    /// `path:line:column`
    fn at(&mut self, place: Place) -> String {
        let start = self.locator.start(place);
        format!("{}:{}:{}", Text(self.locator.path(place)), start.line, start.column)
    }

    /// The line on which a place begins, with up to that many around it, and the place marked.
    fn excerpt(&mut self, place: Place, around: usize, out: &mut String) -> fmt::Result {
        let Some(source) = self.outcome.files.source(place.file) else { return Ok(()) };
        let (secrets, known) = (self.hidden.in_file(place.file), self.hidden.known());
        let file = Some(place.file);
        let scissors = Scissors { width: WIDTH, ellipsis: "…", file, secrets, known };
        let (excerpt, places) = Excerpt::cut(source, &[place.span], scissors, &mut self.starred);
        let Some(mark) = places.into_iter().next().flatten() else { return Ok(()) };
        let Some(shown) = excerpt.lines_around(mark.clone(), around, around) else { return Ok(()) };
        let mark = mark.start.saturating_sub(shown.start)..mark.end.saturating_sub(shown.start);
        let mut drawn = String::new();
        draw(shown.text, shown.line, &mark, &mut drawn)?;
        self.spend(&drawn, out);
        Ok(())
    }

    fn fix(&mut self, found: &Diagnostic, fix: &Fix, out: &mut String) -> fmt::Result {
        let how = match fix.applicability {
            Applicability::Safe => "<code>agentcheck lint --fix</code> does it",
            Applicability::Unsafe => {
                "<code>agentcheck lint --fix --unsafe-fixes</code> does it; review the result"
            }
        };
        writeln!(out, "<p class=\"fix\">Fix: {} <span>({how})</span></p>", Prose(&fix.title))?;
        let Some(place) = fix.edits.first().map(|edit| edit.place) else { return Ok(()) };
        let Some(source) = self.outcome.files.source(place.file) else { return Ok(()) };
        let (secrets, known) = (self.hidden.in_file(place.file), self.hidden.known());
        let Some(hunks) = change::hunks(source, fix, secrets, known) else { return Ok(()) };
        let mut drawn = String::new();
        if place.file != found.place.file {
            writeln!(drawn, "<p class=\"at\">in <code>{}</code></p>", Text(source.path()))?;
        }
        change::draw(&hunks, &mut drawn)?;
        self.spend(&drawn, out);
        Ok(())
    }

    /// Writes what may be left out, as long as there is room for it.
    fn spend(&mut self, drawn: &str, out: &mut String) {
        if drawn.len() <= self.room {
            self.room -= drawn.len();
            out.push_str(drawn);
        } else {
            self.room = 0;
        }
    }
}

/// Lines with their numbers, the first of which has that index in its file. What all of them are indented
/// by is left out: on a phone there is no room for it.
fn draw(text: &str, first: usize, mark: &Range<usize>, out: &mut String) -> fmt::Result {
    let indent = common_indent(text.lines());
    out.push_str("<pre>");
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let end = start + line.len();
        let number = first + index + 1;
        let part = |range: Range<usize>| line.get(range).unwrap_or_default();
        if start <= mark.start && mark.start < end {
            // The line break is not marked.
            let last = line.trim_end_matches('\n').len();
            let from = (mark.start - start).min(last);
            let to = (mark.end.min(end) - start).clamp(from, last);
            let before = Code(part(indent.min(from)..from));
            write!(out, "<b>{number}</b>{before}<mark>{}</mark>", Code(part(from..to)))?;
            write!(out, "{}", Code(part(to..line.len())))?;
        } else {
            let indent = indent.min(line.trim_end_matches('\n').len());
            write!(out, "<i>{number}</i>{}", Code(part(indent..line.len())))?;
        }
        start = end;
    }
    writeln!(out, "</pre>")
}

/// Spaces that every line begins with, but for empty ones.
pub(super) fn common_indent<'t>(lines: impl Iterator<Item = &'t str>) -> usize {
    let lines = lines.filter(|line| !line.trim().is_empty());
    lines.map(|line| line.len() - line.trim_start_matches(' ').len()).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn lines_have_numbers_and_the_place_a_mark() {
        let drawn = |mark| {
            let mut out = String::new();
            draw("  a: <b>\n\n    c: d\n", 6, &mark, &mut out).unwrap();
            out
        };
        assert_eq!(
            drawn(5..8),
            "<pre><b>7</b>a: <mark>&lt;b&gt;</mark>\n<i>8</i>\n<i>9</i>  c: d\n</pre>\n"
        );
        assert_eq!(
            drawn(14..15),
            "<pre><i>7</i>a: &lt;b&gt;\n<i>8</i>\n<b>9</b>  <mark>c</mark>: d\n</pre>\n"
        );
        assert_eq!(
            drawn(8..9),
            "<pre><b>7</b>a: &lt;b&gt;<mark></mark>\n<i>8</i>\n<i>9</i>  c: d\n</pre>\n"
        );
        assert_eq!(
            drawn(0..3),
            "<pre><b>7</b><mark>  a</mark>: &lt;b&gt;\n<i>8</i>\n<i>9</i>  c: d\n</pre>\n"
        );
    }
}
