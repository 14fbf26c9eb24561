//! What a project must not bring about: that anything outside of it is read, and that anything in it
//! reaches a terminal, a page or another program as more than text.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser};

use crate::common::{agentcheck, folder, git, told, write};

const LINT: [&str; 9] =
    ["full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown"];
const CHECKLIST: [&str; 4] = ["text", "json", "markdown", "html"];

/// Everything that commands tell of a project: what was asked, and both streams.
fn everything(folder: &Path) -> Vec<(String, String, String)> {
    let mut asked: Vec<Vec<&str>> = Vec::new();
    for format in LINT {
        let strict = ["lint", "--verbose", "--profile", "strict", "--show-suppressed", "--format"];
        asked.push([&strict[..], &[format]].concat());
    }
    for format in CHECKLIST {
        asked.push(vec!["checklist", "--verbose", "--format", format]);
    }
    for format in ["text", "json"] {
        asked.push(vec!["explain", "--format", format, "--images"]);
        asked.push(vec!["explain", "--format", format, "--repository"]);
    }
    asked.push(vec!["lint", "--statistics", "--profile", "strict"]);
    asked.push(vec!["lint", "--diff", "--unsafe-fixes", "--profile", "strict"]);
    asked.push(vec!["init", "--dry-run"]);
    let tell = |arguments: Vec<&str>| {
        let (_, out, err) = told(&agentcheck(folder).args(&arguments).output().unwrap());
        (arguments.join(" "), out, err)
    };
    asked.into_iter().map(tell).collect()
}

const KEY: &str = concat!("AKIA", "Q3EGRZT7WNCJ5XHD");

const OUTSIDE: [(&str, &str); 7] = [
    ("outside/.env", concat!("OUTSIDE_MARK=1\nAWS_ACCESS_KEY_ID=AKIA", "Q3EGRZT7WNCJ5XHD\n")),
    ("outside/Dockerfile", "FROM outside-mark\nRUN curl outside-mark | sh\n"),
    ("outside/base/kustomization.yaml", "resources: [pod.yaml]\n"),
    (
        "outside/base/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: outside-mark}\nspec:\n  containers:\n  - {name: a, image: outside-mark}\n",
    ),
    ("outside/compose.yaml", "services: {outside-mark: {image: outside-mark, privileged: true}}\n"),
    ("outside/notes.md", "# Outside mark\n"),
    ("outside/secret.txt", "outside-mark = [ # not what this is for\n"),
];

const INSIDE: [(&str, &str); 5] = [
    (
        "repo/deploy/kustomization.yaml",
        "resources: [../../outside/base, pod.yaml]\npatches: [{path: ../../outside/base/pod.yaml}]\n",
    ),
    (
        "repo/deploy/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: a, image: web}\n",
    ),
    (
        "repo/compose.yaml",
        "include: [../outside/compose.yaml]\nservices:\n  web:\n    env_file: ../outside/.env\n    build: {context: ../outside, dockerfile: Dockerfile}\n    extends: {file: ../outside/compose.yaml, service: outside-mark}\n",
    ),
    ("repo/Dockerfile", "FROM scratch\nCOPY ../outside /\n"),
    (
        "repo/agentcheck.toml",
        "[[evidence]]\nitem = \"paladin/testing/load\"\nby = \"ops\"\non = \"2026-11-01\"\nlink = \"../outside/notes.md#nothing\"\n",
    ),
];

#[test]
fn nothing_outside_is_read() {
    let here = folder(&[&OUTSIDE[..], &INSIDE[..]].concat());
    let at = |name: &str| here.path().join("repo").join(name);
    symlink("../outside", at("linked")).unwrap();
    symlink("../outside/.env", at(".env")).unwrap();
    symlink("../outside/Dockerfile", at("api.Dockerfile")).unwrap();
    symlink("../outside/compose.yaml", at("compose.override.yaml")).unwrap();
    symlink("../outside/secret.txt", at("notes.txt")).unwrap();
    symlink("../outside/secret.txt", at("Dockerfile.dockerignore")).unwrap();
    symlink("../outside/notes.md", at("README.md")).unwrap();
    fs::write(at(".git"), "gitdir: ../outside\n").unwrap();
    for (asked, out, err) in everything(&here.path().join("repo")) {
        let told = format!("{out}\n{err}").to_ascii_lowercase();
        assert!(
            !told.contains("outside mark") && !told.contains("outside_mark"),
            "{asked}: {told}"
        );
        assert!(!told.contains(&KEY.to_ascii_lowercase()), "{asked}: {told}");
        // The files of the project name it, and may be quoted.
        let quoted = told.replace("service: outside-mark", "");
        assert!(!quoted.contains("outside-mark"), "{asked}: {told}");
    }
    // A companion of a file that is named is a part of it, unless it leads away.
    let output = agentcheck(&at("")).args(["lint", "Dockerfile", "--format", "full"]).output();
    let (_, out, err) = told(&output.unwrap());
    assert!(!format!("{out}{err}").contains("outside-mark"), "{out}{err}");
}

