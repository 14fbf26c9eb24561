//! What a user observes of the command line: output, streams, exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::{agentcheck, folder, lint_text, told};
use agentcheck::rules::Profile;

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = agentcheck(folder).args(arguments).output().unwrap();
    told(&output)
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

const LATEST: &str = "FROM debian:latest\nUSER 1000\n";
const PINNED: &str = "FROM debian:13.2-slim\nUSER 1000\n";

#[test]
fn the_ready_fixture_is_silent_and_the_other_shows_every_rule() {
    let arguments = ["lint", "--format", "json", "--isolated", "--profile", "strict"];
    let (code, out, err) = run(&fixture("ready"), &arguments);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["diagnostics"].as_array().unwrap().len(), 0, "{out}");
    assert_eq!((code, report["summary"]["suppressed"].as_u64()), (0, Some(0)), "{err}");
    let (code, out, _) = run(&fixture("not-ready"), &arguments);
    assert_eq!(code, 1);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let shown: BTreeSet<_> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["rule"].as_str().unwrap().to_owned())
        .collect();
    let rules: BTreeSet<_> = agentcheck::rules::RULES
        .iter()
        .filter(|rule| rule.group() != "syntax" && rule.profile <= Profile::Production)
        // Speaks where the configuration asks for it; `tests/shellcheck.rs` does.
        .filter(|rule| rule.id != "docker/shellcheck")
        // Silent beside the monitors of an operator, which the fixture has; its page shows it.
        .filter(|rule| rule.id != "alert/job-unknown")
        // The fixture has a pipeline, and no certificate expires soon for ever.
        .filter(|rule| {
            !["repo/pipeline-missing", "repo/certificate-expires-soon"].contains(&rule.id)
        })
        .map(|rule| rule.id.to_owned())
        .collect();
    let missing: Vec<_> = rules.difference(&shown).collect();
    assert!(missing.is_empty(), "fixtures/not-ready does not show {missing:?}");
}

#[test]
fn a_part_of_a_project_is_not_asked_for_the_rest() {
    let asks_for_others =
        ["hpa-missing", "network-policy-missing", "pdb-missing", "service-dangling"];
    let reports = |arguments: &[&str]| {
        let lint = ["lint", "--isolated", "--format", "concise", "deploy/agent.yaml"];
        let (code, out, _) = run(&fixture("not-ready"), &[&lint, arguments].concat());
        assert_eq!(code, 1);
        assert!(out.contains("k8s/schema-invalid"), "{out}");
        asks_for_others.map(|rule| out.contains(rule))
    };
    assert_eq!(reports(&["--partial"]), [false; 4]);
    assert!(reports(&[]).contains(&true));
}

#[test]
fn exit_codes_tell_the_four_ends_of_a_run() {
    let clean = folder(&[("Dockerfile", PINNED)]);
    assert_eq!(
        run(clean.path(), &["lint", "--isolated", "--select", "docker/image-tag-latest"]).0,
        0
    );
    let dirty = folder(&[("Dockerfile", LATEST)]);
    let lint = |more: &[&str]| {
        let mut arguments = vec!["lint", "--isolated", "--select", "docker/image-tag-latest"];
        arguments.extend(more);
        run(dirty.path(), &arguments).0
    };
    assert_eq!(lint(&[]), 1);
    assert_eq!(lint(&["--exit-zero"]), 0);
    assert_eq!(lint(&["--fail-on", "error"]), 0);
    assert_eq!(lint(&["--fail-on", "never"]), 0);
    assert_eq!(lint(&["--fail-on", "note"]), 1);
    let empty = folder(&[("notes.txt", "FROM nowhere\n")]);
    assert_eq!(run(empty.path(), &["lint", "--isolated"]).0, 3);
    assert_eq!(run(empty.path(), &["lint", "--isolated", "--allow-empty"]).0, 0);
    for wrong in [
        &["lint", "no-such-path"][..],
        &["lint", "--no-such-flag"],
        &["lint", "--format", "yaml"],
        &["lint", "--select", "k8s/no-such-rule"],
        &["lint", "--jobs", "0"],
        &["lint", "--config", "no-such.toml"],
        &["explain", "no-such-rule"],
        &["frobnicate"],
        &[],
    ] {
        let (code, out, err) = run(dirty.path(), wrong);
        assert_eq!((code, out.as_str()), (2, ""), "{wrong:?}");
        assert!(!err.is_empty() && !err.contains("panicked"), "{wrong:?}: {err}");
    }
}

