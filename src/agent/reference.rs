//! What a configuration names that must be somewhere else: models, agents, prompts.

use std::sync::Arc;

use super::setting::is_template;
use crate::tree::Node;

/// A name of something that the same configuration must define.
#[derive(Debug)]
pub(crate) struct Reference<'t> {
    /// What is named: `model`, `agent`, `workflow`, `provider`, `adapter`.
    pub(crate) kind: &'static str,
    pub(crate) at: Node<'t>,
    /// The names that are defined. Only made where all of them are known.
    pub(crate) known: Arc<[&'t str]>,
}

impl<'t> Reference<'t> {
    /// The name, which may be an argument in a longer text: `check the input $model="guard"`.
    pub(crate) fn name(&self) -> &'t str {
        let text = self.at.text();
        argument(text, self.kind).unwrap_or(text)
    }

    /// Whether nothing has that name. Of one that is filled in later nobody knows.
    pub(crate) fn is_dangling(&self) -> bool {
        let name = self.name();
        !name.is_empty() && !is_template(name) && !self.known.contains(&name)
    }

    /// The defined name that it is most like, where there are not more of them than a person wrote.
    pub(crate) fn nearest(&self) -> Option<&'t str> {
        const MOST: usize = 500;
        if self.known.len() > MOST {
            return None;
        }
        crate::schema::nearest(self.name(), self.known.iter().copied())
    }
}

/// The value of `$name=value` in a text.
fn argument<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once('$')?;
    let rest = rest.strip_prefix(name)?.trim_start().strip_prefix('=')?.trim_start();
    let word = rest.split(|c: char| c.is_whitespace() || c == ',' || c == ')').next()?;
    Some(word.trim_matches(['"', '\'']))
}

/// A name of a Kubernetes object that something else must define.
#[derive(Debug)]
pub(crate) struct Link<'t> {
    /// What is named: its API group and its kind.
    pub(crate) of: Kind,
    pub(crate) name: &'t str,
    pub(crate) at: Node<'t>,
    /// The namespace that the other one is in, where it is not the object's own.
    pub(crate) namespace: Option<&'t str>,
}

/// The API group and the kind of an object.
pub(crate) type Kind = (&'static str, &'static str);

/// The instructions of an agent.
#[derive(Debug)]
pub(crate) struct Prompt<'t> {
    pub(crate) at: Node<'t>,
    pub(crate) text: PromptText<'t>,
}

impl<'t> Prompt<'t> {
    /// The instructions themselves.
    pub(in crate::agent) fn inline(at: Node<'t>) -> Option<Self> {
        Some(Prompt { at, text: PromptText::Inline(at.as_str()?) })
    }

    /// Why the instructions cannot be meant, if they cannot.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        match self.text {
            PromptText::Inline(text) => placeholder(text),
            PromptText::File(_) => None,
        }
    }
}

/// What is wrong with instructions that nobody wrote.
fn placeholder(text: &str) -> Option<&'static str> {
    /// Longer ones were written by somebody, whatever words they begin with.
    const MOST: usize = 80;
    /// Words that say so wherever a colon or nothing follows.
    const MARKS: [&str; 4] = ["todo", "tbd", "fixme", "placeholder"];
    const STARTS: [&str; 10] = [
        "your ",
        "insert ",
        "enter ",
        "write ",
        "put ",
        "add ",
        "replace ",
        "fill in ",
        "describe ",
        "change me",
    ];
    const WHAT: [&str; 4] = ["prompt", "instructions", "system message", "here"];
    const WHOLE: [&str; 8] =
        ["...", "\u{2026}", "xxx", "test", "prompt", "system prompt", "changeme", "foo"];
    let bare = text.trim().trim_matches(|c: char| "<>[]{}()\"'#*_".contains(c)).trim();
    if bare.is_empty() {
        return Some("is empty");
    }
    let lower: String = bare.chars().take(MOST).collect::<String>().to_lowercase();
    let is_mark = |mark: &str| {
        let rest = lower.strip_prefix(mark).map(str::trim_start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '-', '!', '.']))
    };
    // `Enter the order into the system` is an instruction, `Enter your prompt here` is none.
    let is_blank = || {
        let last = lower.trim_end_matches(['.', ':', '!', '\u{2026}', ' ']);
        STARTS.iter().any(|start| lower.starts_with(start))
            && WHAT.iter().any(|what| last.ends_with(what))
    };
    let found = lower.starts_with("lorem ipsum")
        || MARKS.iter().any(|mark| is_mark(mark))
        || bare.len() < MOST && (is_blank() || WHOLE.contains(&lower.as_str()));
    (found && !is_template(text)).then_some("is still a placeholder")
}

/// Where the instructions stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PromptText<'t> {
    /// In the configuration.
    Inline(&'t str),
    /// In a file, whose path begins where the configuration lies or where the program runs.
    File(&'t str),
}
