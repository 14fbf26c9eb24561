//! `--changed-since`, through the command line, in repositories that `git` makes here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::{self, folder, git, lint, lint_json, read, write};
use tempfile::TempDir;

const LATEST: &str = "FROM debian:latest\nRUN true\nUSER 1000\nCMD [\"x\"]\n";

/// Two containers, one of which has a memory limit.
const DEPLOY: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: api
          image: example.org/api:1.2
          resources:
            limits:
              memory: 64Mi
        - name: sidecar
          image: example.org/sidecar:1.2
";

const LIMITS: &str = "          resources:\n            limits:\n              memory: 64Mi\n";

const RULES: &str = "docker/image-tag-latest,docker/user-missing,k8s/memory-limit-missing,\
    k8s/service-dangling,syntax/yaml-invalid";

/// A repository with a commit of these files, which the tag `v1` names; nothing without git.
fn repository(files: &[(&str, &str)]) -> Option<TempDir> {
    let here = common::repository(files)?;
    commit(here.path());
    git(here.path(), &["tag", "v1"]);
    Some(here)
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--allow-empty", "-m", "x"]);
}

fn run(folder: &Path, since: &str, more: &[&str]) -> (i32, String, String) {
    lint(folder, &[&["--select", RULES, "--changed-since", since], more].concat())
}

/// Where the findings are that touch the change, and how many do not.
fn touched(folder: &Path, since: &str) -> (Vec<String>, u64) {
    let arguments = ["--select", RULES, "--fail-on", "note", "--changed-since", since];
    let (code, report) = lint_json(folder, &arguments);
    let found = report["diagnostics"].as_array().unwrap().iter();
    let places: Vec<_> = found
        .map(|found| {
            let file = found["file"].as_str().unwrap();
            format!("{file}:{}", found["range"]["start"]["line"])
        })
        .collect();
    assert_eq!(code, i32::from(!places.is_empty()));
    (places, report["summary"]["outside_change"].as_u64().unwrap())
}

fn places(places: &[&str], outside: u64) -> (Vec<String>, u64) {
    (places.iter().map(|&place| place.to_owned()).collect(), outside)
}

#[test]
fn staged_unstaged_and_untracked_changes_count() {
    let Some(here) = repository(&[("Dockerfile", LATEST), ("deploy.yaml", DEPLOY)]) else { return };
    let here = here.path();
    assert_eq!(touched(here, "HEAD"), places(&[], 2));
    let (code, out, _) = run(here, "v1", &[]);
    assert_eq!(code, 0);
    assert!(out.contains("no problems found") && out.contains("2 findings lie outside"), "{out}");
    assert!(out.contains("; what it breaks elsewhere is among them"), "{out}");
    write(here, "Dockerfile", &LATEST.replace("debian", "ubuntu"));
    assert_eq!(touched(here, "v1"), places(&["Dockerfile:1"], 1), "unstaged");
    git(here, &["add", "--all"]);
    assert_eq!(touched(here, "v1"), places(&["Dockerfile:1"], 1), "staged");
    commit(here);
    assert_eq!(touched(here, "v1"), places(&["Dockerfile:1"], 1), "committed");
    assert_eq!(touched(here, "HEAD~1"), places(&["Dockerfile:1"], 1));
    assert_eq!(touched(here, "HEAD"), places(&[], 2));
    write(here, "new/Dockerfile", LATEST);
    assert_eq!(touched(here, "HEAD"), places(&["new/Dockerfile:1"], 2), "untracked");
}

#[test]
fn what_lost_a_line_has_changed() {
    let Some(here) = repository(&[("Dockerfile", LATEST), ("deploy.yaml", DEPLOY)]) else { return };
    let here = here.path();
    write(here, "deploy.yaml", &DEPLOY.replace(LIMITS, ""));
    assert_eq!(touched(here, "v1"), places(&["deploy.yaml:10"], 2), "inside of the container");
    write(
        here,
        "deploy.yaml",
        &DEPLOY.replace("1.2\n          resources", "1.3\n          resources"),
    );
    assert_eq!(touched(here, "v1"), places(&[], 2), "a container that is complete");
    write(here, "deploy.yaml", &DEPLOY.replace("sidecar:1.2", "sidecar:1.3"));
    assert_eq!(touched(here, "v1"), places(&[], 2), "what is missing was missing before");
    write(here, "deploy.yaml", DEPLOY);
    write(here, "Dockerfile", &LATEST.replace("USER 1000\n", ""));
    let (found, _) = touched(here, "v1");
    assert!(found.iter().any(|place| place.starts_with("Dockerfile:")), "{found:?}");
}

