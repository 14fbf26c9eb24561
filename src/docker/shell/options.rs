//! Which options and operands a program is given.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::ShellWord;

/// The options of a program that take a value, which may be the next word.
pub(crate) struct Valued {
    /// With blanks between them.
    text: &'static str,
    known: OnceLock<Known>,
}

/// The same, told apart.
struct Known {
    all: HashSet<&'static str>,
    /// The letters of those with one, each by the bit of its number.
    letters: u128,
}

impl Valued {
    /// The options in a text, with blanks between them. They are told apart when one is asked for.
    pub(crate) const fn of(text: &'static str) -> Self {
        Valued { text, known: OnceLock::new() }
    }

    fn known(&self) -> &Known {
        self.known.get_or_init(|| {
            let all: HashSet<_> = self.text.split_ascii_whitespace().collect();
            let letters = all.iter().filter_map(|option| match Name::of(option) {
                Name::Short(letter) => Some(bit(letter)),
                Name::Long(_) => None,
            });
            let letters = letters.fold(0, |all, letter| all | letter);
            Known { all, letters }
        })
    }

    fn has(&self, option: &str) -> bool {
        self.known().all.contains(option)
    }

    fn has_letter(&self, letter: char) -> bool {
        self.known().letters & bit(letter) != 0
    }
}

/// The bit of a letter of ASCII; no option is called otherwise.
fn bit(letter: char) -> u128 {
    if letter.is_ascii() { 1 << u32::from(letter) } else { 0 }
}

/// The arguments of a program, told apart as `getopt` does.
#[derive(Debug)]
pub(crate) struct Arguments<'c> {
    options: Vec<Given<'c>>,
    operands: Vec<&'c ShellWord>,
    /// Whether a variable may stand for any option.
    opaque: bool,
}

/// An option as it is given.
#[derive(Debug)]
struct Given<'c> {
    /// `-y` also where it stands in `-qqy`.
    name: Name<'c>,
    word: &'c ShellWord,
    value: Option<&'c str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name<'c> {
    Short(char),
    /// With its dashes.
    Long(&'c str),
}

impl<'c> Name<'c> {
    fn of(option: &'c str) -> Self {
        let mut letters = option.chars().skip(1);
        match (letters.next(), letters.next()) {
            (Some(letter), None) if letter != '-' => Name::Short(letter),
            _ => Name::Long(option),
        }
    }
}

impl<'c> Arguments<'c> {
    /// Reads arguments of a program whose options `valued` take a value that may be the next word.
    pub(crate) fn read(words: &'c [ShellWord], valued: &Valued) -> Self {
        Self::told_apart(words, valued, true)
    }

    /// The same for a program that takes no subcommand, so that a variable in front is an operand
    /// like any other.
    pub(crate) fn plain(words: &'c [ShellWord], valued: &Valued) -> Self {
        Self::told_apart(words, valued, false)
    }

    fn told_apart(words: &'c [ShellWord], valued: &Valued, has_subcommand: bool) -> Self {
        let (mut options, mut operands) = (Vec::new(), Vec::new());
        let mut opaque = false;
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = word.text.as_str();
            if text == "--" {
                operands.extend(words);
                break;
            }
            if !text.starts_with('-') || text == "-" {
                if stands_for_options(word, has_subcommand && operands.is_empty()) {
                    opaque = true;
                } else {
                    operands.push(word);
                }
                continue;
            }
            for (name, value) in split(text, valued) {
                let value = match value {
                    Value::None => None,
                    Value::Own(value) => Some(value),
                    Value::Next => words.next().map(|next| next.text.as_str()),
                };
                options.push(Given { name, word, value });
            }
        }
        Arguments { options, operands, opaque }
    }

    /// What is not an option or its value.
    pub(crate) fn operands(&self) -> &[&'c ShellWord] {
        &self.operands
    }

    /// Whether one of those options is given, or a variable may hold it.
    pub(crate) fn may_have(&self, names: &[&str]) -> bool {
        self.opaque || self.option(names).is_some()
    }

    /// Whether no other options than those are given.
    pub(crate) fn has_only(&self, names: &[&str]) -> bool {
        let is_one = |given: &Given<'c>| names.iter().any(|name| Name::of(name) == given.name);
        !self.opaque && self.options.iter().all(is_one)
    }

    /// The word that gives one of those options.
    pub(crate) fn option(&self, names: &[&str]) -> Option<&'c ShellWord> {
        self.given(names).map(|given| given.word).next()
    }

    /// How often one of those options is given.
    pub(crate) fn count(&self, names: &[&str]) -> usize {
        self.given(names).count()
    }

    /// How many options are given.
    pub(crate) fn count_all(&self) -> usize {
        self.options.len()
    }

    /// The values of those options.
    pub(crate) fn values(&self, names: &[&str]) -> impl Iterator<Item = &'c str> {
        self.given(names).filter_map(|given| given.value)
    }

    fn given(&self, names: &[&str]) -> impl Iterator<Item = &Given<'c>> {
        let is_one = |given: &&Given<'c>| names.iter().any(|name| Name::of(name) == given.name);
        self.options.iter().filter(is_one)
    }
}

/// Whether a word is a variable in which options are kept: before the subcommand, or by its name.
fn stands_for_options(word: &ShellWord, is_first: bool) -> bool {
    if word.is_literal || !word.text.starts_with('$') {
        return false;
    }
    let name = word.text.to_ascii_uppercase();
    is_first || ["OPT", "ARG", "FLAG"].iter().any(|part| name.contains(part))
}

enum Value<'c> {
    None,
    /// In the same word.
    Own(&'c str),
    /// The next word.
    Next,
}

/// The options in a word that begins with a dash.
fn split<'c>(text: &'c str, valued: &Valued) -> Vec<(Name<'c>, Value<'c>)> {
    if text.starts_with("--") {
        return match text.split_once('=') {
            Some((name, value)) => vec![(Name::Long(name), Value::Own(value))],
            None if valued.has(text) => vec![(Name::Long(text), Value::Next)],
            None => vec![(Name::Long(text), Value::None)],
        };
    }
    // A long option with one dash, as Go and Java like them.
    let is_attached = text.chars().nth(1).is_some_and(|letter| valued.has_letter(letter));
    if let Some((name, value)) = text.split_once('=').filter(|(it, _)| it.len() > 2 && !is_attached)
    {
        return vec![(Name::Long(name), Value::Own(value))];
    }
    if text.len() > 2 && valued.has(text) {
        return vec![(Name::Long(text), Value::Next)];
    }
    let mut names = Vec::new();
    for (at, letter) in text.char_indices().skip(1) {
        let rest = text.get(at + letter.len_utf8()..).unwrap_or_default();
        if valued.has_letter(letter) {
            let value = if rest.is_empty() { Value::Next } else { Value::Own(rest) };
            names.push((Name::Short(letter), value));
            break;
        }
        names.push((Name::Short(letter), Value::None));
    }
    names
}

/// Whether the word behind the option is its value.
pub(super) fn takes_next(text: &str, valued: &Valued) -> bool {
    split(text, valued).iter().any(|(_, value)| matches!(value, Value::Next))
}
