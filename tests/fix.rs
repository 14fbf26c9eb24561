//! `--fix`, `--unsafe-fixes` and `--diff`, through the command line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::{folder, lint, lint_text, read};

/// One finding with an unsafe fix (no memory limit), one with a safe one (an ignore of nothing).
const DEPLOY: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: api # agentcheck: ignore[k8s/naked-pod] no need
          image: example.org/api:1.2
";

const WITHOUT_IGNORE: &str = "\
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

const FIXED: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: api
          image: example.org/api:1.2
          resources:
            limits:
              memory: 512Mi
";

const MEMORY: &str = "k8s/memory-limit-missing";

/// Selects the two rules above, and the one that the ignore names so that it counts as unused.
const RULES: &str =
    "k8s/memory-limit-missing,syntax/unused-ignore,k8s/naked-pod,syntax/yaml-invalid";

#[test]
fn safe_fixes_unsafe_fixes_and_a_look_at_them() {
    let here = folder(&[("deploy.yaml", DEPLOY)]);
    let run = |arguments: &[&str]| lint(here.path(), &[&["--select", RULES], arguments].concat());

    let (code, diff, err) = run(&["--diff", "--unsafe-fixes"]);
    assert_eq!((code, err.as_str()), (1, ""), "{diff}");
    assert!(diff.starts_with("--- deploy.yaml\n+++ deploy.yaml\n@@ "), "{diff}");
    assert!(diff.contains("\n+              memory: 512Mi\n"), "{diff}");
    assert_eq!(read(here.path(), "deploy.yaml"), DEPLOY, "nothing was written");
    let (code, diff, _) = run(&["--diff", "--fix"]);
    assert!(code == 1 && !diff.contains("512Mi") && diff.contains("-        - name: api #"));
    assert_eq!(read(here.path(), "deploy.yaml"), DEPLOY, "--diff beats --fix");
    assert_eq!(run(&["--diff", "--exit-zero"]).0, 0);

    let (code, _, err) = run(&["--fix"]);
    assert_eq!(code, 1, "the memory limit is missing still");
    assert!(err.contains("deploy.yaml: 1 fix: remove the ignore"), "{err}");
    assert_eq!(read(here.path(), "deploy.yaml"), WITHOUT_IGNORE);
    assert_eq!(run(&["--diff"]), (0, String::new(), String::new()), "no safe fix is left");

    assert_eq!(run(&["--unsafe-fixes"]).0, 0, "nothing is left");
    assert_eq!(read(here.path(), "deploy.yaml"), FIXED);
    let (code, _, err) = run(&["--unsafe-fixes"]);
    assert_eq!((code, err.as_str()), (0, ""), "a second run has nothing to do");
    assert_eq!(read(here.path(), "deploy.yaml"), FIXED);
    let empty = folder(&[]);
    assert_eq!(lint(empty.path(), &["--diff"]).0, 3);
}

