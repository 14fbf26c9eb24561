//! Lists of words that are written as one text, and asked often.

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

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn only_whole_words_are_there() {
        static LIST: Words = Words::of("one two  three");
        assert!(["one", "two", "three"].iter().all(|word| LIST.has(word)));
        assert!(["", " ", "tw", "one two"].iter().all(|word| !LIST.has(word)));
    }
}
