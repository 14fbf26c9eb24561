//! Cuts out of a file what a report shows of it: the lines of its labels with a line around each.
//!
//! The cut-out is a text of its own. So its lines can be made harmless and short without moving
//! the labels: what acts is replaced ([`escape`]), secrets are starred, and of a line that is
//! longer than the screen (minified JSON) only a window around the label is kept.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::escape;
use crate::redact::{self, Known, REACH};
use crate::source::{FileId, Source, Span};

/// Lines shown before and after a label's line.
pub(super) const CONTEXT: usize = 1;

/// How far before a window a name may stand that tells that a value in it is secret.
const BEFORE: usize = 200;

/// Some lines of a file.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    text: String,
    lines: Vec<Line>,
}

/// A line of an excerpt. Its text ends in a line break, so that a label may stand at its end.
#[derive(Debug)]
struct Line {
    /// Its index in the file.
    index: usize,
    /// Where it begins in the excerpt.
    start: usize,
}

/// The part of a long line that is shown.
struct Window<'t> {
    text: &'t str,
    /// Where it begins in the file.
    start: usize,
    cut_before: bool,
    cut_after: bool,
}

/// How excerpts are cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scissors<'s> {
    /// Characters of a line that are kept.
    pub(super) width: usize,
    /// What stands for the rest.
    pub(super) ellipsis: &'static str,
    /// The file that is cut from.
    pub(super) file: Option<FileId>,
    /// The spans of the file that findings call secret, ascending and apart.
    pub(super) secrets: &'s [Span],
    /// What is secret wherever it stands.
    pub(super) known: &'s Known,
}

/// The secrets of lines that have been looked through, from the beginning of the line: what is found stands
/// close together, and to look for secrets in a line takes longer than everything else.
#[derive(Debug, Default)]
pub(super) struct Starred(HashMap<(Option<FileId>, usize), Vec<Range<usize>>>);

impl Excerpt {
    /// Cuts out the lines of `spans`, the first of which decides the window of its line. Gives
    /// back where each span lies in the excerpt, and nothing for one outside of the window.
    pub(super) fn cut(
        source: &Source,
        spans: &[Span],
        scissors: Scissors<'_>,
        starred: &mut Starred,
    ) -> (Self, Vec<Option<Range<usize>>>) {
        let spans: Vec<_> = spans.iter().map(|&span| on_one_line(source, span)).collect();
        let last = source.line_starts().len() - 1;
        let wanted: BTreeSet<usize> = spans
            .iter()
            .flat_map(|&(line, _)| line.saturating_sub(CONTEXT)..=(line + CONTEXT).min(last))
            .filter(|&line| !is_blank_end(source, line) || spans.iter().any(|&(at, _)| at == line))
            .collect();
        let mut excerpt = Excerpt::default();
        let mut places = vec![None; spans.len()];
        for line in wanted {
            let focus = spans.iter().find(|&&(at, _)| at == line).map(|&(_, span)| span);
            let window = Window::of(source, line, focus, scissors.width);
            let hidden = window.secrets(source, line, scissors, starred);
            excerpt.push(line, &window, &hidden, &spans, &mut places, scissors.ellipsis);
        }
        (excerpt, places)
    }

    fn push(
        &mut self,
        index: usize,
        window: &Window<'_>,
        hidden: &[Range<usize>],
        spans: &[(usize, Span)],
        places: &mut [Option<Range<usize>>],
        ellipsis: &str,
    ) {
        self.lines.push(Line { index, start: self.text.len() });
        if window.cut_before {
            self.text.push_str(ellipsis);
        }
        let (end, begin) = (window.start + window.text.len(), self.text.len());
        // Where each character of the window, and its end, went; nothing where all of them only moved together.
        let mut moved = Vec::new();
        if hidden.is_empty() && escape::is_shown_as_it_is(window.text) {
            self.text.push_str(window.text);
        } else {
            for (at, c) in window.text.char_indices() {
                moved.push((window.start + at, self.text.len()));
                let secret = hidden.iter().any(|range| range.contains(&at));
                self.text.push(if secret { '*' } else { escape::in_excerpt(c) });
            }
            moved.push((end, self.text.len()));
        }
        let place_of = |at: usize| {
            if moved.is_empty() {
                return begin + at - window.start;
            }
            let next = moved.partition_point(|&(original, _)| original < at);
            moved.get(next).map_or(self.text.len(), |&(_, new)| new)
        };
        for (&(_, span), place) in
            spans.iter().zip(&mut *places).filter(|((line, _), _)| *line == index)
        {
            let range = span.range();
            if window.start <= range.start && range.start <= end {
                *place = Some(place_of(range.start)..place_of(range.end.min(end)));
            }
        }
        if window.cut_after {
            self.text.push_str(ellipsis);
        }
        self.text.push('\n');
    }

