//! Shell scripts, and what else holds commands: a justfile, a `package.json`.
//!
//! A script runs wherever it is called, which it does not say. It is taken to be called from its own
//! folder or from that of the repository; where both have a Dockerfile, it says two things.
//!
//! Sources: just.systems/man; docs.npmjs.com/cli/configuring-npm/package-json, "scripts".

use std::sync::Arc;

use super::command::Shell;
use super::known::{Known, ROOT, UNKNOWN};
use super::{Found, Tool};
use crate::source::Span;
use crate::tree::{HostMap, Node, json};

/// Longer ones are nobody's.
const MOST_CHARS: usize = 1 << 18;

/// How a script calls its own folder.
const OWN_FOLDER: [&str; 15] = [
    "$(dirname \"$0\")",
    "$(dirname $0)",
    "$(dirname \"${0}\")",
    "$(dirname ${0})",
    "$(dirname -- \"$0\")",
    "$(dirname \"${BASH_SOURCE[0]}\")",
    "$(dirname ${BASH_SOURCE[0]})",
    "$(dirname -- \"${BASH_SOURCE[0]}\")",
    "$(dirname \"${BASH_SOURCE}\")",
    "$(dirname \"$BASH_SOURCE\")",
    "$(dirname $BASH_SOURCE)",
    "$(dirname \"$(readlink -f \"$0\")\")",
    "$(dirname \"$(realpath \"$0\")\")",
    "$(dirname \"$(readlink -f \"${BASH_SOURCE[0]}\")\")",
    "${0%/*}",
];

/// And how it calls that of the repository.
const REPOSITORY: &str = "$(git rev-parse --show-toplevel)";

/// Characters with their places.
type Said = Vec<(usize, char)>;

/// Finds what a script builds.
pub(super) fn read(text: &str, found: &mut Found) {
    let own = std::mem::take(&mut found.folder);
    let said = placed(text, &own);
    for folder in [own.as_str(), ""] {
        run(&said, folder, &Known::default(), found);
    }
}

/// Finds what the scripts of a `package.json` build, which run in its folder.
pub(super) fn read_package(text: &Arc<str>, found: &mut Found) {
    let (tree, _) = json::read(found.file, text, None);
    let folder = found.folder.clone();
    let scripts = tree.documents().filter_map(|it| it.at(&["scripts"]));
    for script in scripts.flat_map(Node::own_entries).map(|entry| entry.value) {
        let (map, start) = (HostMap::of(script), script.place().span.start);
        let said = script.text().char_indices().map(|(index, c)| {
            let outer = map.as_ref().map(|map| map.outer(Span::new(index, index)).start);
            (outer.unwrap_or(start) as usize, c)
        });
        run(&said.collect(), &folder, &Known::default(), found);
    }
}

/// Finds what the recipes of a justfile build, which run in its folder.
pub(super) fn read_just(text: &str, found: &mut Found) {
    let mut known = Known::default();
    let mut recipes: Vec<Said> = Vec::new();
    let (mut at, mut is_whole, mut is_continued, mut is_first) = (0, false, false, false);
    for line in text.split_inclusive('\n') {
        let (start, plain) = (at, line.trim());
        at += line.len();
        let indent = line.len() - line.trim_start().len();
        if indent > 0 && !plain.is_empty() {
            // Where the first line names a program, all of them are one text.
            is_whole = if is_first { plain.starts_with("#!") } else { is_whole };
            let goes_on = (is_whole || is_continued) && !is_first;
            let unmarked = if goes_on { plain } else { plain.trim_start_matches(['@', '-']) };
            let marks = plain.len() - unmarked.len();
            let said = line.char_indices().skip_while(|(at, _)| *at < indent + marks);
            let said: Said = said.map(|(at, c)| (start + at, c)).collect();
            match recipes.last_mut().filter(|_| goes_on) {
                Some(recipe) if recipe.len() < MOST_CHARS => recipe.extend(said),
                _ => recipes.push(said),
            }
            (is_first, is_continued) = (false, plain.ends_with('\\'));
        } else if let Some((name, value)) = plain.split_once(":=") {
            let name = name.trim().trim_start_matches("export ").trim();
            let value = expression(value.trim(), &known);
            known.may_be(name, value.as_deref());
        } else if !plain.is_empty() && !plain.starts_with('#') {
            (is_first, is_continued) = (true, false);
        }
    }
    let folder = found.folder.clone();
    for recipe in recipes {
        run(&filled(&recipe, &known), &folder, &Known::default(), found);
    }
}

