//! What is said of a repository that `git` makes here, through the command line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::path::Path;

use crate::common::{self, folder, git, lint, lint_json, read, write};
use tempfile::TempDir;

const KEY: &str = "LOG_LEVEL=info\nORDERS_API_KEY=q7Zp2mW9xK4vT8rLb3Nc6Hd1\n";

/// A repository with these files, of which git keeps some; nothing without git.
fn repository(files: &[(&str, &str)], kept: &[&str]) -> Option<TempDir> {
    let here = common::repository(files)?;
    git(here.path(), &[&["add", "--force", "--"], kept].concat());
    Some(here)
}

/// The findings of a rule: severity, place and message.
fn found(folder: &Path, rule: &str, more: &[&str]) -> Vec<String> {
    let select = ["--select", rule, "--fail-on", "never", "--allow-empty"];
    let (code, report) = lint_json(folder, &[&select, more].concat());
    assert_eq!(code, 0, "{report}");
    let all = report["diagnostics"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    all.map(|it| {
        let line = &it["range"]["start"]["line"];
        let (file, message) = (text(&it["file"]), text(&it["message"]));
        format!("{} {file}:{line}: {message}", text(&it["severity"]))
    })
    .collect()
}

#[test]
fn variables_that_git_keeps() {
    let files = [
        (".gitignore", "*.log\n.env.local\n"),
        (".env", KEY),
        ("api/.env", "TAG=1.2\n"),
        ("web/.env", "API_KEY=<your key>\n"),
        ("web/.env.local", KEY),
        ("web/.env.production", "VITE_TITLE=Orders\n"),
        ("new/.env", KEY),
        ("new/.env.local", KEY),
    ];
    let kept = [".env", "api/.env", "web/.env", "web/.env.local", "web/.env.production"];
    let Some(here) = repository(&files, &kept) else { return };
    let rule = "repo/dotenv-committed";
    let expected = [
        "error .env:2: `.env` is committed, with a value for `ORDERS_API_KEY`",
        "error .gitignore:2: `web/.env.local` is committed all the same, with a value for `ORDERS_API_KEY`",
        "note api/.env:1: `.env` is committed",
        "warning new/.env:2: git does not ignore `.env`, with a value for `ORDERS_API_KEY`",
        "warning web/.env:1: `.env` is committed, where `API_KEY` waits to be filled in",
    ];
    assert_eq!(found(here.path(), rule, &[]), expected);
    // Of a part, only what git keeps is known.
    assert_eq!(found(here.path(), rule, &["new"]), Vec::<String>::new());
}

#[test]
fn an_index_of_garbage_says_nothing() {
    let files = [(".gitignore", "*.log\n"), (".env", KEY)];
    let Some(here) = repository(&files, &[".env"]) else { return };
    fs::write(here.path().join(".git/index"), "DIRC\0\0\0\u{4}garbage").unwrap();
    let told = found(here.path(), "repo/dotenv-committed", &[]);
    let expected = "warning .env:2: git does not ignore `.env`, with a value for `ORDERS_API_KEY`";
    assert_eq!(told, [expected]);
}

#[test]
fn what_git_ignores_is_left_alone_also_when_it_is_named() {
    let files = [(".gitignore", ".env\n"), (".env", KEY), ("README.md", "x\n")];
    let Some(here) = repository(&files, &[".gitignore"]) else { return };
    let rule = "repo/dotenv-committed";
    for more in [&[][..], &["--no-ignore"], &[".env"], &[".env", "README.md"]] {
        assert_eq!(found(here.path(), rule, more), Vec::<String>::new(), "{more:?}");
    }
}

#[test]
fn the_fix_lists_the_file_once() {
    let here = folder(&[(".gitignore", "*.log"), ("a/.env", KEY), ("b/.env", KEY)]);
    let (code, out, err) =
        lint(here.path(), &["--fix", "--allow-empty", "--select", "repo/dotenv-committed"]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(read(here.path(), ".gitignore"), "*.log\n.env\n");
}

#[test]
fn files_of_bytes_are_told() {
    let here = folder(&[("README.md", "x\n")]);
    write(here.path(), "deploy/api.p12", "0\u{1}\0\u{2}");
    write(here.path(), "deploy/ca.der", "0\u{1}\0\u{2}");
    fs::write(here.path().join("deploy/api.der"), EXPIRED).unwrap();
    let told = found(here.path(), "repo/key-store-committed", &[]);
    assert_eq!(
        told,
        ["warning deploy/api.p12:1: `api.p12` is a key store among the files of the repository"]
    );
    let told = found(here.path(), "repo/certificate-expired", &[]);
    assert_eq!(
        told,
        ["error deploy/api.der:1: the certificate of `chat.example` expired on 2026-03-01"]
    );
}

/// A certificate that ended on 2026-03-01.
const EXPIRED: &[u8] = &[
    0x30, 0x82, 0x01, 0x3a, 0x30, 0x81, 0xe1, 0xa0, 0x03, 0x02, 0x01, 0x02, 0x02, 0x08, 0x12, 0x34,
    0x56, 0x78, 0x90, 0xab, 0xcd, 0xef, 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04,
    0x03, 0x02, 0x30, 0x00, 0x30, 0x1e, 0x17, 0x0d, 0x32, 0x35, 0x30, 0x39, 0x30, 0x31, 0x30, 0x30,
    0x30, 0x30, 0x30, 0x30, 0x5a, 0x17, 0x0d, 0x32, 0x36, 0x30, 0x33, 0x30, 0x31, 0x31, 0x32, 0x30,
    0x30, 0x30, 0x30, 0x5a, 0x30, 0x00, 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    0x04, 0x68, 0x3e, 0x65, 0x9c, 0xb8, 0xb3, 0x0e, 0x61, 0x7d, 0xae, 0xd5, 0xc1, 0x66, 0xc6, 0x06,
    0x13, 0xb7, 0x55, 0xc6, 0x65, 0x34, 0xe2, 0x22, 0x6e, 0x76, 0x0e, 0x8e, 0x3a, 0x8d, 0xa5, 0x8a,
    0x79, 0x5c, 0xb6, 0x00, 0xeb, 0xce, 0xee, 0x34, 0x4e, 0x73, 0xdb, 0x7e, 0x24, 0xca, 0x09, 0xad,
    0x2a, 0x7d, 0x27, 0xd3, 0x41, 0x0e, 0xea, 0x1f, 0x03, 0x96, 0x78, 0xb4, 0x54, 0x7b, 0x07, 0x0f,
    0x6b, 0xa3, 0x45, 0x30, 0x43, 0x30, 0x22, 0x06, 0x03, 0x55, 0x1d, 0x11, 0x04, 0x1b, 0x30, 0x19,
    0x82, 0x0c, 0x63, 0x68, 0x61, 0x74, 0x2e, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x82, 0x09,
    0x78, 0x2e, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x30, 0x1d, 0x06, 0x03, 0x55, 0x1d, 0x0e,
    0x04, 0x16, 0x04, 0x14, 0xa4, 0xeb, 0x32, 0xa7, 0x89, 0x3f, 0x0d, 0x12, 0x89, 0x4d, 0x4b, 0xc8,
    0x4b, 0x28, 0x12, 0xaa, 0xc3, 0xd0, 0x82, 0x6b, 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x04, 0x03, 0x02, 0x03, 0x48, 0x00, 0x30, 0x45, 0x02, 0x21, 0x00, 0xf4, 0x45, 0xa0, 0x1f,
    0x86, 0x2f, 0x80, 0x32, 0xf3, 0x18, 0x3c, 0x95, 0x37, 0xc8, 0x2c, 0x22, 0x1a, 0xad, 0x50, 0xfa,
    0xfe, 0xa1, 0xb4, 0x2d, 0xe0, 0xf0, 0x91, 0x33, 0xcf, 0x48, 0x9b, 0xe3, 0x02, 0x20, 0x65, 0x16,
    0x80, 0x3f, 0x93, 0xcb, 0x91, 0xf4, 0x03, 0xc0, 0x54, 0xca, 0xd0, 0x70, 0x34, 0x8c, 0xb2, 0xf4,
    0x47, 0x1c, 0x48, 0xf7, 0x50, 0xa9, 0x20, 0x79, 0x09, 0xf1, 0x5e, 0x9f, 0xf7, 0xbc,
];