    /// The lines that `range` touches, with up to that many before and after it where the file's
    /// next lines are here: their text, where it begins, and the index of the first in the file.
    /// Nothing where lines in between are missing.
    pub(super) fn lines_around(
        &self,
        range: Range<usize>,
        before: usize,
        after: usize,
    ) -> Option<Shown<'_>> {
        let line_at =
            |at: usize| self.lines.partition_point(|line| line.start <= at).checked_sub(1);
        let (first, last) = (line_at(range.start)?, line_at(range.end.max(range.start))?);
        let index = |at: usize| self.lines.get(at).map(|line| line.index);
        if index(last)? - index(first)? != last - first {
            return None;
        }
        let reach = |from: usize, by: usize| {
            index(from).zip(index(by)).is_some_and(|(from, by)| from.abs_diff(by) == 1)
        };
        let (mut from, mut to) = (first, last);
        while first - from < before && from > 0 && reach(from, from - 1) {
            from -= 1;
        }
        while to - last < after && reach(to, to + 1) {
            to += 1;
        }
        let start = self.lines.get(from)?.start;
        let end = self.lines.get(to + 1).map_or(self.text.len(), |next| next.start);
        let text = self.text.get(start..end)?;
        Some(Shown { text, start, line: index(from)?, count: to - from + 1 })
    }
}

/// Neighbouring lines of an excerpt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown<'e> {
    pub(super) text: &'e str,
    /// Where it begins in the excerpt.
    pub(super) start: usize,
    /// The index of its first line in the file.
    pub(super) line: usize,
    /// How many lines there are.
    pub(super) count: usize,
}

/// The line that a span begins on, and the part of the span that is on it: a finding about a
/// mapping is not to draw the whole mapping.
pub(super) fn on_one_line(source: &Source, span: Span) -> (usize, Span) {
    let length = source.text().len();
    let start = source.text().floor_char_boundary((span.start as usize).min(length));
    let at = Span::new(start, start);
    let index = source.line_index(at.start);
    let line = source.line_span(index);
    // A byte order mark has no column of its own.
    let text_start = line.start + if has_mark(source.slice(line)) { 3 } else { 0 };
    let start = start.clamp(text_start as usize, line.end as usize);
    let end = source.text().floor_char_boundary((span.end as usize).min(length));
    (index, Span::new(start, end.min(line.end as usize)))
}

fn has_mark(line: &str) -> bool {
    line.starts_with('\u{feff}')
}

/// Whether this is the empty rest of the file after its last line break.
fn is_blank_end(source: &Source, line: usize) -> bool {
    line + 1 == source.line_starts().len() && source.line_span(line).range().is_empty()
}

impl<'t> Window<'t> {
    /// Keeps `width` characters of a line: its beginning, if `focus` lies there, or else what is
    /// around `focus`.
    fn of(source: &'t Source, line: usize, focus: Option<Span>, width: usize) -> Self {
        let span = source.line_span(line);
        let text = source.slice(span);
        let mark = if has_mark(text) { 3 } else { 0 };
        let (text, start) = (text.get(mark..).unwrap_or_default(), span.start as usize + mark);
        if text.len() <= width {
            return Window { text, start, cut_before: false, cut_after: false };
        }
        let after = |from: usize, count: usize| {
            let rest = text.get(from..).unwrap_or_default();
            rest.char_indices().nth(count).map_or(text.len(), |(at, _)| from + at)
        };
        let focus = focus.map_or(0..0, |span| {
            span.range().start.saturating_sub(start)..span.range().end.saturating_sub(start)
        });
        let head = after(0, width);
        let from = if focus.end.min(after(focus.start, width / 2)) <= head {
            0
        } else {
            let before = text.get(..focus.start).unwrap_or_default();
            before.char_indices().rev().take(width / 3).last().map_or(focus.start, |(at, _)| at)
        };
        let to = after(from, width);
        Window {
            text: text.get(from..to).unwrap_or_default(),
            start: start + from,
            cut_before: from > 0,
            cut_after: to < text.len(),
        }
    }

