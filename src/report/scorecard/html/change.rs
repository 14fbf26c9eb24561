//! What a fix changes, as a small diff.

use std::fmt::{self, Write as _};

use similar::{ChangeTag, TextDiff};

use super::finding::common_indent;
use super::text::Code;
use crate::diagnostic::{Edit, Fix};
use crate::redact::{self, Known};
use crate::report::excerpt::CONTEXT;
use crate::source::{Source, Span};

/// A change over more lines than that is not shown.
const LINES: usize = 60;

/// Nor is one of longer lines: nobody finds it there.
const LONGEST: usize = 300;

/// Lines that stand together, with what becomes of each.
pub(super) type Hunk = Vec<(ChangeTag, String)>;

/// The lines that a fix changes, with one around them; nothing where they are too many, too long, or of
/// several files.
pub(super) fn hunks(
    source: &Source,
    fix: &Fix,
    secrets: &[Span],
    known: &Known,
) -> Option<Vec<Hunk>> {
    let file = fix.edits.first()?.place.file;
    if fix.edits.iter().any(|edit| edit.place.file != file) {
        return None;
    }
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.place.span);
    let first = source.line_index(edits.first()?.place.span.start);
    let last = source.line_index(edits.iter().map(|edit| edit.place.span.end).max()?);
    // One line more before them may hold the name of a secret.
    let from = first.saturating_sub(CONTEXT + 1);
    let to = (last + CONTEXT).min(source.line_starts().len() - 1);
    if to - from > LINES {
        return None;
    }
    let region = Span { start: source.line_span(from).start, end: source.line_span(to).end };
    let [old, new] = [&[][..], &edits]
        .map(|edits| redact::covered(&edited(source, region, edits, secrets), known));
    if old.lines().chain(new.lines()).any(|line| line.len() > LONGEST) {
        return None;
    }
    let diff = TextDiff::from_lines(&old, &new);
    let groups = diff.grouped_ops(CONTEXT);
    let lines = groups.iter().map(|group| {
        let changes = group.iter().flat_map(|op| diff.iter_changes(op));
        changes.map(|it| (it.tag(), it.value().trim_end_matches(['\n', '\r']).to_owned())).collect()
    });
    Some(lines.collect())
}

/// A part of a file after edits, which are sorted and apart, with stars in the place of secrets.
fn edited(source: &Source, region: Span, edits: &[&Edit], secrets: &[Span]) -> String {
    let next = secrets.partition_point(|secret| secret.end <= region.start);
    let secrets = secrets.get(next..).unwrap_or_default();
    let secrets: Vec<_> = secrets.iter().take_while(|it| it.start < region.end).copied().collect();
    let mut text = String::new();
    let mut done = region.start;
    for edit in edits {
        starred(source, Span { start: done, end: edit.place.span.start }, &secrets, &mut text);
        let mut new = edit.text.clone();
        for secret in secrets.iter().map(|span| source.slice(*span)).filter(|it| it.len() > 3) {
            new = new.replace(secret, &"*".repeat(secret.chars().count()));
        }
        text.push_str(&new);
        done = edit.place.span.end;
    }
    starred(source, Span { start: done, end: region.end }, &secrets, &mut text);
    text
}

fn starred(source: &Source, part: Span, secrets: &[Span], into: &mut String) {
    for (at, c) in source.slice(part).char_indices() {
        let at = part.start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let next = secrets.partition_point(|secret| secret.end <= at);
        let is_secret = secrets.get(next).is_some_and(|secret| secret.start <= at);
        into.push(if is_secret && !c.is_control() { '*' } else { c });
    }
}

/// Draws them, without what all of them are indented by.
pub(super) fn draw(hunks: &[Hunk], out: &mut String) -> fmt::Result {
    let indent = common_indent(hunks.iter().flatten().map(|(_, line)| line.as_str()));
    out.push_str("<pre class=\"diff\">");
    for (index, hunk) in hunks.iter().enumerate() {
        if index > 0 {
            out.push_str("<span>⋯\n</span>");
        }
        for (tag, line) in hunk {
            let (name, sign) = match tag {
                ChangeTag::Delete => ("del", '-'),
                ChangeTag::Insert => ("ins", '+'),
                ChangeTag::Equal => ("span", ' '),
            };
            let line = Code(line.get(indent..).unwrap_or_default());
            write!(out, "<{name}>{sign} {line}\n</{name}>")?;
        }
    }
    writeln!(out, "</pre>")
}

#[cfg(test)]
mod tests {
    use super::{draw, hunks};
    use crate::diagnostic::{Applicability, Edit, Fix};
    use crate::redact::Known;
    use crate::source::{FileId, Place, Source, Span};

    fn drawn(text: &str, edits: &[(usize, usize, &str)], secrets: &[Span]) -> Option<String> {
        let edit = |&(start, end, text): &(usize, usize, &str)| Edit {
            place: Place { file: FileId::new(0), span: Span::new(start, end) },
            text: text.to_owned(),
        };
        let fix = Fix {
            title: "set it".to_owned(),
            applicability: Applicability::Safe,
            edits: edits.iter().map(edit).collect(),
            touches: Vec::new(),
        };
        let mut out = String::new();
        let hunks = hunks(&Source::new("a.yaml", text), &fix, secrets, &Known::default())?;
        draw(&hunks, &mut out).unwrap();
        Some(out)
    }

    #[test]
    fn a_change_is_shown_with_a_line_around_it() {
        assert_eq!(
            drawn("a:\n  b: 2\n\n  c: 3\n", &[(16, 17, "4")], &[]).unwrap(),
            "<pre class=\"diff\"><span>  \n</span><del>- c: 3\n</del><ins>+ c: 4\n</ins></pre>\n"
        );
        let text = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n";
        assert_eq!(
            drawn(text, &[(13, 14, "<4>")], &[]).unwrap(),
            "<pre class=\"diff\"><span>  b: 2\n</span><del>- c: 3\n</del><ins>+ c: &lt;4&gt;\n</ins>\
             <span>  d: 4\n</span></pre>\n"
        );
        assert_eq!(
            drawn(text, &[(14, 14, "\nx: 1")], &[]).unwrap(),
            "<pre class=\"diff\"><span>  c: 3\n</span><ins>+ x: 1\n</ins><span>  d: 4\n</span></pre>\n"
        );
    }

    #[test]
    fn secrets_are_starred_on_both_sides() {
        let text = "note: Kestrel301\nb: 2\npassword: hunter22\nd: 4\n";
        let shown = drawn(text, &[(20, 21, "Kestrel301")], &[Span::new(6, 16)]).unwrap();
        assert!(!shown.contains("Kestrel") && !shown.contains("hunter22"), "{shown}");
        assert!(shown.contains("- b: 2") && shown.contains("+ b: **********"), "{shown}");
    }

    #[test]
    fn what_is_too_long_to_be_read_is_left_out() {
        let long = format!("{{\"a\": \"{}\"}}\n", "x".repeat(400));
        assert_eq!(drawn(&long, &[(0, 1, "[")], &[]), None);
        let many = "a\n".repeat(100);
        assert_eq!(drawn(&many, &[(0, 1, "b"), (190, 191, "b")], &[]), None);
    }
}
