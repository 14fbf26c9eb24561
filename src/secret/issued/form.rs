//! What keys look like: literal marks and runs of characters, matched without backtracking.

/// A set of ASCII characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(u128);

pub(super) const DIGIT: Class = Class::of(&[(b'0', b'9')]);
pub(super) const UPPER: Class = Class::of(&[(b'A', b'Z')]);
pub(super) const LOWER: Class = Class::of(&[(b'a', b'z')]);
pub(super) const ALNUM: Class = DIGIT.and(UPPER).and(LOWER);
pub(super) const UPPER_ALNUM: Class = DIGIT.and(UPPER);
pub(super) const LOWER_ALNUM: Class = DIGIT.and(LOWER);
/// Digits of 16, as programs write them.
pub(super) const HEX: Class = Class::of(&[(b'0', b'9'), (b'a', b'f')]);
/// The same in either case.
pub(super) const ANY_HEX: Class = HEX.and(Class::of(&[(b'A', b'F')]));
/// Of RFC 4648, in upper and in lower case.
pub(super) const BASE32: Class = Class::of(&[(b'A', b'Z'), (b'2', b'7')]);
/// Without the padding.
pub(super) const BASE64: Class = ALNUM.and(Class::of(&[(b'+', b'+'), (b'/', b'/')]));
/// Base64 for URLs and file names, which is what most services write.
pub(super) const WORD: Class = ALNUM.and(Class::of(&[(b'-', b'-'), (b'_', b'_')]));
/// The digits and dashes of a UUID.
pub(super) const UUID: Class = HEX.and(Class::of(&[(b'-', b'-')]));

impl Class {
    /// The characters of some ranges.
    const fn of(mut ranges: &[(u8, u8)]) -> Self {
        let mut set = 0;
        while let Some(((first, last), rest)) = ranges.split_first() {
            let mut at = *first;
            while at <= *last {
                set |= 1 << at;
                at += 1;
            }
            ranges = rest;
        }
        Class(set)
    }

    /// The characters of both.
    pub(super) const fn and(self, other: Class) -> Self {
        Class(self.0 | other.0)
    }

    /// The set with one character more.
    pub(super) const fn with(self, byte: u8) -> Self {
        Class(self.0 | 1 << byte)
    }

    /// Whether the character is one of them.
    pub(super) const fn has(self, byte: u8) -> bool {
        byte < 128 && self.0 >> byte & 1 == 1
    }

    /// How many characters there are.
    pub(super) const fn size(self) -> u32 {
        self.0.count_ones()
    }

    /// As many of them.
    pub(super) const fn exactly(self, length: usize) -> Part {
        Part::Run(self, length, length)
    }

    /// At least and at most as many of them.
    pub(super) const fn between(self, least: usize, most: usize) -> Part {
        Part::Run(self, least, most)
    }
}

/// A part of a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// Characters of a class: the least and the greatest number. It takes as many as it can.
    Run(Class, usize, usize),
    Text(&'static str),
    /// The first of those that stands there.
    Any(&'static [&'static str]),
}

/// The form of a key: a mark that all such keys have, and what stands before and after it.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each of them is rare, and stands by its name in a table
pub(super) struct Form {
    pub(super) mark: &'static str,
    /// In the order of the text.
    pub(super) before: &'static [Part],
    pub(super) after: &'static [Part],
    /// Whether the mark is not a part of the key: `AccountKey=`.
    pub(super) is_outside: bool,
    /// Whether letters may stand before it: `/bot123456789:AA…`.
    pub(super) is_glued: bool,
    /// Whether other texts look like that too. Then it must stand alone, have letters and digits, and
    /// counts only where keys are to be expected.
    pub(super) is_weak: bool,
    /// Whether runs of one character are no sign that somebody made it up.
    pub(super) has_runs: bool,
    /// Words of which one stands near by, in lower case. Empty: none is needed.
    pub(super) near: &'static [&'static str],
    pub(super) test: Option<fn(&Key<'_>) -> bool>,
}

/// The form of a key that begins with a mark.
pub(super) const fn key(mark: &'static str, after: &'static [Part]) -> Form {
    Form {
        mark,
        before: &[],
        after,
        is_outside: false,
        is_glued: false,
        is_weak: false,
        has_runs: false,
        near: &[],
        test: None,
    }
}

