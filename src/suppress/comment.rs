//! `# agentcheck: ignore[rule, group] reason`, in every format that has comments.

use std::cell::{Cell, OnceCell};
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::cover::{LastLine, Line, Parts, instruction};
use super::{Ignore, Listed, Name};
use crate::config::{Selector, nearest};
use crate::diagnostic::Edit;
use crate::file::File;
use crate::source::{Place, Span};
use crate::tree::Tree;
use crate::tree::edit::{Change, Refusal};

/// The directive, and its list if it has one; without a closing bracket, the rest of the line.
static DIRECTIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:#+|//+|--+|;+|<!--)[ \t]*agentcheck:[ \t]*(ignore(?-u:[\w-])*)[ \t]*(\[[^\]\r\n]*\]?)?",
    )
    .ok()
});

/// The ignores that the comments of a file hold.
pub(super) fn ignores(file: &File) -> Vec<Ignore> {
    texts(file).iter().flat_map(Text::ignores).collect()
}

/// The texts of a file that may hold comments.
pub(super) fn texts(file: &File) -> Vec<Text<'_>> {
    if file.dockerfile().is_some() {
        return vec![Text::plain(file)];
    }
    let lost: Vec<Span> = file.errors().iter().map(|(_, error)| error.document).collect();
    let mut found = Vec::new();
    for tree in file.trees() {
        let lost = if tree.is_embedded() { Vec::new() } else { lost.clone() };
        let parts = Parts::of(tree);
        found.push(Text { body: tree.text(), tree: Some(tree), parts, lost, ..Text::plain(file) });
    }
    // In a text of no known format, too, one cannot tell what is a comment.
    let is_plain = !file.secrets().is_empty() || !file.parts().is_empty();
    if found.is_empty() && (!lost.is_empty() || is_plain) {
        let whole = vec![Span::new(0, file.source().text().len())];
        found.push(Text { lost: whole, ..Text::plain(file) });
    }
    found
}

/// A text that may hold comments: a file, or a string in one that is a text of its own. Spans are
/// of this text, unless they say otherwise.
pub(super) struct Text<'t> {
    file: &'t File,
    pub(super) body: &'t str,
    /// Nothing for a Dockerfile, or where nothing could be parsed.
    pub(super) tree: Option<&'t Tree>,
    parts: Parts,
    /// The documents that did not parse.
    lost: Vec<Span>,
    /// Where the comments at the top end.
    top: OnceCell<u32>,
    /// The lines of comments that were read last, and the line after them: thousands in a row
    /// must not each be followed to the end of all.
    run: Cell<Option<(Span, Option<Line>)>>,
    /// The line in hand, of this text and of the file.
    line: LastLine,
    outer_line: LastLine,
}

/// One directive in a comment.
struct Directive<'t> {
    span: Span,
    word: &'t str,
    /// What the brackets hold; nothing without brackets.
    list: Option<(&'t str, Span)>,
    closed: bool,
    reason: &'t str,
}

impl<'t> Text<'t> {
    fn plain(file: &'t File) -> Self {
        Text {
            file,
            body: file.source().text(),
            tree: None,
            parts: Parts::default(),
            lost: Vec::new(),
            top: OnceCell::new(),
            run: Cell::new(None),
            line: LastLine::default(),
            outer_line: LastLine::default(),
        }
    }

    fn ignores(&self) -> Vec<Ignore> {
        let Some(pattern) = DIRECTIVE.as_ref() else { return Vec::new() };
        let starts: Vec<usize> = pattern.find_iter(self.body).map(|found| found.start()).collect();
        let nexts = starts.iter().skip(1).map(Some).chain([None]);
        pattern
            .captures_iter(self.body)
            .zip(nexts)
            .filter_map(|(found, next)| self.directive(&found, next.copied()))
            .filter(|directive| self.is_comment(directive.span.start))
            .map(|directive| self.ignore(&directive))
            .collect()
    }

