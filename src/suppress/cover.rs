//! What a line stands for: itself, and everything below the keys that begin on it.

use std::cell::Cell;

use crate::source::Span;
use crate::tree::{Dialect, Node, Style, Tree};

/// One line of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its first byte, and the byte after its last one, without the line break.
    pub(super) span: Span,
    /// Where the next line begins.
    pub(super) next: u32,
}

impl Line {
    /// The line that `at` is on.
    pub(super) fn at(text: &str, at: u32) -> Self {
        let at = (at as usize).min(text.len());
        let before = text.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |found| found + 1);
        let rest = text.get(start..).unwrap_or_default();
        let whole = rest.split_inclusive('\n').next().unwrap_or_default();
        let bare = whole.trim_end_matches(['\n', '\r']);
        let end = start + bare.len();
        Line { span: Span::new(start, end), next: Span::new(start + whole.len(), 0).start }
    }

    /// The line after this one, unless this is the last.
    pub(super) fn following(self, text: &str) -> Option<Self> {
        let more = (self.next as usize) < text.len() && self.next > self.span.start;
        more.then(|| Line::at(text, self.next))
    }

    pub(super) fn text(self, text: &str) -> &str {
        text.get(self.span.range()).unwrap_or_default()
    }
}

/// The line that was asked for last: of thousands of things on one long line, only the first looks for
/// its ends.
#[derive(Debug, Default)]
pub(super) struct LastLine(Cell<Option<Line>>);

impl LastLine {
    /// The line that `at` is on; the text is always the same.
    pub(super) fn at(&self, text: &str, at: u32) -> Line {
        if let Some(line) = self.0.get()
            && line.span.start <= at
            && at < line.next
        {
            return line;
        }
        let line = Line::at(text, at);
        self.0.set(Some(line));
        line
    }
}

/// Where something begins, and how far it reaches.
type Part = (u32, Span);

/// The scalars of a tree, and the parts that a line may stand for.
#[derive(Debug, Default)]
pub(super) struct Parts {
    scalars: Vec<Span>,
    brackets: Vec<Span>,
    /// In the order of where they begin.
    begun: Vec<Part>,
}

impl Parts {
    pub(super) fn of(tree: &Tree) -> Self {
        let mut scalars: Vec<Span> = tree.scalars().map(Node::local_span).collect();
        // The tables of TOML need not stand in the order of their keys.
        scalars.sort_unstable();
        let mut found = Parts { scalars, ..Parts::default() };
        for document in tree.documents() {
            found.walk(document);
        }
        let is_toml = tree.dialect() == Dialect::Json
            && tree.documents().any(|document| document.style() == Style::Block);
        if is_toml {
            found.tables(tree.text());
        }
        found.begun.sort_unstable();
        found
    }

    /// Whether `at` is inside a scalar, so that a `#` there begins no comment.
    pub(super) fn in_scalar(&self, at: u32) -> bool {
        let before = self.scalars.partition_point(|span| span.start <= at);
        before
            .checked_sub(1)
            .and_then(|last| self.scalars.get(last))
            .is_some_and(|span| at < span.end)
    }

    /// What the line stands for besides itself.
    pub(super) fn on(&self, line: Line) -> impl Iterator<Item = Span> {
        let first = self.begun.partition_point(|part| part.0 < line.span.start);
        let later = self.begun.get(first..).unwrap_or_default();
        later.iter().take_while(move |part| part.0 < line.span.end).map(|(_, span)| *span)
    }

    fn walk(&mut self, node: Node<'_>) {
        // What an alias stands for belongs to the line of its anchor.
        if node.is_alias() {
            return;
        }
        if node.style() == Style::Flow {
            self.brackets.push(node.local_span());
        }
        for entry in node.own_entries() {
            let (key, value) = (entry.key.local_span(), entry.value.local_span());
            self.add(entry.value, Span { start: key.start, end: key.end.max(value.end) });
            self.walk(entry.value);
        }
        for item in node.items() {
            self.add(item, item.local_span());
            self.walk(item);
        }
    }

    fn add(&mut self, node: Node<'_>, span: Span) {
        // The span of a TOML table is its header: `tables` says how far it reaches.
        let is_table = node.tree().dialect() == Dialect::Json && node.style() == Style::Block;
        if !is_table {
            self.begun.push((span.start, span));
        }
    }

    /// A header of TOML stands for its table and for the tables inside, up to the next header
    /// that is none of theirs.
    fn tables(&mut self, text: &str) {
        let mut headers = Vec::new();
        let brackets = outermost(std::mem::take(&mut self.brackets));
        let mut line = Some(Line::at(text, 0));
        while let Some(here) = line {
            let body = here.text(text);
            let inset = body.len() - body.trim_start().len();
            let start = here.span.start + Span::new(inset, 0).start;
            let before = brackets.partition_point(|span| span.start <= start);
            let last = before.checked_sub(1).and_then(|last| brackets.get(last));
            let inside = last.is_some_and(|span| start < span.end);
            if body.trim_start().starts_with('[') && !inside && !self.in_scalar(start) {
                headers.push((start, header_path(body.trim_start())));
            }
            line = here.following(text);
        }
        for (index, (start, path)) in headers.iter().enumerate() {
            let is_inside = |other: &[String]| other.len() > path.len() && other.starts_with(path);
            let next = headers.iter().skip(index + 1).find(|(_, other)| !is_inside(other));
            let end = next.map_or(text.len(), |(next, _)| *next as usize);
            let body = text.get(*start as usize..end).unwrap_or_default().trim_end();
            self.begun.push((*start, Span::new(*start as usize, *start as usize + body.len())));
        }
    }
}