impl Form {
    /// What stands before the mark.
    pub(super) const fn preceded(mut self, before: &'static [Part]) -> Self {
        self.before = before;
        self
    }

    pub(super) const fn outside(mut self) -> Self {
        self.is_outside = true;
        self
    }

    pub(super) const fn glued(mut self) -> Self {
        self.is_glued = true;
        self
    }

    pub(super) const fn weak(mut self) -> Self {
        self.is_weak = true;
        self
    }

    pub(super) const fn with_runs(mut self) -> Self {
        self.has_runs = true;
        self
    }

    pub(super) const fn near(mut self, words: &'static [&'static str]) -> Self {
        self.near = words;
        self
    }

    pub(super) const fn tested(mut self, test: fn(&Key<'_>) -> bool) -> Self {
        self.test = Some(test);
        self
    }

    /// The largest class of its runs, of which its random part is.
    pub(super) fn alphabet(&self) -> u32 {
        let size = |part: &Part| match part {
            Part::Run(class, _, most) if *most > 4 => class.size(),
            _ => 0,
        };
        self.before.iter().chain(self.after).map(size).max().unwrap_or(0)
    }

    /// The class of the first or the last run, if the key begins or ends with one.
    fn edge(part: Option<&Part>) -> Class {
        match part {
            Some(Part::Run(class, ..)) => *class,
            _ => ALNUM,
        }
    }

    /// The key of this form around a mark in `text`, if there is one that stands for itself.
    pub(super) fn find<'t>(&self, text: &'t str, mark: std::ops::Range<usize>) -> Option<Key<'t>> {
        let bytes = text.as_bytes();
        if bytes.get(mark.clone())? != self.mark.as_bytes() {
            return None;
        }
        let is_first = self.before.is_empty();
        // Most marks are dismissed here.
        if is_first && !self.is_outside && !self.is_free_before(bytes, mark.start) {
            return None;
        }
        let start = backward(bytes, mark.start, self.before)?;
        if !is_first && !self.is_free_before(bytes, start) {
            return None;
        }
        let end = forward(bytes, mark.end, self.after)?;
        if !self.is_free_after(bytes, end) {
            return None;
        }
        let body = if is_first { mark.end } else { start };
        let start = if self.is_outside { mark.end } else { start };
        Some(Key { text, whole: text.get(start..end)?, start, end, body: text.get(body..end)? })
    }

    /// Whether a key can begin at `at`: not in the middle of a word.
    fn is_free_before(&self, bytes: &[u8], at: usize) -> bool {
        let Some(previous) = at.checked_sub(1).and_then(|at| bytes.get(at)).copied() else {
            return true;
        };
        let first = if self.before.is_empty() { self.after.first() } else { self.before.first() };
        let edge = Form::edge(first);
        // `=` is no part of a word, also where keys are padded with it.
        let is_edge = edge.has(previous) && !b"=.".contains(&previous);
        // No longer key of that class has the mark in it: `https://whsec_…@host`.
        let is_own = self.before.is_empty() && self.mark.bytes().any(|byte| !edge.has(byte));
        let is_edge = is_edge && !(is_own && b"/+".contains(&previous));
        let is_word = is_edge || previous == b'_' || ALNUM.has(previous);
        if self.is_glued {
            return !is_edge;
        }
        if self.is_weak && b"-./+$@#%&*".contains(&previous) {
            return false;
        }
        !is_word || is_escape(bytes, at)
    }

    /// Whether a key can end before `at`.
    fn is_free_after(&self, bytes: &[u8], at: usize) -> bool {
        let Some(next) = bytes.get(at).copied() else { return true };
        let edge = Form::edge(self.after.last());
        if ALNUM.has(next) || next == b'_' || edge.has(next) {
            return false;
        }
        // Part of a longer name, of a path, of a call.
        let after_next = bytes.get(at + 1).copied().unwrap_or(b' ');
        !(self.is_weak && (b"(/-".contains(&next) || next == b'.' && ALNUM.has(after_next)))
    }
}