    /// The parts of the window that hold secrets and are not to be shown.
    fn secrets(
        &self,
        source: &Source,
        line: usize,
        scissors: Scissors<'_>,
        starred: &mut Starred,
    ) -> Vec<Range<usize>> {
        let (text, called_secret) = (source.text(), scissors.secrets);
        let line_start = source.line_span(line).start as usize;
        let (mut before, mut from) = (line_start, self.start);
        if self.cut_before {
            // The pair that the window cuts through is read from its beginning.
            from = text.floor_char_boundary(self.start.saturating_sub(BEFORE)).max(line_start);
            before = from;
        } else if line > 0 {
            before = source.line_span(line - 1).range().start;
            before = text.floor_char_boundary(before.max(line_start.saturating_sub(BEFORE)));
        }
        let mut to = self.start + self.text.len();
        if self.cut_after {
            to = text.ceil_char_boundary((to + BEFORE).min(text.len()));
            to = to.min(source.line_span(line).end as usize);
        }
        // What is known may begin further ahead.
        let reach = if self.cut_before {
            text.floor_char_boundary(self.start.saturating_sub(REACH)).max(line_start)
        } else {
            from
        };
        let look = || -> Vec<_> {
            let window = text.get(from..to).unwrap_or_default();
            let written = redact::secrets(text.get(before..from).unwrap_or_default(), window);
            let written = written.into_iter().map(|range| from + range.start..from + range.end);
            let known = scissors.known.find(text.get(reach..to).unwrap_or_default());
            let known = known.into_iter().map(|range| reach + range.start..reach + range.end);
            written.chain(known).collect()
        };
        let looked_through;
        let written = if self.cut_before || self.cut_after {
            looked_through = look();
            &looked_through
        } else {
            starred.0.entry((scissors.file, line)).or_insert_with(look)
        };
        let written = written.iter().cloned();
        let next = called_secret.partition_point(|span| span.range().end <= self.start);
        let called = called_secret.iter().skip(next).map(|span| span.range());
        let called = called.take_while(|range| range.start < to);
        // A secret on this line or next to it may have company.
        let lines = source.line_span(line.saturating_sub(CONTEXT)).range().start
            ..source.line_span((line + CONTEXT).min(source.line_starts().len() - 1)).range().end;
        let near = called_secret.partition_point(|span| span.range().end <= lines.start);
        let has_company = called_secret.get(near).is_some_and(|it| it.range().start < lines.end);
        let company = if has_company {
            redact::key_like(text.get(from..to).unwrap_or_default())
        } else {
            Vec::new()
        };
        let company = company.into_iter().map(|range| from + range.start..from + range.end);
        written
            .chain(called)
            .chain(company)
            .map(|range| {
                let shown = redact::shown_in(text, &range);
                (range.start + shown).saturating_sub(self.start)
                    ..range.end.saturating_sub(self.start)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static NOTHING: LazyLock<Known> = LazyLock::new(Known::default);

    fn scissors(width: usize) -> Scissors<'static> {
        Scissors { width, ellipsis: "…", file: None, secrets: &[], known: &NOTHING }
    }

    /// The lines that are shown, with `[` and `]` around the first span.
    fn cut(text: &str, span: Range<usize>, width: usize) -> String {
        let source = Source::new("a.yaml", text);
        let (excerpt, places) =
            Excerpt::cut(&source, &[span.into()], scissors(width), &mut Starred::default());
        let place = places[0].clone().expect("the first span is always shown");
        let (before, rest) = excerpt.text.split_at(place.start);
        let (inside, after) = rest.split_at(place.len());
        format!("{before}[{inside}]{after}")
    }

    #[test]
    fn one_line_around_the_first_line_of_the_span() {
        assert_eq!(cut("a\nb\nc: d\ne\nf\n", 4..9, 80), "b\n[c: d]\ne\n");
        assert_eq!(cut("a: b", 4..4, 80), "a: b[]\n");
        assert_eq!(cut("a: b\n", 5..5, 80), "a: b\n[]\n");
        assert_eq!(cut("", 0..0, 80), "[]\n");
        assert_eq!(cut("\u{feff}a: b\r\nc: d\r\n", 0..4, 80), "[a]: b\nc: d\n");
    }

    #[test]
    fn a_long_line_is_cut_to_a_window() {
        let text = format!("{}NEEDLE{}", "x".repeat(50), "y".repeat(50));
        assert_eq!(cut(&text, 50..56, 15), "…xxxxx[NEEDLE]yyyy…\n");
        assert_eq!(cut(&text, 0..3, 15), "[xxx]xxxxxxxxxxxx…\n");
        assert_eq!(cut(&text, 0..106, 15), "[xxxxxxxxxxxxxxx]…\n");
        assert_eq!(cut(&text, 50..106, 15), "…xxxxx[NEEDLEyyyy]…\n");
        assert_eq!(cut(&text, 106..106, 15), "…yyyyy[]\n");
        let wide = format!("{}針{}", "數".repeat(50), "字".repeat(50));
        assert_eq!(cut(&wide, 150..153, 9), "…數數數[針]字字字字字…\n");
    }

    #[test]
    fn a_span_outside_of_the_window_has_no_place() {
        let text = format!("first {} second", "x".repeat(500));
        let source = Source::new("a.json", text.as_str());
        let spans = [Span::new(0, 5), Span::new(507, 513)];
        let (_, places) = Excerpt::cut(&source, &spans, scissors(80), &mut Starred::default());
        assert_eq!(places, [Some(0..5), None]);
    }

    #[test]
    fn secrets_are_starred_on_either_side_of_a_cut() {
        let text = format!("{{\"x\":\"{}\",\"password\":\"{}\"}}", "x".repeat(90), "s3".repeat(60));
        let at = text.find("s3").unwrap();
        assert_eq!(cut(&text, at..at + 4, 12), "…d\":\"[s3s3]****…\n");
        assert_eq!(cut(&text, at + 30..at + 34, 12), "…****[****]****…\n");
        assert_eq!(
            cut("- name: DB_PASSWORD\n  value: hunter22\n", 8..19, 80),
            "- name: [DB_PASSWORD]\n  value: ********\n"
        );
    }

    #[test]
    fn what_is_known_is_starred_where_nothing_tells_it() {
        let mut known = Known::default();
        known.add("zT4mKx92qLweR7");
        let text = format!("./run app zT4mKx92qLweR7\n./run {} zT4mKx92qLweR7\n", "x".repeat(90));
        let source = Source::new("run.sh", text.as_str());
        let cut = |at: usize, width| {
            let spans = [Span::new(at, at + 2)];
            let scissors = Scissors { known: &known, ..scissors(width) };
            Excerpt::cut(&source, &spans, scissors, &mut Starred::default()).0.text
        };
        assert_eq!(cut(2, 40).lines().next(), Some("./run app zT4m**********"));
        let at = text.rfind("weR7").unwrap();
        assert_eq!(cut(at, 12).lines().last(), Some("…********"));
    }

    #[test]
    fn neighbours_are_lines_that_follow_each_other_in_the_file() {
        let source = Source::new("a.yaml", "a\nb\nc\nd\ne\nf\ng\nh\n");
        let spans = [Span::new(2, 3), Span::new(12, 13)];
        let (excerpt, places) =
            Excerpt::cut(&source, &spans, scissors(80), &mut Starred::default());
        let [Some(first), Some(second)] = &places[..] else { panic!("{places:?}") };
        let shown = excerpt.lines_around(first.clone(), 9, 9).unwrap();
        assert_eq!((shown.text, shown.line, shown.count), ("a\nb\nc\n", 0, 3));
        let shown = excerpt.lines_around(second.clone(), 1, 0).unwrap();
        assert_eq!((shown.text, shown.line, shown.count), ("f\ng\n", 5, 2));
        assert_eq!(excerpt.lines_around(first.start..second.end, 1, 1), None);
    }
}
