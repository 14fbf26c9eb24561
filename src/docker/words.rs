//! The words of an instruction, and what they mean.
//!
//! Source: github.com/moby/buildkit, `parser/line_parsers.go`, `instructions/bflag.go` and
//! `shell/lex.go`.

use std::ops::Range;

use crate::source::{FileId, Place, Span};

/// A word and where it stands, quotes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// What it means: without quotes, escapes and line continuations.
    pub(crate) text: String,
    pub(crate) place: Place,
}

impl Word {
    fn new(file: FileId, range: Range<usize>, text: String) -> Self {
        Word { text, place: Place { file, span: range.into() } }
    }

    /// Whether it is a URL or a Git repository, and not a path.
    pub(crate) fn is_remote(&self) -> bool {
        self.text.contains("://") || self.text.starts_with("git@")
    }
}

/// A name and what it is set to.
///
/// ```text
/// ENV <name>=<value>
/// ENV <name> <value>
/// ARG <name>[=<default>]
/// LABEL <name>=<value>
/// ```
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) name: Word,
    pub(crate) value: Option<Word>,
    /// Whether it is written `ENV <name> <value>`, without an equals sign.
    pub(crate) is_legacy: bool,
}

impl Pair {
    /// From the name to the end of the value.
    pub(crate) fn place(&self) -> Place {
        let end = self.value.as_ref().unwrap_or(&self.name).place.span.end;
        let Place { file, span } = self.name.place;
        Place { file, span: Span { start: span.start, end } }
    }
}

/// ```text
/// --mount=type=cache,target=/root/.cache
/// --link
/// ```
#[derive(Debug)]
pub(crate) struct Flag {
    /// Without the dashes.
    pub(crate) name: Word,
    pub(crate) value: Option<Word>,
    /// All of it, dashes included.
    pub(crate) place: Place,
}

impl Flag {
    /// The settings of a value that is a list of them: `type=cache,target=/root/.cache`.
    pub(crate) fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.items().map(|(_, name, value)| (name, value))
    }

    /// The value of the first of those settings that goes by one of the names.
    pub(crate) fn setting(&self, names: &[&str]) -> Option<Word> {
        let is = |known: &str| names.iter().any(|name| name.eq_ignore_ascii_case(known));
        let (start, _, value) = self.items().find(|(_, name, _)| is(name))?;
        let whole = self.value.as_ref()?;
        let Place { file, span } = whole.place;
        // With quotes or line continuations between, nothing tells where it begins.
        let is_verbatim = span.range().len() == whole.text.len();
        let at = span.start as usize + start;
        let range = if is_verbatim { at..at + value.len() } else { span.range() };
        Some(Word::new(file, range, value.to_owned()))
    }

    /// Where each value begins in the text, its name and itself.
    fn items(&self) -> impl Iterator<Item = (usize, &str, &str)> {
        let text = self.value.as_ref().map_or("", |value| value.text.as_str());
        let mut start = 0;
        let items = text.split(',').map(move |item| {
            let (name, value) = item.split_once('=').unwrap_or((item, ""));
            let at = start + item.len() - value.len();
            start += item.len() + ",".len();
            (at, name, value)
        });
        items.filter(|(_, name, _)| !name.is_empty())
    }
}

/// Characters with their places in the file.
pub(super) type Said = [(usize, char)];

/// What separates and quotes.
#[derive(Clone, Copy)]
pub(super) struct Lexer {
    pub(super) file: FileId,
    pub(super) escape: char,
}

/// What is said, without white space around it.
pub(super) fn trimmed(said: &Said) -> &Said {
    let is_word = |(_, c): &(usize, char)| !c.is_whitespace();
    let first = said.iter().position(is_word).unwrap_or(said.len());
    let end = said.iter().rposition(is_word).map_or(first, |last| last + 1);
    said.get(first..end).unwrap_or_default()
}

/// The first word, whatever quotes it, and what follows.
pub(super) fn split_word(said: &Said) -> (&Said, &Said) {
    let said = trimmed(said);
    let end = said.iter().position(|(_, c)| c.is_whitespace()).unwrap_or(said.len());
    let (word, rest) = said.split_at_checked(end).unwrap_or((said, &[]));
    (word, trimmed(rest))
}

/// The words that white space separates, quotes or not.
pub(super) fn separated(said: &Said) -> impl Iterator<Item = &Said> {
    said.split(|(_, c)| c.is_whitespace()).filter(|word| !word.is_empty())
}

/// The characters alone.
pub(super) fn text(said: &Said) -> String {
    said.iter().map(|(_, c)| c).collect()
}

fn range(said: &Said) -> Range<usize> {
    let start = said.first().map_or(0, |(at, _)| *at);
    start..said.last().map_or(start, |(at, c)| at + c.len_utf8())
}

impl Lexer {
    /// Where something is said.
    pub(super) fn place(self, said: &Said) -> Place {
        Place { file: self.file, span: range(said).into() }
    }

    /// What is said as it stands, quotes and escapes included.
    pub(super) fn plain(self, said: &Said) -> Word {
        Word::new(self.file, range(said), text(said))
    }

    /// The flags at the beginning, and what follows them.
    pub(super) fn flags(self, said: &Said) -> (Vec<Flag>, &Said) {
        let mut flags = Vec::new();
        let mut rest = trimmed(said);
        while let [(_, '-'), (_, '-'), ..] = rest {
            let word = self.words(rest).next().unwrap_or_default();
            let (_, behind) = rest.split_at_checked(word.len()).unwrap_or((rest, &[]));
            rest = trimmed(behind);
            let Some(said) = word.get(2..).filter(|said| !said.is_empty()) else { break };
            let Pair { name, value, .. } = self.pair(said);
            flags.push(Flag { name, value, place: self.place(word) });
        }
        (flags, rest)
    }