/// A key that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'t> {
    /// All of the text around it.
    pub(super) text: &'t str,
    /// The key.
    pub(super) whole: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// What follows the mark; where the mark stands in its middle, all of it.
    pub(super) body: &'t str,
}

impl Key<'_> {
    /// The text around the key, in lower case.
    pub(super) fn surroundings(&self, reach: usize) -> String {
        let bytes = self.text.as_bytes();
        let before = bytes.get(self.start.saturating_sub(reach)..self.start).unwrap_or_default();
        let until = self.end.saturating_add(reach).min(bytes.len());
        let after = bytes.get(self.end..until).unwrap_or_default();
        String::from_utf8_lossy(&[before, b"\n", after].concat()).to_ascii_lowercase()
    }
}

/// Whether the characters before `at` are an escape in a text inside a text, and no part of a word:
/// `\n`, `\u003d`, `%3D`.
pub(super) fn is_escape(bytes: &[u8], at: usize) -> bool {
    let before = |count: usize| {
        at.checked_sub(count).and_then(|start| bytes.get(start..at)).unwrap_or_default()
    };
    let is_hex = |bytes: &[u8]| !bytes.is_empty() && bytes.iter().all(u8::is_ascii_hexdigit);
    matches!(before(2), [b'\\', b'n' | b'r' | b't'])
        || matches!(before(3), [b'%', hex @ ..] if is_hex(hex))
        || matches!(before(6), [b'\\', b'u', hex @ ..] if is_hex(hex))
        || matches!(before(4), [b'\\', b'x', hex @ ..] if is_hex(hex))
}

/// Where the parts end that stand at `at`.
fn forward(bytes: &[u8], mut at: usize, parts: &[Part]) -> Option<usize> {
    for part in parts {
        let rest = bytes.get(at..)?;
        at += match part {
            Part::Run(class, least, most) => {
                let length = rest.iter().take(*most).take_while(|it| class.has(**it)).count();
                (length >= *least).then_some(length)?
            }
            Part::Text(text) => rest.starts_with(text.as_bytes()).then_some(text.len())?,
            Part::Any(texts) => {
                texts.iter().find(|it| rest.starts_with(it.as_bytes())).map(|it| it.len())?
            }
        };
    }
    Some(at)
}

/// Where the parts begin that stand before `at`.
fn backward(bytes: &[u8], mut at: usize, parts: &[Part]) -> Option<usize> {
    for part in parts.iter().rev() {
        let rest = bytes.get(..at)?;
        at -= match part {
            Part::Run(class, least, most) => {
                let length = rest.iter().rev().take(*most).take_while(|it| class.has(**it)).count();
                (length >= *least).then_some(length)?
            }
            Part::Text(text) => rest.ends_with(text.as_bytes()).then_some(text.len())?,
            Part::Any(texts) => {
                texts.iter().find(|it| rest.ends_with(it.as_bytes())).map(|it| it.len())?
            }
        };
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_for_themselves() {
        static FORM: Form = key("tok_", &[ALNUM.exactly(8)]);
        let find = |text: &str| {
            let at = text.find("tok_").unwrap();
            FORM.find(text, at..at + 4).map(|key| key.whole.to_owned())
        };
        for text in ["tok_a1B2c3D4", "x=tok_a1B2c3D4;", r"\ntok_a1B2c3D4\n", "%3Dtok_a1B2c3D4&x"] {
            assert_eq!(find(text).as_deref(), Some("tok_a1B2c3D4"), "{text}");
        }
        for text in ["tok_a1B2c3D", "tok_a1B2c3D45", "atok_a1B2c3D4", "tok_a1B2c3D4_x"] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn a_mark_may_stand_inside() {
        static FORM: Form = key("MARK", &[ALNUM.exactly(2)]).preceded(&[HEX.exactly(4)]);
        let find = |text: &str| {
            let at = text.find("MARK").unwrap();
            FORM.find(text, at..at + 4).map(|key| key.whole.to_owned())
        };
        assert_eq!(find("k: 12abMARKx9").as_deref(), Some("12abMARKx9"));
        assert_eq!(find("k: 312abMARKx9"), None);
        assert_eq!(find("k: 2abMARKx9"), None);
    }
}
