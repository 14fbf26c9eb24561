//! Finds any of many short texts in one pass over a long one, whatever their case.
//!
//! An automaton for hundreds of texts waits at every byte for its memory, and takes longer to build
//! than most runs last. What is looked for here is rare, so a table of bits tells first whether the
//! last three bytes are the end of any of the texts, and only then they are compared. How many are
//! found, and where, is what `aho-corasick` says of matches that overlap, in the same order.

use std::cmp::Reverse;
use std::ops::Range;

/// The bits of three bytes together, of each of which five count.
const CODE: u32 = 15;

/// How many bits of a code tell in which bucket its texts are.
const BUCKETS: u32 = 10;

/// How many bytes are looked at before what was found is compared: as many as bits of a number.
const CHUNK: usize = u32::BITS as usize;

/// A chunk with the two bytes before it.
const WINDOW: usize = CHUNK + 2;

/// What is looked for.
pub(crate) struct Finder {
    /// For each code, whether a text ends with it: 1 or 0.
    ends: Box<[u8; 1 << CODE]>,
    /// Where the texts of each bucket begin.
    buckets: Vec<u16>,
    /// The longest first in each bucket.
    texts: Vec<Wanted>,
}

/// A text that is looked for.
#[derive(Clone, Copy)]
struct Wanted {
    code: u16,
    text: &'static str,
    /// Its index among all.
    index: usize,
}

impl Wanted {
    /// Whether the first byte may be that of this text. Of most places that end like one this is wrong, and to ask it
    /// takes a tenth of comparing them.
    fn begins_like(&self, found: &[u8]) -> bool {
        let lower = |bytes: &[u8]| bytes.first().map(|byte| byte | 0x20);
        lower(found) == lower(self.text.as_bytes())
    }
}

/// A place where one of the texts stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The index of the text.
    pub(crate) index: usize,
    pub(crate) range: Range<usize>,
}

/// Five bits of each of three bytes, the same for a small letter and its capital.
fn code_of(a: u8, b: u8, c: u8) -> u16 {
    let bits = |byte| u16::from(byte & 0x1f);
    bits(a) << 10 | bits(b) << 5 | bits(c)
}

fn bucket(code: u16) -> usize {
    (u32::from(code).wrapping_mul(0x9e37_79b1) >> (u32::BITS - BUCKETS)) as usize
}

impl Finder {
    /// Looks for texts of two or more characters of ASCII.
    #[allow(clippy::large_stack_arrays)] // made once, on a stack of megabytes
    pub(crate) fn new(texts: impl IntoIterator<Item = &'static str>) -> Self {
        let mut wanted = Vec::new();
        for (index, text) in texts.into_iter().enumerate() {
            match text.as_bytes() {
                [.., a, b, c] => {
                    wanted.push(Wanted { code: code_of(*a, *b, *c), text, index });
                }
                // Anything may stand before two.
                [b, c] => wanted.extend((0..1 << 5).map(|before| Wanted {
                    code: code_of(before, *b, *c),
                    text,
                    index,
                })),
                _ => debug_assert!(false, "`{text}` is too short"),
            }
        }
        wanted.sort_by_key(|it| (bucket(it.code), Reverse(it.text.len()), it.index));
        let mut ends = Box::new([0; 1 << CODE]);
        let mut counts = vec![0_u16; (1 << BUCKETS) + 1];
        for it in &wanted {
            if let Some(end) = ends.get_mut(usize::from(it.code)) {
                *end = 1;
            }
            if let Some(count) = counts.get_mut(bucket(it.code) + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for count in &mut counts {
            total += *count;
            *count = total;
        }
        Finder { ends, buckets: counts, texts: wanted }
    }

    /// The places where the texts stand, by their ends; of those with the same end the longest first.
    pub(crate) fn find<'f, 't>(&'f self, text: &'t str) -> Matches<'f, 't> {
        let (text, open) = (text.as_bytes(), [].iter());
        Matches { finder: self, text, chunk: 0, next: 0, hits: 0, end: 0, open }
    }

    /// The same without those that begin in another one.
    pub(crate) fn find_apart<'t>(
        &self,
        text: &'t str,
    ) -> impl Iterator<Item = Match> + use<'_, 't> {
        let mut end = 0;
        self.find(text).filter(move |it| {
            let is_apart = it.range.start >= end;
            if is_apart {
                end = it.range.end;
            }
            is_apart
        })
    }
}

/// The places that a [`Finder`] finds.
pub(crate) struct Matches<'f, 't> {
    finder: &'f Finder,
    text: &'t [u8],
    /// Where the bytes begin that were looked at last, and those that are next.
    chunk: usize,
    next: usize,
    /// Those of them at which a text may end.
    hits: u32,
    /// Where the texts in hand would end, and which these are.
    end: usize,
    open: std::slice::Iter<'f, Wanted>,
}

impl Matches<'_, '_> {
    /// Looks at the next bytes, unless there are none.
    fn advance(&mut self) -> Option<()> {
        let rest = self.text.get(self.next..).filter(|rest| !rest.is_empty())?;
        // What is left at the end is looked at with what stands before it.
        let seen = CHUNK.saturating_sub(rest.len()).min(self.next.saturating_sub(2));
        let start = (self.next - seen).checked_sub(2);
        let whole = start.and_then(|start| self.text.get(start..start + WINDOW)?.try_into().ok());
        self.hits = match whole {
            Some(window) => self.look_at(window) >> seen,
            None => self.look_at(&self.padded(rest)),
        };
        self.chunk = self.next;
        self.next += rest.len().min(CHUNK);
        Some(())
    }