#[test]
fn the_diff_is_a_patch() {
    let crlf = DEPLOY.replace('\n', "\r\n");
    let cut = DEPLOY.trim_end().to_owned();
    let files = [
        ("a.yaml", DEPLOY.to_owned()),
        ("b/crlf.yaml", crlf),
        ("b/cut.yaml", cut),
        ("c d.yaml", DEPLOY.to_owned()),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let (patched, fixed) = (folder(&files), folder(&files));
    let arguments = ["--select", RULES, "--unsafe-fixes"];
    let (_, diff, _) = lint(patched.path(), &[&arguments[..], &["--diff"]].concat());
    assert_eq!(lint(fixed.path(), &arguments).0, 0);
    let mut apply = match Command::new("git")
        .args(["apply", "-p0", "--whitespace=nowarn"])
        .current_dir(patched.path())
        .env("GIT_CEILING_DIRECTORIES", patched.path().parent().unwrap())
        .stdin(Stdio::piped())
        .spawn()
    {
        Ok(apply) => apply,
        Err(error) => {
            println!("git is not here ({error}): skipped");
            return;
        }
    };
    apply.stdin.take().unwrap().write_all(diff.as_bytes()).unwrap();
    assert!(apply.wait().unwrap().success(), "{diff}");
    for (path, _) in files {
        assert_eq!(read(patched.path(), path), read(fixed.path(), path), "{path}");
    }
}

#[test]
fn line_endings_and_the_end_of_the_file_stay() {
    let bom = format!("\u{feff}{DEPLOY}");
    for (before, after) in [
        (DEPLOY.replace('\n', "\r\n"), FIXED.replace('\n', "\r\n")),
        (DEPLOY.trim_end().to_owned(), FIXED.trim_end().to_owned()),
        (bom, format!("\u{feff}{FIXED}")),
    ] {
        let here = folder(&[("deploy.yaml", &before)]);
        let (code, _, err) = lint(here.path(), &["--select", RULES, "--unsafe-fixes"]);
        assert_eq!(read(here.path(), "deploy.yaml"), after, "{err}");
        assert_eq!(code, 0);
    }
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_links_are_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    for mode in [0o640, 0o755] {
        let here = folder(&[("real/deploy.yaml", DEPLOY)]);
        let real = here.path().join("real/deploy.yaml");
        fs::set_permissions(&real, fs::Permissions::from_mode(mode)).unwrap();
        let link = here.path().join("link.yaml");
        symlink("real/deploy.yaml", &link).unwrap();
        let (code, _, err) = lint(here.path(), &["link.yaml", "--select", RULES, "--unsafe-fixes"]);
        assert_eq!(code, 0, "{err}");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), FIXED);
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o7777, mode);
        let left: Vec<_> = fs::read_dir(here.path().join("real")).unwrap().collect();
        assert_eq!(left.len(), 1, "no temporary file is left");
    }
    // One file under two names is written once.
    let here = folder(&[("deploy.yaml", DEPLOY)]);
    symlink("deploy.yaml", here.path().join("link.yaml")).unwrap();
    let arguments = ["link.yaml", "deploy.yaml", "--select", RULES, "--unsafe-fixes"];
    let (code, _, err) = lint(here.path(), &arguments);
    assert_eq!(code, 0, "{err}");
    assert_eq!(read(here.path(), "deploy.yaml"), FIXED);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_keeps_its_file() {
    use std::os::unix::fs::PermissionsExt;
    let here = folder(&[("locked/deploy.yaml", DEPLOY), ("open.yaml", DEPLOY)]);
    let locked = here.path().join("locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(locked.join("probe"), "").is_ok() {
        println!("the superuser writes anywhere: skipped");
        return;
    }
    let (code, _, err) = lint(here.path(), &["--select", RULES, "--unsafe-fixes"]);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(code == 2 && err.contains("locked/deploy.yaml"), "{err}");
    assert_eq!(read(here.path(), "locked/deploy.yaml"), DEPLOY);
    assert_eq!(read(here.path(), "open.yaml"), FIXED, "the other one is fixed");
    assert_eq!(fs::read_dir(&locked).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn standard_input_is_never_written() {
    let here = folder(&[("deploy.yaml", DEPLOY)]);
    for fix in ["--fix", "--unsafe-fixes"] {
        let arguments = ["-", "--stdin-filename", "deploy.yaml", fix];
        let (code, out, err) = lint_text(here.path(), &arguments, WITHOUT_IGNORE);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("standard input cannot be fixed in place; use --diff"), "{err}");
    }
    assert_eq!(read(here.path(), "deploy.yaml"), DEPLOY);
    let arguments = ["-", "--diff", "--unsafe-fixes", "--select", MEMORY];
    let (code, out, _) = lint_text(here.path(), &arguments, WITHOUT_IGNORE);
    assert!(code == 1 && out.contains("+              memory: 512Mi\n"), "{out}");
}

#[test]
fn a_fix_may_be_in_another_file_than_its_finding() {
    let dockerfile = "FROM python:3.13-slim\nCOPY . /app\nCMD [\"uvicorn\", \"api:app\"]\n";
    let here = folder(&[("Dockerfile", dockerfile), (".dockerignore", "docs\r\n")]);
    let select = ["--select", "docker/dotenv-not-ignored", "--fix", "--unsafe-fixes", "."];
    let (code, out, err) = lint(here.path(), &select);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(read(here.path(), "Dockerfile"), dockerfile);
    assert_eq!(read(here.path(), ".dockerignore"), "docs\r\n.env*\r\n.git\r\n");
}

#[test]
fn what_is_not_the_place_to_fix_is_left_alone_and_said() {
    let generated = format!("# Code generated by a program. DO NOT EDIT.\n{WITHOUT_IGNORE}");
    let template = WITHOUT_IGNORE.replace("example.org/api:1.2", "\"example.org/{{ .image }}\"");
    let anchor = WITHOUT_IGNORE.replace("- name: api", "- &api\n          name: api")
        + "---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n";
    let cases = [
        (generated.as_str(), "the file is a template or generated"),
        (&template, "the file is a template or generated"),
        (&anchor, "it is an anchor's home"),
    ];
    for (text, why) in cases {
        let here = folder(&[("deploy.yaml", text)]);
        let (code, out, err) =
            lint(here.path(), &["--select", MEMORY, "--unsafe-fixes", "--fail-on", "note"]);
        assert_eq!(read(here.path(), "deploy.yaml"), text);
        assert!(code == 1 && out.contains("no fix:") && out.contains(why), "{out}{err}");
    }
    // A broken document: what else is in the file is found, and not touched.
    let broken = format!("{WITHOUT_IGNORE}---\napiVersion: v1\nkind: Service\na: [\n");
    let here = folder(&[("deploy.yaml", &broken)]);
    let (code, _, err) =
        lint(here.path(), &["--select", RULES, "--unsafe-fixes", "--fail-on", "note"]);
    assert_eq!(code, 1);
    assert!(err.contains("deploy.yaml was left as it is: a part of it does not parse"), "{err}");
    assert_eq!(read(here.path(), "deploy.yaml"), broken);
}

#[test]
fn what_a_config_map_holds_as_text_is_left_alone() {
    let text = fs::read_to_string("fixtures/not-ready/deploy/configmap.yaml").unwrap();
    let here = folder(&[("configmap.yaml", &text)]);
    let arguments = ["--select", "agent/", "--unsafe-fixes"];
    let (_, out, err) = lint(here.path(), &arguments);
    assert!(out.contains("agent/"), "something is found: {out}");
    assert_eq!(read(here.path(), "configmap.yaml"), text, "{err}");
}

#[test]
fn several_findings_about_one_place_make_one_block() {
    let here = folder(&[("deploy.yaml", WITHOUT_IGNORE)]);
    lint(here.path(), &["--select", "k8s/", "--profile", "strict", "--unsafe-fixes"]);
    let fixed = read(here.path(), "deploy.yaml");
    let resources = fixed.lines().filter(|line| *line == "          resources:").count();
    assert_eq!(resources, 1, "{fixed}");
    let contexts = fixed.lines().filter(|line| *line == "          securityContext:").count();
    assert!(contexts <= 1, "{fixed}");
}

/// All that is wrong with the example, mended as far as can be: a second run has nothing to do.
#[test]
fn the_bad_example_settles_in_one_run() {
    let here = tempfile::tempdir().unwrap();
    copy(Path::new("fixtures/not-ready"), here.path());
    let before = texts(here.path());
    let arguments = ["--profile", "strict", "--unsafe-fixes", "--quiet", "-f", "json"];
    let (code, _, err) = lint(here.path(), &arguments);
    assert!(code < 2 && !err.contains("left as it is"), "{err}");
    let after = texts(here.path());
    assert_ne!(before, after, "something was mended");
    let (_, _, err) = lint(here.path(), &arguments);
    assert_eq!(err, "", "the second run does nothing");
    assert_eq!(after, texts(here.path()));
    assert_eq!(lint(here.path(), &["--profile", "strict", "--unsafe-fixes", "--diff"]).1, "");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every text below a folder, by its path.
fn texts(folder: &Path) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            texts.extend(self::texts(&entry.path()));
        } else {
            let text = String::from_utf8(fs::read(entry.path()).unwrap());
            texts.extend(text.ok().map(|text| (entry.path().display().to_string(), text)));
        }
    }
    texts.sort();
    texts
}

