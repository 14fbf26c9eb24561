//! What `agentcheck explain --repository` says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use crate::common::{agentcheck, folder, told};
use serde_json::Value;

const FILES: [(&str, &str); 7] = [
    ("README.md", "# Desk\n"),
    (".gitignore", ".env\n"),
    ("requirements.txt", "fastapi==0.116.0\naiohttp-retry==2.9.1\n"),
    ("Dockerfile", "FROM python:3.13-slim\nUSER 1001\nCMD [\"python\", \"-m\", \"desk\"]\n"),
    ("desk/main.py", "import signal\n\nsignal.signal(signal.SIGTERM, stop)\n"),
    (
        ".github/dependabot.yml",
        "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    schedule: {interval: weekly}\n",
    ),
    (
        ".github/workflows/ci.yml",
        "on: [pull_request]\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n      - run: pytest\n",
    ),
];

#[test]
fn what_is_known_of_a_repository_is_told_with_its_places() {
    let folder = folder(&FILES);
    let run = |arguments: &[&str]| {
        let mut command = agentcheck(folder.path());
        let output = command.args(["explain", "--repository"]).args(arguments).output().unwrap();
        let (code, out, err) = told(&output);
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        out
    };
    let out = run(&[]);
    for line in [
        "runs tests  .github/workflows/ci.yml:7",
        "updated by Dependabot (.github/dependabot.yml:4)  requirements.txt:1",
        "updated by nobody  Dockerfile:1",
        "retries with pauses that grow: aiohttp-retry  requirements.txt:2",
        "graceful shutdown: a handler of SIGTERM  desk/main.py:3",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    let json: Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    assert_eq!(json["version"], 1);
    let repository = &json["repositories"][0];
    assert_eq!(repository["signals"][1]["kind"], "retry");
    let ecosystems = repository["ecosystems"].as_array().unwrap().iter();
    let updated: Vec<_> = ecosystems
        .map(|it| {
            (it["ecosystem"].as_str().unwrap(), it["manifests"][0]["updated"].as_str().unwrap())
        })
        .collect();
    assert_eq!(updated, [("github-actions", "no"), ("docker", "no"), ("pip", "yes")]);
}

#[test]
fn a_folder_that_is_no_repository_says_so() {
    let folder = folder(&[("a.txt", "a\n")]);
    let output = agentcheck(folder.path()).args(["explain", "--repository"]).output().unwrap();
    let (code, out, _) = told(&output);
    assert_eq!((code, out.as_str()), (0, "nothing here looks like a repository\n"));
}

#[test]
fn a_rule_and_a_repository_are_not_asked_for_at_once() {
    let folder = folder(&FILES);
    let run = |arguments: &[&str]| {
        told(&agentcheck(folder.path()).arg("explain").args(arguments).output().unwrap()).0
    };
    assert_eq!(run(&["k8s/naked-pod", "--repository"]), 2);
    assert_eq!(run(&["--images", "--repository"]), 2);
    assert_eq!(run(&[]), 2);
}
