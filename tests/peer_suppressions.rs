//! Comments and annotations of other tools, through the public door.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::string_slice)]

use std::sync::Arc;

use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::file::Files;
use agentcheck::rules::{Environment, Profile, RULES};

const ON: [&str; 9] = [
    "compose/credential-env-literal",
    "docker/exec-form-required",
    "docker/image-tag-latest",
    "docker/user-last-is-root",
    "k8s/memory-limit-missing",
    "k8s/privileged-container",
    "k8s/readiness-probe-missing",
    "secret/generic-assignment",
    "syntax/unused-ignore",
];

/// The line of each finding, its rule, and how and why it is suppressed.
fn told(path: &str, text: &str) -> Vec<String> {
    let files = Files::in_memory([(path, text)]);
    let mut settings = Settings::of(Profile::Optional, Environment::Production);
    for (rule, settings) in RULES.iter().zip(&mut settings.rules) {
        settings.enabled = ON.contains(&rule.id);
    }
    let found = check(&files, &[Arc::new(settings)]);
    assert!(found.failures.is_empty());
    let told = found.diagnostics.iter().map(|found| {
        let line = text[..found.place.span.start as usize].matches('\n').count() + 1;
        let how = found.suppressed.as_ref().map_or_else(String::new, |suppressed| {
            format!(" ({}, {})", suppressed.kind, suppressed.reason)
        });
        format!("{line} {}{how}", found.rule.split_once('/').unwrap().1)
    });
    told.collect()
}

/// The rules that are suppressed in a file.
fn silent(path: &str, text: &str) -> Vec<String> {
    let told = told(path, text).into_iter().filter(|told| told.contains('('));
    told.map(|told| told.split(' ').nth(1).unwrap().to_owned()).collect()
}

const NONE: [&str; 0] = [];

/// A Dockerfile with something to report in each of its instructions, after which comments stand.
fn dockerfile(top: &str, above_user: &str) -> String {
    format!("{top}FROM alpine:latest\n{above_user}USER root\nCMD run --all\n")
}

const LATEST: &str = "image-tag-latest";
const ROOT: &str = "user-last-is-root";
const FORM: &str = "exec-form-required";

#[test]
fn hadolint_above_an_instruction_or_for_the_file() {
    let of = |top: &str, user: &str| silent("Dockerfile", &dockerfile(top, user));
    assert_eq!(
        told("Dockerfile", &dockerfile("", "# hadolint ignore=DL3002 # drops root itself\n")),
        [
            "1 image-tag-latest",
            "3 user-last-is-root (comment, hadolint: drops root itself)",
            "4 exec-form-required"
        ]
    );
    assert_eq!(of("", "#hadolint   ignore = SC2035 , dl3002\n"), [ROOT]);
    assert_eq!(of("", "# hadolint ignore=DL3025\n"), NONE);
    assert_eq!(of("# hadolint ignore=DL3002,DL3025,DL3007\n", ""), [LATEST]);
    assert_eq!(of("# hadolint global ignore=DL3002,DL3025\n", ""), [ROOT, FORM]);
    assert_eq!(of("# syntax=x\n\n# hadolint global ignore=DL3025\n", ""), [FORM]);
    // Ids of other tools, and what only looks like a comment.
    assert_eq!(of("", "# hadolint ignore=CKV_DOCKER_8,DS-0002,DL9999\n"), NONE);
    assert_eq!(of("", "RUN echo '# hadolint global ignore=DL3002'\n"), NONE);
    assert_eq!(of("", "# write `# hadolint global ignore=DL3002`\n"), NONE);
}

#[test]
fn docker_among_the_directives_at_the_top() {
    let of = |top: &str| silent("Dockerfile", &dockerfile(top, ""));
    assert_eq!(of("# check=skip=JSONArgsRecommended,StageNameCasing\n"), [FORM]);
    assert_eq!(of("# syntax=docker/dockerfile:1\n# check = error=true;skip=all\n"), [FORM]);
    assert_eq!(of("# check=error=true\n"), NONE);
    assert_eq!(of("# check=skip=DL3025\n"), NONE);
    assert_eq!(of("# a comment\n# check=skip=all\n"), NONE);
    assert_eq!(of("\n# check=skip=all\n"), NONE);
    assert_eq!(silent("Dockerfile", &dockerfile("", "# check=skip=all\n")), NONE);
}

