//! Lists of words that are written as one text, and asked often; the words of a name; how alike two
//! words are; and what stands for words that are still to come.

use std::collections::HashSet;
use std::sync::OnceLock;

/// Words with blanks between them. They are told apart when one is first asked for.
pub(crate) struct Words {
    text: &'static str,
    all: OnceLock<HashSet<&'static str>>,
}

impl Words {
    /// The words of a text.
    pub(crate) const fn of(text: &'static str) -> Self {
        Words { text, all: OnceLock::new() }
    }

    /// Whether that is one of them.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.all.get_or_init(|| self.text.split_ascii_whitespace().collect()).contains(word)
    }
}

/// Whether a text says that what belongs there is still to come.
pub(crate) fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 15] = [
        "todo",
        "tbd",
        "tba",
        "fixme",
        "xxx",
        "changeme",
        "change_me",
        "change-me",
        "placeholder",
        "fill in",
        "fill me in",
        "to be decided",
        "to be defined",
        "to be determined",
        "to do",
    ];
    let lower = text.trim().to_ascii_lowercase();
    // `<fill in>`; other words in angle brackets may be for a program to fill in.
    let inner = lower.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let (first, rest) = lower.split_at(lower.find([':', ' ', '(']).unwrap_or(lower.len()));
    // `Todo list is full` is about a list.
    let is_word = first == "todo" && rest.starts_with(' ') && !text.trim().starts_with("TODO");
    let is_marks = !lower.is_empty() && lower.chars().all(|c| matches!(c, '?' | '.' | '-' | '_'));
    WORDS.contains(&inner.unwrap_or(&lower).trim())
        || matches!(first, "todo" | "tbd" | "fixme") && !is_word
        || is_marks && lower.contains('?')
}

/// The one of these words that was meant by another: the first of the nearest, where that is no more than so
/// many slips of the hand away.
pub(crate) fn nearest<'w>(
    word: &str,
    known: impl IntoIterator<Item = &'w str>,
    slips: usize,
) -> Option<&'w str> {
    let length = word.chars().count();
    // So much at least is the distance.
    let is_as_long = |known: &&str| known.chars().count().abs_diff(length) <= slips;
    let near = known.into_iter().filter(is_as_long);
    let distances = near.map(|known| (strsim::damerau_levenshtein(word, known), known));
    let nearest = distances.min_by_key(|(distance, _)| *distance);
    nearest.filter(|(distance, _)| *distance <= slips).map(|(_, known)| known)
}

/// How alike two words are, by Jaro and Winkler, where that is at least `least`. Most are not, which
/// the characters that they share tell without a look at their order.
pub(crate) fn likeness(one: &str, other: &str, least: f64) -> Option<f64> {
    let alike = || strsim::jaro_winkler(one, other);
    (most_alike(one, other) >= least).then(alike).filter(|likeness| *likeness >= least)
}

/// How alike two words are at most: as if all characters that they share stood in the same order, and as
/// if they began alike as far as that counts. Bytes are shared where characters are, and more often.
#[allow(clippy::cast_precision_loss)] // no word has 2^52 bytes
fn most_alike(one: &str, other: &str) -> f64 {
    const PREFIX: f64 = 0.4;
    if !one.is_ascii() || !other.is_ascii() || one.is_empty() || other.is_empty() {
        return 1.0;
    }
    let mut counts = [0_i32; 128];
    for byte in one.bytes() {
        counts.get_mut(usize::from(byte)).into_iter().for_each(|count| *count += 1);
    }
    let mut shared = 0;
    for byte in other.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)).filter(|count| **count > 0) {
            (*count, shared) = (*count - 1, shared + 1);
        }
    }
    let shared = f64::from(shared);
    let jaro = (shared / one.len() as f64 + shared / other.len() as f64 + 1.0) / 3.0;
    jaro + PREFIX * (1.0 - jaro)
}

/// The words of a name: `HighErrorRate`, `http_requests_total`, `latency-p95`.
pub(crate) fn split(name: &str, into: &mut Vec<String>) {
    let (mut word, mut was_lower) = (String::new(), false);
    let mut chars = name.chars().take(1000).peekable();
    while let Some(c) = chars.next() {
        // `RateLimit`, and `LLMRate`, where the last capital belongs to the next word.
        let begins_lower = chars.peek().is_some_and(|next| next.is_lowercase());
        let begins = c.is_uppercase() && (was_lower || begins_lower);
        if (!c.is_alphanumeric() || begins) && !word.is_empty() {
            into.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
    }
    if !word.is_empty() {
        into.push(word);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Words, likeness, nearest};

    proptest! {
        #[test]
        fn likeness_is_that_of_jaro_and_winkler(one in "[a-dé]{0,8}", other in "[a-dé]{0,8}") {
            let whole = strsim::jaro_winkler(&one, &other);
            prop_assert_eq!(likeness(&one, &other, 0.85), (whole >= 0.85).then_some(whole));
        }
    }

    #[test]
    fn no_word_is_meant_that_is_further_away() {
        let near = |word: &str, slips: usize| nearest(word, ["escape", "syntax", "check"], slips);
        assert_eq!(near("excape", 1), Some("escape"));
        assert_eq!(near("sytnax", 1), Some("syntax"));
        assert_eq!(near("chekcs", 1), None);
        assert_eq!(near("chekcs", 2), Some("check"));
        assert_eq!(near("check", 0), Some("check"));
        assert_eq!(near("", 2), None);
    }

    #[test]
    fn only_whole_words_are_there() {
        static LIST: Words = Words::of("one two  three");
        assert!(["one", "two", "three"].iter().all(|word| LIST.has(word)));
        assert!(["", " ", "tw", "one two"].iter().all(|word| !LIST.has(word)));
    }
}
