//! Runs the examples on every rule's page: what it calls bad is reported at the marked lines and
//! nowhere else, and what it calls good is left alone. Then holds every rule to the policy.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use agentcheck::check::check;
use agentcheck::config::{Config, FILE_NAME, Flags, Settings};
use agentcheck::diagnostic::Applicability;
use agentcheck::file::Files;
use agentcheck::rules::{Profile, RULES, Rule};
use agentcheck::source::FileId;
use jiff::civil::date;

use crate::common;

struct Section {
    heading: String,
    files: Vec<(String, String)>,
}

#[test]
fn pages_tell_the_truth() {
    let mut wrong = Vec::new();
    for rule in RULES.iter() {
        let sections = sections(rule.page);
        for section in &sections {
            let bad = section.heading.starts_with("Bad");
            if !bad && !section.heading.starts_with("Good") {
                continue;
            }
            let found = findings(rule, &section.files);
            let expected = expected(rule, &section.files);
            if bad && expected.is_empty() {
                wrong.push(format!("{}: `{}` marks no line", rule.id, section.heading));
            }
            if found != expected {
                wrong.push(format!(
                    "{}: `{}`\n  marked:   {expected:?}\n  reported: {found:?}",
                    rule.id, section.heading
                ));
            }
        }
        wrong.extend(fixes(rule, &sections));
        for wanted in ["Bad", "Good"] {
            if !sections.iter().any(|section| section.heading.starts_with(wanted)) {
                wrong.push(format!("{}: the page has no `{wanted}` example", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_is_a_rule_and_keeps_the_policy() {
    let mut pages = BTreeSet::new();
    for group in fs::read_dir("rules")
        .unwrap()
        .map(Result::unwrap)
        .filter(|it| it.path().is_dir() && it.file_name() != "checklists")
    {
        for page in fs::read_dir(group.path()).unwrap().map(Result::unwrap) {
            let name = page.file_name().into_string().unwrap();
            let name = name.strip_suffix(".md").expect("only pages").replace('_', "-");
            pages.insert(format!("{}/{name}", group.file_name().to_str().unwrap()));
        }
    }
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(pages, rules, "rules/ and src/rules/ differ");
    assert_eq!(rules.len(), RULES.len(), "two rules of one id");
    let tools = tools();
    for rule in RULES.iter() {
        let id = rule.id;
        assert!(!rule.title.ends_with('.') && rule.title.len() < 80, "{id}: a short title");
        assert!(!rule.environments.is_empty(), "{id}: environments");
        for (tool, ids) in &rule.aliases {
            assert!(tools.contains(tool), "{id}: unknown tool `{tool}`");
            assert!(!ids.is_empty(), "{id}: no id of {tool}");
        }
        let (_, body) = rule.page[4..].split_once("\n---\n").expect("front matter");
        let prose = body.split("\n## ").next().unwrap().trim();
        assert!(prose.len() > 60 && prose.ends_with('.'), "{id}: the page says why, in sentences");
    }
}

const PEERS: [&str; 16] = [
    "kube-linter",
    "kube-score",
    "polaris",
    "kubescape",
    "trivy-checks",
    "checkov",
    "kics",
    "datree",
    "kubesec",
    "kubeconform",
    "hadolint",
    "buildkit",
    "tally",
    "compose-lint",
    "dclint",
    "gitleaks",
];

fn tools() -> BTreeSet<&'static str> {
    PEERS.into_iter().collect()
}

/// Where the fixes of the rule do not make of a bad example what the page says. A section `Fixed: x`
/// belongs to `Bad: x`, and is what all fixes of the rule, safe or not, make of it; a rule has a fix
/// if and only if its page shows one.
fn fixes(rule: &Rule, sections: &[Section]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut shown = false;
    for section in sections {
        let Some(of) = section.heading.strip_prefix("Fixed") else { continue };
        shown = true;
        let bad = sections.iter().find(|section| section.heading.strip_prefix("Bad") == Some(of));
        let Some(bad) = bad else {
            wrong.push(format!("{}: `{}` has no bad example", rule.id, section.heading));
            continue;
        };
        let files =
            Files::in_memory(bad.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let settings: Vec<_> =
            std::iter::repeat_n(Arc::new(only(rule, &bad.files)), files.len()).collect();
        let fixed = common::fixed(files, &settings);
        for (path, reason) in &fixed.refused {
            wrong.push(format!("{}: `{}`: {path}: {reason}", rule.id, section.heading));
        }
        for (path, ..) in &fixed.useless {
            wrong.push(format!("{}: `{}`: {path}: no use", rule.id, section.heading));
        }
        for (path, expected) in &section.files {
            let source =
                (0..fixed.files.len()).filter_map(|index| fixed.files.source(FileId::new(index)));
            let text = source
                .filter(|source| source.path() == path)
                .map(|source| source.text().to_string())
                .next();
            if text.as_deref() != Some(expected) {
                let text = text.unwrap_or_default();
                wrong.push(format!(
                    "{}: `{}` is not what the fix makes of it:\n{text}",
                    rule.id, section.heading
                ));
            }
        }
        if fixed.changed.iter().flat_map(|changed| &changed.applied).any(|applied| {
            rule.fix == Some(Applicability::Safe) && applied.applicability == Applicability::Unsafe
        }) && !section.heading.contains("by a look")
        {
            wrong.push(format!("{}: the page says that the fix is safe", rule.id));
        }
    }
    if shown != rule.fix.is_some() {
        wrong
            .push(format!("{}: a fix in the metadata, if and only if the page shows one", rule.id));
    }
    wrong
}

/// The settings under which the rule runs, and what it needs to be trusted. A file `agentcheck.toml`
/// of the example configures it.
fn only(rule: &Rule, files: &[(String, String)]) -> Settings {
    let environment =
        *rule.environments.iter().max().expect("a rule makes sense in some environment");
    let mut settings = match files.iter().find(|(path, _)| path == FILE_NAME) {
        Some((path, text)) => {
            let config = Config::parse(path, text).expect("a configuration");
            let flags = Flags { environment: Some(environment), ..Flags::default() };
            Settings::clone(&config.with(flags).expect("flags").settings("example.yaml"))
        }
        None => Settings::of(Profile::Optional, environment),
    };
    // The examples are of that day.
    settings.today = date(2026, 11, 21);
    for (other, settings) in RULES.iter().zip(&mut settings.rules) {
        settings.enabled = other.id == rule.id || other.group() == "syntax";
    }
    settings
}

/// The file and line of every finding of the rule.
fn findings(rule: &Rule, texts: &[(String, String)]) -> Vec<(String, usize)> {
    let files = Files::in_memory(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let settings = only(rule, texts);
    let settings: Vec<_> = std::iter::repeat_n(Arc::new(settings), files.len()).collect();
    let found = check(&files, &settings);
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    let mut at = Vec::new();
    for found in found.diagnostics {
        let source = files.source(found.place.file).expect("a file of the run");
        let line = source.position(found.place.span.start).line;
        if found.rule == rule.id {
            at.push((source.path().to_owned(), line));
        } else if rule.group() != "syntax" {
            panic!("{}: an example does not parse: {} at line {line}", rule.id, found.message);
        }
    }
    at.sort();
    at
}

/// The file and line of every `expect: <rule>`. A comment that says nothing else marks the line below
/// it, since in a Dockerfile there is no other kind.
fn expected(rule: &Rule, files: &[(String, String)]) -> Vec<(String, usize)> {
    let name = rule.id.split_once('/').expect("group/name").1;
    let mut at = Vec::new();
    for (path, text) in files {
        let mut pending = 0;
        for (line, number) in text.lines().zip(1..) {
            let marks = line.split("expect: ").nth(1).unwrap_or_default();
            let times = marks.split([',', ' ']).filter(|mark| *mark == name).count();
            let is_mark =
                ["# expect: ", "// expect: "].iter().any(|it| line.trim_start().starts_with(it));
            // Other comments between a mark and its line are passed over.
            let is_comment = line.trim_start().starts_with(['#', '/']) && times == 0 && pending > 0;
            pending += times;
            if !is_mark && !is_comment {
                at.extend(std::iter::repeat_n((path.clone(), number), pending));
                pending = 0;
            }
        }
        assert_eq!(pending, 0, "{}: a mark at the end of `{path}` marks no line", rule.id);
    }
    at.sort();
    at
}

/// The fenced files under each heading of a page.
fn sections(page: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push(Section { heading: heading.into(), files: vec![] });
        }
        if let Some(info) = line.strip_prefix("```") {
            let text: String = lines
                .by_ref()
                .take_while(|line| *line != "```")
                .flat_map(|line| [line, "\n"])
                .collect();
            if let (Some(path), Some(section)) = (info.split(' ').nth(1), sections.last_mut()) {
                section.files.push((path.to_owned(), text));
            }
        }
    }
    sections
}
