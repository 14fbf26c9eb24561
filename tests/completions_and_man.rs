//! What shells and `man` make of the scripts and pages that the command prints.
//!
//! Shells and `mandoc` are programs of the machine: where one is missing, the test says so and
//! checks the rest.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_agentcheck"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

/// What a program of the machine says; nothing where it is not installed.
fn ask(program: &str, arguments: &[&str]) -> Option<Output> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    if output.is_err() {
        eprintln!("{program} is not here: skipped");
    }
    output.ok()
}

fn printed(arguments: &[&str]) -> String {
    let (code, out, err) = run(arguments);
    assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
    out
}

#[test]
fn shells_read_the_scripts() {
    let here = tempfile::tempdir().unwrap();
    for (shell, check) in [
        ("bash", Some("-n")),
        ("zsh", Some("-n")),
        ("fish", Some("--no-execute")),
        ("powershell", None),
        ("elvish", None),
    ] {
        let script = printed(&["completions", shell]);
        for word in ["lint", "explain", "completions", "unsafe-fixes"] {
            assert!(script.contains(word), "{shell} is not told of {word}");
        }
        let path = here.path().join(shell);
        fs::write(&path, script).unwrap();
        let Some(check) = check else { continue };
        if let Some(output) = ask(shell, &[check, path.to_str().unwrap()]) {
            assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
        }
    }
}

/// What bash offers after a command line.
fn offered(script: &Path, words: &str) -> Option<String> {
    let ask_it = r#"
        source "$1"
        COMP_WORDS=($2 "")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _agentcheck agentcheck "" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let output = ask("bash", &["-c", ask_it, "bash", script.to_str()?, words])?;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).ok()
}

#[test]
fn bash_offers_commands_and_values() {
    let here = tempfile::tempdir().unwrap();
    let script = here.path().join("agentcheck.bash");
    fs::write(&script, printed(&["completions", "bash"])).unwrap();
    let Some(commands) = offered(&script, "agentcheck") else { return };
    for command in ["lint", "rules", "explain", "completions", "man"] {
        assert!(commands.lines().any(|line| line == command), "{command}: {commands}");
    }
    let profiles = offered(&script, "agentcheck lint --profile").unwrap();
    assert_eq!(profiles.lines().collect::<Vec<_>>(), ["essential", "production", "strict"]);
}

#[test]
fn every_command_has_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    printed(&["man", "--output", path]);
    let overview = printed(&["man"]);
    let commands: Vec<_> = overview
        .lines()
        .filter_map(|line| line.strip_prefix(r"agentcheck\-")?.strip_suffix("(1)"))
        .collect();
    assert!(commands.contains(&"lint"), "{overview}");
    let mut pages = vec![("agentcheck".to_owned(), overview.clone())];
    for command in commands {
        pages.push((format!("agentcheck-{command}"), printed(&["man", command])));
    }
    assert_eq!(fs::read_dir(path).unwrap().count(), pages.len());
    for (name, page) in pages {
        let file = folder.path().join(format!("{name}.1"));
        assert_eq!(fs::read_to_string(&file).unwrap(), page, "{name}");
        let version = format!("agentcheck {}", env!("CARGO_PKG_VERSION"));
        assert!(page.contains(&format!(".TH {name} 1")) && page.contains(&version), "{page}");
        let lint = ["-T", "lint", "-W", "error", file.to_str().unwrap()];
        if let Some(output) = ask("mandoc", &lint) {
            assert!(output.status.success() && output.stdout.is_empty(), "{name}: {output:?}");
        }
    }
}

#[test]
fn an_unknown_shell_command_or_folder_is_wrong_usage() {
    let (code, _, err) = run(&["man", "lnit"]);
    assert!(code == 2 && err.contains("there is no command `lnit`"), "{err}");
    assert_eq!(run(&["completions", "tcsh"]).0, 2);
    let below_a_file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml/man");
    let (code, _, err) = run(&["man", "--output", below_a_file]);
    assert!(code == 2 && err.contains("Cargo.toml/man"), "{err}");
}
