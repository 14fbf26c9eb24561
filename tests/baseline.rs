//! `--baseline` and `--write-baseline`, through the command line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::path::Path;

use crate::common::{folder, lint, lint_json, read, write};
use serde_json::Value;

const LATEST: &str = "FROM debian:latest\nUSER 1000\n";

/// One container without a memory limit.
const DEPLOY: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: api
          image: example.org/api:1.2
";

const SIDECAR: &str = "        - name: sidecar\n          image: example.org/sidecar:1.2\n";

const RULES: &str = "docker/image-tag-latest,k8s/memory-limit-missing,k8s/env-secret-literal,\
    syntax/unused-ignore,syntax/yaml-invalid";

const FILE: &str = "known.json";

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    lint(folder, &[&["--select", RULES], arguments].concat())
}

/// Notes everything that is found.
fn adopt(folder: &Path) {
    let (code, out, err) = run(folder, &["--write-baseline", FILE]);
    assert_eq!(code, 0, "{out}{err}");
}

fn entries(folder: &Path) -> Vec<Value> {
    let baseline: Value = serde_json::from_str(&read(folder, FILE)).unwrap();
    assert_eq!(baseline["version"], 1);
    baseline["findings"].as_array().unwrap().clone()
}

/// The files of the entries, in their order.
fn noted(folder: &Path) -> Vec<String> {
    entries(folder).iter().map(|entry| entry["file"].as_str().unwrap().to_owned()).collect()
}

/// The messages of the findings that count, and how many the baseline notes.
fn counted(folder: &Path, arguments: &[&str]) -> (i32, Vec<String>, u64) {
    let arguments = [&["--select", RULES, "--baseline", FILE], arguments].concat();
    let (code, report) = lint_json(folder, &arguments);
    let found = report["diagnostics"].as_array().unwrap().iter();
    let messages = found
        .filter(|found| found["suppressed"].is_null())
        .map(|found| found["message"].as_str().unwrap().to_owned())
        .collect();
    (code, messages, report["summary"]["baselined"].as_u64().unwrap())
}

#[test]
fn what_was_there_does_not_count_and_what_is_new_does() {
    let here = folder(&[("Dockerfile", LATEST), ("deploy.yaml", DEPLOY)]);
    let here = here.path();
    assert_eq!(run(here, &[]).0, 1);
    let (code, out, err) = run(here, &["--write-baseline", FILE]);
    assert!(code == 0 && out.contains("no problems found; 2 in the baseline"), "{out}");
    assert_eq!(err, format!("noted 2 findings in {FILE}\n"));

    assert_eq!(counted(here, &[]), (0, vec![], 2));
    write(here, "deploy.yaml", &format!("# moved\n\n{DEPLOY}{SIDECAR}"));
    let (code, new, known) = counted(here, &[]);
    assert_eq!((code, known), (1, 2));
    assert!(new.len() == 1 && new[0].contains("`sidecar`"), "{new:?}");

    let (_, out, _) = run(here, &["--baseline", FILE, "-f", "concise"]);
    assert_eq!(out.lines().filter(|line| line.contains("]: ")).count(), 0, "{out}");
    assert!(out.contains("1 warning; 1 fixable"), "{out}");
    assert!(out.contains("2 in the baseline (--show-suppressed lists them)"), "{out}");
    let (_, out, _) = run(here, &["--baseline", FILE, "-f", "concise", "--show-suppressed"]);
    assert_eq!(out.matches("(in the baseline)").count(), 2, "{out}");
}