    /// The next bytes at the beginning of the text, where nothing stands before them, or of a short one.
    fn padded(&self, rest: &[u8]) -> [u8; WINDOW] {
        let mut window = [0; WINDOW];
        let before = self.text.get(self.next.saturating_sub(2)..self.next).unwrap_or_default();
        let (own_before, own) = window.split_at_mut(2);
        let all_before = own_before.iter_mut().rev().zip(before.iter().rev());
        all_before.for_each(|(to, from)| *to = *from);
        let chunk = rest.get(..CHUNK).unwrap_or(rest);
        if let Some(own) = own.get_mut(..chunk.len()) {
            own.copy_from_slice(chunk);
        }
        window
    }

    /// At which of the bytes a text may end. Without a branch, and with all codes before any look into the
    /// table, many bytes are looked at together.
    #[inline]
    fn look_at(&self, window: &[u8; WINDOW]) -> u32 {
        let mut codes = [0_u16; CHUNK];
        let last = window.iter().skip(2);
        for (code, ((a, b), c)) in codes.iter_mut().zip(window.iter().zip(&window[1..]).zip(last)) {
            *code = code_of(*a, *b, *c);
        }
        let is_end = |code: &u16| self.finder.ends.get(usize::from(*code)).copied();
        let ends = codes.iter().map(|code| u32::from(is_end(code).unwrap_or_default()));
        ends.enumerate().fold(0, |hits, (at, end)| hits | end << at)
    }

    /// Takes the texts in hand that may end where the next hit is.
    fn open(&mut self) {
        let at = self.chunk + self.hits.trailing_zeros() as usize;
        self.hits &= self.hits - 1;
        self.end = at + 1;
        let bytes = self.text.get(at.saturating_sub(2)..self.end).unwrap_or_default();
        let code = match bytes {
            [a, b, c] => code_of(*a, *b, *c),
            [b, c] => code_of(0, *b, *c),
            _ => 0,
        };
        let bucket = bucket(code);
        let bound = |at: usize| self.finder.buckets.get(at).copied().map_or(0, usize::from);
        let all = self.finder.texts.get(bound(bucket)..bound(bucket + 1));
        self.open = all.unwrap_or_default().iter();
    }
}

impl Iterator for Matches<'_, '_> {
    type Item = Match;

    fn next(&mut self) -> Option<Match> {
        loop {
            for it in self.open.by_ref() {
                let Some(start) = self.end.checked_sub(it.text.len()) else { continue };
                let found = self.text.get(start..self.end).unwrap_or_default();
                if it.begins_like(found) && found.eq_ignore_ascii_case(it.text.as_bytes()) {
                    return Some(Match { index: it.index, range: start..self.end });
                }
            }
            while self.hits == 0 {
                self.advance()?;
            }
            self.open();
        }
    }
}

#[cfg(test)]
mod tests {
    use aho_corasick::AhoCorasick;
    use proptest::prelude::*;

    use super::*;

    const TEXTS: [&str; 12] = [
        "key",
        "KE",
        ".m",
        "a-key",
        "://",
        "::",
        "ab",
        "bab",
        "_pw",
        "sk-",
        "Key",
        "identified by",
    ];

    fn pairs(found: impl Iterator<Item = Match>) -> Vec<(usize, Range<usize>)> {
        found.map(|it| (it.index, it.range)).collect()
    }

    proptest! {
        #[test]
        fn the_same_is_found_as_by_an_automaton(
            text in "[abkeyKEYs_pw.:/é -]{0,200}|([^\\x00]{0,5}(a-key|KEY|bab|://|identified by)){0,40}",
        ) {
            let finder = Finder::new(TEXTS);
            let oracle = AhoCorasick::builder().ascii_case_insensitive(true).build(TEXTS).unwrap();
            let found = |it: aho_corasick::Match| (it.pattern().as_usize(), it.start()..it.end());
            let overlapping: Vec<_> = oracle.find_overlapping_iter(&text).map(found).collect();
            prop_assert_eq!(pairs(finder.find(&text)), overlapping);
            let apart: Vec<_> = oracle.find_iter(&text).map(found).collect();
            prop_assert_eq!(pairs(finder.find_apart(&text)), apart);
        }
    }
}
