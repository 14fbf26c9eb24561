//! The secrets of a project by their text: what is one where its name stands is one also where nothing
//! tells it, as the argument of a command.

use std::collections::BTreeSet;
use std::ops::{Bound, Range};

use crate::file::Files;
use crate::secret::{Secret, What};

/// Shorter texts stand in others by chance.
const SHORTEST: usize = 6;

/// Shorter lines of a value of several lines say nothing of it.
const SHORTEST_LINE: usize = 16;

/// No more of a text is compared.
pub(crate) const REACH: usize = 4 << 10;

/// Texts that must not be shown, wherever they stand.
#[derive(Debug, Default)]
pub(crate) struct Known {
    texts: BTreeSet<Box<str>>,
    beginnings: Beginnings,
}

impl Known {
    /// Those that stand in the files of a run.
    pub(crate) fn of(files: &Files) -> Self {
        let mut known = Known::default();
        for file in files.as_slice() {
            known.add_found(file.source().text(), file.secrets());
        }
        known
    }

    /// Adds what was found in a text. A password that everybody knows is mostly a word of another meaning.
    pub(crate) fn add_found(&mut self, text: &str, found: &[Secret]) {
        for secret in found.iter().filter(|secret| secret.what != What::WellKnown) {
            self.add(text.get(secret.hidden.range()).unwrap_or_default());
        }
    }

    /// Adds a secret, one of several lines line by line.
    pub(crate) fn add(&mut self, secret: &str) {
        let secret = secret.trim();
        if !secret.contains('\n') {
            if secret.chars().count() >= SHORTEST {
                self.add_line(secret);
            }
            return;
        }
        let lines = secret.lines().map(str::trim);
        let telling = lines.filter(|it| it.len() >= SHORTEST_LINE && !it.starts_with("-----"));
        telling.for_each(|line| self.add_line(line));
    }

    fn add_line(&mut self, secret: &str) {
        self.beginnings.add(secret);
        self.texts.insert(beginning_of(secret));
    }

    /// Where any of them stands in a text.
    pub(crate) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.texts.is_empty() {
            return found;
        }
        let mut done = 0;
        for at in 0..text.len() {
            if at >= done
                && self.beginnings.may_be(text, at)
                && let Some(known) = text.get(at..).and_then(|rest| self.beginning(rest))
                && (!is_word(known) || is_free(text, at..at + known.len()))
            {
                done = at + known.len();
                found.push(at..done);
            }
        }
        found
    }

    /// The longest that a text begins with. It is the one before the text in the order of all, or begins
    /// with what that one and the text have in common.
    fn beginning(&self, text: &str) -> Option<&str> {
        let mut text = text;
        loop {
            let below = (Bound::Unbounded, Bound::Included(text));
            let known = self.texts.range::<str, _>(below).next_back()?;
            let pairs = known.char_indices().zip(text.chars());
            let common = pairs.take_while(|((_, a), b)| a == b).last();
            let common = common.map_or(0, |((at, c), _)| at + c.len_utf8());
            if common == known.len() {
                return Some(known);
            }
            text = text.get(..common).filter(|it| it.len() >= SHORTEST)?;
        }
    }
}

/// How texts begin, as bits: at nearly every place of a line they tell at once that none of them is there.
#[derive(Debug, Default)]
struct Beginnings(Vec<u64>);

impl Beginnings {
    const BITS: usize = 1 << 14;

    fn add(&mut self, text: &str) {
        self.0.resize(Self::BITS / 64, 0);
        if let Some((word, bit)) = Self::place(text, 0)
            && let Some(word) = self.0.get_mut(word)
        {
            *word |= bit;
        }
    }

    fn may_be(&self, text: &str, at: usize) -> bool {
        let set = Self::place(text, at).and_then(|(word, bit)| Some(self.0.get(word)? & bit));
        set.is_some_and(|set| set != 0)
    }

    /// The place of four bytes; every text that counts has as many.
    fn place(text: &str, at: usize) -> Option<(usize, u64)> {
        let bytes = *text.as_bytes().get(at..)?.first_chunk::<4>()?;
        let hash = u32::from_le_bytes(bytes).wrapping_mul(0x9e37_79b1) >> 18;
        Some(((hash >> 6) as usize, 1 << (hash & 63)))
    }
}

/// As much of a secret as is compared.
fn beginning_of(secret: &str) -> Box<str> {
    secret.get(..secret.floor_char_boundary(REACH)).unwrap_or_default().into()
}

/// Whether a text may be a part of a longer word or number: letters of one case, or digits.
fn is_word(text: &str) -> bool {
    let is_all = |is: fn(char) -> bool| text.chars().all(|c| is(c) || "-_. ".contains(c));
    is_all(char::is_lowercase) || is_all(char::is_uppercase) || is_all(char::is_numeric)
}

/// Whether a part of a text is no part of a longer word.
fn is_free(text: &str, range: Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|before| before.chars().next_back());
    let after = text.get(range.end..).and_then(|after| after.chars().next());
    ![before, after].into_iter().flatten().any(char::is_alphanumeric)
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::Known;

    #[test]
    fn a_secret_is_found_wherever_it_stands() {
        let mut known = Known::default();
        for secret in [
            "zT4mKx92qLweR7",
            "zT4mKx92",
            "zT4mKy",
            "orchard",
            "short",
            "é7uéé9Kx",
            "-----BEGIN X-----\nq7Rk2vXw9LmT4bNz8HsDp3\nab\n",
        ] {
            known.add(secret);
        }
        for (text, found) in [
            ("./migrate db app zT4mKx92qLweR7", &["zT4mKx92qLweR7"][..]),
            ("-pzT4mKx92qLwe, azT4mKx92qLweR7b", &["zT4mKx92", "zT4mKx92qLweR7"]),
            ("zT4mKx9 zT4mKy! zT4mK", &["zT4mKy"]),
            ("orchard,orchards the_orchard", &["orchard", "orchard"]),
            ("short é7uéé9Kx", &["é7uéé9Kx"]),
            ("-----BEGIN X----- \"q7Rk2vXw9LmT4bNz8HsDp3\\n\" ab", &["q7Rk2vXw9LmT4bNz8HsDp3"]),
            ("", &[]),
        ] {
            let ranges = known.find(text);
            assert_eq!(ranges.into_iter().map(|it| &text[it]).collect::<Vec<_>>(), found);
        }
    }
}
