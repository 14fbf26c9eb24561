//! Cuts a Dockerfile into instructions, as `BuildKit` does before it looks at any of them.
//!
//! Source: github.com/moby/buildkit, `frontend/dockerfile/parser`: `parser.go`, `directives.go`.

use std::ops::Range;

use crate::source::Span;

/// The lines of one instruction.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lines {
    /// From the first byte of the instruction to the end of its last line, heredocs included.
    pub(super) span: Range<usize>,
    /// What the instruction says: its lines without line continuations, comments and heredocs.
    pub(super) pieces: Vec<Range<usize>>,
    /// The empty lines between its lines.
    pub(super) blanks: Vec<Range<usize>>,
    /// The heredocs that it opens, in their order.
    pub(super) heredocs: Vec<Heredoc>,
    /// The name of the heredoc that nothing closes, so that the rest of the file belongs to it.
    pub(super) open: Option<String>,
}

/// ```text
/// RUN <<EOF
/// echo hello
/// EOF
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heredoc {
    /// Without its quotes.
    pub(crate) name: String,
    /// Whether the name is quoted, so that the builder replaces no variables in the body.
    pub(crate) is_quoted: bool,
    /// The lines between, with the last line break; tabs at their beginnings count where the
    /// operator is `<<` and not where it is `<<-`.
    pub(crate) body: Span,
    drops_tabs: bool,
}

impl Lines {
    /// The characters that the instruction says, each with its place in the file.
    pub(super) fn chars<'a>(
        &'a self,
        text: &'a str,
        from: usize,
    ) -> impl Iterator<Item = (usize, char)> + 'a {
        self.pieces.iter().filter(move |piece| piece.end > from).flat_map(move |piece| {
            let start = piece.start.max(from);
            let slice = text.get(start..piece.end).unwrap_or_default();
            slice.char_indices().map(move |(at, c)| (start + at, c))
        })
    }

    /// Puts all that the instruction says behind what was said, piece by piece: each is copied at once.
    pub(super) fn say(&self, text: &str, said: &mut Vec<(usize, char)>) {
        for piece in &self.pieces {
            let start = piece.start;
            let slice = text.get(piece.clone()).unwrap_or_default();
            if slice.is_ascii() {
                let bytes = slice.bytes().enumerate();
                said.extend(bytes.map(|(at, byte)| (start + at, char::from(byte))));
            } else {
                said.extend(slice.char_indices().map(|(at, c)| (start + at, c)));
            }
        }
    }
}

/// The instructions of `text` from the byte `at` on.
pub(super) struct Cutter<'t> {
    text: &'t str,
    at: usize,
    escape: char,
}

impl<'t> Cutter<'t> {
    pub(super) fn new(text: &'t str, at: usize, escape: char) -> Self {
        Cutter { text, at, escape }
    }

    /// The next line without its line break, and where it begins.
    fn line(&mut self) -> Option<(usize, &'t str)> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let (line, next) = match rest.split_once('\n') {
            Some((line, _)) => (line, start + line.len() + 1),
            None => (rest, self.text.len()),
        };
        self.at = next;
        Some((start, line.strip_suffix('\r').unwrap_or(line)))
    }

    /// The line before its continuation character, if it has one. A doubled escape character at
    /// the end of a line is a path on Windows.
    fn continued<'l>(&self, line: &'l str) -> Option<&'l str> {
        let before = line.trim_end_matches([' ', '\t']).strip_suffix(self.escape)?;
        (!before.ends_with(self.escape)).then_some(before)
    }

    /// Moves behind the heredocs; the name of one that does not close is an error.
    fn take_heredocs(&mut self, said: &str) -> Result<Vec<Heredoc>, String> {
        let mut heredocs = heredocs(said);
        for heredoc in &mut heredocs {
            let start = self.at;
            let closes = |line: &str| {
                let line = if heredoc.drops_tabs { line.trim_start_matches('\t') } else { line };
                line == heredoc.name
            };
            let mut lines = std::iter::from_fn(|| self.line());
            let Some((end, _)) = lines.find(|(_, line)| closes(line)) else {
                return Err(std::mem::take(&mut heredoc.name));
            };
            heredoc.body = Span::new(start, end);
        }
        Ok(heredocs)
    }
}

