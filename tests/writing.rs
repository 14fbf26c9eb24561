//! Files that are written: fixes, reports, baselines. Whatever happens, the old one is there or the new
//! one, and nothing else.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::common::{agentcheck, folder, lint, read};

/// A manifest with something to fix; some of the runs below must not have room for it.
fn deployment() -> String {
    let containers: String = (0..40).fold(String::new(), |text, number| {
        text + &format!("        - name: c{number}\n          image: example.org/api:1.{number}\n")
    });
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  template:\n    \
         spec:\n      containers:\n{containers}"
    )
}

const FIX: [&str; 3] = ["--unsafe-fixes", "--select", "k8s/memory-limit-missing"];

/// The names of what is in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A run that may write no file of more than a block: as if the disk were full.
fn lint_without_room(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let program = agentcheck(folder);
    let output = Command::new("sh")
        .current_dir(folder)
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"])
        .arg(program.get_program())
        .args(["lint", "--isolated"])
        .args(arguments)
        .output()
        .unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_full_disk_costs_nothing() {
    let text = deployment();
    let here = folder(&[("deploy.yaml", &text), ("report.json", "old"), ("base.json", "old")]);
    fs::hard_link(here.path().join("deploy.yaml"), here.path().join("second.yaml")).unwrap();
    fs::hard_link(here.path().join("report.json"), here.path().join("second.json")).unwrap();
    for arguments in [
        &FIX[..],
        &["--output", "json:report.json"],
        &["--output", "sarif:new.sarif"],
        &["--write-baseline", "base.json"],
        &["--output", "json:/dev/full"],
    ] {
        let (code, err) = lint_without_room(here.path(), arguments);
        assert!(code == 2 && err.contains("cannot write"), "{arguments:?} {code}: {err}");
        let names = names(here.path());
        let left = ["base.json", "deploy.yaml", "report.json", "second.json", "second.yaml"];
        assert_eq!(names, left, "{arguments:?}");
        assert_eq!(read(here.path(), "deploy.yaml"), text);
        assert_eq!(read(here.path(), "report.json"), "old");
        assert_eq!(read(here.path(), "base.json"), "old");
    }
}

#[test]
fn a_file_with_two_names_keeps_both() {
    let here = folder(&[("deploy.yaml", &deployment()), ("report.json", &"x".repeat(1 << 20))]);
    fs::create_dir(here.path().join("aside")).unwrap();
    let (file, other) = (here.path().join("deploy.yaml"), here.path().join("aside/x"));
    fs::hard_link(&file, &other).unwrap();
    fs::hard_link(here.path().join("report.json"), here.path().join("aside/y")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let arguments = [&FIX[..], &["--output", "json:report.json"]].concat();
    let (_, _, err) = lint(here.path(), &arguments);
    assert!(read(here.path(), "deploy.yaml").contains("memory:"), "{err}");
    let (file, other) = (fs::metadata(&file).unwrap(), fs::metadata(&other).unwrap());
    assert_eq!((file.ino(), file.nlink(), file.mode() & 0o777), (other.ino(), 2, 0o640));
    let report: serde_json::Value = serde_json::from_str(&read(here.path(), "aside/y")).unwrap();
    assert!(report["diagnostics"].is_array(), "of the longer one before, nothing is left");
    assert_eq!(names(here.path()), ["aside", "deploy.yaml", "report.json"]);
}

#[test]
fn a_report_is_like_any_other_file() {
    let here = folder(&[("deploy.yaml", &deployment()), ("kept.json", "old")]);
    let at = |name: &str| here.path().join(name);
    fs::set_permissions(at("kept.json"), fs::Permissions::from_mode(0o604)).unwrap();
    symlink("kept.json", at("link.json")).unwrap();
    symlink("made.json", at("nowhere.json")).unwrap();
    fs::write(at("plain"), "").unwrap();
    for file in ["new.json", "link.json", "nowhere.json", "/dev/null", "/dev/stderr"] {
        let (code, _, err) = lint(here.path(), &["--output", &format!("json:{file}")]);
        assert_eq!(code, 1, "{file}: {err}");
        assert!(file != "/dev/stderr" || err.contains("\"diagnostics\""), "{err}");
    }
    let mode = |name: &str| fs::metadata(at(name)).unwrap().mode() & 0o777;
    assert_eq!(mode("new.json"), mode("plain"), "who may read it is for the umask to say");
    assert_eq!(mode("kept.json"), 0o604);
    assert!(fs::symlink_metadata(at("link.json")).unwrap().is_symlink());
    assert_eq!(read(here.path(), "kept.json"), read(here.path(), "new.json"));
    assert_eq!(read(here.path(), "made.json"), read(here.path(), "new.json"));
}

/// Whatever moment somebody chooses: the process dies of the signal, and every file is whole.
#[test]
fn an_interrupted_run_leaves_nothing_unfinished() {
    let text = deployment();
    let files: Vec<_> = (0..40).map(|number| format!("d{number}.yaml")).collect();
    let files: Vec<_> = files.iter().map(|name| (name.as_str(), text.as_str())).collect();
    let arguments =
        [&FIX[..], &["--output", "json:report.json", "--write-baseline", "base.json"]].concat();
    let fixed = {
        let here = folder(&files);
        lint(here.path(), &arguments);
        read(here.path(), "d0.yaml")
    };
    assert_ne!(fixed, text);
    let mut interrupted = 0;
    for round in 0_u64..12 {
        let here = folder(&files);
        fs::write(here.path().join("report.json"), "old").unwrap();
        let mut child = agentcheck(here.path())
            .args(["lint", "--isolated", "--quiet"])
            .args(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(Duration::from_millis(40 * round));
        let (name, number) = if round % 2 == 0 { ("-INT", 2) } else { ("-TERM", 15) };
        // A run that is over already is no error here.
        let _ = Command::new("kill").args([name, &child.id().to_string()]).status();
        let status = child.wait().unwrap();
        if status.code().is_none() {
            assert_eq!(status.signal(), Some(number));
            interrupted += 1;
        }
        for name in names(here.path()) {
            let content = read(here.path(), &name);
            let is_whole = match name.as_str() {
                "report.json" | "base.json" => {
                    content == "old" || serde_json::from_str::<serde_json::Value>(&content).is_ok()
                }
                name => name.starts_with('d') && (content == text || content == fixed),
            };
            assert!(is_whole, "{name}: {content}");
        }
    }
    assert!(interrupted > 0, "no run was slow enough to be interrupted");
}

#[test]
fn a_file_that_goes_away_or_changes_is_left_alone() {
    use std::sync::Arc;

    use agentcheck::fix::{self, Changed, WriteError};

    let here = folder(&[("changed.yaml", "by somebody else")]);
    let changed = |name: &str| Changed {
        path: here.path().join(name).to_str().unwrap().to_owned(),
        before: Arc::from("before"),
        after: Arc::from("after"),
        applied: Vec::new(),
    };
    assert!(matches!(fix::write(&changed("gone.yaml")), Err(WriteError::Gone(_))));
    assert!(matches!(fix::write(&changed("changed.yaml")), Err(WriteError::Changed(_))));
    assert_eq!(read(here.path(), "changed.yaml"), "by somebody else");
    assert_eq!(names(here.path()), ["changed.yaml"]);
}
