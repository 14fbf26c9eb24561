//! Jenkins: the shell steps of a Jenkinsfile, and `docker.build`.
//!
//! Nothing of Groovy is understood but strings, what is set to one, and the folders of `dir` blocks.
//!
//! Sources: jenkins.io/doc/book/pipeline/syntax; jenkins.io/doc/book/pipeline/docker.

use super::command::Shell;
use super::known::Known;
use super::{Found, Tool, path_from};

/// A step has no more words in front of its script.
const MOST_WORDS: usize = 24;

/// Nobody nests deeper.
const DEPTH: usize = 64;

/// A part of a Groovy text.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    Name(String),
    /// With the place of its first character.
    Text(usize, String),
    Sign(char),
}

/// Finds what the steps of a Jenkinsfile build. They run in the workspace, which is the repository.
pub(super) fn read(text: &str, found: &mut Found) {
    let tokens = tokens(text);
    let mut known = Known::default();
    for window in tokens.windows(3) {
        if let [(_, Token::Name(name)), (_, Token::Sign('=')), (_, value)] = window {
            let text = if let Token::Text(_, text) = value { Some(text.as_str()) } else { None };
            let text = text.map(|text| known.fill(&plain(text)));
            known.may_be(name, text.as_deref());
        }
    }
    let own = std::mem::take(&mut found.folder);
    for base in [own.as_str(), ""] {
        steps(&tokens, base, &known, found);
    }
}

/// A part of a Jenkinsfile, in its order.
pub(crate) enum Spoken {
    /// What a shell is to run, each character with its place.
    Script(Vec<(usize, char)>),
    /// A name that is one of those asked for, and where it begins.
    Step(usize, String),
    /// A stage begins.
    Stage(usize, String),
}

/// The scripts and the steps of those names, and the stages that they are in.
pub(crate) fn spoken(text: &str, is_step: impl Fn(&str) -> bool) -> Vec<Spoken> {
    let tokens = tokens(text);
    let before = |index: usize| index.checked_sub(1).and_then(|before| tokens.get(before));
    let is_method = |index| matches!(before(index), Some((_, Token::Sign('.'))));
    let mut found = Vec::new();
    for (index, (at, token)) in tokens.iter().enumerate() {
        let behind = tokens.get(index + 1..).unwrap_or_default();
        let Token::Name(name) = token else { continue };
        match name.as_str() {
            "sh" | "bat" | "powershell" => {
                if let Some((at, script)) = script(behind) {
                    let said = plain(script);
                    found.push(Spoken::Script(
                        said.char_indices()
                            .map(|(index, c)| (at + index, c))
                            .chain([(at, '\n')])
                            .collect(),
                    ));
                }
            }
            "stage" => {
                let title = behind.iter().take(2).find_map(|(_, it)| text_of(it));
                found.extend(title.map(|title| Spoken::Stage(*at, title.to_owned())));
            }
            "docker" => {
                if let Some(command) = docker_build(behind) {
                    found.push(Spoken::Script(command.chars().map(|c| (*at, c)).collect()));
                }
            }
            // `docker.image("acme/api").push()`, and the same of a variable with an image.
            "push" if is_method(index) && text.contains("docker.") => {
                found.push(Spoken::Script("docker push\n".chars().map(|c| (*at, c)).collect()));
            }
            _ if is_method(index) => {}
            name if is_step(name) => found.push(Spoken::Step(*at, name.to_owned())),
            _ => {}
        }
        if found.len() > MOST_SPOKEN {
            break;
        }
    }
    found
}

/// Nobody says more.
const MOST_SPOKEN: usize = 4096;