impl Iterator for Cutter<'_> {
    type Item = Lines;

    fn next(&mut self) -> Option<Lines> {
        loop {
            let lines = self.cut()?;
            // Nothing but line continuations says nothing.
            if lines.chars(self.text, lines.span.start).any(|(_, c)| !c.is_whitespace()) {
                return Some(lines);
            }
        }
    }
}

impl Cutter<'_> {
    fn cut(&mut self) -> Option<Lines> {
        let (start, mut line) = loop {
            let (at, line) = self.line()?;
            if !is_comment(line) && !line.trim().is_empty() {
                let indent = line.len() - line.trim_start().len();
                break (at + indent, line.trim_start());
            }
        };
        let (mut at, mut end) = (start, start + line.len());
        let (mut pieces, mut blanks) = (Vec::with_capacity(1), Vec::new());
        loop {
            let Some(before) = self.continued(line) else {
                pieces.push(at..at + line.len());
                break;
            };
            pieces.push(at..at + before.len());
            // Comments and empty lines do not end an instruction that goes on.
            let mut empty = Vec::new();
            let next = loop {
                match self.line() {
                    Some((at, line)) if line.trim().is_empty() => empty.push(at..at + line.len()),
                    Some((_, line)) if is_comment(line) => {}
                    next => break next,
                }
            };
            let Some(next) = next else { break };
            blanks.append(&mut empty);
            (at, line) = next;
            end = at + line.len();
        }
        let mut lines =
            Lines { span: start..end, pieces, blanks, heredocs: Vec::new(), open: None };
        let text = self.text.get(start..end).unwrap_or_default();
        if text.contains("<<") {
            let said: String = lines.chars(self.text, start).map(|(_, c)| c).collect();
            match self.take_heredocs(&said) {
                Ok(heredocs) => lines.heredocs = heredocs,
                Err(name) => lines.open = Some(name),
            }
            if lines.open.is_some() || !lines.heredocs.is_empty() {
                let all = self.text.get(..self.at).unwrap_or(self.text);
                lines.span.end = all.trim_end_matches(['\n', '\r']).len();
            }
        }
        Some(lines)
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The first word of `text`, and what follows it.
fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

/// The heredocs that an instruction opens, their bodies still to be found.
fn heredocs(said: &str) -> Vec<Heredoc> {
    let takes = |keyword: &str| {
        ["RUN", "COPY", "ADD"].iter().any(|known| known.eq_ignore_ascii_case(keyword))
    };
    let (mut keyword, mut rest) = split_word(said);
    if keyword.eq_ignore_ascii_case("ONBUILD") {
        (keyword, rest) = split_word(rest);
    }
    if !takes(keyword) || is_json(rest) {
        return Vec::new();
    }
    shell_words(rest).unwrap_or_default().iter().filter_map(|word| heredoc(word)).collect()
}

/// Whether arguments are in exec form, flags aside.
fn is_json(arguments: &str) -> bool {
    let mut rest = arguments.trim();
    while rest.starts_with("--") {
        rest = split_word(rest).1.trim();
    }
    rest.starts_with('[') && serde_json::from_str::<Vec<String>>(rest).is_ok()
}

/// `<<EOF`, `<<-"EOF"`, `3<<EOF`
pub(super) fn heredoc(word: &str) -> Option<Heredoc> {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let (drops_tabs, name) = match rest.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, rest),
    };
    let (mut plain, mut quote) = (String::new(), None);
    let mut chars = name.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quote != Some('\'') => plain.extend(chars.next()),
            '"' | '\'' if quote.is_none() => quote = Some(c),
            _ if quote == Some(c) => quote = None,
            _ => plain.push(c),
        }
    }
    let is_quoted = plain != name;
    let body = Span::new(0, 0);
    (!plain.is_empty() && !name.contains('<')).then_some(Heredoc {
        name: plain,
        is_quoted,
        body,
        drops_tabs,
    })
}

/// The words of a shell command, quotes kept; nothing where a quote is not closed.
fn shell_words(text: &str) -> Option<Vec<String>> {
    let mut words = vec![String::new()];
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if quote.is_none() && c.is_whitespace() {
            words.push(String::new());
            continue;
        }
        let word = words.last_mut()?;
        word.push(c);
        match c {
            '\\' if quote != Some('\'') => word.extend(chars.next()),
            '"' | '\'' if quote.is_none() => quote = Some(c),
            _ if quote == Some(c) => quote = None,
            _ => {}
        }
    }
    quote.is_none().then_some(words)
}
