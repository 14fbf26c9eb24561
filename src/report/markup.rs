//! Text that Markdown and HTML take as text.

use std::fmt::Write as _;

use super::escape;

/// The text on one line of Markdown. What stands in backticks becomes code, all else is escaped;
/// both are harmless, so that a name which holds a backtick gains nothing by it.
pub(super) fn inline(text: &str) -> String {
    let text = escape::line(text);
    let mut shown = String::with_capacity(text.len() * 2);
    let mut rest: &str = &text;
    while let Some((before, after)) = rest.split_once('`') {
        shown.push_str(&prose(before));
        match after.split_once('`') {
            Some((code, after)) if !code.trim().is_empty() => {
                // Two spans side by side would read as one with other limits.
                let gap = if shown.ends_with('`') { " " } else { "" };
                let _ = write!(shown, "{gap}`{code}`");
                rest = after;
            }
            _ => {
                shown.push_str("&#96;");
                rest = after;
            }
        }
    }
    shown + &prose(rest)
}

/// Text that Markdown takes as text. An invisible space, as others write it, keeps names from
/// becoming mentions, numbers from becoming references, and addresses from becoming links.
fn prose(text: &str) -> String {
    const APART: &str = "&#8203;";
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '@' | '#' => {
                shown.push(c);
                shown.push_str(APART);
            }
            '/' if shown.ends_with(':') => {
                shown.push_str(APART);
                shown.push(c);
            }
            '.' if shown.ends_with("www") => {
                shown.push_str(APART);
                shown.push(c);
            }
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            '\\' | '*' | '_' | '[' | ']' | '~' | '|' | '!' | '$' => shown.extend(['\\', c]),
            c => shown.push(c),
        }
    }
    shown
}

/// Text inside of HTML, between tags or in quotes.
pub(super) fn html(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            c => shown.push(c),
        }
    }
    shown
}
