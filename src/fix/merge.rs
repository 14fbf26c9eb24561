//! Makes one list of edits of many fixes.

use crate::diagnostic::{Diagnostic, Edit, Fix};

type Offer<'d> = (&'d Diagnostic, &'d Fix);

/// The edits of as many fixes as go together, sorted, and those fixes. Fixes that insert lines at
/// one place become one insertion; of fixes that overlap the first one wins, and the others wait
/// for the next round.
pub(super) fn merge<'d>(offers: &[Offer<'d>]) -> (Vec<Edit>, Vec<Offer<'d>>) {
    let mut offers = offers.to_vec();
    offers.sort_by_key(|(_, fix)| fix.edits.iter().map(|edit| edit.place.span).min());
    let mut edits: Vec<Edit> = Vec::new();
    let mut used = Vec::new();
    for (found, fix) in offers {
        if let Some(with) = join(&edits, &fix.edits) {
            edits = with;
            used.push((found, fix));
        }
    }
    edits.sort_by_key(|edit| (edit.place.span.start, edit.place.span.end));
    (edits, used)
}

/// The edits with those of one more fix, or nothing where they conflict.
fn join(edits: &[Edit], more: &[Edit]) -> Option<Vec<Edit>> {
    let mut all = edits.to_vec();
    for edit in more {
        let conflict = all.iter_mut().find(|other| touch(other, edit));
        match conflict {
            None => all.push(edit.clone()),
            Some(other) if other == edit => {}
            Some(other) => {
                other.text = join_documents(other, edit).or_else(|| join_lines(other, edit))?;
            }
        }
    }
    Some(all)
}

/// Whether two edits change the same bytes or insert at the same place.
fn touch(a: &Edit, b: &Edit) -> bool {
    let (a, b) = (a.place.span, b.place.span);
    let overlap = a.start < b.end && b.start < a.end;
    let meet = (a.start == a.end || b.start == b.end) && a.start <= b.end && b.start <= a.end;
    overlap || meet
}

/// Two documents appended to one file, as one insertion.
fn join_documents(a: &Edit, b: &Edit) -> Option<String> {
    let insertions = a.place.span == b.place.span && a.place.span.start == a.place.span.end;
    let document = |edit: &'_ Edit| {
        let text = edit.text.trim_start().to_owned();
        (text.starts_with("---") && text.ends_with('\n')).then_some(text)
    };
    let second = document(b).filter(|_| insertions && document(a).is_some())?;
    Some(format!("{}{second}", a.text))
}

/// Two insertions of whole lines at one place, as one: lines that both begin with are written
/// once, with what each has below.
fn join_lines(a: &Edit, b: &Edit) -> Option<String> {
    let insertions = a.place.span == b.place.span && a.place.span.start == a.place.span.end;
    let newline = if a.text.starts_with("\r\n") { "\r\n" } else { "\n" };
    let (a, b) = (a.text.strip_prefix(newline)?, b.text.strip_prefix(newline)?);
    if !insertions || a.ends_with(newline) || b.ends_with(newline) {
        return None;
    }
    let mut lines: Vec<&str> = a.split(newline).collect();
    let mut at = 0;
    let mut fresh = false;
    for line in b.split(newline) {
        if !fresh
            && let Some(known) = lines.iter().skip(at).position(|own| *own == line)
            && below(&lines, at, at + known, line)
        {
            at += known + 1;
            continue;
        }
        if !fresh {
            // The end of the block that the last common line opened.
            at = end_of_block(&lines, at, line);
            fresh = true;
        }
        lines.insert(at, line);
        at += 1;
    }
    let joined: String = lines.iter().flat_map(|line| [newline, line]).collect();
    Some(joined)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether the line at `found` stands in the block that begins at `from`: nothing between the two
/// leaves it.
fn below(lines: &[&str], from: usize, found: usize, line: &str) -> bool {
    lines.iter().take(found).skip(from).all(|between| indent(between) >= indent(line))
}

fn end_of_block(lines: &[&str], from: usize, line: &str) -> usize {
    let inside = lines.iter().skip(from).take_while(|own| indent(own) >= indent(line)).count();
    from + inside
}
