//! Dockerfiles inside other files: the rules about Dockerfiles look at them, and point at what stands
//! in the file around them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::sync::Arc;

use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::diagnostic::Diagnostic;
use agentcheck::file::Files;
use agentcheck::rules::{Environment, Profile};

/// Every finding about the Dockerfiles in the files.
fn found(texts: &[(&str, &str)]) -> (Files, Vec<Diagnostic>) {
    let files = Files::in_memory(texts.iter().copied());
    let settings = Arc::new(Settings::of(Profile::Strict, Environment::Production));
    let settings: Vec<_> = std::iter::repeat_n(settings, files.len()).collect();
    let found = check(&files, &settings);
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    let is_about =
        |it: &Diagnostic| it.rule.starts_with("docker/") || it.rule.starts_with("syntax/");
    (files, found.diagnostics.into_iter().filter(is_about).collect())
}

/// The same, as `rule line what stands there`.
fn told(texts: &[(&str, &str)]) -> Vec<String> {
    let (files, found) = found(texts);
    let tell = |it: Diagnostic| {
        let source = files.source(it.place.file).expect("a file of the run");
        let text = &source.text()[it.place.span.range()];
        let line = source.position(it.place.span.start).line;
        format!("{} {line} {text}", it.rule.split_once('/').unwrap().1)
    };
    found.into_iter().map(tell).collect()
}

/// What is told of a langgraph.json with those lines, one a line.
fn told_of_lines(lines: &str) -> Vec<String> {
    let text = format!(
        "{{\"graphs\": {{\"agent\": \"./a.py:graph\"}}, \"dependencies\": [\".\"], \"dockerfile_lines\": [\n\
         {lines}\n]}}"
    );
    told(&[("langgraph.json", &text)])
}

#[test]
fn what_a_compose_file_builds_is_checked_where_it_stands() {
    let compose = "services:\n  api:\n    build:\n      dockerfile_inline: |\n        \
                   FROM python:latest\n        \
                   ENV OPENAI_API_KEY=sk-proj-4f8aK2bX9qLmZ7wT1vRsN6yH\n\n        \
                   RUN apt-get update && \\\n            apt-get install git\n        \
                   USER 1000\n        CMD [\"python\", \"-m\", \"api\"]\n";
    let told = told(&[("compose.yaml", compose)]);
    let places: Vec<_> = told.iter().map(String::as_str).collect();
    for expected in [
        "image-tag-latest 5 python:latest",
        "secret-in-arg-or-env 6 sk-proj-4f8aK2bX9qLmZ7wT1vRsN6yH",
        "apt-lists-kept 8 update",
        "apt-assume-yes 9 install",
        "pid1-init-missing 11 \"python\"",
    ] {
        assert!(places.contains(&expected), "{expected}: {places:#?}");
    }
}

#[test]
fn a_good_inline_dockerfile_is_left_alone() {
    let compose = "services:\n  api:\n    build:\n      dockerfile_inline: |\n        \
                   FROM python:3.13-slim@sha256:4c2cf9917bd1cbacc5e9b07320025bdb7cdf2df7b0ceaccb55e9dd7e30987419\n        \
                   WORKDIR /app\n        COPY api.py ./\n        USER 1000\n        \
                   CMD [\"/app/api.py\"]\n    healthcheck: {test: [CMD, /app/ok]}\n";
    assert_eq!(told(&[("compose.yaml", compose)]), Vec::<String>::new());
    // Without the check of the service, the image needs one.
    let without = compose.split("    healthcheck").next().unwrap();
    let told = told(&[("compose.yaml", without)]);
    assert!(
        told.len() == 1 && told[0].starts_with("healthcheck-missing 5 python:3.13-slim"),
        "{told:?}"
    );
}

#[test]
fn compose_reads_two_dollars_as_one() {
    let compose = "services:\n  api:\n    build:\n      dockerfile_inline: \"FROM debian:13\\nRUN \
                   echo $$HOME && apt-get install git\\nUSER 1000\\n\"\n";
    let told = told(&[("compose.yaml", compose)]);
    assert!(told.contains(&"apt-assume-yes 4 install".to_owned()), "{told:?}");
    assert!(!told.iter().any(|it| it.contains("undefined")), "{told:?}");
}

