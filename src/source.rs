//! Files and places in them.

use std::sync::{Arc, OnceLock};

use crate::chart;

/// A file of the run, by its index in [`crate::project::Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// The id of the file at `index`. A run cannot hold more than `u32::MAX` files.
    pub fn new(index: usize) -> Self {
        FileId(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The index that the id was made from.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// The span of a range of a text, which [`MAX_BYTES`] keeps far below 4 GiB.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The span as a range of indexes.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `at` lies inside, or the span is empty and begins there.
    pub fn contains(self, at: u32) -> bool {
        self.start <= at && (at < self.end || self.start == self.end && at == self.start)
    }
}

/// Spans of a text, for whoever asks which of them hold a place.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    /// In the order of their beginnings, each with how far those up to it reach.
    reaches: Vec<(Span, u32)>,
}

impl FromIterator<Span> for Spans {
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> Self {
        let mut spans: Vec<_> = spans.into_iter().collect();
        spans.sort_unstable_by_key(|span| span.start);
        let mut reach = 0;
        let reaches = spans.into_iter().map(|span| {
            reach = reach.max(span.end);
            (span, reach)
        });
        Spans { reaches: reaches.collect() }
    }
}

impl Spans {
    /// Whether one of them has something in common with another.
    pub(crate) fn touch(&self, other: Span) -> bool {
        self.reach_before(other.end).is_some_and(|reach| other.start < reach)
    }

    /// Whether one of them holds that place, or ends there.
    pub(crate) fn hold(&self, at: u32) -> bool {
        self.reach_before(at.saturating_add(1)).is_some_and(|reach| at <= reach)
    }

    /// How far those reach that begin before that place.
    fn reach_before(&self, at: u32) -> Option<u32> {
        let before = self.reaches.partition_point(|(span, _)| span.start < at);
        let last = before.checked_sub(1).and_then(|last| self.reaches.get(last));
        last.map(|(_, reach)| *reach)
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Span::new(range.start, range.end)
    }
}

impl From<Place> for Span {
    fn from(place: Place) -> Self {
        place.span
    }
}

/// A span of a file: what every finding points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The bytes of it.
    pub span: Span,
}

impl Place {
    /// Whether another place lies in this one.
    pub(crate) fn contains(self, other: Place) -> bool {
        self.file == other.file
            && self.span.start <= other.span.start
            && other.span.end <= self.span.end
    }
}

/// Larger files are skipped, and the run says so. 32 MiB is five times the largest
/// generated manifest seen in public repositories.
pub const MAX_BYTES: u64 = 32 << 20;

/// Endings of files that people copy and fill in: `agent.toml.example`.
pub(crate) const EXAMPLE_ENDINGS: [&str; 4] = [".example", ".sample", ".template", ".dist"];

/// Where a byte is, for people: lines and columns count from 1, columns in
/// Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode scalar values.
    pub column: usize,
    /// The byte, from 0.
    pub offset: usize,
}

/// A file that was read.
#[derive(Debug)]
pub struct Source {
    path: String,
    /// How many bytes of the path lead to what the user named.
    root: usize,
    text: Arc<str>,
    lines: OnceLock<Vec<u32>>,
    rendered: OnceLock<Vec<Rendered>>,
}

/// A document that `helm template` wrote.
#[derive(Debug)]
struct Rendered {
    /// Where it begins; it ends where the next one does.
    start: u32,
    /// The name of its template; nothing where there is none.
    template: Option<Span>,
}

