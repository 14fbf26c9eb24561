//! Reads JSON, with the comments and trailing commas that configuration files have.
//!
//! The scanner is jsonc-parser's; the tree is built without recursion, so that depth costs
//! memory and not the stack.

use std::borrow::Cow;
use std::sync::Arc;

use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use super::{Dialect, HostMap, Id, Limit, Mark, Shape, Slot, Style, SyntaxError, Tag, Tree};
use crate::source::{FileId, Span};

/// Deeper than any reader of these formats goes; `serde_json` stops at 128.
const MAX_DEPTH: usize = 512;

#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    /// A value, or the end of an array.
    ValueOrEnd,
    /// A key, or the end of an object.
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Nothing,
}

struct Open {
    id: Id,
    children: usize,
    map: bool,
}

/// Why a text is not read.
struct Wrong {
    at: std::ops::Range<usize>,
    message: String,
    limit: Option<Limit>,
}

impl Wrong {
    fn new(at: std::ops::Range<usize>, message: String) -> Self {
        Wrong { at, message, limit: None }
    }

    fn beyond(limit: Limit, at: std::ops::Range<usize>) -> Self {
        Wrong { at, message: limit.describe(), limit: Some(limit) }
    }
}

/// How keys may be written.
#[derive(Clone, Copy, PartialEq)]
enum Keys {
    Quoted,
    /// As words as well.
    Bare,
}

/// Reads the one document of `text`.
pub(crate) fn read(
    file: FileId,
    text: &Arc<str>,
    host: Option<HostMap>,
) -> (Tree, Vec<SyntaxError>) {
    read_with(Keys::Quoted, file, text, host)
}

/// Reads the one document of `text`, which is JSON5.
pub(crate) fn read_json5(file: FileId, text: &Arc<str>) -> (Tree, Vec<SyntaxError>) {
    read_with(Keys::Bare, file, text, None)
}

fn read_with(
    keys: Keys,
    file: FileId,
    text: &Arc<str>,
    host: Option<HostMap>,
) -> (Tree, Vec<SyntaxError>) {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shift = text.len() - body.len();
    let mut tree = Tree::new(file, Arc::clone(text), Dialect::Json, host);
    tree.is_json = true;
    match build(&mut tree, keys, body, shift) {
        Ok(root) => {
            tree.documents.extend(root);
            (tree, Vec::new())
        }
        Err(Wrong { at, message, limit }) => {
            let error = SyntaxError {
                place: tree.place(Span::new(at.start + shift, at.end + shift)),
                message,
                document: tree.place(Span::new(0, text.len())).span,
                limit,
            };
            tree.forget_since(Mark::default());
            (tree, vec![error])
        }
    }
}

fn build(tree: &mut Tree, keys: Keys, body: &str, shift: usize) -> Result<Option<Id>, Wrong> {
    let mut scanner = Scanner::new(body, &ScannerOptions::default());
    let mut open: Vec<Open> = Vec::new();
    let mut pending: Vec<Id> = Vec::new();
    let mut root = None;
    let mut expect = Expect::Value;
    loop {
        let token = scanner.scan().map_err(|error| {
            let range = error.range();
            Wrong::new(range.start..range.end, error.kind().to_string())
        })?;
        let range = scanner.token_start()..scanner.token_end();
        let Some(token) = token else { break };
        if matches!(token, Token::CommentLine(_) | Token::CommentBlock(_)) {
            continue;
        }
        let span = Span::new(range.start + shift, range.end + shift);
        let wrong = |what: &str| Err(Wrong::new(range.clone(), format!("expected {what}")));
        if tree.is_full() {
            return Err(Wrong::beyond(Limit::Values, range));
        }
        match (expect, token) {
            (Expect::Colon, Token::Colon) => expect = Expect::Value,
            (Expect::Colon, _) => return wrong("`:` after the key"),
            (Expect::CommaOrEnd, Token::Comma) => {
                let map = open.last().is_some_and(|open| open.map);
                expect = if map { Expect::KeyOrEnd } else { Expect::ValueOrEnd };
            }
            (
                Expect::CommaOrEnd | Expect::ValueOrEnd | Expect::KeyOrEnd,
                end @ (Token::CloseBrace | Token::CloseBracket),
            ) => {
                let map = end == Token::CloseBrace;
                match open.pop() {
                    Some(top) if top.map == map => {
                        let own: Vec<Id> = pending.drain(top.children..).collect();
                        tree.close(top.id, &own);
                        tree.slots.change(top.id, |slot| slot.span.end = span.end);
                    }
                    _ => return wrong(if map { "`]`" } else { "`}`" }),
                }
                expect = if open.is_empty() { Expect::Nothing } else { Expect::CommaOrEnd };
            }
            (Expect::CommaOrEnd, _) => return wrong("`,` or the end"),
            (Expect::Nothing, _) => return wrong("the end of the file"),
            (Expect::KeyOrEnd, Token::String(key)) => {
                pending.push(scalar(tree, key, Style::DoubleQuoted, span));
                expect = Expect::Colon;
            }
            (Expect::KeyOrEnd, Token::Word(key)) if keys == Keys::Bare => {
                pending.push(scalar(tree, Cow::Borrowed(key), Style::Plain, span));
                expect = Expect::Colon;
            }
            (Expect::KeyOrEnd, _) => return wrong("a key in quotes"),
            (Expect::Value | Expect::ValueOrEnd, token) => {
                let id = match token {
                    Token::OpenBrace | Token::OpenBracket if open.len() >= MAX_DEPTH => {
                        return Err(Wrong::beyond(Limit::Levels(MAX_DEPTH), range));
                    }
                    Token::OpenBrace | Token::OpenBracket => {
                        let map = token == Token::OpenBrace;
                        let shape = if map {
                            Shape::Map { first: 0, len: 0 }
                        } else {
                            Shape::List { first: 0, len: 0 }
                        };
                        let id = tree.push(slot(shape, Style::Flow, span));
                        if open.is_empty() {
                            root = Some(id);
                        } else {
                            pending.push(id);
                        }
                        open.push(Open { id, children: pending.len(), map });
                        expect = if map { Expect::KeyOrEnd } else { Expect::ValueOrEnd };
                        continue;
                    }
                    Token::String(value) => scalar(tree, value, Style::DoubleQuoted, span),
                    Token::Number(value) => scalar(tree, Cow::Borrowed(value), Style::Plain, span),
                    Token::Boolean(value) => {
                        let text = if value { "true" } else { "false" };
                        scalar(tree, Cow::Borrowed(text), Style::Plain, span)
                    }
                    Token::Null => scalar(tree, Cow::Borrowed("null"), Style::Plain, span),
                    _ => return wrong("a value"),
                };
                if open.is_empty() {
                    root = Some(id);
                    expect = Expect::Nothing;
                } else {
                    pending.push(id);
                    expect = Expect::CommaOrEnd;
                }
            }
        }
    }
    if open.is_empty() {
        Ok(root)
    } else {
        let why = "the file ends inside an object or array".to_owned();
        Err(Wrong::new(body.len()..body.len(), why))
    }
}

fn scalar(tree: &mut Tree, value: Cow<'_, str>, style: Style, span: Span) -> Id {
    let shape = tree.scalar(value);
    tree.push(slot(shape, style, span))
}

fn slot(shape: Shape, style: Style, span: Span) -> Slot {
    Slot { span, shape, style, anchored: false, tag: Tag::None }
}
