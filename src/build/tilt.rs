//! Tilt: the plain calls of `docker_build` in a Tiltfile.
//!
//! Source: docs.tilt.dev/api.html, `docker_build`.

use super::{Found, Statement, Target, Tool, default_in, path_from};
use crate::source::{Place, Span};

const CALL: &str = "docker_build";

/// More arguments than a call has.
const MOST_ARGUMENTS: usize = 64;

/// Nobody writes a longer call; without a bound, calls that never close would be read again and again.
const MOST_TOKENS: usize = 1024;

/// A part of a Starlark text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Name(String),
    /// A string whose value is known.
    Text(String),
    /// Any other sign.
    Sign(char),
    /// A string or a number of which nothing is known.
    Other,
}

/// Finds what a Tiltfile builds.
pub(super) fn read(text: &str, found: &mut Found) {
    if !text.contains(CALL) {
        return;
    }
    let tokens = tokens(text);
    for (index, (at, token)) in tokens.iter().enumerate() {
        let is_call = *token == Token::Name(CALL.to_owned())
            && tokens.get(index + 1).is_some_and(|(_, it)| *it == Token::Sign('('));
        let before = index.checked_sub(1).and_then(|it| tokens.get(it));
        let is_other = before
            .is_some_and(|(_, it)| *it == Token::Sign('.') || *it == Token::Name("def".to_owned()));
        if !is_call || is_other {
            continue;
        }
        let behind = tokens.get(index + 2..).unwrap_or_default();
        let place = Place { file: found.file, span: Span::new(*at, *at + CALL.len()) };
        if let Some(statement) = statement(behind, place, &found.folder) {
            found.push(statement);
        }
    }
}

fn statement(behind: &[(usize, Token)], place: Place, folder: &str) -> Option<Statement> {
    let arguments = arguments(behind)?;
    // Nothing where it is not given, and an empty one where it is no plain string.
    let argument = |name: &str, index: usize| {
        let named = arguments.iter().find(|(own, _)| own.as_deref() == Some(name));
        let placed = || arguments.get(index).filter(|(own, _)| own.is_none());
        named.or_else(placed).map(|(_, value)| value.clone())
    };
    if argument("dockerfile_contents", 4).is_some() {
        return None;
    }
    let image = argument("ref", 0)??;
    let context = path_from(folder, folder, &argument("context", 1)??)?;
    let dockerfile = match argument("dockerfile", 3) {
        Some(path) => path_from(folder, folder, &path?)?,
        None => default_in(&context),
    };
    let target = match argument("target", usize::MAX) {
        Some(None) => Target::Unknown,
        Some(Some(target)) => Target::of(Some(&target)),
        None => Target::Last,
    };
    let (images, dockerfiles) = (vec![image], vec![dockerfile]);
    let contexts = Vec::new();
    Some(Statement { tool: Tool::Tilt, images, dockerfiles, target, contexts, place })
}

/// The arguments of a call up to its closing bracket: the name of each, and its value where that is
/// one string.
fn arguments(behind: &[(usize, Token)]) -> Option<Vec<(Option<String>, Option<String>)>> {
    let mut arguments = Vec::new();
    let mut current: Vec<&Token> = Vec::new();
    let mut depth = 0usize;
    for (_, token) in behind.iter().take(MOST_TOKENS) {
        let is_end = depth == 0 && *token == Token::Sign(')');
        if is_end || depth == 0 && *token == Token::Sign(',') {
            match current.as_slice() {
                [] => {}
                [Token::Text(text)] => arguments.push((None, Some(text.clone()))),
                [Token::Name(name), Token::Sign('='), Token::Text(text)] => {
                    arguments.push((Some(name.clone()), Some(text.clone())));
                }
                [Token::Name(name), Token::Sign('='), ..] => {
                    arguments.push((Some(name.clone()), None));
                }
                // `**options` may hold any.
                [Token::Sign('*'), ..] => return None,
                _ => arguments.push((None, None)),
            }
            current.clear();
            if is_end {
                return Some(arguments);
            }
            if arguments.len() > MOST_ARGUMENTS {
                return None;
            }
            continue;
        }
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth = depth.checked_sub(1)?,
            _ => {}
        }
        // What is longer than a plain argument is none.
        if current.len() < 4 {
            current.push(token);
        }
    }
    None
}

fn tokens(text: &str) -> Vec<(usize, Token)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let start = at;
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if c == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if c == '"' || c == '\'' {
            let (len, value) = string(rest, c);
            at += len;
            tokens.push((start, value.map_or(Token::Other, Token::Text)));
        } else if is_word(c) {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let word = rest.get(..end).unwrap_or_default();
            at += end;
            let quote = rest.get(end..).and_then(|it| it.chars().next());
            let prefix = word.to_ascii_lowercase();
            let is_prefix = matches!(prefix.as_str(), "r" | "b" | "f" | "rb" | "br" | "fr" | "rf");
            match quote.filter(|c| is_prefix && matches!(c, '"' | '\'')) {
                Some(quote) => {
                    at += string(rest.get(end..).unwrap_or_default(), quote).0;
                    tokens.push((start, Token::Other));
                }
                None if c.is_ascii_digit() => tokens.push((start, Token::Other)),
                None => tokens.push((start, Token::Name(word.to_owned()))),
            }
        } else {
            at += c.len_utf8();
            if !c.is_whitespace() {
                tokens.push((start, Token::Sign(c)));
            }
        }
    }
    tokens
}

/// The length of a string with its quotes, and its value where it has no escapes.
fn string(text: &str, quote: char) -> (usize, Option<String>) {
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let mark = if text.starts_with(&triple) { triple } else { quote.to_string() };
    let body = text.get(mark.len()..).unwrap_or_default();
    let mut is_escaped = false;
    let mut has_escape = false;
    for (at, c) in body.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if c == '\\' {
            (is_escaped, has_escape) = (true, true);
        } else if body.get(at..).is_some_and(|rest| rest.starts_with(&mark)) {
            let value = body.get(..at).filter(|_| !has_escape);
            return (mark.len() * 2 + at, value.map(str::to_owned));
        } else if c == '\n' && mark.len() == 1 {
            return (mark.len() + at, None);
        }
    }
    (text.len(), None)
}