#[test]
fn checkov_anywhere_in_a_dockerfile() {
    let text = dockerfile("", "") + "# checkov:skip=CKV_DOCKER_8:an init image\n";
    assert_eq!(
        told("Dockerfile", &text),
        [
            "1 image-tag-latest",
            "2 user-last-is-root (comment, checkov: an init image)",
            "3 exec-form-required"
        ]
    );
    assert_eq!(silent("Dockerfile", &dockerfile("", "#checkov:skip=CKV_DOCKER_7\n")), [LATEST]);
    assert_eq!(silent("Dockerfile", &dockerfile("", "# checkov:skip=DL3002:no\n")), NONE);
}

#[test]
fn trivy_and_kics_in_a_dockerfile() {
    let of = |top: &str, user: &str| silent("Dockerfile", &dockerfile(top, user));
    for id in ["DS-0002", "AVD-DS-0002", "DS002", "ds-0002", "*"] {
        assert_eq!(of("", &format!("#trivy:ignore:{id}\n")), [ROOT], "{id}");
        assert!(!of(&format!("# trivy:ignore:{id}\n"), "").contains(&ROOT.to_owned()));
    }
    assert_eq!(of("", "# trivy:ignore:DS-0001 trivy:ignore:DS-0002\n"), [ROOT]);
    assert_eq!(of("", "#trivy:ignore:DS-0001 #trivy:ignore:DS-0002\n"), [ROOT]);
    assert_eq!(of("", "# trivy:ignore:DL3002\n"), NONE);
    assert_eq!(of("", "# trivy:ignore:DS-0002:exp:2099-01-01\n"), NONE);
    assert_eq!(of("# kics-scan ignore\n", ""), [LATEST, ROOT, FORM]);
    assert_eq!(of("", "# kics-scan ignore\n"), NONE);
    assert_eq!(of("", "# kics-scan ignore-line\n"), [ROOT]);
    assert_eq!(of("", "# kics-scan ignore-block: it must\n"), [ROOT]);
    assert_eq!(of("", "# kics-scan ignored\n"), NONE);
    let full = "67fd0c4a-68cf-46d7-8c41-bc9fba7e40ae";
    assert_eq!(of(&format!("# kics-scan disable=b86987e1,{full}\n"), ""), [ROOT, FORM]);
    assert_eq!(of("# kics-scan disable=67fd0c4\n", ""), NONE);
}

const MEMORY: &str = "memory-limit-missing";
const PRIVILEGED: &str = "privileged-container";
const PROBE: &str = "readiness-probe-missing";

/// A pod with a probe, a limit and a boundary less than it needs, and the lines of its annotations.
fn pod(annotations: &[&str]) -> String {
    let mut lines = vec!["apiVersion: v1", "kind: Pod", "metadata:", "  name: web"];
    if !annotations.is_empty() {
        lines.push("  annotations:");
    }
    let indented: Vec<String> = annotations.iter().map(|line| format!("    {line}")).collect();
    lines.extend(indented.iter().map(String::as_str));
    lines.extend([
        "spec:",
        "  containers:",
        "    - name: api",
        "      image: ghcr.io/acme/api:1.2.3",
        "      securityContext:",
        "        privileged: true",
    ]);
    lines.join("\n") + "\n"
}

fn of_pod(annotation: &str) -> Vec<String> {
    silent("pod.yaml", &pod(&[annotation]))
}

