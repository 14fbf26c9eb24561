//! Positions of many findings in one file.
//!
//! A minified manifest is one line, and counting its columns from the start for each of thousands
//! of findings takes minutes; so the columns of a long line are counted once.

use std::collections::HashMap;

use super::hidden;
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::file::Files;
use crate::redact::Known;
use crate::source::{FileId, Place, Position, Source, Span};

/// Lines up to this many bytes are counted each time.
const LONG: usize = 4_096;

/// A mark in a long line about every so many bytes.
const STEP: usize = 1_024;

/// Finds the lines and columns of places.
pub(super) struct Locator<'o> {
    files: &'o Files,
    ruler: Option<Ruler>,
    /// Which texts of edits tell a secret: many fixes say the same.
    telling: HashMap<&'o str, bool>,
    /// The secrets of the files, once they are asked for.
    known: Option<Known>,
}

/// The columns of a long line.
struct Ruler {
    file: FileId,
    line: usize,
    /// Bytes of the file, ascending, and their columns.
    marks: Vec<(usize, usize)>,
}

impl<'o> Locator<'o> {
    pub(super) fn new(files: &'o Files) -> Self {
        Locator { files, ruler: None, telling: HashMap::new(), known: None }
    }

    /// The path of the file, as it is.
    pub(super) fn path(&self, place: Place) -> &'o str {
        self.files.source(place.file).map_or("", Source::path)
    }

    /// The template of a Helm chart that the text around the place was rendered from.
    pub(super) fn template(&self, place: Place) -> Option<&'o str> {
        self.files.template_of(place)
    }

    /// The fix of a finding, unless it repeats a secret: without it, the edits would be others.
    pub(super) fn fix(&mut self, found: &'o Diagnostic) -> Option<&'o Fix> {
        let fix = found.fix.as_deref()?;
        let known = self.known.get_or_insert_with(|| Known::of(self.files));
        let telling = &mut self.telling;
        let mut tells =
            |text| *telling.entry(text).or_insert_with(|| hidden::is_telling(text, known));
        let repeats = |edit: &'o Edit| hidden::is_repeated(edit, self.files) || tells(&edit.text);
        (!fix.edits.iter().any(repeats)).then_some(fix)
    }

    /// Where the place begins.
    pub(super) fn start(&mut self, place: Place) -> Position {
        self.position(place.file, place.span.start)
    }

    /// Where the place ends.
    pub(super) fn end(&mut self, place: Place) -> Position {
        self.position(place.file, place.span.end)
    }

    /// Where the text of the place ends, without the line breaks and spaces after it: the last line
    /// that somebody would mark.
    pub(super) fn end_of_text(&mut self, place: Place) -> Position {
        let source = self.files.source(place.file);
        let text = source.map_or("", |source| source.slice(place.span)).trim_end();
        let end = Span::new(0, place.span.start as usize + text.len()).end;
        self.position(place.file, end)
    }

    fn position(&mut self, file: FileId, at: u32) -> Position {
        let Some(source) = self.files.source(file) else {
            return Position { line: 1, column: 1, offset: at as usize };
        };
        let line = source.line_index(at);
        let span = source.line_span(line);
        if span.range().len() <= LONG {
            return source.position(at);
        }
        if !self.ruler.as_ref().is_some_and(|ruler| ruler.file == file && ruler.line == line) {
            self.ruler = Some(Ruler::of(source, file, line));
        }
        let column = self.ruler.as_ref().map_or(1, |ruler| ruler.column(source, at as usize));
        Position { line: line + 1, column, offset: at as usize }
    }
}

impl Ruler {
    fn of(source: &Source, file: FileId, line: usize) -> Self {
        let span = source.line_span(line);
        let start = span.start as usize;
        let (mut marks, mut column, mut next) = (Vec::new(), 1, 0);
        for (at, c) in source.slice(span).char_indices() {
            if at >= next {
                marks.push((start + at, column));
                next = at + STEP;
            }
            column += usize::from(counts(c));
        }
        Ruler { file, line, marks }
    }

    fn column(&self, source: &Source, at: usize) -> usize {
        let index = self.marks.partition_point(|&(mark, _)| mark <= at).saturating_sub(1);
        let (mark, column) = self.marks.get(index).copied().unwrap_or((at, 1));
        let between = source.text().get(mark..at).unwrap_or_default();
        column + between.chars().filter(|&c| counts(c)).count()
    }
}

/// As in [`Source::position`], a byte order mark is no column.
fn counts(c: char) -> bool {
    c != '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_measured_as_a_short_one() {
        let text = format!("\u{feff}a: b\n{}", "é数x👩 ".repeat(2_000));
        let files = Files::in_memory([("a.yaml", text.as_str())]);
        let file = FileId::new(0);
        let source = files.source(file).unwrap();
        assert!(!source.text().is_empty(), "the text is kept");
        let mut locator = Locator::new(&files);
        for (at, _) in text.char_indices().filter(|(at, _)| at % 7 == 0) {
            let place = Place { file, span: Span::new(at, at) };
            let at = u32::try_from(at).unwrap();
            assert_eq!(locator.start(place), source.position(at));
        }
    }
}
