//! Texts inside texts: a configuration that a ConfigMap holds as a string.

use super::{Node, Style};
use crate::source::Span;

/// Says where each byte of a scalar's value stands in the file around it.
#[derive(Debug, Clone)]
pub(crate) struct HostMap {
    /// Where a run of bytes begins inside, and where in the file. Sorted; never empty.
    runs: Vec<(u32, u32)>,
    /// Where the value ends in the file.
    end: u32,
}

impl HostMap {
    /// The map of a scalar, or nothing where its value is not a copy of the file's bytes
    /// (folded lines, escapes): positions inside could not be told.
    pub(crate) fn of(node: Node<'_>) -> Option<Self> {
        let value = node.text();
        let tree = node.tree();
        let span = node.target().local_span();
        let raw = tree.text().get(span.range())?;
        // A string inside an embedded text would need two maps; nobody nests that deep.
        if tree.is_embedded() {
            return None;
        }
        let runs = if node.target().style() == Style::Literal {
            literal_runs(tree.text(), span, value)?
        } else {
            let inset = raw.find(value)?;
            vec![(0, span.start + u32::try_from(inset).ok()?)]
        };
        let map = HostMap { runs, end: span.end };
        Some(map)
    }

    /// The span in the file of a span inside.
    pub(crate) fn outer(&self, inner: Span) -> Span {
        let start = self.locate(inner.start);
        if inner.start == inner.end {
            return Span { start, end: start };
        }
        // The end belongs to the run of the last byte, not to the line after it.
        let end = self.locate(inner.end.saturating_sub(1)) + 1;
        Span { start, end: end.max(start).min(self.end.max(start)) }
    }

    fn locate(&self, at: u32) -> u32 {
        let after = self.runs.partition_point(|&(inner, _)| inner <= at);
        let (inner, outer) =
            after.checked_sub(1).and_then(|run| self.runs.get(run)).copied().unwrap_or_default();
        outer + (at - inner)
    }
}

/// The runs of a literal block scalar: one a line, each after its indentation.
///
/// The parser begins the span at the first character of the content, so that the indentation
/// is what stands before it on its line, and leaves blank lines before it out of the span.
fn literal_runs(text: &str, span: Span, value: &str) -> Option<Vec<(u32, u32)>> {
    let start = span.start as usize;
    let before = text.get(..start)?;
    let indentation = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    let body = value.trim_start_matches('\n');
    let mut inner = value.len() - body.len();
    let mut outer = start;
    let mut runs = vec![(0, span.start)];
    for (index, line) in body.split_inclusive('\n').enumerate() {
        let raw = text.get(outer..)?.split_inclusive('\n').next()?;
        let blank = raw.len() - raw.trim_start_matches(' ').len();
        let skip = if index == 0 { 0 } else { indentation.min(blank) };
        // A line break of two bytes becomes one, which only moves the end of the line.
        if raw.get(skip..)?.trim_end_matches(['\r', '\n']) != line.trim_end_matches('\n') {
            return None;
        }
        runs.push((u32::try_from(inner).ok()?, u32::try_from(outer + skip).ok()?));
        inner += line.len();
        outer += raw.len();
    }
    Some(runs)
}
