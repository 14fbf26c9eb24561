//! What variables stand for, as far as a file states it plainly.

use std::collections::HashMap;

/// Stands for what nobody knows.
pub(crate) const UNKNOWN: char = '\u{fffc}';

/// Stands for the folder of the repository.
pub(super) const ROOT: char = '\u{fff9}';

/// Longer results are nobody's image.
const MAX_BYTES: usize = 4096;

/// Variables that pipelines set to the folder of the repository.
const ROOTS: [&str; 11] = [
    "BITBUCKET_CLONE_DIR",
    "Build.Repository.LocalPath",
    "Build.SourcesDirectory",
    "CI_PROJECT_DIR",
    "GITHUB_WORKSPACE",
    "ROOT_DIR",
    "System.DefaultWorkingDirectory",
    "TASKFILE_DIR",
    "USER_WORKING_DIR",
    "WORKSPACE",
    "github.workspace",
];

/// The folder in which something runs.
const HERE: [&str; 4] = ["CURDIR", "PWD", "pwd", "shell pwd"];

/// Variables and their values, those of the scopes around them included.
#[derive(Debug, Default)]
pub(super) struct Known<'k> {
    outer: Option<&'k Known<'k>>,
    /// Nothing for one that has several values.
    own: HashMap<String, Option<String>>,
}

impl<'k> Known<'k> {
    /// A scope inside of another one.
    pub(super) fn within(outer: &'k Known<'k>) -> Self {
        Known { outer: Some(outer), own: HashMap::new() }
    }

    /// Gives a variable its value here.
    pub(super) fn set(&mut self, name: &str, value: String) {
        self.own.insert(name.to_owned(), Some(value));
    }

    /// Gives a variable a value, where it may have another one as well.
    pub(super) fn may_be(&mut self, name: &str, value: Option<&str>) {
        let own = self.own.entry(name.to_owned());
        let known = own.or_insert_with(|| value.map(str::to_owned));
        if known.as_deref() != value {
            *known = None;
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut scope = Some(self);
        while let Some(known) = scope {
            if let Some(value) = known.own.get(name) {
                return value.as_deref();
            }
            scope = known.outer;
        }
        None
    }

    /// The value of what stands between braces or parentheses.
    fn value(&self, name: &str) -> String {
        let value = match self.get(name) {
            Some(value) => return value.to_owned(),
            None if ROOTS.contains(&name) => ROOT,
            None if HERE.contains(&name) => '.',
            None => UNKNOWN,
        };
        value.to_string()
    }

    /// The value of `${{ .. }}`.
    pub(super) fn expression(&self, expression: &str) -> String {
        let expression = expression.trim();
        let plain = expression.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        let variable = ["env.", "variables."].iter().find_map(|it| expression.strip_prefix(it));
        if plain { self.value(variable.unwrap_or(expression)) } else { UNKNOWN.to_string() }
    }

    /// A text with its variables replaced, each that is not known by [`UNKNOWN`]:
    /// `$NAME`, `${NAME}`, `${NAME:-default}`, `$(NAME)`, `${{ env.NAME }}`.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(['$', '`']) {
            out.push_str(before);
            let is_quote = rest.get(before.len()..).is_some_and(|it| it.starts_with('`'));
            rest = if is_quote {
                out.push(UNKNOWN);
                after.split_once('`').map_or("", |(_, behind)| behind)
            } else {
                self.fill_one(after, &mut out)
            };
            if out.len() > MAX_BYTES {
                return UNKNOWN.to_string();
            }
        }
        out.push_str(rest);
        out
    }

    /// Replaces the variable behind a `$`, and gives what follows it.
    fn fill_one<'t>(&self, after: &'t str, out: &mut String) -> &'t str {
        if let Some(inside) = after.strip_prefix("{{") {
            let Some((expression, behind)) = inside.split_once("}}") else {
                out.push(UNKNOWN);
                return "";
            };
            out.push_str(&self.expression(expression));
            return behind;
        }
        for (open, close) in [('{', '}'), ('(', ')')] {
            let Some(inside) = after.strip_prefix(open) else { continue };
            let end = closing(inside, open, close);
            let Some((inside, behind)) = end.and_then(|end| inside.split_at_checked(end)) else {
                out.push(UNKNOWN);
                return "";
            };
            let default = (open == '{').then(|| inside.split_once([':', '-'])).flatten();
            match default {
                Some((name, default)) => match (self.get(name), default.strip_prefix('-')) {
                    (Some(value), _)
                        if default.starts_with(['-', '?']) || is_dash(inside, name) =>
                    {
                        out.push_str(value);
                    }
                    (None, Some(default)) if !default.contains('$') => out.push_str(default),
                    (None, None) if is_dash(inside, name) && !default.contains('$') => {
                        out.push_str(default);
                    }
                    _ => out.push(UNKNOWN),
                },
                None => out.push_str(&self.value(inside)),
            }
            return behind.get(1..).unwrap_or_default();
        }
        let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let (name, behind) = after.split_at_checked(end.unwrap_or(after.len())).unwrap_or_default();
        if name.is_empty() {
            // `$@`, `$*`, `$?`, `$$`
            let mut chars = behind.chars();
            let is_special = chars.next().is_some_and(|c| "@*?$#!<^%[".contains(c));
            out.push(if is_special { UNKNOWN } else { '$' });
            return if is_special { chars.as_str() } else { behind };
        }
        out.push_str(&self.value(name));
        behind
    }
}

/// Whether `-` is what follows the name in `NAME-default`.
fn is_dash(inside: &str, name: &str) -> bool {
    inside.get(name.len()..).is_some_and(|rest| rest.starts_with('-'))
}

/// Where what is open already closes.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices().take(MAX_BYTES) {
        match c {
            c if c == close && depth == 0 => return Some(at),
            c if c == close => depth -= 1,
            c if c == open => depth += 1,
            _ => {}
        }
    }
    None
}
