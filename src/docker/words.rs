//! The words and pairs of `ENV` and `ARG`.
//!
//! Source: github.com/moby/buildkit, `parser/line_parsers.go` and `shell/lex.go`.

use super::Word;
use crate::source::{FileId, Place, Span};

/// A name and what it is set to.
///
/// ```text
/// ENV <name>=<value>
/// ENV <name> <value>
/// ARG <name>[=<default>]
/// ```
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) name: Word,
    pub(crate) value: Option<Word>,
}

/// Characters with their places in the file.
type Said = [(usize, char)];

/// What separates and quotes.
#[derive(Clone, Copy)]
pub(super) struct Lexer {
    pub(super) file: FileId,
    pub(super) escape: char,
}

impl Lexer {
    /// The pairs of an `ENV`, or what is wrong with it.
    pub(super) fn env(self, said: &Said) -> Result<Vec<Pair>, String> {
        let words = self.words(said);
        let first = words.first().ok_or("ENV requires at least one argument")?;
        if !first.iter().any(|(_, c)| *c == '=') {
            return self.legacy(said).map(|pair| vec![pair]);
        }
        let pairs = words.into_iter().map(|word| {
            let pair = self.pair(word);
            // The word is not named: it may be the second half of a secret.
            let lacks = "a word of ENV has no `=`: quote values that hold spaces";
            if pair.value.is_some() { Ok(pair) } else { Err(lacks.to_owned()) }
        });
        pairs.collect()
    }

    /// The pairs of an `ARG`.
    pub(super) fn arg(self, said: &Said) -> Vec<Pair> {
        self.words(said).into_iter().map(|word| self.pair(word)).collect()
    }

    /// `ENV NAME all the rest`
    fn legacy(self, said: &Said) -> Result<Pair, String> {
        let start = said.iter().position(|(_, c)| !c.is_whitespace()).unwrap_or(0);
        let said = said.get(start..).unwrap_or_default();
        let split = said.iter().position(|(_, c)| c.is_whitespace()).unwrap_or(said.len());
        let (name, value) = said.split_at_checked(split).unwrap_or((said, &[]));
        let name = self.word(name);
        let is_space = |at: Option<&(usize, char)>| at.is_none_or(|(_, c)| c.is_whitespace());
        let first = value.iter().position(|at| !is_space(Some(at)));
        let last = value.iter().rposition(|at| !is_space(Some(at)));
        match first.zip(last).and_then(|(first, last)| value.get(first..=last)) {
            Some(value) => Ok(Pair { name, value: Some(self.word(value)) }),
            None => Err(format!("ENV gives `{}` no value", name.text)),
        }
    }

    fn pair(self, word: &Said) -> Pair {
        match word.iter().position(|(_, c)| *c == '=') {
            None => Pair { name: self.word(word), value: None },
            Some(equals) => {
                let (name, value) = word.split_at_checked(equals).unwrap_or((word, &[]));
                // An empty value stands right behind its `=`.
                let behind = value.first().map_or(0, |(at, _)| at + 1);
                let value = match value.get(1..) {
                    Some(value) if !value.is_empty() => self.word(value),
                    _ => Word::new(self.file, behind..behind, String::new()),
                };
                Pair { name: self.word(name), value: Some(value) }
            }
        }
    }

    /// Words as they are written, quotes and escapes included.
    fn words(self, said: &Said) -> Vec<&Said> {
        let mut words = Vec::new();
        let (mut start, mut quote, mut escaped) = (None, None, false);
        for (index, &(_, c)) in said.iter().enumerate() {
            if start.is_none() {
                if c.is_whitespace() {
                    continue;
                }
                start = Some(index);
            }
            if std::mem::take(&mut escaped) {
                continue;
            }
            match (c, quote) {
                (c, None) if c.is_whitespace() => {
                    words.extend(start.take().and_then(|start| said.get(start..index)));
                }
                (c, None | Some('"')) if c == self.escape => escaped = true,
                ('"' | '\'', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                _ => {}
            }
        }
        words.extend(start.and_then(|start| said.get(start..)));
        words
    }

    /// What a word means: without quotes and escapes.
    fn word(self, said: &Said) -> Word {
        let mut text = String::with_capacity(said.len());
        let mut quote = None;
        let mut chars = said.iter().map(|(_, c)| *c).peekable();
        while let Some(c) = chars.next() {
            match (c, quote) {
                (c, None) if c == self.escape => text.extend(chars.next()),
                (c, Some('"')) if c == self.escape => {
                    match chars.next_if(|next| matches!(next, '"' | '$') || *next == self.escape) {
                        Some(next) => text.push(next),
                        None => text.push(c),
                    }
                }
                ('"' | '\'', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                (c, _) => text.push(c),
            }
        }
        let start = said.first().map_or(0, |(at, _)| *at);
        let end = said.last().map_or(start, |(at, c)| at + c.len_utf8());
        Word { text, place: Place { file: self.file, span: Span::new(start, end) } }
    }
}
