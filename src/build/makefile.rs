//! Makefiles: the variables that they set plainly, and the commands of their recipes.
//!
//! Source: gnu.org/software/make/manual.

use std::collections::HashMap;

use super::command::Shell;
use super::known::{Known, UNKNOWN};
use super::{Found, Tool};

/// How far variables stand for others.
const ROUNDS: usize = 8;

/// Longer commands are nobody's.
const MOST_CHARS: usize = 1 << 16;

/// Characters with their places.
pub(crate) type Said = Vec<(usize, char)>;

/// Finds what the recipes of a Makefile build.
pub(super) fn read(text: &str, found: &mut Found) {
    let lines = Lines::of(text);
    let known = variables(&lines);
    let folder = found.folder.clone();
    for recipe in &lines.recipes {
        let mut known = Known::within(&known);
        if let Some(target) = recipe.target {
            known.set("@", target.to_owned());
        }
        let said = expand(&recipe.said, &known);
        let nothing = Known::default();
        let shell = Shell { tool: Tool::Makefile, folder: Some(&folder), known: &nothing };
        shell.read(&said, found);
    }
}

/// A rule of a Makefile: what it makes, what it needs for that, and its commands.
#[derive(Debug)]
pub(crate) struct Rule<'t> {
    pub(crate) targets: Vec<&'t str>,
    pub(crate) prerequisites: Vec<&'t str>,
    /// Each character with its place.
    pub(crate) commands: Vec<Said>,
}

/// The rules of a Makefile, with its plain variables in their place.
pub(crate) fn rules(text: &str) -> Vec<Rule<'_>> {
    let lines = Lines::of(text);
    let known = variables(&lines);
    let mut rules: Vec<Rule<'_>> = Vec::new();
    for (targets, prerequisites) in &lines.heads {
        rules.push(Rule {
            targets: targets.split_whitespace().collect(),
            prerequisites: prerequisites
                .split('#')
                .next()
                .unwrap_or_default()
                .split_whitespace()
                .collect(),
            commands: Vec::new(),
        });
    }
    for recipe in &lines.recipes {
        let own = recipe.head.checked_sub(1).and_then(|head| rules.get_mut(head));
        if let Some(rule) = own {
            let mut known = Known::within(&known);
            if let Some(target) = recipe.target {
                known.set("@", target.to_owned());
            }
            rule.commands.push(expand(&recipe.said, &known));
        }
    }
    rules
}

/// A command of a recipe.
struct Recipe<'t> {
    /// How many heads of rules stand before it.
    head: usize,
    /// What it makes, where that is one thing.
    target: Option<&'t str>,
    said: Said,
}

/// What a Makefile says, as far as it is looked at.
#[derive(Default)]
struct Lines<'t> {
    /// Each with its value; nothing where it is added to or set by something else.
    assignments: Vec<(&'t str, Option<String>)>,
    recipes: Vec<Recipe<'t>>,
    /// What stands before and behind the colon of each rule.
    heads: Vec<(&'t str, &'t str)>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let mut lines = Lines::default();
        let mut target = None;
        let mut is_defining = false;
        let mut at = 0;
        let mut rest = text.split_inclusive('\n');
        while let Some(line) = rest.next() {
            let start = at;
            at += line.len();
            let mut whole = String::from(line);
            // A line goes on behind a backslash.
            while whole.trim_end_matches(['\n', '\r']).ends_with('\\')
                && let Some(next) = rest.next()
            {
                at += next.len();
                whole.push_str(next);
            }
            let plain = line.trim();
            if is_defining {
                is_defining = plain != "endef";
            } else if plain.starts_with("define ") {
                is_defining = true;
            } else if let Some(command) = whole.strip_prefix('\t') {
                let marks = command.len() - command.trim_start_matches(['@', '-', '+', ' ']).len();
                let shown = command.get(marks..).unwrap_or_default();
                let first = start + 1 + marks;
                let said = shown.char_indices().take(MOST_CHARS);
                let said = said.map(|(at, c)| (first + at, c)).collect();
                let head = lines.heads.len();
                lines.recipes.push(Recipe { head, target, said });
            } else if !plain.starts_with('#') && !plain.is_empty() {
                lines.statement(line, &whole, &mut target);
            }
        }
        lines
    }

    /// Reads an assignment or the head of a rule.
    fn statement(&mut self, line: &'t str, whole: &str, target: &mut Option<&'t str>) {
        let plain = ["export ", "override ", "private "]
            .iter()
            .fold(line.trim(), |line, word| line.strip_prefix(word).unwrap_or(line).trim_start());
        if let Some((name, operator, _)) = assignment(plain) {
            let value = assignment_value(whole).filter(|_| operator != '+' && operator != '!');
            self.assignments.push((name, value));
            return;
        }
        let Some((head, behind)) = line.split_once(':') else { return };
        // `release: IMAGE = acme/api` sets it for one target.
        if let Some((name, _, _)) = assignment(behind.trim_start_matches(':').trim()) {
            self.assignments.push((name, None));
            return;
        }
        self.heads.push((head, behind.trim_start_matches(':')));
        let mut targets = head.split_whitespace();
        let is_plain = |it: &&str| !it.contains(['%', '$']);
        *target = targets.next().filter(is_plain).filter(|_| targets.next().is_none());
    }
}

