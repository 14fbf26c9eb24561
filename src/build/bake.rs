//! Bake: the targets of `docker-bake.hcl` and `docker-bake.json`.
//!
//! Of HCL only what stands plainly is read: blocks, and attributes that are strings or lists of them.
//! What a function or an expression makes is not known, nor is what a matrix does.
//!
//! Source: docs.docker.com/build/bake/reference.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::known::{Known, UNKNOWN};
use super::{Found, Statement, Target, Tool, path_from};
use crate::source::{Place, Span};
use crate::tree::{Node, json};

/// A target inherits from no more others.
const MOST_PARENTS: usize = 32;

/// No file that people write has more targets, or more words in one.
const MOST: usize = 4096;

/// What a block or an object says.
#[derive(Debug, Default)]
struct Block {
    at: usize,
    attributes: Attributes,
}

/// Each with its strings, [`UNKNOWN`] for what is none; of a map its keys.
type Attributes = HashMap<String, Vec<String>>;

impl Block {
    fn one(&self, key: &str) -> Option<&str> {
        self.attributes.get(key)?.first().map(String::as_str)
    }
}

/// What a file says.
#[derive(Debug, Default)]
struct Bake {
    targets: HashMap<String, Block>,
    /// The names of the targets, as they come.
    order: Vec<String>,
    variables: Known<'static>,
}

impl Bake {
    fn take(&mut self, kind: &str, name: &str, block: Block) {
        match kind {
            // One that is empty is there to be set.
            "variable" => {
                let default = block.one("default").filter(|it| !it.is_empty());
                if let Some(default) = default.map(|default| self.variables.fill(default)) {
                    self.variables.set(name, default);
                }
            }
            "target" if self.order.len() < MOST => {
                self.order.push(name.to_owned());
                self.targets.insert(name.to_owned(), block);
            }
            _ => {}
        }
    }

    /// An attribute of a target: its own, or that of the last one that it inherits it from.
    fn attribute(&self, target: &str, key: &str) -> Option<&[String]> {
        let mut next = vec![target];
        let mut seen = HashSet::new();
        while let Some(name) = next.pop().filter(|_| seen.len() < MOST_PARENTS) {
            let Some(block) = self.targets.get(name).filter(|_| seen.insert(name)) else {
                continue;
            };
            if let Some(own) = block.attributes.get(key) {
                return Some(own);
            }
            let parents = block.attributes.get("inherits").into_iter().flatten();
            next.extend(parents.take(MOST_PARENTS).map(String::as_str));
        }
        None
    }

    fn state(&self, found: &mut Found) {
        let inherited = self.targets.values().filter_map(|it| it.attributes.get("inherits"));
        let parents: HashSet<&str> = inherited.flatten().map(String::as_str).collect();
        for name in &self.order {
            // What Bake makes paths of is the folder that it runs in.
            let bases = [found.folder.clone(), String::new()];
            for base in bases {
                if let Some(statement) = self.statement(name, &base, &parents, found) {
                    found.push(statement);
                }
            }
        }
    }

    fn statement(
        &self,
        name: &str,
        base: &str,
        parents: &HashSet<&str>,
        found: &Found,
    ) -> Option<Statement> {
        let all = |key: &str| self.attribute(name, key);
        let tags = match all("tags") {
            Some(tags) => tags,
            // It may be there for others alone, which say the rest.
            None if parents.contains(name) => return None,
            None => &[],
        };
        let one = |key: &str| {
            let value = all(key).map(|values| values.first().map_or("", String::as_str));
            value.map(|value| self.variables.fill(value))
        };
        if all("dockerfile-inline").is_some() {
            return None;
        }
        let context = one("context").unwrap_or_else(|| ".".to_owned());
        let folder = path_from(base, base, &context)?;
        let dockerfile = one("dockerfile").unwrap_or_else(|| "Dockerfile".to_owned());
        let dockerfiles = vec![path_from(base, &folder, &dockerfile)?];
        let tags = if all("matrix").is_some() { &[] } else { tags };
        let images = tags.iter().map(|tag| self.variables.fill(tag)).collect();
        let target = Target::of(one("target").as_deref());
        let contexts = all("contexts").unwrap_or_default().to_vec();
        let at = self.targets.get(name)?.at;
        let place = Place { file: found.file, span: Span::new(at, at + name.len()) };
        Some(Statement { tool: Tool::Bake, images, dockerfiles, target, contexts, place })
    }
}

/// Finds what the targets of a file in JSON build.
pub(super) fn read_json(text: &Arc<str>, found: &mut Found) {
    let (tree, _) = json::read(found.file, text, None);
    let mut bake = Bake::default();
    let sections: Vec<_> = tree.documents().flat_map(Node::own_entries).collect();
    for kind in ["variable", "target"] {
        let sections = sections.iter().filter(|section| section.key.text() == kind);
        for entry in sections.flat_map(|section| section.value.own_entries()) {
            let attributes = entry.value.own_entries().map(|attribute| {
                let listed = attribute.value.items().map(|item| item.text().to_owned());
                let keys = attribute.value.own_entries().map(|entry| entry.key.text().to_owned());
                let values = if attribute.value.is_list() {
                    listed.take(MOST).collect()
                } else if !attribute.value.is_scalar() {
                    keys.take(MOST).collect()
                } else {
                    vec![attribute.value.text().to_owned()]
                };
                (attribute.key.text().to_owned(), values)
            });
            let at = entry.key.place().span.start as usize + 1;
            bake.take(kind, entry.key.text(), Block { at, attributes: attributes.collect() });
        }
    }
    bake.state(found);
}