fn run(said: &Said, folder: &str, known: &Known<'_>, found: &mut Found) {
    Shell { tool: Tool::Script, folder: Some(folder), known }.read(said, found);
}

/// The characters of a script with their places, what stands for a folder put in its place.
fn placed(text: &str, folder: &str) -> Said {
    let own = format!("{ROOT}/{folder}");
    let repository = ROOT.to_string();
    let mut said = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        if said.len() > MOST_CHARS {
            break;
        }
        let (len, folder) = match absolute(rest).or_else(|| start(rest)) {
            Some((len, is_own, below)) => {
                (len, Some(format!("{}{below}", if is_own { &own } else { &repository })))
            }
            None => (c.len_utf8(), None),
        };
        match folder {
            Some(folder) => said.extend(folder.chars().map(|c| (at, c))),
            None => said.push((at, c)),
        }
        at += len;
    }
    said
}

/// The length of what names a folder there, and whether that is the script's own.
fn start(text: &str) -> Option<(usize, bool, &str)> {
    if !text.starts_with('$') {
        return None;
    }
    if text.starts_with(REPOSITORY) {
        return Some((REPOSITORY.len(), false, ""));
    }
    let own = OWN_FOLDER.iter().find(|own| text.starts_with(**own))?;
    Some((own.len(), true, ""))
}

/// The same for `$(cd "$(dirname "$0")/.." && pwd)`, with the path below that folder.
fn absolute(text: &str) -> Option<(usize, bool, &str)> {
    let inside = text.strip_prefix("$(cd ")?;
    let inside = inside.strip_prefix("-- ").unwrap_or(inside);
    let inside = inside.strip_prefix('"').unwrap_or(inside);
    let (len, is_own, _) = start(inside)?;
    let rest = inside.get(len..)?;
    let (below, rest) = rest.split_at_checked(rest.find(['"', ' ', ')'])?)?;
    let rest = rest.strip_prefix('"').unwrap_or(rest);
    let (moves, behind) = rest.split_at_checked(rest.find(')')?)?;
    let mut words = moves.split_whitespace();
    let is_printed = words.any(|word| word == "pwd") && moves.len() < 64;
    is_printed.then_some((text.len() - behind.len() + 1, is_own, below))
}

/// The value of `"ghcr.io/acme" + "/api"`, of names and strings.
fn expression(text: &str, known: &Known<'_>) -> Option<String> {
    let text = text.split(" #").next().unwrap_or(text);
    let part = |part: &str| {
        let part = part.trim();
        let quoted = |quote: char| part.strip_prefix(quote)?.strip_suffix(quote);
        let plain =
            quoted('\'').or_else(|| quoted('"')).filter(|it| !it.contains(['\'', '"', '\\']));
        let is_name = !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        match plain {
            Some(text) => Some(text.to_owned()),
            None if is_name => Some(known.fill(&format!("${{{{{part}}}}}"))),
            None => None,
        }
    };
    let parts: Option<Vec<_>> = text.split('+').map(part).collect();
    parts.map(|parts| parts.concat())
}

/// A command with its `{{ .. }}` replaced.
fn filled(said: &Said, known: &Known<'_>) -> Said {
    let mut out = Vec::new();
    let mut rest = said.iter().peekable();
    while let Some(&(at, c)) = rest.next() {
        if c != '{' || rest.peek().is_none_or(|(_, next)| *next != '{') {
            out.push((at, c));
            continue;
        }
        let mut inside = String::new();
        for (_, c) in rest.by_ref().skip(1) {
            inside.push(*c);
            if inside.ends_with("}}") {
                break;
            }
        }
        let name = inside.trim_end_matches('}').trim();
        let value = expression(name, known).unwrap_or_else(|| UNKNOWN.to_string());
        out.extend(value.chars().map(|c| (at, c)));
    }
    out
}