/// The name, what stands before the `=`, and the value of `NAME := value`.
fn assignment(text: &str) -> Option<(&str, char, &str)> {
    let (before, value) = text.split_once('=')?;
    let name = before.trim_end_matches([':', '?', '+', '!']);
    let operator = before.get(name.len()..)?.chars().next().unwrap_or('=');
    let name = name.trim();
    let is_name =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    is_name.then_some((name, operator, value))
}

/// The value of an assignment, its continued lines joined, without its comment.
fn assignment_value(whole: &str) -> Option<String> {
    let (_, value) = whole.split_once('=')?;
    let value = value.replace("\\\r\n", " ").replace("\\\n", " ");
    let value = value.split(" #").next().unwrap_or_default().trim();
    Some(value.to_owned())
}

/// What the variables are that have one value each.
fn variables(lines: &Lines<'_>) -> Known<'static> {
    let mut stated: HashMap<&str, Option<&str>> = HashMap::new();
    let mut order = Vec::new();
    for (name, value) in &lines.assignments {
        let value = value.as_deref();
        let before = stated.entry(name).or_insert_with(|| {
            order.push(*name);
            value
        });
        if *before != value {
            *before = None;
        }
    }
    let mut known = Known::default();
    for _ in 0..ROUNDS {
        let mut next = Known::default();
        for name in &order {
            if let Some(value) = stated.get(name).copied().flatten() {
                next.set(name, known.fill(value));
            }
        }
        known = next;
    }
    known
}

/// A command as make hands it to the shell: its own variables replaced, and `$$` a `$`.
fn expand(said: &Said, known: &Known<'_>) -> Said {
    let mut out = Vec::new();
    let mut rest = said.iter().peekable();
    while let Some(&(at, c)) = rest.next() {
        if c != '$' || out.len() > MOST_CHARS {
            out.push((at, c));
            continue;
        }
        let Some(&&(_, next)) = rest.peek() else { break };
        rest.next();
        let close = match next {
            '$' => {
                out.push((at, '$'));
                continue;
            }
            '(' => ')',
            '{' => '}',
            '@' => {
                out.extend(known.fill("${@}").chars().map(|c| (at, c)));
                continue;
            }
            _ => {
                out.push((at, UNKNOWN));
                continue;
            }
        };
        let (mut name, mut depth) = (String::new(), 0usize);
        for &(_, c) in rest.by_ref() {
            if c == close && depth == 0 {
                break;
            }
            depth = depth + usize::from(c == next) - usize::from(c == close);
            name.push(c);
        }
        let value = known.fill(&format!("$({name})"));
        out.extend(value.chars().map(|c| (at, c)));
    }
    out
}