#[test]
fn what_is_said_of_several_things_is_noted_of_each() {
    const ON: [&str; 2] = ["--select", "compose/memory-limit-missing,k8s/run-as-non-root"];
    let service = |name: &str, more: &str| format!("  {name}:\n    image: acme/{name}:1.2\n{more}");
    let (api, web) = (service("api", ""), service("web", ""));
    let here =
        folder(&[("compose.yaml", &format!("services:\n{api}{web}")), ("deploy.yaml", DEPLOY)]);
    let here = here.path();
    assert_eq!(lint(here, &[&ON[..], &["--write-baseline", FILE]].concat()).0, 0);
    assert_eq!(entries(here).len(), 2);
    let counted = |text: &str| {
        write(here, "compose.yaml", &format!("services:\n{text}"));
        let (_, report) = lint_json(here, &[&ON[..], &["--baseline", FILE]].concat());
        let found = report["diagnostics"].as_array().unwrap().clone();
        let open = found.iter().filter(|found| found["suppressed"].is_null());
        open.map(|found| found["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(counted(&format!("{api}{web}")), [""; 0]);
    assert_eq!(
        counted(&format!("{api}{web}{}", service("worker", ""))),
        ["compose services `api`, `web` and `worker` have no memory limit"]
    );
    // What is left of them is no news.
    assert_eq!(counted(&format!("{}{web}", service("api", "    mem_limit: 1g\n"))), [""; 0]);
    let sidecar = format!("{DEPLOY}{SIDECAR}");
    write(here, "deploy.yaml", &sidecar);
    assert_eq!(
        counted(&format!("{api}{web}")),
        ["2 containers of Deployment `web` may run as root"]
    );
}

#[test]
fn the_file_is_sorted_and_has_an_entry_a_line() {
    let second = DEPLOY.replace("web", "shop");
    let here = folder(&[("b.yaml", DEPLOY), ("a.yaml", &second), ("Dockerfile", LATEST)]);
    let here = here.path();
    adopt(here);
    assert_eq!(noted(here), ["Dockerfile", "a.yaml", "b.yaml"]);
    let text = read(here, FILE);
    assert_eq!(text.lines().filter(|line| line.starts_with("    {\"file\":")).count(), 3);
    assert_eq!(text.lines().count(), 3 + 5, "{text}");
    for entry in entries(here) {
        assert_eq!(entry["fingerprint"].as_str().unwrap().len(), 16);
        assert!(entry["rule"].as_str().unwrap().contains('/') && entry["message"].is_string());
    }
    let (code, ..) = run(here, &["--baseline", FILE, "--write-baseline", FILE]);
    assert_eq!((code, read(here, FILE)), (0, text), "writing it again changes nothing");

    let clean = folder(&[("Dockerfile", "FROM debian:13.2\nUSER 1000\n")]);
    adopt(clean.path());
    assert_eq!(entries(clean.path()), Vec::<Value>::new());
}

#[test]
fn a_baseline_that_cannot_be_used_ends_the_run() {
    let here = folder(&[("Dockerfile", LATEST)]);
    let here = here.path();
    let (code, out, err) = run(here, &["--baseline", FILE]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("there is no baseline `known.json`"), "{err}");
    assert!(err.contains("agentcheck lint --write-baseline known.json"), "{err}");
    for (text, why) in [
        ("{\"version\": 1,\n \"findings\": [{}]}", "missing field `file` at line 2"),
        ("{\"version\": 9}", "its version is 9"),
        ("not JSON", "expected"),
    ] {
        write(here, FILE, text);
        let (code, out, err) = run(here, &["--baseline", FILE]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("invalid baseline `known.json`") && err.contains(why), "{err}");
        assert_eq!(read(here, FILE), text, "it is left as it was");
    }
    assert_eq!(run(here, &["--write-baseline", "no/such/folder"]).0, 2);
    fs::remove_file(here.join(FILE)).unwrap();
    let (code, ..) = run(here, &["--baseline", FILE, "--write-baseline", FILE]);
    assert_eq!((code, entries(here).len()), (0, 1), "the first of many runs");
}

#[test]
fn what_a_comment_ignores_is_not_noted_and_no_secret_is() {
    let ignored = DEPLOY.replace("- name: api", "- name: api # agentcheck: ignore[k8s/] so");
    let secret = format!(
        "{DEPLOY}          env:\n            - {{name: DB_PASSWORD, value: hunter22-hunter22}}\n"
    );
    let here = folder(&[("a.yaml", &ignored), ("b.yaml", &secret)]);
    let here = here.path();
    adopt(here);
    let rules: Vec<_> = entries(here).iter().map(|entry| entry["rule"].clone()).collect();
    assert_eq!(rules, ["k8s/env-secret-literal", "k8s/memory-limit-missing"]);
    assert_eq!(noted(here), ["b.yaml", "b.yaml"]);
    assert!(!read(here, FILE).contains("hunt"), "{}", read(here, FILE));

    // A comment that comes later takes the finding over, which is not called fixed.
    let later = secret.replace("- name: api", "- name: api # agentcheck: ignore[k8s/] so");
    write(here, "b.yaml", &later);
    let (_, out, _) = run(here, &["--baseline", FILE, "--write-baseline", FILE]);
    assert!(out.contains("3 suppressed") && !out.contains("fixed"), "{out}");
    assert_eq!(noted(here), Vec::<String>::new());
}

#[test]
fn what_is_fixed_is_told_and_dropped() {
    let here =
        folder(&[("Dockerfile", LATEST), ("deploy.yaml", DEPLOY), ("old/Dockerfile", LATEST)]);
    let here = here.path();
    adopt(here);
    write(here, "Dockerfile", "FROM debian:13.2\nUSER 1000\n");
    fs::remove_file(here.join("old/Dockerfile")).unwrap();
    let (code, out, _) = run(here, &["--baseline", FILE]);
    assert_eq!(code, 0);
    assert!(out.contains("2 findings of the baseline are fixed (--verbose lists them"), "{out}");
    let (_, out, _) = run(here, &["--baseline", FILE, "--verbose"]);
    assert!(out.contains("\n  Dockerfile: docker/image-tag-latest: "), "{out}");
    assert!(out.contains("\n  old/Dockerfile: docker/image-tag-latest: "), "{out}");
    run(here, &["--baseline", FILE, "--write-baseline", FILE]);
    assert_eq!(noted(here), ["deploy.yaml"]);
    write(here, "Dockerfile", LATEST);
    assert_eq!(counted(here, &[]).0, 1, "it came back, so it counts");
}

#[test]
fn what_was_not_looked_at_is_not_gone() {
    let here = folder(&[("Dockerfile", LATEST), ("deploy.yaml", DEPLOY)]);
    let here = here.path();
    adopt(here);
    let all = ["Dockerfile", "deploy.yaml"];
    for scope in [
        &["deploy.yaml"][..],
        &["--exclude", "Dockerfile"],
        &["--ignore", "docker/"],
        &["--ignore", "k8s/"],
    ] {
        let both = ["--baseline", FILE, "--write-baseline", FILE];
        let (code, out, err) = run(here, &[&both, scope].concat());
        assert!(code == 0 && !out.contains("fixed"), "{scope:?}: {out}{err}");
        assert_eq!(noted(here), all, "{scope:?}");
    }
    let broken = DEPLOY.replace("metadata: {name: web}", "metadata: {name: web");
    write(here, "deploy.yaml", &broken);
    let (_, out, _) = run(here, &["--baseline", FILE]);
    assert!(out.contains("syntax/yaml-invalid") && !out.contains("fixed"), "{out}");
    // Named alone, a folder says nothing about what lies beside it.
    fs::create_dir(here.join("empty")).unwrap();
    fs::remove_file(here.join("Dockerfile")).unwrap();
    let (_, out, _) = run(here, &["--baseline", FILE, "empty", "--allow-empty"]);
    assert!(!out.contains("fixed"), "{out}");
}

#[test]
fn fixes_are_made_for_what_counts() {
    let here = folder(&[("deploy.yaml", DEPLOY)]);
    let here = here.path();
    adopt(here);
    let (code, ..) = run(here, &["--baseline", FILE, "--unsafe-fixes"]);
    assert_eq!((code, read(here, "deploy.yaml").as_str()), (0, DEPLOY));
    write(here, "deploy.yaml", &format!("{DEPLOY}{SIDECAR}"));
    let (_, diff, _) = run(here, &["--baseline", FILE, "--unsafe-fixes", "--diff"]);
    assert_eq!(diff.matches("512Mi").count(), 1, "{diff}");
    let (code, ..) = run(here, &["--baseline", FILE, "--unsafe-fixes"]);
    let fixed = read(here, "deploy.yaml");
    assert!(code == 0 && fixed.starts_with(DEPLOY), "{fixed}");
    assert_eq!(fixed.matches("512Mi").count(), 1, "{fixed}");
}

#[test]
fn an_ignore_that_a_baseline_notes_as_unused_is_left_alone() {
    let here = folder(&[(
        "Dockerfile",
        "# agentcheck: ignore[docker/image-tag-latest] why\nFROM debian:13.2\n",
    )]);
    adopt(here.path());
    assert_eq!(entries(here.path())[0]["rule"], "syntax/unused-ignore");
    assert_eq!(counted(here.path(), &["--fail-on", "note"]), (0, vec![], 1));
}

#[test]
fn every_format_knows_of_it() {
    let here = folder(&[("Dockerfile", LATEST), ("deploy.yaml", DEPLOY)]);
    let here = here.path();
    adopt(here);
    write(here, "deploy.yaml", &format!("{DEPLOY}{SIDECAR}"));
    let report = |format| run(here, &["--baseline", FILE, "--format", format, "--quiet"]).1;
    for format in ["github", "gitlab", "concise", "full"] {
        let text = report(format);
        assert!(text.contains("sidecar") && !text.contains("debian"), "{format}: {text}");
    }
    assert!(report("markdown").contains("1 fixable; 2 in the baseline"), "{}", report("markdown"));
    let junit = report("junit");
    assert_eq!(junit.matches("<skipped message=\"in the baseline\"").count(), 2, "{junit}");
    let log: Value = serde_json::from_str(&report("sarif")).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let told: Vec<_> = results
        .iter()
        .map(|result| {
            let state = result["baselineState"].as_str().unwrap();
            (state, result["suppressions"][0]["kind"].as_str())
        })
        .collect();
    let known = ("unchanged", Some("external"));
    assert_eq!(told, [known, known, ("new", None)]);
    assert_eq!(results[0]["suppressions"][0]["justification"], "noted in known.json");
    let (_, plain, _) = run(here, &["--format", "sarif", "--quiet"]);
    assert!(!plain.contains("baselineState"), "nothing to compare with");
    assert_eq!(run(here, &["--diff", "--write-baseline", FILE]).0, 2, "--diff writes nothing");
}

#[test]
fn a_baseline_of_another_folder_is_not_emptied() {
    let here = folder(&[("Dockerfile", LATEST), ("deploy/web.yaml", DEPLOY)]);
    adopt(here.path());
    let before = read(here.path(), FILE);
    let below = here.path().join("deploy");
    for more in [&[][..], &["--write-baseline", "../known.json"]] {
        let (code, _, err) = run(&below, &[&["--baseline", "../known.json", "."], more].concat());
        assert!(code == 2 && err.contains("begin in `..`: run agentcheck there"), "{err}");
    }
    assert_eq!(read(here.path(), FILE), before);
    // One of the paths leads to a file from here as well.
    write(&below, "Dockerfile", LATEST);
    let (code, out, _) = run(&below, &["--baseline", "../known.json", "."]);
    assert!(code == 1 && !out.contains("fixed"), "{out}");
    run(&below, &["--baseline", "../known.json", "--write-baseline", "../known.json", "."]);
    assert!(noted(here.path()).contains(&"deploy/web.yaml".to_owned()));
}