fn steps(tokens: &[(usize, Token)], base: &str, known: &Known<'_>, found: &mut Found) {
    let mut folders: Vec<Option<String>> = vec![Some(base.to_owned())];
    let mut next: Option<Option<String>> = None;
    for (index, (at, token)) in tokens.iter().enumerate() {
        let here = || folders.last().cloned().flatten();
        let behind = tokens.get(index + 1..).unwrap_or_default();
        match token {
            Token::Sign('{') => {
                let folder = next.take().unwrap_or_else(here);
                folders.push(folder);
            }
            Token::Sign('}') if folders.len() > 1 => drop(folders.pop()),
            Token::Name(name) if name == "dir" => {
                let path = behind.iter().take(2).find_map(|(_, it)| text_of(it));
                let inner = path.zip(here()).filter(|_| folders.len() < DEPTH);
                next =
                    Some(inner.and_then(|(path, here)| {
                        path_from(base, &here, &known.fill(&plain(path)))
                    }));
            }
            Token::Name(name) if name == "sh" => {
                if let (Some((at, script)), Some(folder)) = (script(behind), here()) {
                    let said = plain(script);
                    // Places behind a prefix that is left out are a few characters off.
                    let said: Vec<_> =
                        said.char_indices().map(|(index, c)| (at + index, c)).collect();
                    Shell { tool: Tool::Pipeline, folder: Some(&folder), known }.read(&said, found);
                }
            }
            Token::Name(name) if name == "docker" => {
                if let (Some(command), Some(folder)) = (docker_build(behind), here()) {
                    let said: Vec<_> = command.chars().map(|c| (*at, c)).collect();
                    Shell { tool: Tool::Pipeline, folder: Some(&folder), known }.read(&said, found);
                }
            }
            _ => {}
        }
    }
}

/// The script of a `sh` step: `sh '..'`, `sh(script: '..', returnStdout: true)`.
fn script(behind: &[(usize, Token)]) -> Option<(usize, &str)> {
    let text = |index: usize| match behind.get(index) {
        Some((_, Token::Text(at, text))) => Some((*at, text.as_str())),
        _ => None,
    };
    let is_open = matches!(behind.first(), Some((_, Token::Sign('('))));
    if let Some(plain) = text(usize::from(is_open)) {
        return Some(plain);
    }
    let named = behind
        .iter()
        .take(MOST_WORDS)
        .position(|(_, it)| *it == Token::Name("script".to_owned()))?;
    let is_step = behind.iter().take(named).all(|(_, it)| !matches!(it, Token::Sign('{' | '}')));
    let has_colon = matches!(behind.get(named + 1), Some((_, Token::Sign(':'))));
    text(named + 2).filter(|_| has_colon && is_step)
}

/// `docker.build("acme/api:1", "-f api/Dockerfile .")` as the command that it is.
fn docker_build(behind: &[(usize, Token)]) -> Option<String> {
    let [(_, Token::Sign('.')), (_, Token::Name(name)), (_, Token::Sign('(')), rest @ ..] = behind
    else {
        return None;
    };
    let (image, rest) = rest.split_first().filter(|_| name == "build")?;
    let image = plain(text_of(&image.1)?);
    let arguments = match rest {
        [(_, Token::Sign(')')), ..] => ".".to_owned(),
        [(_, Token::Sign(',')), (_, Token::Text(_, text)), (_, Token::Sign(')')), ..] => {
            plain(text)
        }
        _ => return None,
    };
    Some(format!("docker build -t \"{image}\" {arguments}\n"))
}

fn text_of(token: &Token) -> Option<&str> {
    match token {
        Token::Text(_, text) => Some(text),
        Token::Name(_) | Token::Sign(_) => None,
    }
}

/// A text whose variables are called as the shell calls them.
fn plain(text: &str) -> String {
    text.replace("${env.", "${")
}

fn tokens(text: &str) -> Vec<(usize, Token)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let start = at;
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if c == '"' || c == '\'' {
            let triple: String = std::iter::repeat_n(c, 3).collect();
            let mark = if rest.starts_with(&triple) { triple } else { c.to_string() };
            let (len, value) = string(rest, &mark);
            at += len;
            tokens.push((start, Token::Text(start + mark.len(), value.to_owned())));
        } else if is_word(c) {
            let word = rest.split(|c: char| !is_word(c)).next().unwrap_or_default();
            at += word.len();
            tokens.push((start, Token::Name(word.to_owned())));
        } else {
            at += c.len_utf8();
            if !c.is_whitespace() {
                tokens.push((start, Token::Sign(c)));
            }
        }
    }
    tokens
}

/// The length of a string with its quotes, and what is in it.
fn string<'t>(text: &'t str, mark: &str) -> (usize, &'t str) {
    let body = text.get(mark.len()..).unwrap_or_default();
    let mut is_escaped = false;
    for (at, c) in body.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if c == '\\' {
            is_escaped = true;
        } else if body.get(at..).is_some_and(|rest| rest.starts_with(mark)) {
            return (mark.len() * 2 + at, body.get(..at).unwrap_or_default());
        } else if c == '\n' && mark.len() == 1 {
            return (mark.len() + at, body.get(..at).unwrap_or_default());
        }
    }
    (text.len(), body)
}