#[test]
fn a_file_that_moved_is_not_new() {
    let Some(here) = repository(&[("a/deploy.yaml", DEPLOY)]) else { return };
    let here = here.path();
    fs::rename(here.join("a"), here.join("b")).unwrap();
    assert_eq!(touched(here, "v1"), places(&[], 1));
    write(here, "copy.yaml", DEPLOY);
    assert_eq!(touched(here, "v1"), places(&[], 2), "two from one that is gone");
    write(here, "a/deploy.yaml", DEPLOY);
    assert_eq!(touched(here, "v1"), places(&["b/deploy.yaml:15", "copy.yaml:15"], 1), "copies");
}

#[test]
fn three_dots_ask_for_the_merge_base() {
    let Some(here) = repository(&[("Dockerfile", LATEST), ("deploy.yaml", DEPLOY)]) else { return };
    let here = here.path();
    git(here, &["checkout", "--quiet", "-b", "topic"]);
    write(here, "deploy.yaml", &DEPLOY.replace("- name: sidecar", "- name: proxy"));
    commit(here);
    git(here, &["checkout", "--quiet", "main"]);
    write(here, "Dockerfile", "FROM debian:13.2\nUSER 1000\n");
    commit(here);
    git(here, &["checkout", "--quiet", "topic"]);
    let both = places(&["Dockerfile:1", "deploy.yaml:15"], 0);
    assert_eq!(touched(here, "main"), both, "main has another Dockerfile by now");
    assert_eq!(touched(here, "main..."), places(&["deploy.yaml:15"], 1));
    assert_eq!(touched(here, "main...topic"), places(&["deploy.yaml:15"], 1));
}

#[test]
fn line_endings_are_no_change() {
    let crlf = DEPLOY.replace('\n', "\r\n");
    let Some(here) = repository(&[("deploy.yaml", DEPLOY), ("crlf.yaml", &crlf)]) else { return };
    let here = here.path();
    write(here, "deploy.yaml", &crlf);
    write(here, "crlf.yaml", DEPLOY);
    assert_eq!(touched(here, "v1"), places(&[], 2));
    write(here, "deploy.yaml", &crlf.replace("sidecar", "proxy"));
    assert_eq!(touched(here, "v1"), places(&["deploy.yaml:15"], 1));
    fs::rename(here.join("deploy.yaml"), here.join("moved.yaml")).unwrap();
    write(here, "moved.yaml", &crlf);
    assert_eq!(touched(here, "v1"), places(&[], 2));
}

#[test]
fn a_file_that_moved_with_other_line_ends_is_not_new() {
    for [before, after] in [["\n", "\r\n"], ["\r\n", "\n"]] {
        let Some(here) = repository(&[("a.yaml", &DEPLOY.replace('\n', before))]) else { return };
        let here = here.path();
        fs::remove_file(here.join("a.yaml")).unwrap();
        write(here, "b.yaml", &DEPLOY.replace('\n', after));
        assert_eq!(touched(here, "v1"), places(&[], 1));
    }
}

#[test]
fn the_other_end_of_a_relation_counts() {
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n";
    let files = [("deploy.yaml", DEPLOY), ("service.yaml", service)];
    let Some(here) = repository(&files) else { return };
    let here = here.path();
    assert_eq!(touched(here, "v1"), places(&[], 1));
    write(here, "deploy.yaml", &DEPLOY.replace("{app: web}", "{app: webs}"));
    let (found, _) = touched(here, "v1");
    assert_eq!(found, ["service.yaml:5"], "the service is as it was");
}

