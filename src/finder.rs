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
const MASK: u32 = (1 << CODE) - 1;

/// How many bits of a code tell in which bucket its texts are.
const BUCKETS: u32 = 10;

/// How many bytes are looked at before what was found is compared.
const CHUNK: usize = 16;

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
    code: u32,
    text: &'static str,
    /// Its index among all.
    index: usize,
}

/// A place where one of the texts stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The index of the text.
    pub(crate) index: usize,
    pub(crate) range: Range<usize>,
}

/// Five bits of a byte, the same for a small letter and its capital.
fn bits(byte: u8) -> u32 {
    u32::from(byte & 0x1f)
}

fn bucket(code: u32) -> usize {
    (code.wrapping_mul(0x9e37_79b1) >> (u32::BITS - BUCKETS)) as usize
}

impl Finder {
    /// Looks for texts of two or more characters of ASCII.
    #[allow(clippy::large_stack_arrays)] // made once, on a stack of megabytes
    pub(crate) fn new(texts: impl IntoIterator<Item = &'static str>) -> Self {
        let mut wanted = Vec::new();
        for (index, text) in texts.into_iter().enumerate() {
            match text.as_bytes() {
                [.., a, b, c] => {
                    let code = bits(*a) << 10 | bits(*b) << 5 | bits(*c);
                    wanted.push(Wanted { code, text, index });
                }
                // Anything may stand before two.
                [b, c] => wanted.extend((0..1 << 5).map(|before| {
                    let code = before << 10 | bits(*b) << 5 | bits(*c);
                    Wanted { code, text, index }
                })),
                _ => debug_assert!(false, "`{text}` is too short"),
            }
        }
        wanted.sort_by_key(|it| (bucket(it.code), Reverse(it.text.len()), it.index));
        let mut ends = Box::new([0; 1 << CODE]);
        let mut counts = vec![0_u16; (1 << BUCKETS) + 1];
        for it in &wanted {
            if let Some(end) = ends.get_mut(it.code as usize) {
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
        Matches { finder: self, text, code: 0, chunk: 0, next: 0, hits: 0, end: 0, open }
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
    /// What the last three bytes are.
    code: u32,
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
        let rest = self.text.get(self.next..)?;
        let chunk = rest.get(..CHUNK).unwrap_or(rest);
        if chunk.is_empty() {
            return None;
        }
        // Without a branch, bytes are looked at while the table is still waited for.
        let hits = match <&[u8; CHUNK]>::try_from(chunk) {
            Ok(whole) => self.look_at(whole),
            Err(_) => self.look_at(chunk),
        };
        self.chunk = self.next;
        self.next += chunk.len();
        self.hits = hits;
        Some(())
    }

    /// At which of the bytes a text may end.
    #[inline]
    fn look_at<'b>(&mut self, bytes: impl IntoIterator<Item = &'b u8>) -> u32 {
        let (ends, mut code, mut hits) = (&*self.finder.ends, self.code, 0);
        for (at, byte) in bytes.into_iter().enumerate() {
            code = (code << 5 | bits(*byte)) & MASK;
            hits |= u32::from(ends.get(code as usize).copied().unwrap_or_default()) << at;
        }
        self.code = code;
        hits
    }

    /// Takes the texts in hand that may end where the next hit is.
    fn open(&mut self) {
        let at = self.chunk + self.hits.trailing_zeros() as usize;
        self.hits &= self.hits - 1;
        self.end = at + 1;
        let bytes = self.text.get(at.saturating_sub(2)..self.end).unwrap_or_default();
        let code = bytes.iter().fold(0, |code, byte| code << 5 | bits(*byte));
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
                if found.eq_ignore_ascii_case(it.text.as_bytes()) {
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
