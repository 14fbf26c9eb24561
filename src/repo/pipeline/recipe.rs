//! What the commands of pipelines call by a name: Makefiles, justfiles, Taskfiles, scripts, the scripts of a
//! `package.json`, the hooks of pre-commit.

use std::sync::Arc;

use super::command::{self, Shell, by_name};
use super::{Call, Does, Recipe, Recipes, Runner, Scan, Step, texts};
use crate::build::{makefile, said};
use crate::docker::shell::Settings;
use crate::source::{FileId, Place, Span};
use crate::tree::{Node, json, yaml};

/// Longer ones are nobody's.
const MOST_CHARS: usize = 1 << 18;

/// More recipes are nobody's.
const MOST: usize = 1024;

const STRICT: Settings = Settings { errexit: true, pipefail: false };

/// Reads the recipes of a file.
pub(super) fn read(runner: Runner, file: FileId, path: &str, text: &Arc<str>) -> Option<Recipes> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let all = match runner {
        Runner::Make => make(file, folder, text),
        Runner::Just => just(file, folder, text),
        Runner::Package => package(file, folder, text),
        Runner::Task => task(file, folder, text),
        Runner::Shell => script(file, path, text)?,
        Runner::PreCommit => hooks(file, text),
    };
    let all: Vec<_> = all.into_iter().take(MOST).collect();
    (!all.is_empty()).then_some(Recipes { runner, all })
}

fn shell(folder: &str) -> Shell<'_> {
    Shell { settings: STRICT, folder }
}

fn make(file: FileId, folder: &str, text: &str) -> Vec<Recipe> {
    let mut found = Vec::new();
    for rule in makefile::rules(text).into_iter().take(MOST) {
        // What make hands to a shell ends with the last command of a line.
        let mut steps: Vec<Step> = Vec::new();
        let place = Place { file, span: Span::default() };
        let needed = rule.prerequisites.iter().filter(|it| !it.contains(['$', '%', '/', '|']));
        steps.extend(needed.map(|name| calls(place, Runner::Make, name)));
        for command in &rule.commands {
            let mut said = command.clone();
            said.push((said.last().map_or(0, |it| it.0), '\n'));
            steps.extend(command::read(file, &said, shell(folder)));
        }
        for target in rule.targets {
            if !target.starts_with('.') {
                found.push(Recipe { name: target.to_owned(), steps: steps.clone() });
            }
        }
    }
    found
}

fn calls(place: Place, runner: Runner, name: &str) -> Step {
    Step::new(place, Does::Calls(Call::Recipe(runner, Some(name.to_owned()))))
}

fn just(file: FileId, folder: &str, text: &str) -> Vec<Recipe> {
    let mut found: Vec<(Recipe, Vec<(usize, char)>)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let is_inside = line.starts_with([' ', '\t']);
        if is_inside {
            if let Some((_, said)) = found.last_mut().filter(|(_, said)| said.len() < MOST_CHARS) {
                let indent = line.len() - line.trim_start_matches([' ', '\t', '@', '-']).len();
                said.extend(
                    line.char_indices()
                        .skip_while(|(at, _)| *at < indent)
                        .map(|(at, c)| (start + at, c)),
                );
            }
            continue;
        }
        let Some((head, needed)) = line.split_once(':') else { continue };
        if line.starts_with(['#', '[']) || needed.starts_with('=') || found.len() >= MOST {
            continue;
        }
        let name = head.split_whitespace().next().unwrap_or_default().trim_start_matches('@');
        let place = Place { file, span: Span::new(start, start + name.len()) };
        let steps = needed.split_whitespace().filter(|it| !it.starts_with(['#', '(', '&']));
        let steps = steps.map(|name| calls(place, Runner::Just, name)).collect();
        found.push((Recipe { name: name.to_owned(), steps }, Vec::new()));
    }
    let read = |(mut recipe, said): (Recipe, Vec<(usize, char)>)| {
        recipe.steps.extend(command::read(file, &said, shell(folder)));
        recipe
    };
    found.into_iter().map(read).collect()
}