#[test]
fn one_dockerfile_that_two_services_share_is_told_once() {
    let compose = "services:\n  a:\n    build: &b\n      dockerfile_inline: |\n        \
                   FROM debian:latest\n  b:\n    build: *b\n";
    let told = told(&[("compose.yaml", compose)]);
    let of_rule = told.iter().filter(|it| it.starts_with("image-tag-latest"));
    assert_eq!(of_rule.count(), 1, "{told:?}");
}

#[test]
fn lines_of_a_langgraph_json_are_checked() {
    let told = told_of_lines(
        "  \"RUN curl -fsSL https://deb.nodesource.com/setup_22.x | bash -\",\n  \
         \"ENV LABEL=\\\"a \\\\\\\\ b\\\" API_KEY=sk-proj-4f8aK2bX9qLmZ7wT1vRsN6yH\",\n  \
         \"RUN echo \\\"caf\\u00e9\\\"\\nRUN sudo ls\"",
    );
    let places: Vec<_> = told.iter().map(String::as_str).collect();
    assert!(places.contains(&"pipefail-missing 2 |"), "{places:#?}");
    assert!(
        places.contains(&"secret-in-arg-or-env 3 sk-proj-4f8aK2bX9qLmZ7wT1vRsN6yH"),
        "{places:#?}"
    );
    assert!(places.contains(&"run-sudo 4 sudo"), "{places:#?}");
}

#[test]
fn what_only_the_builder_of_a_langgraph_json_knows_is_not_missed() {
    assert_eq!(
        told_of_lines(
            "  \"COPY certs/ca.pem /usr/local/share/ca-certificates/\", \"ENV MODE=live\""
        ),
        Vec::<String>::new()
    );
    assert_eq!(told_of_lines("\"WORKDIR app\", \"COPY a.txt .\""), Vec::<String>::new());
}

#[test]
fn what_does_not_parse_has_its_place() {
    assert_eq!(told_of_lines("\"ENV A=1\", \"RUNN ls\""), ["dockerfile-invalid 2 RUNN"]);
    let compose = "services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM a:1\n\n        \
                   RUNN x\n";
    let told = told(&[("compose.yaml", compose)]);
    assert!(told.contains(&"dockerfile-invalid 7 RUNN".to_owned()), "{told:?}");
}

#[test]
fn nothing_is_mended_in_a_text_inside_a_text() {
    let compose = "services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM debian:13\n        \
                   RUN apt-get update && apt-get install git\n";
    let (_, found) = found(&[("compose.yaml", compose)]);
    let assume = found.iter().find(|it| it.rule == "docker/apt-assume-yes").unwrap();
    assert!(assume.fix.is_none());
    assert_eq!(assume.no_fix, Some("it is text inside another file"));
}

#[test]
fn a_comment_above_the_key_silences_a_finding() {
    let compose = "services:\n  a:\n    build:\n      # agentcheck: ignore[docker/image-tag-latest] a mirror of ours\n      \
                   dockerfile_inline: |\n        FROM debian:latest\n        USER 1000\n";
    let (_, found) = found(&[("compose.yaml", compose)]);
    let latest = found.iter().find(|it| it.rule == "docker/image-tag-latest").unwrap();
    assert!(latest.suppressed.is_some(), "{latest:?}");
}

#[test]
fn other_files_have_no_dockerfile_inside() {
    for (path, text) in [
        // No graphs, no lines, or lines that are none.
        ("a.json", r#"{"dockerfile_lines": ["RUN sudo ls"], "dependencies": []}"#),
        ("a.json", r#"{"graphs": [], "dependencies": [], "dockerfile_lines": ["RUN sudo ls"]}"#),
        ("a.json", r#"{"graphs": {}, "dependencies": [], "dockerfile_lines": "RUN sudo ls"}"#),
        ("a.json", r#"{"graphs": {}, "dependencies": [], "dockerfile_lines": [["RUN sudo ls"]]}"#),
        ("a.json", r#"{"graphs": {}, "dependencies": [], "dockerfile_lines": []}"#),
        // A template, and nothing at all.
        ("compose.yaml", "services:\n  a: {build: {dockerfile_inline: '{% if x %}'}}\n"),
        ("compose.yaml", "services:\n  a: {build: {dockerfile_inline: ''}}\n"),
        ("compose.yaml", "services:\n  a: {build: {dockerfile_inline: [FROM x]}}\n"),
    ] {
        let told = told(&[(path, text)]);
        assert!(!told.iter().any(|it| !it.starts_with("yaml")), "{text}: {told:?}");
    }
}