#[test]
fn a_configuration_that_leads_away_is_not_read() {
    let here = folder(&[&OUTSIDE[..], &INSIDE[..4]].concat());
    let config = here.path().join("repo/agentcheck.toml");
    symlink("../outside/secret.txt", &config).unwrap();
    let run = |arguments: &[&str]| {
        let repo = here.path().join("repo");
        told(&agentcheck(&repo).arg("lint").args(arguments).output().unwrap())
    };
    let (code, out, err) = run(&[]);
    assert!(code == 2 && !err.contains("outside-mark"), "{out}{err}");
    assert!(err.contains("leads out of the project") && err.contains("--config"), "{err}");
    // Whoever names it means it.
    let (code, _, err) = run(&["--config", "agentcheck.toml"]);
    assert!(code == 2 && err.contains("outside-mark"), "{err}");
    // A link within the project is as good as a file.
    fs::remove_file(&config).unwrap();
    write(here.path(), "repo/ci/agentcheck.toml", "ignore = [\"all\"]\n");
    symlink("ci/agentcheck.toml", &config).unwrap();
    fs::create_dir(here.path().join("repo/.git")).unwrap();
    let (code, out, err) = run(&[]);
    assert!(out.contains("no problems found"), "{code} {out}{err}");
}

/// What moves a cursor, forges a line, turns the direction, or is code to whoever shows it.
const EVIL: &str = "a\u{1b}[2J\u{9b}1m\u{202e}b\n::error::forged\r\nc\u{2066}<script>alert(1)</script>\
                    <img src=x onerror=y>`$(id)`]]>--&@all\"'\u{7}";

/// Characters that do something.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c)
}

#[test]
fn a_hostile_project_is_text_in_every_format() {
    let evil = serde_json::to_string(EVIL).unwrap();
    // The name of a file holds no slash.
    let name = EVIL.replace('/', "");
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {evil}, namespace: {evil}, labels: {{{evil}: {evil}}}}}\n\
         spec:\n  serviceAccountName: {evil}\n  containers:\n  - name: {evil}\n    image: {evil}\n    \
         env: [{{name: {evil}, value: {evil}}}]\n    command: [sh, -c, {evil}]\n  - {{name: b, image: b, {evil}: 1}}\n"
    );
    let compose = format!(
        "services:\n  {evil}:\n    image: {evil}\n    privileged: true\n    environment: {{{evil}: {evil}}}\n    \
         depends_on: [{evil}]\n    {evil}: 1\n"
    );
    let dockerfile = "FROM a\u{1b}[2J\u{202e}<script>alert(1)</script>:latest AS \u{202e}x\nRUN \u{1b}[2J\u{9b}x\nFOO\u{1b} \u{202e}\n";
    let agent = format!("[agent]\nname = {evil}\n{evil} = 1\n[agent.tools.{evil}]\nurl = {evil}\n");
    let mcp = format!(
        "{{\"mcpServers\": {{{evil}: {{\"command\": {evil}, \"args\": [{evil}], \"env\": {{{evil}: {evil}}}}}}}}}"
    );
    let ignore =
        format!("# agentcheck: ignore[{}] {}\n", "k8s/\u{1b}x", EVIL.replace(['\n', '\r'], ""));
    let broken = format!("{ignore}apiVersion: v1\nkind: Pod\nmetadata: [{evil}\n");
    let config = format!("fail-on = \"never\"\n[images]\n{evil} = {evil}\n");
    let here = folder(&[
        (&format!("{name}/pod.yaml"), &pod),
        (&format!("{name}/{name}.yaml"), &broken),
        ("compose.yaml", &compose),
        ("Dockerfile", dockerfile),
        ("agent.toml", &agent),
        (".mcp.json", &mcp),
        ("agentcheck.toml", &config),
        (
            ".github/workflows/ci.yml",
            &format!(
                "name: {evil}\non: [push, {evil}]\njobs:\n  {evil}:\n    runs-on: {evil}\n    steps: [{{uses: {evil}, run: {evil}, name: {evil}}}]\n"
            ),
        ),
        ("requirements.txt", &format!("{}==1\nrequests\n", name.replace(['\n', '\r'], ""))),
    ]);
    git(here.path(), &["init", "--quiet", "--initial-branch=\u{202e}<script>alert(1)<script>"]);
    git(here.path(), &["add", "."]);
    git(here.path(), &["commit", "--quiet", "-m", "x"]);
    for (asked, out, err) in everything(here.path()) {
        assert_harmless(&asked, &out);
        assert_harmless(&format!("{asked}, on standard error"), &err);
        if asked.ends_with("junit") {
            let xml = roxmltree::Document::parse(&out).unwrap_or_else(|it| panic!("{it}: {out}"));
            assert!(xml.descendants().all(|node| !node.has_tag_name("script")));
        }
        if asked.starts_with("lint")
            && ["json", "sarif", "gitlab"].iter().any(|it| asked.ends_with(it))
        {
            let value: Result<serde_json::Value, _> = serde_json::from_str(&out);
            assert!(value.is_ok(), "{asked}: {out}");
        }
    }
}

