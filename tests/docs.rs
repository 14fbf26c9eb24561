//! The guide tells the truth: its links lead somewhere, its commands run, and it is complete. That its
//! configurations are valid is in `tests/schemas.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common;
use agentcheck::rules::RULES;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Markdown file below a folder, relative to the repository.
fn pages_below(folder: &str) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap().map(Result::unwrap) {
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// What the guide consists of, besides the pages of rules.
fn guide() -> Vec<PathBuf> {
    let mut pages = pages_below("docs");
    pages.extend(["README.md", "CHANGELOG.md"].map(PathBuf::from));
    pages
}

fn read(page: &Path) -> String {
    let text = fs::read_to_string(root().join(page)).unwrap();
    match text.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n")) {
        Some((_, body)) => body.to_owned(),
        None => text,
    }
}

fn events(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

fn links(text: &str) -> Vec<String> {
    let links = events(text).filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            Some(dest_url.to_string())
        }
        _ => None,
    });
    links.collect()
}

/// The anchors of a page's headings, as code hosts make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut heading: Option<String> = None;
    for event in events(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
                let heading = heading.take().unwrap().to_lowercase();
                let anchor: String = heading.chars().filter(kept).collect();
                let anchor = anchor.replace(' ', "-");
                let again = seen.entry(anchor.clone()).or_default();
                anchors.insert(if *again == 0 { anchor } else { format!("{anchor}-{again}") });
                *again += 1;
            }
            _ => {}
        }
    }
    anchors
}