    /// The strings of a JSON array, if it is one.
    pub(super) fn json(self, said: &Said) -> Option<Vec<Word>> {
        let mut words = Vec::new();
        let mut rest = said.split_first().filter(|((_, c), _)| *c == '[')?.1;
        loop {
            rest = trimmed(rest);
            match (rest.first()?.1, words.is_empty()) {
                (']', true) => break,
                ('"', _) => {}
                _ => return None,
            }
            let mut escaped = false;
            let close = rest.iter().skip(1).position(|(_, c)| match (c, escaped) {
                ('"', false) => true,
                (c, _) => {
                    escaped = *c == '\\' && !escaped;
                    false
                }
            })?;
            let (word, behind) = rest.split_at_checked(close + 2)?;
            let meaning = serde_json::from_str(&text(word)).ok()?;
            words.push(Word::new(self.file, range(word), meaning));
            rest = trimmed(behind);
            let ((_, separator), behind) = rest.split_first()?;
            match separator {
                ',' => rest = behind,
                ']' => break,
                _ => return None,
            }
        }
        // Nothing may stand behind the bracket.
        (rest.len() == 1).then_some(words)
    }

    /// The pairs of an `ENV` or a `LABEL`, or what is wrong with it.
    pub(super) fn pairs(self, keyword: &str, said: &Said) -> Result<Vec<Pair>, String> {
        let mut words = self.words(said).peekable();
        let first = words
            .peek()
            .ok_or_else(|| format!("{keyword} instruction requires at least one argument"))?;
        if !first.iter().any(|(_, c)| *c == '=') {
            return self.legacy(keyword, said).map(|pair| vec![pair]);
        }
        let pairs = words.map(|word| {
            let pair = self.pair(word);
            // The word is not named: it may be the second half of a secret.
            if pair.value.is_some() {
                Ok(pair)
            } else {
                Err(format!("a word of {keyword} has no `=`: quote values that hold spaces"))
            }
        });
        pairs.collect()
    }

    /// `ENV NAME all the rest`
    fn legacy(self, keyword: &str, said: &Said) -> Result<Pair, String> {
        let (name, value) = split_word(said);
        let name = self.word(name);
        if value.is_empty() {
            return Err(format!("{keyword} gives `{}` no value", name.text));
        }
        Ok(Pair { name, value: Some(self.word(value)), is_legacy: true })
    }

    /// A name, and the value if there is an equals sign.
    pub(super) fn pair(self, word: &Said) -> Pair {
        match word.iter().position(|(_, c)| *c == '=') {
            None => Pair { name: self.word(word), value: None, is_legacy: false },
            Some(equals) => {
                let (name, value) = word.split_at_checked(equals).unwrap_or((word, &[]));
                // An empty value stands right behind its `=`.
                let behind = value.first().map_or(0, |(at, _)| at + 1);
                let value = match value.get(1..) {
                    Some(value) if !value.is_empty() => self.word(value),
                    _ => Word::new(self.file, behind..behind, String::new()),
                };
                Pair { name: self.word(name), value: Some(value), is_legacy: false }
            }
        }
    }

    /// Words as they are written, quotes and escapes included; white space in quotes separates
    /// nothing.
    pub(super) fn words(self, said: &Said) -> impl Iterator<Item = &Said> {
        let mut rest = said;
        std::iter::from_fn(move || {
            rest = trimmed(rest);
            let (mut quote, mut escaped) = (None, false);
            let end = rest.iter().position(|&(_, c)| {
                if std::mem::take(&mut escaped) {
                    return false;
                }
                match (c, quote) {
                    (c, None) if c.is_whitespace() => return true,
                    (c, None | Some('"')) if c == self.escape => escaped = true,
                    ('"' | '\'', None) => quote = Some(c),
                    (c, Some(open)) if c == open => quote = None,
                    _ => {}
                }
                false
            });
            let (word, behind) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
            rest = behind;
            (!word.is_empty()).then_some(word)
        })
    }

    /// What a word means: without quotes and escapes.
    pub(super) fn word(self, said: &Said) -> Word {
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
        Word::new(self.file, range(said), text)
    }
}

/// The words of a JSON array as a shell would have to quote them to start the same, each
/// character where it stands in the `text` of the file.
pub(super) fn quoted(text: &str, words: &[Word]) -> Vec<(usize, char)> {
    let mut said = Vec::new();
    for word in words {
        let Range { start, end } = word.place.span.range();
        let last = end.saturating_sub(1);
        said.push((start, '\''));
        let inner = text.get(start + 1..last).unwrap_or_default();
        let mut behind = 0;
        for c in word.text.chars() {
            let at = (start + 1 + behind).min(last);
            let written = inner.get(behind..).unwrap_or_default();
            behind += match written.strip_prefix('\\') {
                Some(escape) if escape.starts_with('u') => 6 * c.len_utf16(),
                Some(_) => 2,
                None => c.len_utf8(),
            };
            if c == '\'' {
                said.extend([(at, c), (at, '\\'), (at, c)]);
            }
            said.push((at, c));
        }
        said.extend([(last, '\''), (last, ' ')]);
    }
    said
}
