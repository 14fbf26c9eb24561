//! `[docker] shellcheck = true`: what another program says comes back at its word.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::common::{agentcheck, told};

const ASKING: &str = "[docker]\nshellcheck = true\n";

fn is_installed() -> bool {
    let found = Command::new("shellcheck").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !found {
        eprintln!("skipped: shellcheck is not installed");
    }
    found
}

/// What `--select docker/shellcheck` says of a Dockerfile, line by line.
fn said(config: &str, dockerfile: &str, path: Option<PathBuf>) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("agentcheck.toml"), config).unwrap();
    fs::write(folder.path().join("Dockerfile"), dockerfile).unwrap();
    let mut command = agentcheck(folder.path());
    command.args(["lint", "--select", "docker/shellcheck", "--format", "concise", "--quiet", "."]);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let (code, out, err) = told(&command.output().unwrap());
    assert!(code <= 1, "{err}");
    out.lines().map(str::to_owned).collect()
}

#[track_caller]
fn says(dockerfile: &str, expected: &[&str]) {
    let lines = said(ASKING, dockerfile, None);
    let heads: Vec<String> = lines
        .iter()
        .map(|line| {
            let (place, message) = line.split_once("SC").expect("a code");
            let place: String = place.split(':').skip(1).take(2).collect::<Vec<_>>().join(":");
            format!("{place} SC{}", message.split(':').next().unwrap())
        })
        .collect();
    assert_eq!(heads, expected, "{lines:#?}");
}

#[test]
fn remarks_stand_at_their_word() {
    if !is_installed() {
        return;
    }
    says("FROM debian:12-slim\nRUN cp $FROM /app\n", &["2:8 SC2086"]);
    // Continuations, comments, tabs and characters of several bytes do not shift it.
    says(
        "FROM debian:12-slim\nRUN echo \"é\" && \\\n    # a comment\n\tcp $FROM /app && \\\n  rm $FROM\n",
        &["4:5 SC2086", "5:6 SC2086"],
    );
    says("FROM debian:12-slim\r\nRUN true \\\r\n  && cp $FROM /app\r\n", &["3:9 SC2086"]);
    says("FROM debian:12-slim\nRUN <<EOF\ntrue\n  cp $FROM /app\nEOF\n", &["4:6 SC2086"]);
    says(
        "FROM debian:12-slim\nRUN <<EOF\n#!/bin/bash\n[[ a == $x ]] && cp $X /b\nEOF\n",
        &["4:9 SC2053", "4:9 SC2154", "4:21 SC2086"],
    );
}

#[test]
fn the_surroundings_count() {
    if !is_installed() {
        return;
    }
    // What ARG and ENV set.
    says("FROM debian:12-slim\nARG version\nRUN echo \"$version\"\n", &[]);
    says("FROM debian:12-slim\nRUN echo \"$version\"\n", &["2:11 SC2154"]);
    // What sh is.
    let double = "RUN [[ -f /etc/os-release ]]\n";
    says(&format!("FROM debian:12-slim\n{double}"), &["2:5 SC3010"]);
    says(&format!("FROM fedora:43\n{double}"), &[]);
    says(&format!("FROM alpine:3.22\n{double}"), &[]);
    says(&format!("FROM debian:12-slim\nSHELL [\"/bin/bash\", \"-c\"]\n{double}"), &[]);
    // What no such shell reads.
    says("FROM debian:12-slim\nSHELL [\"pwsh\", \"-c\"]\nRUN cp $A /b\n", &[]);
    says("FROM debian:12-slim\nRUN [\"cp\", \"$A\", \"/b\"]\n", &[]);
    says("FROM debian:12-slim\nRUN <<EOF\n#!/usr/bin/env python3\nprint($A)\nEOF\n", &[]);
}

#[test]
fn codes_can_be_ignored() {
    if !is_installed() {
        return;
    }
    let base = "FROM debian:12-slim\n";
    let run = "RUN cp $FROM /app\n";
    says(&format!("{base}# hadolint ignore=DL3059,SC2086\n{run}"), &[]);
    says(&format!("{base}# shellcheck disable=SC2086\n{run}"), &[]);
    says(&format!("# hadolint global ignore=SC2086\n{base}{run}"), &[]);
    says(&format!("{base}# agentcheck: ignore[docker/shellcheck] words are meant\n{run}"), &[]);
    // Neither another code nor another instruction is meant.
    says(&format!("{base}# hadolint ignore=SC2046\n{run}"), &["3:8 SC2086"]);
    says(&format!("{base}# hadolint ignore=SC2086\nRUN true\n{run}"), &["4:8 SC2086"]);
}

#[test]
fn nobody_asks_or_nobody_answers() {
    let dockerfile = "FROM debian:12-slim\nRUN cp $FROM /app\nRUN cp $FROM /app\n";
    assert_eq!(said("", dockerfile, None), Vec::<String>::new());
    let empty = tempfile::tempdir().unwrap();
    let lines = said(ASKING, dockerfile, Some(empty.path().to_owned()));
    let [line] = lines.as_slice() else { panic!("{lines:#?}") };
    assert!(line.contains(":2:1:") && line.contains("ShellCheck is not installed"), "{line}");
}