#[test]
fn annotations_hold_for_their_object() {
    assert_eq!(told("pod.yaml", &pod(&[])).len(), 3);
    let cases: [(&str, &[&str]); 18] = [
        ("ignore-check.kube-linter.io/privileged-container: a driver", &[PRIVILEGED]),
        ("ignore-check.kube-linter.io/no-readiness-probe: ''", &[PROBE]),
        ("ignore-check.kube-linter.io/pod-probes: no id of kube-linter", &[]),
        ("kube-linter.io/ignore-all: all of it", &[MEMORY, PROBE, PRIVILEGED]),
        ("kube-score/ignore: pod-probes, container-resources", &[MEMORY, PROBE]),
        ("kube-score/ignore: privileged-container", &[]),
        ("polaris.fairwinds.com/exempt: 'true'", &[MEMORY, PROBE, PRIVILEGED]),
        ("polaris.fairwinds.com/exempt: 'false'", &[]),
        ("polaris.fairwinds.com/readinessProbeMissing-exempt: 'true'", &[PROBE]),
        ("polaris.fairwinds.com/readiness-probe-missing-exempt: \"true\"", &[PROBE]),
        ("polaris.fairwinds.com/readinessProbeMissing-exempt: 'no'", &[]),
        ("polaris.fairwinds.com/readinessProbeMissing: 'true'", &[]),
        ("polaris.fairwinds.com/no-readiness-probe-exempt: 'true'", &[]),
        ("checkov.io/skip1: CKV_K8S_16=a driver", &[PRIVILEGED]),
        ("checkov.io/skip2: CKV_K8S_13", &[MEMORY]),
        ("checkov.io/skip1: KSV-0017=not checkov", &[]),
        ("note: 'kube-score/ignore: pod-probes'", &[]),
        ("note: '# kics-scan ignore-block'", &[]),
    ];
    for (annotation, mut expected) in cases.map(|(text, rules)| (text, rules.to_vec())) {
        let mut silent = of_pod(annotation);
        silent.sort_unstable();
        expected.sort_unstable();
        assert_eq!(silent, expected, "{annotation}");
    }
}

#[test]
fn annotations_carry_the_reason_of_their_author() {
    let text = pod(&["ignore-check.kube-linter.io/privileged-container: a driver"]);
    let suppressed = |text: &str| told("pod.yaml", text).into_iter().find(|it| it.contains('('));
    assert!(suppressed(&text).unwrap().ends_with("(annotation, kube-linter: a driver)"));
    let text = pod(&["checkov.io/skip1: CKV_K8S_16=a driver"]);
    assert!(suppressed(&text).unwrap().ends_with("(annotation, checkov: a driver)"));
    let text = pod(&["kube-score/ignore: container-resources"]);
    assert!(suppressed(&text).unwrap().ends_with("(annotation, kube-score)"));
}

#[test]
fn an_annotation_of_one_object_says_nothing_of_another() {
    let text = pod(&["kube-linter.io/ignore-all: mine"]) + "---\n" + &pod(&[]);
    assert_eq!(told("pods.yaml", &text).len(), 6);
    assert_eq!(silent("pods.yaml", &text).len(), 3);
}

#[test]
fn checkov_for_the_object_that_holds_the_comment() {
    let comment = "# checkov:skip=CKV_K8S_16:a driver\n";
    for text in [
        pod(&[]) + comment + "---\n" + &pod(&[]),
        pod(&[]).replace("spec:\n", &format!("spec:\n  {comment}")) + "---\n" + &pod(&[]),
        pod(&[]) + "---\n" + comment + &pod(&[]),
    ] {
        assert_eq!(silent("pods.yaml", &text), [PRIVILEGED], "{text}");
    }
    let quoted = pod(&["note: '# checkov:skip=CKV_K8S_16:no'"]);
    assert_eq!(silent("pods.yaml", &quoted), NONE);
    let block = pod(&["note: |", "  # checkov:skip=CKV_K8S_16:no"]);
    assert_eq!(silent("pods.yaml", &block), NONE);
}

#[test]
fn checkov_for_one_item_of_a_list() {
    let item = |comment: &str| {
        let pod = pod(&[]).replace("kind: Pod\n", &format!("kind: Pod\n{comment}"));
        "  - ".to_owned() + pod.trim_end().replace('\n', "\n    ").as_str() + "\n"
    };
    let head = "apiVersion: v1\nkind: List\nitems:\n".to_owned();
    let text = head + &item("# checkov:skip=CKV_K8S_16\n") + &item("");
    assert_eq!(told("list.yaml", &text).len(), 6);
    assert_eq!(silent("list.yaml", &text), [PRIVILEGED]);
}

