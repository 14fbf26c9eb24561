//! Keeps what files say from acting on the reader's terminal.
//!
//! Names and lines of files may hold escape codes that move the cursor or rewrite what is on the
//! screen, line breaks that forge a finding, and marks that turn the direction of the text, so
//! that it reads other than it runs ("Trojan Source").

use std::borrow::Cow;
use std::fmt::Write;

/// More than this much of a text is not shown to people; a name may be as long as its file.
const LONGEST: usize = 1_000;

/// Whether a character acts instead of showing: controls, marks of direction, line separators,
/// and characters that nobody can see.
pub(super) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text on one line, with what acts spelled out (`\n`, `\u{1b}`), and cut when it is very long.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && (is_shown_as_it_is(text) || !text.contains(acts)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len().min(LONGEST) + 16);
    for c in text.chars() {
        if shown.len() >= LONGEST {
            shown.push('…');
            break;
        }
        match c {
            '\n' | '\r' | '\t' => shown.extend(c.escape_default()),
            c if acts(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// The text with what acts spelled out, but for its line breaks.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    let in_line = |c: char| c != '\n' && acts(c);
    if !text.contains(in_line) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if in_line(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// What stands for a character in an excerpt: always one, so that the columns stay.
pub(crate) fn in_excerpt(c: char) -> char {
    match c {
        '\t' => c, // miette expands it
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        c if acts(c) => '\u{fffd}',
        c => c,
    }
}

/// Whether a text is ASCII of which no character acts.
pub(crate) fn is_shown_as_it_is(text: &str) -> bool {
    is_idle(text.as_bytes(), may_act)
}

/// JSON of the same meaning with what acts written as `\u` escapes. JSON has such characters only
/// inside strings; line breaks between its parts stay.
pub(crate) fn json(text: String) -> String {
    let Some(first) = acting_in_json(&text, 0) else { return text };
    let mut escaped = String::with_capacity(text.len() + 64);
    let (mut done, mut next) = (0, Some(first));
    while let Some((at, c)) = next {
        escaped.push_str(text.get(done..at).unwrap_or_default());
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "\\u{unit:04x}");
        }
        done = at + c.len_utf8();
        next = acting_in_json(&text, done);
    }
    escaped.push_str(text.get(done..).unwrap_or_default());
    escaped
}

/// The first character from `from` on that acts, if there is one. Reports have megabytes and next to none,
/// so only bytes that may begin one are looked at closely.
fn acting_in_json(text: &str, from: usize) -> Option<(usize, char)> {
    let mut at = from;
    loop {
        at += may_act_in_json(text.as_bytes().get(at..)?)?;
        let c = text.get(at..)?.chars().next()?;
        if acts(c) {
            return Some((at, c));
        }
        at += c.len_utf8();
    }
}

/// The first byte that may begin a character that acts. Many are looked at together, which takes a tenth of
/// the time.
fn may_act_in_json(bytes: &[u8]) -> Option<usize> {
    const TOGETHER: usize = 64;
    let is_other = |byte: u8| may_act(byte) && byte != b'\n';
    let chunks = bytes.chunks_exact(TOGETHER);
    let idle = TOGETHER * chunks.take_while(|many| is_idle(many, is_other)).count();
    Some(idle + bytes.get(idle..)?.iter().position(|byte| is_other(*byte))?)
}

/// Whether a byte may begin a character that acts.
fn may_act(byte: u8) -> bool {
    !(0x20..0x7f).contains(&byte)
}

/// Whether none of the bytes is such a one; without a branch, so that they are looked at together.
fn is_idle(bytes: &[u8], acts: impl Fn(u8) -> bool) -> bool {
    !bytes.iter().fold(false, |any, byte| any | acts(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_act_is_found_wherever_it_stands() {
        for at in [0, 1, 63, 64, 65, 127, 128, 200] {
            let text = format!("{}\u{9b}{}", "a\n".repeat(at), "x".repeat(70));
            assert_eq!(acting_in_json(&text, 0), Some((2 * at, '\u{9b}')));
            assert_eq!(acting_in_json(&text, 2 * at + 2), None);
        }
    }

    #[test]
    fn a_name_cannot_act() {
        assert_eq!(line("api"), "api");
        assert_eq!(line("größe 数 👩‍💻"), "größe 数 👩‍💻");
        assert_eq!(line("a\u{1b}[2Jb\r\nc\u{202e}d\u{9b}e"), r"a\u{1b}[2Jb\r\nc\u{202e}d\u{9b}e");
        assert_eq!(line(&"x".repeat(5_000)).chars().count(), LONGEST + 1);
        assert_eq!(line(&"數".repeat(5_000)).chars().last(), Some('…'));
    }

    #[test]
    fn an_excerpt_keeps_its_columns() {
        let shown: String = "a\u{1b}b\u{202e}\tc\u{85}\u{7f}".chars().map(in_excerpt).collect();
        assert_eq!(shown, "a␛b\u{fffd}\tc\u{fffd}␡");
    }

    #[test]
    fn escaped_json_means_the_same() {
        let value = "a\u{9b}\u{202e}\u{e0041}\u{7f}é";
        let text = json(serde_json::to_string(value).unwrap());
        assert!(text.is_ascii() || text.contains('é'), "{text}");
        assert!(!text.contains(acts), "{text}");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), value);
    }
}