/// Of spans that lie in each other or apart, those that lie in no other, in their order.
fn outermost(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    spans.retain(|span| {
        let is_outer = span.end > end;
        end = end.max(span.end);
        is_outer
    });
    spans
}

/// `[agent."a.b"]` and `[[agent."a.b"]]` make `agent` and `a.b`.
fn header_path(header: &str) -> Vec<String> {
    let mut path = vec![String::new()];
    let mut quote = None;
    for c in header.trim_start_matches('[').chars() {
        match (quote, c) {
            (None, ']') => break,
            (None, '.') => path.push(String::new()),
            (None, '"' | '\'') => quote = Some(c),
            (None, ' ' | '\t') => {}
            (Some(open), c) if c == open => quote = None,
            (_, c) => path.iter_mut().next_back().into_iter().for_each(|last| last.push(c)),
        }
    }
    path
}

/// A Dockerfile's instruction from one of its lines to its end: continued lines, the comments
/// among them, and here-documents.
pub(super) fn instruction(text: &str, first: Line) -> Span {
    let escape = if escapes_with_backtick(text) { '`' } else { '\\' };
    let mut last = first;
    let mut ends: Vec<String> = Vec::new();
    loop {
        let body = last.text(text);
        let is_comment = last != first && body.trim_start().starts_with('#');
        let continued = if let Some(end) = ends.first() {
            // `<<-` lets the end be indented by tabs.
            if body.trim_start_matches('\t') == end {
                ends.remove(0);
            }
            !ends.is_empty()
        } else if is_comment {
            true
        } else {
            ends.extend(here_documents(body));
            !ends.is_empty() || body.trim_end().ends_with(escape)
        };
        match last.following(text) {
            Some(next) if continued => last = next,
            _ => return Span { start: first.span.start, end: last.span.end },
        }
    }
}

/// The words that end the here-documents which a line begins.
fn here_documents(line: &str) -> impl Iterator<Item = String> {
    let words = line.split("<<").skip(1);
    words.filter_map(|rest| {
        let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start_matches(['"', '\'']);
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let name: String = rest.chars().take_while(|c| is_name(*c)).collect();
        (!name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())).then_some(name)
    })
}

/// Whether the directive at the top, `# escape=` followed by a backtick, is set.
fn escapes_with_backtick(text: &str) -> bool {
    let directives = text.lines().map_while(|line| line.trim().strip_prefix('#'));
    directives
        .filter_map(|line| line.split_once('='))
        .any(|(name, value)| name.trim().eq_ignore_ascii_case("escape") && value.trim() == "`")
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::FileId;
    use crate::tree::toml;

    /// The text of what the line that holds `mark` stands for.
    fn parts<'t>(text: &'t str, mark: &str) -> Vec<&'t str> {
        let (tree, errors) = toml::read(FileId::new(0), &Arc::from(text), None);
        assert!(errors.is_empty(), "{errors:?}");
        let at = Span::new(text.find(mark).unwrap(), 0).start;
        Parts::of(&tree).on(Line::at(text, at)).map(|span| &text[span.range()]).collect()
    }

    #[test]
    fn a_header_of_toml_stands_for_its_table_and_those_inside() {
        let text = "[agent] # 1\r\nlog = 'x' # 2\r\n\r\n[agent.\"a.b\"] # 3\r\nlist = [\r\n  [1], # 4\r\n]\r\n\
                    [agent.\"a.b\".c]\r\nd = 1\r\n[agent.a]\r\n[[other]] # 5\r\nx.y = 1 # 6\r\n\
                    [other.z]\r\n[[other]] # 7\r\ntext = \"\"\"\n[no]\n\"\"\"\n";
        let upto = |from: &str, to: &str| {
            let (from, to) = (text.find(from).unwrap(), text.find(to).unwrap());
            text[from..to].trim_end()
        };
        assert_eq!(parts(text, "# 1"), [upto("[agent]", "[[other]]")]);
        assert_eq!(parts(text, "# 2"), ["log = 'x'"]);
        assert_eq!(parts(text, "# 3"), [upto("[agent.\"a.b\"]", "[agent.a]")]);
        assert_eq!(parts(text, "# 4"), ["[1]", "1"]);
        assert_eq!(parts(text, "# 5"), [upto("[[other]]", "[[other]] # 7")]);
        assert_eq!(parts(text, "# 6"), ["y = 1"]);
        assert_eq!(parts(text, "# 7"), [text[text.rfind("[[other]]").unwrap()..].trim_end()]);
    }

    #[test]
    fn an_instruction_has_continued_lines_and_here_documents() {
        let whole = |text: &str| text[instruction(text, Line::at(text, 0)).range()].to_owned();
        assert_eq!(whole("USER root\nRUN x\n"), "USER root");
        assert_eq!(whole("RUN a \\\n  # why\n\\\n  b\nUSER x"), "RUN a \\\n  # why\n\\\n  b");
        assert_eq!(whole("RUN <<EOF cat\na\n# b\nEOF\nUSER x\n"), "RUN <<EOF cat\na\n# b\nEOF");
        assert_eq!(
            whole("COPY <<-'A' <<B /x/\n1\n\tA\n2\nB\nUSER x"),
            "COPY <<-'A' <<B /x/\n1\n\tA\n2\nB"
        );
        let text = "# escape=`\nRUN a `\n b\nUSER x\n";
        let span = instruction(text, Line::at(text, 11));
        assert_eq!(&text[span.range()], "RUN a `\n b");
    }
}