    fn directive(&self, found: &Captures<'t>, next: Option<usize>) -> Option<Directive<'t>> {
        let (whole, word) = (found.get(0)?, found.get(1)?);
        let line = self.line(Span::from(whole.range()).start);
        let end = next.map_or(line.span.end as usize, |next| next.min(line.span.end as usize));
        let rest = self.body.get(whole.end()..end)?;
        let span = Span::new(whole.start(), whole.end() + rest.trim_end().len());
        let list = found.get(2).map(|list| {
            let inner = list.as_str().trim_start_matches('[').trim_end_matches(']');
            (inner, Span::new(list.start() + 1, list.start() + 1 + inner.len()))
        });
        let closed = found.get(2).is_some_and(|list| list.as_str().ends_with(']'));
        let reason = rest.trim().trim_end_matches("-->").trim_end();
        Some(Directive { span, word: word.as_str(), list, closed, reason })
    }

    /// Whether what looks like a comment is one.
    pub(super) fn is_comment(&self, at: u32) -> bool {
        let before = self.body.get(..at as usize).unwrap_or_default().chars().next_back();
        // A comment that explains how to write an ignore quotes one.
        if before == Some('`') || self.parts.in_scalar(at) {
            return false;
        }
        match self.tree {
            None if self.file.dockerfile().is_some() => self.is_comment_line(self.line(at)),
            _ if self.is_lost(at) => before.is_none_or(char::is_whitespace),
            _ => true,
        }
    }

    fn is_lost(&self, at: u32) -> bool {
        self.lost.iter().any(|span| span.contains(at))
    }

    pub(super) fn line(&self, at: u32) -> Line {
        self.line.at(self.body, at)
    }

    /// Whether nothing but a comment is on the line.
    fn is_comment_line(&self, line: Line) -> bool {
        let text = line.text(self.body);
        let head = text.trim_start_matches(['\u{feff}', ' ', '\t']);
        let start = line.span.end - Span::new(head.len(), 0).start;
        let is_plain = self.tree.is_none() && self.file.dockerfile().is_none();
        let begins = |marks: &[&str]| marks.iter().any(|mark| head.starts_with(mark));
        let begins = begins(&["#", "//"]) || is_plain && begins(&["--", ";", "<!--"]);
        begins && !self.parts.in_scalar(start)
    }

    /// Whether the line stands before everything that is not a comment.
    pub(super) fn is_at_top(&self, line: Line) -> bool {
        line.span.start < *self.top.get_or_init(|| self.top()) && self.is_comment_line(line)
    }

    /// Where the first line begins that is not a comment.
    fn top(&self) -> u32 {
        let mut line = Some(self.line(0));
        while let Some(here) = line {
            let text = here.text(self.body).trim_start_matches('\u{feff}').trim();
            let says_nothing = text.is_empty() || text.starts_with("---") || text.starts_with('%');
            if !says_nothing && !self.is_comment_line(here) {
                return here.span.start;
            }
            line = here.following(self.body);
        }
        Span::new(self.body.len(), 0).start
    }

    fn ignore(&self, directive: &Directive<'t>) -> Ignore {
        let line = self.line(directive.span.start);
        let mut malformed = directive.fault();
        let covers = match directive.word {
            "ignore-file" if self.is_at_top(line) => vec![Span::new(0, self.body.len())],
            "ignore-file" => {
                malformed = malformed.or_else(|| {
                    let message =
                        "`ignore-file` counts only in the comments at the top of the file";
                    let help =
                        "move it there, or write `ignore[...]` for what is on or below this line";
                    Some((message.to_owned(), help.to_owned()))
                });
                Vec::new()
            }
            _ => self.covers(line),
        };
        let names = if malformed.is_some() { Vec::new() } else { self.names(directive) };
        let listed: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
        Ignore {
            kind: "comment",
            shown: format!("`{}[{}]`", directive.word, listed.join(", ")),
            span: self.outer(directive.span),
            covers: covers.into_iter().map(|span| self.outer(span)).collect(),
            names,
            removal: self.removal(directive.span).ok_or(Refusal::Occupied),
            touches: Vec::new(),
            malformed,
            certain: !self.is_lost(directive.span.start),
        }
    }

    /// What a comment on a line covers: that line, or the one below for a comment that has the
    /// line to itself; and what begins there.
    pub(super) fn covers(&self, line: Line) -> Vec<Span> {
        let mut covers = vec![line.span];
        let Some(target) = self.target(line).filter(|line| !line.text(self.body).trim().is_empty())
        else {
            return covers;
        };
        covers.extend(self.begun(target));
        covers
    }

    /// The line, and what begins on it.
    pub(super) fn begun(&self, line: Line) -> impl Iterator<Item = Span> {
        let instruction = self.file.dockerfile().is_some().then(|| instruction(self.body, line));
        std::iter::once(line.span).chain(self.parts.on(line)).chain(instruction)
    }

    /// The line itself, or for a comment that has it to itself, the next one that is no comment.
    pub(super) fn target(&self, line: Line) -> Option<Line> {
        if let Some((run, target)) = self.run.get()
            && run.contains(line.span.start)
        {
            return target;
        }
        let mut target = Some(line);
        while let Some(comment) = target.filter(|target| self.is_comment_line(*target)) {
            target = comment.following(self.body);
        }
        let end = target.map_or(self.body.len(), |target| target.span.start as usize);
        self.run.set(Some((Span::new(line.span.start as usize, end), target)));
        target
    }

    fn names(&self, directive: &Directive<'_>) -> Vec<Name> {
        let Some((list, span)) = directive.list else { return Vec::new() };
        let mut names = Vec::new();
        let mut at = span.start as usize;
        for part in list.split(',') {
            let text = part.trim();
            let start = at + part.len() - part.trim_start().len();
            at += part.len() + 1;
            if text.is_empty() {
                continue;
            }
            names.push(Name {
                text: text.to_owned(),
                // An ignore of everything would not name what it is for.
                selector: Selector::named(text).filter(|selector| *selector != Selector::All),
                span: self.outer(Span::new(start, start + text.len())),
                reason: directive.reason.to_owned(),
                listed: Listed::Joined {
                    list: self.outer(span),
                    separator: ", ",
                    part: text.to_owned(),
                },
                used: false,
            });
        }
        names
    }

    /// Takes the comment out, with its line when that holds nothing else.
    fn removal(&self, span: Span) -> Option<Change> {
        let text = self.file.source().text();
        let outer = self.outer(span);
        let line = self.outer_line.at(text, outer.start);
        let before = text.get(line.span.start as usize..outer.start as usize)?;
        let after = text.get(outer.end as usize..line.span.end as usize)?;
        let len = |text: &str| Span::new(text.len(), 0).start;
        let alone = before.trim().is_empty() && after.trim().is_empty();
        let removed = if alone {
            // The first line of a block scalar says how far the others are indented.
            if self.tree.is_some_and(Tree::is_embedded) && self.line(span.start).span.start == 0 {
                return None;
            }
            Span { start: line.span.start, end: line.next }
        } else if after.trim().is_empty() {
            Span { start: line.span.start + len(before.trim_end()), end: line.span.end }
        } else {
            Span { end: outer.end + len(after) - len(after.trim_start()), ..outer }
        };
        let place = Place { file: self.file.id(), span: removed };
        Some(Change::of_comment(Edit { place, text: String::new() }))
    }

    fn outer(&self, span: Span) -> Span {
        self.tree.map_or(span, |tree| tree.place(span).span)
    }
}

impl Directive<'_> {
    /// Why the directive cannot mean anything.
    fn fault(&self) -> Option<(String, String)> {
        let word = self.word;
        let example = format!("name the rules: `agentcheck: {word}[group/rule] reason`");
        if !matches!(word, "ignore" | "ignore-file") {
            let meant = nearest(word, ["ignore", "ignore-file"]).unwrap_or("ignore");
            return Some((
                format!("`{word}` is no directive of agentcheck"),
                format!("did you mean `{meant}`?"),
            ));
        }
        match self.list {
            Some(_) if !self.closed => {
                Some((format!("`{word}[` is never closed, so it suppresses nothing"), example))
            }
            Some((list, _)) if list.split(',').any(|name| !name.trim().is_empty()) => None,
            _ => Some((format!("this `{word}` names no rule, so it suppresses nothing"), example)),
        }
    }
}