/// The fenced blocks of a page: language, what follows it, text.
fn blocks(text: &str) -> Vec<(String, String, String)> {
    let mut blocks = Vec::new();
    let mut open = None;
    for event in events(text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let (language, rest) = info.split_once(' ').unwrap_or((&info, ""));
                open = Some((language.to_owned(), rest.to_owned(), String::new()));
            }
            Event::Text(text) => {
                if let Some((_, _, block)) = &mut open {
                    block.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    let mut followed = 0;
    for page in guide().into_iter().chain(pages_below("rules")).chain(pages_below("fixtures")) {
        let text = read(&page);
        for link in links(&text).iter().filter(|link| !link.contains("://")) {
            followed += 1;
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() {
                root().join(&page)
            } else {
                root().join(page.parent().unwrap()).join(path)
            };
            // The place of the rules' chapters, which are made when the book is built.
            if page.ends_with("SUMMARY.md") && link.is_empty() {
                continue;
            }
            let exists = target.exists()
                && target.canonicalize().unwrap().starts_with(root().canonicalize().unwrap());
            let has_anchor = anchor.is_empty()
                || exists
                    && fs::read_to_string(&target)
                        .is_ok_and(|text| anchors(&text).contains(anchor));
            if !(exists && has_anchor) {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(followed > 50, "only {followed} links were found");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_summary_and_the_index_list_every_page() {
    let summary = links(&read(Path::new("docs/SUMMARY.md")));
    let index = links(&read(Path::new("docs/README.md")));
    for page in pages_below("docs") {
        let page = page.strip_prefix("docs").unwrap().to_str().unwrap().to_owned();
        if page == "SUMMARY.md" {
            continue;
        }
        let times = summary.iter().filter(|link| **link == page).count();
        assert_eq!(times, 1, "docs/SUMMARY.md lists {page} {times} times");
        let listed = page == "README.md" || index.contains(&page);
        assert!(listed, "docs/README.md does not list {page}");
    }
}

#[test]
fn the_ids_of_every_tool_are_asked_for() {
    let text = read(Path::new("docs/coming-from.md"));
    let asked =
        text.lines().filter_map(|line| line.strip_prefix("<!-- ids: ")?.strip_suffix(" -->"));
    let known: BTreeSet<&str> =
        RULES.iter().flat_map(|rule| &rule.aliases).map(|(tool, _)| *tool).collect();
    assert_eq!(asked.collect::<BTreeSet<_>>(), known);
}

/// The commands of agentcheck in a block for a shell, without what they are piped from.
fn commands(block: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for line in block.replace("\\\n", " ").lines() {
        let line = line.split(" #").next().unwrap_or(line);
        let parts = line.split("||").next().unwrap_or(line).split('|').map(str::trim);
        commands.extend(parts.filter(|part| part.starts_with("agentcheck ")).map(str::to_owned));
    }
    commands
}

/// A copy of the example, as a branch of a repository whose main branch is known.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let script = "cp -R \"$0\"/. . && git init --quiet && git add . && \
         git -c user.name=acme -c user.email=dev@acme.test -c commit.gpgsign=false \
             commit --quiet --message all && \
         git update-ref refs/remotes/origin/main HEAD";
    let made = Command::new("sh")
        .args(["-c", script])
        .arg(root().join("fixtures/not-ready"))
        .current_dir(folder.path())
        .status();
    assert!(made.unwrap().success());
    folder
}

#[test]
fn the_ignores_of_the_guide_ignore_something() {
    let page = read(Path::new("docs/suppressions.md"));
    let blocks = blocks(&page);
    let yaml: Vec<_> = blocks.iter().filter(|(language, ..)| language == "yaml").collect();
    let pod = format!("apiVersion: v1\nkind: Pod\n{}", yaml[0].2);
    let workload = "apiVersion: apps/v1\nkind: Deployment\n";
    let spec = "  name: web\nspec: {replicas: 1, template: {spec: {containers: [{name: a}]}}}\n";
    let deployment = format!("{workload}{}{spec}", yaml[1].2);
    for (text, rules, count) in [
        (pod, "k8s/cpu-limit-missing,k8s/memory-limit-missing,k8s/image-tag-mutable", 3),
        (deployment, "k8s/replicas-too-few,k8s/cpu-limit-missing", 2),
    ] {
        let here = common::folder(&[("a.yaml", &text)]);
        let rules = format!("{rules},syntax/unused-ignore");
        let (_, report) = common::lint_json(here.path(), &["--select", &rules]);
        let (all, counts) = (&report["diagnostics"], &report["summary"]);
        assert_eq!(counts["suppressed"], count, "{text}{all:#}");
        assert_eq!(all.as_array().unwrap().len(), count, "{text}{all:#}");
    }
}

#[test]
fn every_command_runs() {
    let mut ran = 0;
    let mut wrong = Vec::new();
    let manifest = root().join("fixtures/not-ready/deploy/agent.yaml");
    let binary = Path::new(env!("CARGO_BIN_EXE_agentcheck")).parent().unwrap().to_owned();
    let others = std::env::var_os("PATH").unwrap_or_default();
    let path = [binary].into_iter().chain(std::env::split_paths(&others));
    let path = std::env::join_paths(path).unwrap();
    for page in guide() {
        let blocks = blocks(&read(&page)).into_iter();
        let shell = blocks.filter(|(language, ..)| ["sh", "console"].contains(&language.as_str()));
        let commands: Vec<_> = shell.flat_map(|(_, _, text)| commands(&text)).collect();
        // A page tells a story: what one command writes, a later one may read.
        let project = project();
        let home = tempfile::tempdir().unwrap();
        for folder in
            [".local/share/bash-completion/completions", ".config/fish/completions", ".zfunc"]
        {
            fs::create_dir_all(home.path().join(folder)).unwrap();
        }
        for command in &commands {
            let output = Command::new("sh")
                .args(["-c", command])
                .current_dir(project.path())
                .env("PATH", &path)
                .env("HOME", home.path())
                .stdin(fs::File::open(&manifest).unwrap())
                .output()
                .unwrap();
            ran += 1;
            if !matches!(output.status.code(), Some(0 | 1)) {
                let said = String::from_utf8_lossy(&output.stderr);
                wrong.push(format!("{}: `{command}`: {said}", page.display()));
            }
        }
    }
    assert!(ran >= 15, "only {ran} commands were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
