//! What tests of several kinds need: folders with files, the command in them, findings made up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::convert::Infallible;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use agentcheck::check::{Findings, check};
use agentcheck::config::Settings;
use agentcheck::diagnostic::{Confidence, Diagnostic, Severity};
use agentcheck::file::Files;
use agentcheck::fingerprint::{self, Fingerprint};
use agentcheck::fix::{self, Fixed};
use agentcheck::outcome::Outcome;
use agentcheck::report::{Exit, Options, Style};
use agentcheck::source::{FileId, Place, Span};

/// The binary, in a folder, with nothing of the caller's environment that could change its output.
pub(crate) fn agentcheck(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_agentcheck"));
    command.current_dir(folder).stdin(Stdio::null());
    for name in
        ["CI", "NO_COLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS", "GITHUB_ACTIONS", "RUST_BACKTRACE"]
    {
        command.env_remove(name);
    }
    // Support of images ends on days, and snapshots are of this one: 2026-11-21.
    command.env("SOURCE_DATE_EPOCH", "1795219200");
    command
}

/// The exit code, standard output and standard error of a command.
pub(crate) fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (output.status.code().expect("no signal"), text(&output.stdout), text(&output.stderr))
}

/// What `agentcheck lint --isolated` tells in a folder.
pub(crate) fn lint(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    lint_text(folder, arguments, "")
}

/// The same, with standard input.
pub(crate) fn lint_text(folder: &Path, arguments: &[&str], stdin: &str) -> (i32, String, String) {
    let mut child = agentcheck(folder)
        .args(["lint", "--isolated"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A run that does not read it closes it.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    told(&child.wait_with_output().unwrap())
}

/// The same, as the JSON report and the exit code.
pub(crate) fn lint_json(folder: &Path, arguments: &[&str]) -> (i32, serde_json::Value) {
    let (code, out, err) = lint(folder, &[arguments, &["--format", "json"]].concat());
    let report = serde_json::from_str(&out).unwrap_or_else(|_| panic!("no report: {out}{err}"));
    (code, report)
}

/// Runs git in a folder, with nobody's settings.
pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=a", "-c", "user.email=a@acme.test", "-c", "commit.gpgsign=false"])
        .args(["-c", "protocol.file.allow=always", "-c", "core.autocrlf=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

/// A repository with these files, of which git keeps none yet; nothing without git.
pub(crate) fn repository(files: &[(&str, &str)]) -> Option<tempfile::TempDir> {
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("git is not here: skipped");
        return None;
    }
    let here = folder(files);
    git(here.path(), &["init", "--quiet", "--initial-branch=main"]);
    Some(here)
}

/// A folder with files.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

/// Writes a file in a folder.
pub(crate) fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The text of a file in a folder.
pub(crate) fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap()
}

/// Where a text stands in one of the files.
pub(crate) fn place(files: &[(&str, &str)], file: usize, needle: &str) -> Place {
    let start = files[file].1.find(needle).expect("the needle is in the file");
    Place { file: FileId::new(file), span: Span::new(start, start + needle.len()) }
}

/// A finding with nothing but its place and its message.
pub(crate) fn finding(rule: &'static str, place: Place, message: &str) -> Diagnostic {
    Diagnostic {
        rule,
        severity: Severity::Warning,
        confidence: Confidence::High,
        place,
        message: message.into(),
        help: None,
        fix: None,
        no_fix: None,
        related: vec![],
        subject: None,
        parts: Box::default(),
        also_at: Vec::new(),
        suppressed: None,
        fingerprint: Fingerprint::default(),
    }
}

/// Findings put at places of files that nobody checked.
pub(crate) fn outcome(files: &[(&str, &str)], mut diagnostics: Vec<Diagnostic>) -> Outcome {
    let files = Files::in_memory(files.iter().copied());
    fingerprint::name(&files, &mut diagnostics);
    Outcome::of(files, Findings { diagnostics, ..Findings::default() })
}

/// How a report is written when nothing is asked for.
pub(crate) fn options(style: Style) -> Options {
    Options { style, show_suppressed: false, verbose: false, exit: Exit::default() }
}

/// The fixes of all findings under these settings.
pub(crate) fn fixed(files: Files, settings: &[Arc<Settings>]) -> Fixed {
    let Ok(fixed) = fix::fix(files, |files| Ok::<_, Infallible>(check(files, settings)), true);
    fixed
}