impl Source {
    /// A file of that path, as reports print it: relative to the working directory, with `/`.
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Source {
            path: path.into(),
            root: 0,
            text: text.into(),
            lines: OnceLock::new(),
            rendered: OnceLock::new(),
        }
    }

    /// The same file, of which only the end of the path tells what it is for: what lies below a
    /// folder that was named is no example for that folder's name.
    #[must_use]
    pub fn below(self, end: &str) -> Self {
        let root = self.path.strip_suffix(end).map_or(0, str::len);
        Source { root, ..self }
    }

    /// The same file with another text.
    #[must_use]
    pub(crate) fn with_text(&self, text: impl Into<Arc<str>>) -> Self {
        Source { root: self.root, ..Source::new(self.path.as_str(), text) }
    }

    /// The same file, of which nothing is kept but its name.
    #[must_use]
    pub(crate) fn without_text(&self) -> Self {
        self.with_text("")
    }

    /// The path as reports print it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The end of the path that tells what the file is for: what follows the folder that the user
    /// named.
    pub(crate) fn path_in_run(&self) -> &str {
        self.path.get(self.root..).unwrap_or(&self.path)
    }

    /// The last segment of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The path without its last segment; nothing for a file of the working directory.
    pub(crate) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Whether the file is there to be copied and filled in, so that placeholders belong in it.
    pub(crate) fn is_example(&self) -> bool {
        let name = self.name().to_ascii_lowercase();
        // `config.example.yml` as well as `agent.toml.example`.
        EXAMPLE_ENDINGS
            .iter()
            .any(|ending| name.ends_with(ending) || name.contains(&format!("{ending}.")))
    }

    /// The whole text, byte order mark included.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The text of `span`, or nothing where the span does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The template of a Helm chart that the document around `at` was rendered from, where a
    /// comment above the document says so.
    pub fn template_at(&self, at: u32) -> Option<&str> {
        let rendered = self.rendered.get_or_init(|| self.rendered());
        let index = rendered.partition_point(|document| document.start <= at).checked_sub(1)?;
        Some(self.slice(rendered.get(index)?.template?))
    }

    fn rendered(&self) -> Vec<Rendered> {
        if !self.text.contains("# Source: ") {
            return Vec::new();
        }
        let mut documents = vec![Rendered { start: 0, template: None }];
        // Whether nothing but comments stands between the beginning of the document and here.
        let mut is_head = true;
        for (index, &start) in self.line_starts().iter().enumerate() {
            let line = self.slice(self.line_span(index));
            if line == "---" || line.starts_with("--- ") {
                documents.push(Rendered { start, template: None });
                is_head = true;
            } else if !line.trim().is_empty() && !line.starts_with('#') {
                is_head = false;
            } else if let Some(template) = chart::rendered_template(line)
                && is_head
                && let Some(document) = documents.last_mut()
            {
                let end = start as usize + line.len();
                document.template = Some(Span::new(end - template.len(), end));
            }
        }
        documents
    }

    /// The byte at which each line begins.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let breaks = memchr::memchr_iter(b'\n', self.text.as_bytes());
            let starts = breaks.filter_map(|at| u32::try_from(at + 1).ok());
            std::iter::once(0).chain(starts).collect()
        })
    }

    /// The index, from 0, of the line that `at` is on.
    pub fn line_index(&self, at: u32) -> usize {
        self.line_starts().partition_point(|&start| start <= at).saturating_sub(1)
    }

    /// The bytes of the line with that index, without its line break.
    pub fn line_span(&self, index: usize) -> Span {
        let starts = self.line_starts();
        let start = starts.get(index).map_or(self.text.len(), |&start| start as usize);
        let end = starts.get(index + 1).map_or(self.text.len(), |&next| next as usize);
        let line = self.text.get(start..end).unwrap_or_default();
        Span::new(start, start + line.trim_end_matches(['\n', '\r']).len())
    }

    /// Where `at` is, for people. A byte order mark does not count as a column.
    pub fn position(&self, at: u32) -> Position {
        let line = self.line_index(at);
        let start = self.line_span(line).start as usize;
        let before = self.text.get(start..at as usize).unwrap_or_default();
        let column = before.chars().filter(|&c| c != '\u{feff}').count() + 1;
        Position { line: line + 1, column, offset: at as usize }
    }
}

/// `overlays/prod` and `../base/x.yaml` make `overlays/base/x.yaml`.
pub(crate) fn resolve(folder: &str, path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in folder.split('/').chain(path.split('/')) {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_before_their_break() {
        let source = Source::new("a.yaml", "\u{feff}é: x\r\nb: y\n");
        assert_eq!(source.position(3), Position { line: 1, column: 1, offset: 3 });
        assert_eq!(source.position(7), Position { line: 1, column: 4, offset: 7 });
        assert_eq!(source.position(10), Position { line: 2, column: 1, offset: 10 });
        assert_eq!(source.slice(source.line_span(0)), "\u{feff}é: x");
        assert_eq!(source.slice(source.line_span(1)), "b: y");
        assert_eq!(source.slice(source.line_span(7)), "");
    }

    #[test]
    fn what_helm_rendered_names_its_template() {
        let text = "---\n# Source: shop/templates/a.yaml\nkind: A\ntext: |\n  # Source: shop/templates/x.yaml\n  ---\n\
                    # Source: shop/templates/y.yaml\nmore: 1\n---\n# by hand\nkind: B\n--- # three\r\n\
                    # Source: shop/charts/db/templates/c.yaml\r\n# note\r\nkind: C\r\n";
        let source = Source::new("<stdin>", text);
        let template = |what: &str| {
            let at = text.find(what).unwrap();
            source.template_at(u32::try_from(at).unwrap())
        };
        assert_eq!(template("kind: A"), Some("shop/templates/a.yaml"));
        assert_eq!(template("more: 1"), Some("shop/templates/a.yaml"));
        assert_eq!(template("kind: B"), None);
        assert_eq!(template("kind: C"), Some("shop/charts/db/templates/c.yaml"));
        assert_eq!(Source::new("a.yaml", "kind: A\n").template_at(0), None);
    }
}