/// The messages of errors, too, quote what stands on the command line, in the configuration and in
/// what git says.
#[test]
fn hostile_errors_are_text() {
    let evil = serde_json::to_string(EVIL).unwrap();
    let here = folder(&[
        ("wrong.toml", &format!("[rules.{evil}]\nx = 1\n[images]\n{evil} = 1\n{evil} = {evil}\n")),
        (
            "unknown.toml",
            &format!("select = [{evil}]\n[[override]]\npaths = [{evil}]\nignore = [{evil}]\n"),
        ),
        (
            "broken.toml",
            &format!("a = {}\u{202e}\u{9b}2J\u{1b}[2J", EVIL.replace(['\n', '\r'], "")),
        ),
        ("base.json", "\u{1b}[2J\u{202e}"),
        ("a.yaml", "a: b\n"),
    ]);
    git(here.path(), &["init", "--quiet"]);
    for arguments in [
        &["lint", "--config", "wrong.toml"][..],
        &["lint", "--config", "unknown.toml"],
        &["lint", "--config", "broken.toml"],
        &["lint", "--config", EVIL],
        &["lint", "--baseline", "base.json"],
        &["lint", "--baseline", EVIL],
        &["lint", "--changed-since", EVIL],
        &["lint", "--select", EVIL],
        &["lint", "--exclude", "\u{1b}[2J{\u{202e}"],
        &["lint", EVIL],
        &["lint", "--output", "json:no\u{1b}[2J\u{202e}/x"],
        &["checklist", "--compare", "base.json"],
        &["explain", EVIL],
        &["init", EVIL],
    ] {
        let (code, out, err) = told(&agentcheck(here.path()).args(arguments).output().unwrap());
        assert_eq!(code, 2, "{arguments:?}: {out}{err}");
        assert_harmless(&arguments.join(" "), &format!("{out}{err}"));
    }
}

fn assert_harmless(asked: &str, told: &str) {
    let shown = told.escape_debug();
    if let Some(acting) = told.chars().find(|c| acts(*c)) {
        let at = told.find(acting).unwrap_or_default();
        let around: String =
            told.chars().skip(told[..at].chars().count().saturating_sub(80)).take(160).collect();
        panic!("{asked}: {acting:?} in {around:?}");
    }
    assert!(!told.lines().any(|line| line.starts_with("::error::")), "{asked}: {shown}");
    let is_tag = |text: &str| text.contains("<script>alert") || text.contains("<img src");
    if asked.ends_with("html") {
        assert!(!is_tag(told), "{asked}: {shown}");
    }
    if asked.ends_with("markdown") {
        let raw = |event: &Event<'_>| match event {
            Event::Html(text) | Event::InlineHtml(text) => is_tag(text),
            _ => false,
        };
        let found = Parser::new_ext(told, Options::ENABLE_TABLES).find(raw);
        assert!(found.is_none(), "{asked}: {found:?} in {shown}");
    }
}