#[test]
fn folders_below_and_submodules_do_not_matter() {
    let Some(inner) = repository(&[("Dockerfile", LATEST)]) else { return };
    let Some(here) = repository(&[("app/Dockerfile", LATEST)]) else { return };
    let (inner, here) = (inner.path(), here.path());
    let below = here.join("app");
    assert_eq!(touched(&below, "v1"), places(&[], 1));
    write(&below, "Dockerfile", &LATEST.replace("debian", "ubuntu"));
    assert_eq!(touched(&below, "v1"), places(&["Dockerfile:1"], 0));
    git(here, &["submodule", "--quiet", "add", inner.to_str().unwrap(), "sub"]);
    commit(here);
    let (found, _) = touched(here, "HEAD");
    assert_eq!(found, ["sub/Dockerfile:1"], "the repository has no text of it");
    assert_eq!(touched(&here.join("sub"), "v1"), places(&[], 1), "it has one of its own");
    git(here, &["worktree", "add", "--quiet", "--detach", "other"]);
    assert_eq!(touched(&here.join("other/app"), "HEAD"), places(&[], 1));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let Some(here) = repository(&[("Dockerfile", LATEST)]) else { return };
    let here = here.path();
    let fails = |folder: &Path, since: &str| {
        let (code, out, err) = run(folder, since, &[]);
        assert_eq!((code, out.as_str()), (2, ""), "{since}: {err}");
        assert!(!err.contains("panicked") && !err.contains("internal error"), "{err}");
        err
    };
    let err = fails(here, "no-such-branch");
    assert!(err.contains("git knows no revision `no-such-branch` here"), "{err}");
    assert!(err.contains("`origin/main`"), "{err}");
    assert!(fails(here, "v1..main").contains("`REV...`"));
    for odd in
        ["", "HEAD~9", "v1^{blob}", ":/no-such-message", "HEAD:Dockerfile", "@{u}", "^v1", "v1^@"]
    {
        fails(here, odd);
    }
    assert!(fails(here, "v1^{tree}").contains("is not one revision"), "it may be that of a folder");
    let first = Command::new("git").current_dir(here).args(["rev-parse", "v1"]).output().unwrap();
    let first = String::from_utf8(first.stdout).unwrap();
    commit(here);
    let shallow = folder(&[]);
    let url = format!("file://{}", here.display());
    git(shallow.path(), &["clone", "--quiet", "--depth=1", &url, "clone"]);
    let clone = shallow.path().join("clone");
    for since in ["HEAD~1", "v1", "v1...", first.trim()] {
        let err = fails(&clone, since);
        assert!(err.contains("fetch-depth: 0"), "{since}: {err}");
    }
    git(shallow.path(), &["clone", "--quiet", "--bare", &url, "bare"]);
    let bare = shallow.path().join("bare");
    write(&bare, "Dockerfile", LATEST);
    assert!(fails(&bare, "HEAD").contains("--changed-since needs a work tree"));
    let empty = folder(&[("Dockerfile", LATEST)]);
    assert!(fails(empty.path(), "HEAD").contains("--changed-since needs a git repository"));
    git(empty.path(), &["init", "--quiet"]);
    assert!(fails(empty.path(), "HEAD").contains("git knows no revision `HEAD` here"));
    write(empty.path(), ".git/HEAD", "\u{0}\n");
    fails(empty.path(), "HEAD");
}

#[test]
fn a_repository_cannot_make_anything_run() {
    let Some(here) = repository(&[("Dockerfile", LATEST), (".gitattributes", "* filter=x\n")])
    else {
        return;
    };
    let here = here.path();
    let ran = here.join("ran");
    let touch = format!("touch {}", ran.display());
    for key in ["filter.x.clean", "filter.x.smudge", "core.fsmonitor", "diff.external"] {
        git(here, &["config", key, &touch]);
    }
    git(here, &["config", "include.path", "/no/such/file"]);
    for hook in ["post-index-change", "fsmonitor-watchman", "post-checkout"] {
        write(here, &format!(".git/hooks/{hook}"), &format!("#!/bin/sh\n{touch}\n"));
    }
    // The configuration above would act on git itself, so nothing is committed from here on.
    fs::write(here.join("Dockerfile"), LATEST.replace("debian", "ubuntu")).unwrap();
    fs::remove_file(&ran).unwrap_or_default();
    assert_eq!(touched(here, "v1"), places(&["Dockerfile:1"], 0));
    assert!(!ran.exists());
}

#[test]
fn it_comes_after_everything_else() {
    let Some(here) = repository(&[("Dockerfile", LATEST), ("deploy.yaml", DEPLOY)]) else { return };
    let here = here.path();
    write(here, "Dockerfile", &LATEST.replace("debian", "ubuntu"));
    let (code, ..) = run(here, "v1", &["--write-baseline", "known.json"]);
    let known = read(here, "known.json");
    assert_eq!((code, known.matches("\"fingerprint\"").count()), (0, 2), "all are noted: {known}");
    let (code, out, _) = run(here, "v1", &["--baseline", "known.json"]);
    assert!(code == 0 && out.contains("1 in the baseline") && !out.contains("outside"), "{out}");
    // What lies outside is not fixed.
    let sidecar = DEPLOY.replace(LIMITS, "");
    write(here, "deploy.yaml", &sidecar);
    let (_, diff, _) = run(here, "v1", &["--unsafe-fixes", "--diff"]);
    assert_eq!(diff.matches("512Mi").count(), 1, "{diff}");
    let (_, out, err) = run(here, "v1", &["--unsafe-fixes"]);
    assert!(!err.contains("left as it is"), "{out}{err}");
    let fixed = read(here, "deploy.yaml");
    assert_eq!(fixed.matches("512Mi").count(), 1, "{fixed}");
    assert!(fixed.find("512Mi") < fixed.find("sidecar"), "{fixed}");
}

#[test]
fn standard_input_is_all_new() {
    let Some(here) = repository(&[("Dockerfile", LATEST)]) else { return };
    let arguments = ["-", "--select", RULES, "--changed-since", "v1", "-f", "concise"];
    let (code, out, _) = common::lint_text(here.path(), &arguments, LATEST);
    assert!(code == 1 && out.starts_with("<stdin>:1:6: "), "{out}");
}