fn package(file: FileId, folder: &str, text: &Arc<str>) -> Vec<Recipe> {
    let (tree, _) = json::read(file, text, None);
    let scripts = tree.documents().filter_map(|it| it.at(&["scripts"]));
    let entries: Vec<_> = scripts.flat_map(Node::own_entries).take(MOST).collect();
    entries
        .into_iter()
        .map(|entry| {
            let steps = command::read(file, &said(entry.value), shell(folder));
            Recipe { name: entry.key.text().to_owned(), steps }
        })
        .collect()
}

fn task(file: FileId, folder: &str, text: &Arc<str>) -> Vec<Recipe> {
    let (tree, _) = yaml::read(file, text, None);
    let tasks = tree.documents().filter_map(|it| it.at(&["tasks"]));
    let entries: Vec<_> = tasks.flat_map(Node::own_entries).take(MOST).collect();
    let recipe = |entry: crate::tree::Entry<'_>| {
        let mut steps = Vec::new();
        for name in entry.value.at(&["deps"]).map(texts).unwrap_or_default() {
            steps.push(calls(entry.key.place(), Runner::Task, name));
        }
        let listed = [
            entry.value.at(&["cmds"]),
            entry.value.at(&["cmd"]),
            entry.value.is_list().then_some(entry.value),
        ];
        for command in listed
            .into_iter()
            .flatten()
            .flat_map(|it| it.items().chain(it.is_scalar().then_some(it)))
        {
            if let Some(name) = command.at(&["task"]) {
                steps.push(calls(name.place(), Runner::Task, name.text()));
            }
            let command = command.at(&["cmd"]).unwrap_or(command);
            if command.is_scalar() {
                steps.extend(command::read(file, &said(command), shell(folder)));
            }
        }
        Recipe { name: entry.key.text().to_owned(), steps }
    };
    entries.into_iter().map(recipe).collect()
}

fn script(file: FileId, path: &str, text: &str) -> Option<Vec<Recipe>> {
    let is_named = path.ends_with(".sh") || path.ends_with(".bash");
    let first = text.lines().next().unwrap_or_default();
    let is_shell = first.starts_with("#!") && first.contains("sh");
    if !is_named && !is_shell || text.len() > MOST_CHARS {
        return None;
    }
    let said: Vec<_> = text.char_indices().chain([(text.len(), '\n')]).collect();
    // Where it was started is not known; most are started from the root.
    let settings = Settings::default();
    let mut steps = command::read(file, &said, Shell { settings, folder: "" });
    // Of what is read no further the name tells.
    let is_open = steps.iter().all(|step| matches!(step.does, Does::Unknown | Does::Calls(_)));
    let name = by_name(path.rsplit('/').next().unwrap_or(path)).filter(|_| is_open);
    let place = Place { file, span: Span::new(0, first.len().max(1)) };
    steps.extend(name.map(|does| Step::new(place, does)));
    Some(vec![Recipe { name: String::new(), steps }])
}

fn hooks(file: FileId, text: &Arc<str>) -> Vec<Recipe> {
    let (tree, _) = yaml::read(file, text, None);
    let repos = tree.documents().filter_map(|it| it.at(&["repos"])).flat_map(Node::items);
    let hooks = repos.filter_map(|it| it.at(&["hooks"])).flat_map(Node::items);
    let mut steps = Vec::new();
    for id in hooks.filter_map(|it| it.at(&["id"])).take(MOST) {
        let name = id.text();
        let does = match () {
            () if name.contains("gitleaks") => Does::Scans(Scan::Secrets, "Gitleaks"),
            () if name.contains("detect-secrets") => Does::Scans(Scan::Secrets, "detect-secrets"),
            () if name.contains("trufflehog") => Does::Scans(Scan::Secrets, "TruffleHog"),
            () if name == "bandit" => Does::Scans(Scan::Code, "Bandit"),
            () if name.contains("pip-audit") => Does::Scans(Scan::Dependencies, "pip-audit"),
            () => match by_name(name) {
                Some(Does::Tests) => Does::Tests,
                _ => Does::Lints,
            },
        };
        steps.push(Step::new(id.place(), does));
    }
    vec![Recipe { name: String::new(), steps }]
}