/// Finds what the targets of a file in HCL build.
pub(super) fn read(text: &str, found: &mut Found) {
    let tokens = tokens(text);
    let mut bake = Bake::default();
    let mut at = 0;
    while let Some((_, token)) = tokens.get(at) {
        at += 1;
        let (Token::Name(kind), Some((label, Token::Text(name))), Some((_, Token::Sign('{')))) =
            (token, tokens.get(at), tokens.get(at + 1))
        else {
            continue;
        };
        at += 2;
        let attributes = attributes(&tokens, &mut at);
        bake.take(kind, name, Block { at: *label + 1, attributes });
    }
    bake.state(found);
}

/// The attributes of a block, up to its closing brace.
fn attributes(tokens: &[(usize, Token)], at: &mut usize) -> Attributes {
    let mut attributes = HashMap::new();
    let mut depth = 0usize;
    while let Some((_, token)) = tokens.get(*at) {
        *at += 1;
        match token {
            Token::Sign('{' | '[' | '(') => depth += 1,
            Token::Sign('}') if depth == 0 => break,
            Token::Sign('}' | ']' | ')') => depth = depth.saturating_sub(1),
            Token::Name(key) | Token::Text(key)
                if depth == 0 && matches!(tokens.get(*at), Some((_, Token::Sign('=')))) =>
            {
                *at += 1;
                let is_map = matches!(tokens.get(*at), Some((_, Token::Sign('{'))));
                let values = if is_map { keys(tokens, at) } else { value(tokens, at) };
                attributes.insert(key.clone(), values);
            }
            _ => {}
        }
    }
    attributes
}

/// The keys of a map that begins there.
fn keys(tokens: &[(usize, Token)], at: &mut usize) -> Vec<String> {
    let mut keys = Vec::new();
    let mut depth = 0usize;
    while let Some((_, token)) = tokens.get(*at) {
        *at += 1;
        let next = tokens.get(*at).map(|(_, token)| token);
        match token {
            Token::Sign('{' | '[' | '(') => depth += 1,
            Token::Sign('}' | ']' | ')') => depth = depth.saturating_sub(1),
            Token::Name(key) | Token::Text(key)
                if depth == 1
                    && matches!(next, Some(Token::Sign('=' | ':')))
                    && keys.len() < MOST =>
            {
                keys.push(key.clone());
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    keys
}

/// The strings of a value that begins there and ends with its line or its bracket.
fn value(tokens: &[(usize, Token)], at: &mut usize) -> Vec<String> {
    let mut values = Vec::new();
    let mut item: Vec<&Token> = Vec::new();
    let mut depth = 0usize;
    while let Some((_, token)) = tokens.get(*at) {
        match token {
            Token::Sign('}') | Token::Line if depth == 0 => break,
            Token::Sign('{' | '[' | '(') => depth += 1,
            Token::Sign('}' | ']' | ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        *at += 1;
        let is_list = matches!(token, Token::Sign('[' | ']')) && depth < 2;
        if is_list || depth < 2 && *token == Token::Sign(',') {
            end(&mut item, &mut values);
        } else if *token != Token::Line && item.len() < 4 {
            item.push(token);
        }
    }
    end(&mut item, &mut values);
    values
}

/// Takes an item in: its text where it is one plain string.
fn end(item: &mut Vec<&Token>, values: &mut Vec<String>) {
    let value = match item.as_slice() {
        [] => return,
        [Token::Text(text)] => text.clone(),
        _ => UNKNOWN.to_string(),
    };
    item.clear();
    if values.len() < MOST {
        values.push(value);
    }
}

/// A part of an HCL text.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    Name(String),
    Text(String),
    Sign(char),
    /// The end of a line.
    Line,
    /// A heredoc.
    Other,
}

fn tokens(text: &str) -> Vec<(usize, Token)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let start = at;
        let is_word = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        if c == '#' || rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if c == '"' {
            let (len, value) = string(rest);
            at += len;
            tokens.push((start, Token::Text(value)));
        } else if let Some(mark) = rest.strip_prefix("<<") {
            at += heredoc(mark) + 2;
            tokens.extend([(start, Token::Other), (start, Token::Line)]);
        } else if is_word(c) {
            let word = rest.split(|c: char| !is_word(c)).next().unwrap_or_default();
            at += word.len();
            tokens.push((start, Token::Name(word.to_owned())));
        } else {
            at += c.len_utf8();
            if c == '\n' {
                tokens.push((start, Token::Line));
            } else if !c.is_whitespace() {
                tokens.push((start, Token::Sign(c)));
            }
        }
    }
    tokens
}

/// The length of a string with its quotes, and what is in it. Quotes in an interpolation are its own.
fn string(text: &str) -> (usize, String) {
    let mut value = String::new();
    let (mut is_escaped, mut depth, mut last) = (false, 0usize, ' ');
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return (at, value),
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '{' if last == '$' || depth > 0 => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '"' if depth == 0 => return (at + 1, value),
            _ => {}
        }
        value.push(c);
        last = c;
    }
    (text.len(), value)
}

/// The length of a heredoc behind its `<<`.
fn heredoc(text: &str) -> usize {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let mark = first.trim_start_matches('-').trim();
    let mut len = first.len();
    for line in lines {
        len += line.len();
        if line.trim() == mark {
            break;
        }
    }
    len
}