/// What three rules want of one `RUN` stands in it together.
#[test]
fn fixes_of_one_run_go_together() {
    let rules = "docker/apt-assume-yes,docker/apt-get-over-apt,docker/apt-lists-kept,docker/apt-no-recommends,docker/pip-no-cache-dir,docker/run-sudo";
    let before = "\
FROM python:3.13-slim
RUN sudo apt update \\
    # what the health check needs
    && apt install \\
      curl \\
    && pip install .
";
    let after = "\
FROM python:3.13-slim
RUN apt-get update \\
    # what the health check needs
    && apt-get install --no-install-recommends -y \\
      curl \\
    && rm -rf /var/lib/apt/lists/* \\
    && pip install --no-cache-dir .
";
    let here = folder(&[("Dockerfile", before)]);
    let (code, out, err) = lint(here.path(), &["--select", rules, "--fix", "--unsafe-fixes"]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(read(here.path(), "Dockerfile"), after);
}

#[test]
fn a_diff_goes_with_reports_of_the_files_as_they_are() {
    let here = folder(&[("deploy.yaml", DEPLOY)]);
    let lint = |more: &[&str]| {
        lint(here.path(), &[&["--select", MEMORY, "--unsafe-fixes"], more].concat())
    };
    let (code, diff, _) = lint(&["--diff"]);
    assert!(code == 1 && diff.starts_with("--- deploy.yaml\n"), "{diff}");
    let outputs = ["--diff", "-o", "json:r.json", "-o", "sarif:r.sarif"];
    assert_eq!(lint(&outputs), (1, diff, String::new()));
    let json: serde_json::Value = serde_json::from_str(&read(here.path(), "r.json")).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&read(here.path(), "r.sarif")).unwrap();
    assert_eq!(json["diagnostics"][0]["rule"], MEMORY);
    assert_eq!(sarif["runs"][0]["invocations"][0]["exitCode"], 1);
    assert_eq!(read(here.path(), "deploy.yaml"), DEPLOY);
    assert_eq!(lint(&["--diff", "--statistics"]).0, 2);
    assert_eq!(lint(&["--statistics", "--format", "json"]).0, 2);
}

#[cfg(unix)]
#[test]
fn a_diff_names_files_as_git_does() {
    let here = folder(&[("a\nb.yaml", DEPLOY), ("c\\d.yaml", DEPLOY), ("e\u{1}.yaml", DEPLOY)]);
    let (_, diff, _) = lint(here.path(), &["--select", MEMORY, "--unsafe-fixes", "--diff"]);
    for name in [r#""a\nb.yaml""#, r#""c\\d.yaml""#, r#""e\001.yaml""#] {
        assert!(diff.contains(&format!("--- {name}\n+++ {name}\n")), "{name}: {diff}");
    }
    let patch = here.path().join("all.patch");
    fs::write(&patch, &diff).unwrap();
    let apply = ["apply", "-p0", "--unsafe-paths", "all.patch"];
    if let Ok(output) = Command::new("git").current_dir(here.path()).args(apply).output() {
        assert!(output.status.success(), "{output:?}");
        assert!(read(here.path(), "a\nb.yaml").contains("512Mi"));
    }
}

#[cfg(unix)]
#[test]
fn a_file_of_somebody_else_stays_theirs() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let here = folder(&[("deploy.yaml", DEPLOY)]);
    let path = here.path().join("deploy.yaml");
    if fs::metadata(&path).unwrap().uid() != 0 {
        return; // only the superuser can be somebody else
    }
    let mode =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(here.path(), 0o777);
    let fix = || {
        let mut command = crate::common::agentcheck(here.path());
        command.args(["lint", "--isolated", "--select", MEMORY, "--unsafe-fixes"]);
        command.uid(65_534).gid(65_534).output()
    };
    mode(&path, 0o444);
    let Ok(output) = fix() else { return }; // the program lies where others may not run it
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(read(here.path(), "deploy.yaml"), DEPLOY);
    mode(&path, 0o666);
    fix().unwrap();
    assert!(read(here.path(), "deploy.yaml").contains("512Mi"));
    assert_eq!(fs::metadata(&path).unwrap().uid(), 0);
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 1, "nothing is left behind");
}