#[test]
fn trivy_and_kics_on_the_line_or_above_it() {
    let at = |line: &str, comment: &str| {
        let inline = pod(&[]).replace(line, &format!("{line} {comment}"));
        let indent = &line[..line.len() - line.trim_start().len()];
        let above = pod(&[]).replace(line, &format!("{indent}{comment}\n{line}"));
        assert_eq!(silent("pod.yaml", &inline), silent("pod.yaml", &above), "{line} {comment}");
        silent("pod.yaml", &inline)
    };
    let (privileged, context) = ("        privileged: true", "      securityContext:");
    assert_eq!(at(privileged, "#trivy:ignore:KSV-0017"), [PRIVILEGED]);
    assert_eq!(at(context, "# trivy:ignore:AVD-KSV-0017"), [PRIVILEGED]);
    assert_eq!(at(privileged, "# trivy:ignore:KSV-0018"), NONE);
    assert_eq!(at(privileged, "# trivy:ignore:CKV_K8S_16"), NONE);
    assert_eq!(at("      image: ghcr.io/acme/api:1.2.3", "# trivy:ignore:KSV-0017"), NONE);
    assert_eq!(at(privileged, "# kics-scan ignore-line"), [PRIVILEGED]);
    assert_eq!(at(context, "# kics-scan ignore-line"), NONE);
    assert_eq!(at(context, "# kics-scan ignore-block"), [PRIVILEGED]);
    assert_eq!(at("spec:", "# kics-scan ignore-block").len(), 3);
    assert_eq!(at(context, "# kics-scan disable=dd29336b"), NONE);
    let top = "# kics-scan disable=dd29336b\n".to_owned() + &pod(&[]);
    assert_eq!(silent("pod.yaml", &top), [PRIVILEGED]);
    let top = "---\n# kics-scan ignore\n".to_owned() + &pod(&[]);
    assert_eq!(silent("pod.yaml", &top).len(), 3);
}

#[test]
fn gitleaks_and_detect_secrets_on_the_line_of_a_credential() {
    const GENERIC: &str = "generic-assignment";
    let value = "Vq7xK2mP9wLt4RzN";
    let (yaml, code) = (format!("password: {value}"), format!("password = \"{value}\""));
    for (path, line) in [("app.yaml", &yaml), ("app.py", &code), ("app.tf", &code)] {
        assert_eq!(told(path, &format!("{line}\n")), [format!("1 {GENERIC}")], "{path}");
        for comment in [
            "#gitleaks:allow",
            "# gitleaks:allow of the emulator",
            "# pragma: allowlist secret",
            "# pragma: whitelist secret",
        ] {
            assert_eq!(silent(path, &format!("{line} {comment}\n")), [GENERIC], "{path} {comment}");
            assert_eq!(silent(path, &format!("{comment}\n{line}\n")), NONE, "{path} {comment}");
        }
        let next = "# pragma: allowlist nextline secret\n";
        assert_eq!(silent(path, &format!("{next}{line}\n")), [GENERIC], "{path}");
        assert_eq!(silent(path, &format!("{next}a: b\n{line}\n")), NONE, "{path}");
    }
    let code = format!("{code};");
    for comment in ["// pragma: allowlist secret", "/* pragma: allowlist secret */"] {
        assert_eq!(silent("app.js", &format!("{code} {comment}\n")), [GENERIC], "{comment}");
    }
    // What another rule says of the same credential is meant, too.
    let variable = format!("      DB_PASSWORD: {value} # gitleaks:allow\n");
    let head = "services:\n  api:\n    image: ghcr.io/acme/api:1.2.3\n    environment:\n";
    assert_eq!(silent("compose.yaml", &format!("{head}{variable}")), ["credential-env-literal"]);
    let found = told("app.yaml", &format!("{yaml} # gitleaks:allow\n"));
    assert_eq!(found, [format!("1 {GENERIC} (comment, gitleaks)")]);
}

#[test]
fn an_own_ignore_of_the_same_is_not_unused() {
    let both =
        "# agentcheck: ignore[k8s/privileged-container] ours\n        #trivy:ignore:KSV-0017\n";
    let text = pod(&[]).replace("        privileged", &format!("        {both}        privileged"));
    let found = told("pod.yaml", &text);
    assert!(
        found.iter().any(|it| it.ends_with("privileged-container (comment, ours)")),
        "{found:?}"
    );
    assert!(!found.iter().any(|it| it.contains("unused")), "{found:?}");
}