#[test]
fn a_broken_configuration_is_shown_at_its_place() {
    let broken = folder(&[
        ("Dockerfile", LATEST),
        ("agentcheck.toml", "profle = \"strict\"\nignore = [\"k8s/naked-pods\"]\n"),
    ]);
    let (code, out, err) = run(broken.path(), &["lint"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("profle") && err.contains("did you mean `profile`"), "{err}");
    assert!(err.contains("did you mean `k8s/naked-pod`"), "{err}");
    assert!(err.contains("agentcheck.toml:1:1"), "{err}");
    assert_eq!(run(broken.path(), &["lint", "--isolated"]).0, 1, "not read when isolated");
}

#[test]
fn standard_input_is_linted_under_the_name_it_is_given() {
    let here = folder(&[]);
    let lint = |arguments: &[&str], text: &str| {
        let mut child = agentcheck(here.path())
            .args(["lint", "-", "--isolated", "--format", "concise", "--quiet"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        told(&child.wait_with_output().unwrap())
    };
    let (code, out, _) = lint(&["--select", "docker/image-tag-latest"], LATEST);
    assert_eq!(code, 1);
    assert!(out.starts_with("<stdin>:1:6: "), "{out}");
    let select = ["--select", "docker/image-tag-latest", "--stdin-filename", "x/Dockerfile"];
    assert!(lint(&select, LATEST).1.starts_with("x/Dockerfile:1:6: "));
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {a: b}}\n";
    let (code, out, _) = lint(&["--select", "k8s/service-dangling", "--fail-on", "note"], service);
    assert!(code == 1 && out.starts_with("<stdin>:4:8: "), "{out}");
    assert_eq!(lint(&[], "just text").0, 3);
}

#[test]
fn a_closed_pipe_ends_the_run_quietly() {
    let many = (0..3000).map(|_| LATEST).collect::<String>();
    let here = folder(&[("Dockerfile", &many)]);
    let mut child = agentcheck(here.path())
        .args(["lint", "--isolated", "--format", "concise"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    drop(reader);
    let (code, _, err) = told(&child.wait_with_output().unwrap());
    assert!(line.starts_with("Dockerfile:1:6: "), "{line}");
    assert!(
        code == 1 && err.is_empty(),
        "what was found does not depend on who reads it: {code} {err}"
    );
    let reported = folder(&[("Dockerfile", &many)]);
    for command in [&["lint", "--isolated", "--fail-on", "never"][..], &["checklist", "--isolated"]]
    {
        let mut child = agentcheck(reported.path())
            .args(command)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{command:?}");
    }
}

#[test]
fn an_editor_hands_over_what_is_not_saved() {
    let here = folder(&[("Dockerfile", LATEST), ("app.py", "x = 1\n")]);
    let select = ["--select", "docker/image-tag-latest", "-f", "concise", "--quiet"];
    let lint = |more: &[&str], text| lint_text(here.path(), &[&select, more].concat(), text);
    for paths in [&["-", "."][..], &[".", "-"], &["-", "Dockerfile"]] {
        let arguments = [&["--stdin-filename", "./Dockerfile"], paths].concat();
        assert_eq!(lint(&arguments, PINNED), (0, String::new(), String::new()), "{paths:?}");
        let (code, out, _) = lint(&arguments, LATEST);
        assert_eq!((code, out.lines().count()), (1, 1), "{out}");
    }
    let (code, _, err) = lint(&["--stdin-filename", "Dockerfile", "."], "");
    assert!(code == 2 && err.contains("there is no `-` among the paths"), "{err}");
    assert_eq!(lint(&["--stdin-filename", "", "-"], LATEST).0, 2);
}

#[test]
fn a_file_that_several_paths_lead_to_is_one() {
    let here = folder(&[("app/Dockerfile", LATEST), ("app/b/Dockerfile", PINNED)]);
    let app = here.path().join("app");
    let select = ["--select", "docker/image-tag-latest", "-f", "concise", "--quiet"];
    let name = here.path().join("app/Dockerfile");
    let name = name.to_str().unwrap();
    for (paths, shown) in [
        (&["../app", "."][..], "Dockerfile:"),
        (&["../app/Dockerfile", "b"], "Dockerfile:"),
        (&["..", "."], "../app/Dockerfile:"),
        (&[".", ".."], "../app/Dockerfile:"),
        (&["--stdin-filename", name, "-", "."], "Dockerfile:"),
        (&["--stdin-filename", "../app/Dockerfile", ".", "-"], "Dockerfile:"),
        (&["--stdin-filename", "Dockerfile", "-", ".."], "Dockerfile:"),
    ] {
        let (code, out, _) = lint_text(&app, &[&select, paths].concat(), LATEST);
        assert!(
            code == 1 && out.starts_with(shown) && out.lines().count() == 1,
            "{paths:?}: {out}"
        );
    }
}

#[test]
fn names_that_stand_for_several_are_told_from_those_of_nothing() {
    let here = folder(&[]);
    for (name, told) in [
        ("k8s", "`k8s/` is a group"),
        ("k8s/", "`k8s/` is a group"),
        ("paladin", "`paladin/` is a checklist"),
        ("paladin/security", "`paladin/security/` is a section of a checklist"),
        ("k8s/naked-pods", "did you mean `k8s/naked-pod`?"),
    ] {
        let (code, _, err) = run(here.path(), &["explain", name]);
        assert!(code == 2 && err.contains(told), "{name}: {err}");
    }
    let explained = |id: &str| run(here.path(), &["explain", id]);
    let known = explained("KSV-0017");
    assert!(known.0 == 0 && known.1.contains("k8s/privileged-container"), "{}", known.1);
    for id in ["AVD-KSV-0017", "KSV017", "ksv-0017"] {
        assert_eq!(explained(id), known, "{id}");
    }
    assert_eq!(explained("KSV-9999").0, 2);
}

#[test]
fn a_path_may_follow_the_format_of_images() {
    let here = folder(&[("a/Dockerfile", PINNED), ("b/Dockerfile", PINNED)]);
    let explain = |arguments: &[&str]| run(here.path(), &[&["explain"], arguments].concat());
    let told = explain(&["--images", "a", "--format", "json"]);
    assert_eq!(told.0, 0, "{}", told.2);
    assert_eq!(explain(&["--images", "--format", "json", "a"]), told);
    assert_eq!(explain(&["k8s/naked-pod", "--format", "json"]).0, 2);
}

#[test]
fn results_and_everything_else_go_to_different_streams() {
    let here = folder(&[("Dockerfile", LATEST), ("agent.toml", "[samplers]\nx = 1\n")]);
    let (_, out, err) = run(here.path(), &["lint", "--isolated", "--format", "json"]);
    serde_json::from_str::<serde_json::Value>(&out).expect("standard output is JSON alone");
    assert!(err.contains("1 Dockerfile") && err.contains("agent.toml: not recognised"), "{err}");
    let (_, out, err) = run(here.path(), &["lint", "--isolated"]);
    assert!(out.contains("1 Dockerfile") && err.is_empty(), "{out} {err}");
    assert!(!out.contains('\u{1b}'), "no colour where there is no terminal");
    let (_, out, _) = run(here.path(), &["lint", "--isolated", "--color", "always"]);
    assert!(out.contains('\u{1b}'));
    let (_, out, err) = run(here.path(), &["lint", "--isolated", "--quiet", "--format", "concise"]);
    assert!(err.is_empty() && out.lines().all(|line| line.starts_with("Dockerfile:")), "{out}");
}

#[test]
fn one_run_feeds_the_terminal_and_a_file() {
    let here = folder(&[("Dockerfile", LATEST)]);
    let (code, out, _) = run(
        here.path(),
        &["lint", "--isolated", "-f", "concise", "-o", "json:out.json", "-o", "jsonl:out.jsonl"],
    );
    assert_eq!(code, 1);
    assert!(out.starts_with("Dockerfile:1:"));
    let json = fs::read_to_string(here.path().join("out.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let lines = fs::read_to_string(here.path().join("out.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), report["diagnostics"].as_array().unwrap().len());
    assert_eq!(run(here.path(), &["lint", "-o", "json"]).0, 2);
    assert_eq!(run(here.path(), &["lint", "-o", "json:no/such/folder"]).0, 2);
}

#[test]
fn the_output_does_not_depend_on_the_number_of_threads() {
    let lint = |jobs| {
        run(&fixture("not-ready"), &["lint", "--isolated", "--format", "json", "--jobs", jobs]).1
    };
    assert_eq!(lint("1"), lint("4"));
    // As many as no system has.
    assert_eq!(lint("1"), lint("4000000"));
}

#[test]
fn the_output_does_not_depend_on_the_order_of_the_paths() {
    let lint = |paths: [&str; 4]| {
        let arguments = ["lint", "--isolated", "--format", "json", "--profile", "strict"];
        run(&fixture("not-ready"), &[&arguments[..], &paths[..]].concat()).1
    };
    let found = lint(["deploy", "Dockerfile", "compose.yaml", "config"]);
    assert!(found.contains("\"rule\""), "{found}");
    assert_eq!(found, lint(["config", "compose.yaml", "Dockerfile", "deploy"]));
    assert_eq!(found, lint(["compose.yaml", "deploy", "config", "Dockerfile"]));
}

#[test]
fn rules_and_explanations_are_at_hand_offline() {
    let here = folder(&[]);
    let (code, out, _) = run(here.path(), &["rules", "--format", "json"]);
    let rules: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 0);
    assert_eq!(rules.as_array().unwrap().len(), agentcheck::rules::RULES.len());
    let rule = rules.as_array().unwrap().iter().find(|rule| rule["id"] == "k8s/naked-pod").unwrap();
    for key in [
        "id",
        "title",
        "group",
        "severity",
        "profile",
        "confidence",
        "applies_to",
        "fix",
        "checklist",
        "parameters",
        "aliases",
    ] {
        assert!(!rule[key].is_null(), "{key}");
    }
    for name in ["docker/image-tag-latest", "image-tag-latest", "DL3007"] {
        let (code, out, _) = run(here.path(), &["explain", name]);
        assert!(code == 0 && out.contains("docker/image-tag-latest"), "{name}: {out}");
        assert!(!out.contains("expect:"), "{out}");
    }
    let (_, _, err) = run(here.path(), &["explain", "naked-pods"]);
    assert!(err.contains("did you mean `k8s/naked-pod`?"), "{err}");
}

#[test]
fn a_manifest_on_one_broken_line_is_not_passed_over() {
    let broken = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"data\":{\"a\":";
    let here = folder(&[("c.json", broken)]);
    let (code, out, _) = run(here.path(), &["lint", "--isolated", "--format", "concise"]);
    assert!(code == 1 && out.starts_with("c.json:1:51: error[syntax/json-invalid]"), "{out}");
}

/// The README shows what the example really prints.
#[test]
fn the_readme_shows_a_finding_of_the_example() {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let excerpt = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (_, out, _) = run(root, &["lint", "--isolated", "fixtures/not-ready"]);
    assert!(out.contains(excerpt.trim_end()), "{out}");
}

/// And the scorecard of the other one.
#[test]
fn the_readme_shows_the_scorecard_of_the_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let mut blocks = readme.split("```text\n").skip(1);
    let shown = blocks.find(|block| block.starts_with("fba-bench ")).unwrap();
    let configuration = "fixtures/ready/agentcheck.toml";
    let (code, out, err) = run(root, &["checklist", "fixtures/ready", "--config", configuration]);
    assert!(code == 0 && !err.contains("not count"), "{out}{err}");
    let (_, _, err) = run(root, &["checklist", "fixtures/ready"]);
    assert!(
        err.contains("records of evidence in fixtures/ready/agentcheck.toml do not count"),
        "{err}"
    );
    for line in shown.split("```").next().unwrap().lines().filter(|line| *line != "...") {
        assert!(line.is_empty() || out.lines().any(|it| it == line), "{line}\n{out}");
    }
}

#[test]
fn a_pipe_on_disk_is_refused_and_not_waited_for() {
    let here = folder(&[]);
    let made = Command::new("mkfifo").arg(here.path().join("Dockerfile")).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("mkfifo is not here: skipped");
        return;
    }
    assert_eq!(run(here.path(), &["lint", "--isolated"]).0, 3, "walked past");
    let (code, _, err) = run(here.path(), &["lint", "Dockerfile"]);
    assert!(code == 2 && err.contains("neither a file nor a folder"), "{err}");
}

#[test]
fn where_the_time_went_is_told_when_asked() {
    let files = folder(&[
        ("Dockerfile", LATEST),
        ("app.py", "token = 'x'\n"),
        ("compose.yaml", "services: {}\n"),
    ]);
    for command in ["lint", "checklist"] {
        let plain = run(files.path(), &[command, "--isolated", "--quiet"]);
        let timed = run(files.path(), &[command, "--isolated", "--quiet", "--timings"]);
        assert_eq!((&plain.0, &plain.1), (&timed.0, &timed.1), "the report stays what it is");
        assert!(!plain.2.contains(" ms"), "{}", plain.2);
        for part in ["walk", "from the disk", "secrets", "parse", "link", "rules", "render"] {
            assert!(timed.2.contains(part), "{command}: no {part}: {}", timed.2);
        }
    }
    // The rule was handed one Dockerfile, and found one thing.
    let arguments = ["lint", "--isolated", "--timings", "--select", "docker/image-tag-latest"];
    let (_, _, err) = run(files.path(), &arguments);
    let of_rule = err.lines().find(|line| line.ends_with("  docker/image-tag-latest"));
    let numbers: Vec<_> = of_rule.into_iter().flat_map(str::split_whitespace).collect();
    assert_eq!(numbers.get(2..4), Some(&["1", "1"][..]), "{err}");
    let (_, help, _) = run(files.path(), &["lint", "--help"]);
    assert!(!help.contains("--timings"), "{help}");
}
