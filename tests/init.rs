//! What `agentcheck init` says and writes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::common::{agentcheck, told};
use agentcheck::config::Config;
use tempfile::TempDir;

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    told(&agentcheck(folder).args(arguments).output().unwrap())
}

/// Runs `init`, which must succeed, and gives what it says.
fn init(folder: &Path, arguments: &[&str]) -> String {
    let (code, out, err) = run(folder, &[&["init"], arguments].concat());
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    out
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn fixture(name: &str) -> TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    let mut texts = contents(&from);
    // There is nothing to write where there is a configuration.
    texts.remove(CONFIGURATION);
    let texts: Vec<_> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    folder(&texts)
}

/// Every file below a folder, by its path.
fn contents(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
                found.insert(name, text);
            }
        }
    }
    found
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).unwrap()
}

fn findings(folder: &Path) -> serde_json::Value {
    let (code, out, err) = run(folder, &["lint", "--format", "json"]);
    assert!(code < 2 || code == 3, "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    report["diagnostics"].clone()
}

/// Findings without what says which Dockerfile builds an image, and how sure that is: the
/// configuration says it from then on.
fn without_evidence(mut findings: serde_json::Value) -> serde_json::Value {
    // The workflow that is written uses actions like any other.
    let of_actions = |finding: &serde_json::Value| {
        finding["rule"] == "repo/dependency-updates-missing"
            && finding["message"].as_str().unwrap().contains("GitHub Actions")
    };
    findings.as_array_mut().unwrap().retain(|finding| !of_actions(finding));
    for finding in findings.as_array_mut().unwrap() {
        let finding = finding.as_object_mut().unwrap();
        finding.remove("confidence");
        finding.remove("related");
    }
    findings
}

const GIT: (&str, &str) =
    (".git/config", "[remote \"origin\"]\n\turl = git@github.com:acme/orderdesk.git\n");
const DIRTY: &str = "FROM debian:latest\n";
const PINNED: &str = "FROM debian:13.2-slim\nUSER 1000\nHEALTHCHECK CMD true\n";
const CONFIGURATION: &str = "agentcheck.toml";
const HOOK: &str = ".pre-commit-config.yaml";
const WORKFLOW: &str = ".github/workflows/agentcheck.yml";
const PIPELINE: &str = ".gitlab-ci.yml";

#[test]
fn a_project_on_github_gets_all_three() {
    let here = fixture("not-ready");
    fs::create_dir(here.path().join(".git")).unwrap();
    fs::write(here.path().join(GIT.0), GIT.1).unwrap();
    let before = without_evidence(findings(here.path()));
    insta::assert_snapshot!("not-ready", init(here.path(), &[]));
    insta::assert_snapshot!("not-ready-configuration", read(&here, CONFIGURATION));
    insta::assert_snapshot!("hook", read(&here, HOOK));
    insta::assert_snapshot!("workflow", read(&here, WORKFLOW));
    assert_eq!(without_evidence(findings(here.path())), before, "what is written changes nothing");
    let written = contents(here.path());
    let again = init(here.path(), &[]);
    assert_eq!(again.matches("\nleft ").count(), 3, "{again}");
    assert_eq!(contents(here.path()), written);
}

#[test]
fn the_ready_project_stays_silent() {
    let here = fixture("ready");
    let out = init(here.path(), &[]);
    assert!(out.contains("no problems found") && out.contains("next: agentcheck lint\n"), "{out}");
    assert!(!out.contains("--write-baseline"), "{out}");
    assert_eq!(findings(here.path()), serde_json::json!([]));
    let read = read(&here, CONFIGURATION);
    let said = read.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    // What the override file builds there.
    let image = "\"registry.acme.test/orderdesk/agent\" = \"Dockerfile\"";
    assert!(said.eq(["[images]", image]), "{read}");
}

#[test]
fn an_empty_folder_gets_a_configuration_and_a_hook() {
    let here = folder(&[]);
    insta::assert_snapshot!("empty", init(here.path(), &[]));
    assert_eq!(contents(here.path()).into_keys().collect::<Vec<_>>(), [HOOK, CONFIGURATION]);
    insta::assert_snapshot!("empty-configuration", read(&here, CONFIGURATION));
}

#[test]
fn a_dry_run_prints_what_it_would_write() {
    let here = folder(&[("Dockerfile", DIRTY), GIT]);
    let before = contents(here.path());
    let dry = init(here.path(), &["--dry-run"]);
    assert_eq!(contents(here.path()), before);
    init(here.path(), &[]);
    for path in [CONFIGURATION, HOOK, WORKFLOW] {
        let shown = format!("would write {path}:\n\n{}\n", read(&here, path));
        assert!(dry.contains(&shown), "{dry}");
    }
}

#[test]
fn what_exists_is_never_touched() {
    let hooks = "repos:\n-   repo: local\n    hooks: [] # none yet\n";
    let here = folder(&[
        ("Dockerfile", DIRTY),
        (CONFIGURATION, "fail-on = \"error\"\n"),
        (HOOK, hooks),
        (PIPELINE, "stages: [test]\n"),
        (".github/workflows/lint.yaml", "# agentcheck, one day\non: push\n"),
        (WORKFLOW, "on: push\n"),
    ]);
    let before = contents(here.path());
    insta::assert_snapshot!("everything-exists", init(here.path(), &[]));
    assert_eq!(contents(here.path()), before);
    assert_eq!(init(here.path(), &["--dry-run"]), init(here.path(), &[]));
}

#[test]
fn what_is_to_be_added_makes_the_files_whole() {
    let here = folder(&[
        (HOOK, "repos:\n-   repo: local\n    hooks: []\n"),
        (PIPELINE, "stages: [test]\n"),
    ]);
    let out = init(here.path(), &[]);
    let add = |path: &str| {
        let (_, rest) = out.split_once(&format!("left {path} alone: it is yours; add ")).unwrap();
        let text = rest.split("\n\n").nth(1).unwrap();
        let whole = format!("{}{text}\n", read(&here, path));
        let value: serde_yaml::Value = serde_yaml::from_str(&whole).expect("YAML");
        fs::write(here.path().join(path), whole).unwrap();
        value
    };
    assert_eq!(add(HOOK)["repos"][1]["hooks"][0]["id"], "agentcheck");
    let report = &add(PIPELINE)["agentcheck"]["artifacts"]["reports"]["codequality"];
    assert_eq!(*report, "gl-code-quality-report.json");
    let again = init(here.path(), &[]);
    assert!(again.contains("it has agentcheck already"), "{again}");
    assert!(again.contains("it runs agentcheck already"), "{again}");
}

#[test]
fn another_workflow_that_runs_agentcheck_is_enough() {
    let run = "jobs: {a: {steps: [{uses: agentcheck/agentcheck@v0.1.0}]}}\n";
    let here = folder(&[(".github/workflows/ci.yml", run)]);
    let out = init(here.path(), &[]);
    assert!(out.contains("a workflow runs agentcheck already"), "{out}");
    assert!(!here.path().join(WORKFLOW).exists());
}

#[test]
fn what_is_written_is_valid_and_passes_the_check() {
    let here = folder(&[GIT, ("Dockerfile", PINNED)]);
    let remotes = format!("{}[remote \"b\"]\n\turl = https://gitlab.com/acme/b\n", GIT.1);
    fs::write(here.path().join(GIT.0), remotes).unwrap();
    init(here.path(), &[]);
    let yaml = |path: &str| {
        serde_yaml::from_str::<serde_yaml::Value>(&read(&here, path)).expect("valid YAML")
    };
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    assert_eq!(yaml(HOOK)["repos"][0]["rev"], version);
    assert_eq!(yaml(HOOK)["repos"][0]["hooks"][0]["id"], "agentcheck");
    let job = &yaml(WORKFLOW)["jobs"]["agentcheck"];
    assert_eq!(job["permissions"]["security-events"], "write");
    assert_eq!(job["steps"][1]["uses"], format!("agentcheck/agentcheck@{version}").as_str());
    assert!(yaml(PIPELINE)["agentcheck"]["script"].is_sequence());
    let mut arguments = vec!["lint", "--profile", "strict", "--fail-on", "note", "--verbose"];
    // What the rest of the repository lacks is not for `init` to write.
    arguments.extend(["--ignore", "repo/"]);
    let (code, out, err) = run(here.path(), &arguments);
    assert_eq!(code, 0, "{out}{err}");
    assert!(!out.contains("skipped"), "{out}");
}

#[test]
fn vendored_code_that_shows_is_excluded_and_said_so() {
    let here = folder(&[
        ("Dockerfile", PINNED),
        ("vendor/base/Dockerfile", DIRTY),
        ("lib/third_party/x/y/Dockerfile", DIRTY),
        ("third-party/clean/Dockerfile", PINNED),
        ("services/vendor/Dockerfile", DIRTY),
    ]);
    let out = init(here.path(), &[]);
    let read = read(&here, CONFIGURATION);
    let exclude = "exclude = [\n    \"/lib/third_party/\",\n    \"/vendor/\",\n]\n";
    assert!(read.contains(exclude), "{read}");
    assert!(out.contains("  vendor/ is left out: "), "{out}");
    let findings = findings(here.path());
    let found = findings.as_array().unwrap().iter();
    let found = found.filter(|found| found["rule"].as_str().unwrap().starts_with("docker/"));
    let files: Vec<_> = found.map(|found| found["file"].as_str().unwrap()).collect();
    assert!(!files.is_empty());
    assert!(files.iter().all(|file| *file == "services/vendor/Dockerfile"), "{files:?}");
}

#[test]
fn what_is_referred_to_and_not_here_is_offered_and_not_taken_for_granted() {
    let secret = |name: &str| {
        format!("{{name: {name}, valueFrom: {{secretKeyRef: {{name: {name}, key: k}}}}}}")
    };
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n    \
         - name: web\n      env: [{}, {}, {}]\n      envFrom: [{{secretRef: {{name: shared}}}}]\n  \
         volumes: [{{name: tls, secret: {{secretName: web-tls}}}}]\n",
        secret("ours"),
        secret("synced"),
        secret("\"${NAME}\""),
    );
    let ours = "apiVersion: v1\nkind: Secret\nmetadata: {name: ours}\n";
    let synced = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n\
                  metadata: {name: other}\nspec: {target: {name: synced}}\n";
    let here = folder(&[("pod.yaml", &pod), ("ours.yaml", ours), ("synced.yaml", synced)]);
    let before = findings(here.path());
    let out = init(here.path(), &[]);
    let read = read(&here, CONFIGURATION);
    let offered = "# external = [\n#     \"Secret/shared\",\n#     \"Secret/web-tls\",\n# ]\n";
    assert!(read.contains(offered), "{read}");
    assert!(out.contains("  Secret shared is not here"), "{out}");
    assert_eq!(findings(here.path()), before);
}

#[test]
fn many_remarks_are_cut_short() {
    let paths: Vec<_> = (0..13).map(|index| format!("p{index:02}/dev/Dockerfile")).collect();
    let here = folder(&paths.iter().map(|path| (path.as_str(), DIRTY)).collect::<Vec<_>>());
    let out = init(here.path(), &[]);
    assert_eq!(out.matches(" is for development by its path\n").count(), 10, "{out}");
    assert!(out.contains("\n  and 3 more, all in agentcheck.toml\n"), "{out}");
}

#[test]
fn folders_for_development_are_told_apart() {
    let here = folder(&[
        (".devcontainer/Dockerfile.dev", DIRTY),
        ("deploy/dev/api.Dockerfile", DIRTY),
        ("worker.local.Dockerfile", DIRTY),
        ("deploy/minikube/api.Dockerfile", DIRTY),
        ("integration-tests/Dockerfile", DIRTY),
        ("test-runner/Dockerfile", DIRTY),
    ]);
    let out = init(here.path(), &[]);
    let read = read(&here, CONFIGURATION);
    let paths = "[[overrides]]\npaths = [\n    \"/deploy/minikube/\",\n    \
                 \"/integration-tests/\",\n]\nenvironment = \"development\"\n";
    assert!(read.contains(paths), "{read}");
    assert!(
        read.contains("#   .devcontainer/\n#   deploy/dev/\n#   worker.local.Dockerfile\n"),
        "{read}"
    );
    assert!(out.contains("  deploy/dev/ is for development by its path\n"), "{out}");
    let config = Config::load(&here.path().join(CONFIGURATION)).unwrap();
    let environment =
        |path: &str| config.settings(here.path().join(path).to_str().unwrap()).environment.as_str();
    assert_eq!(environment("deploy/minikube/api.Dockerfile"), "development");
    assert_eq!(environment("integration-tests/Dockerfile"), "development");
    assert_eq!(environment("test-runner/Dockerfile"), "production");
}

#[cfg(unix)]
#[test]
fn a_name_cannot_write_into_the_configuration() {
    let here = folder(&[
        ("third_party/a\nignore = [\"all\"]/Dockerfile", DIRTY),
        ("x\"]\nignore = [\"all\"]/third_party/Dockerfile", DIRTY),
        ("minikube\"]\n/testdata/Dockerfile", DIRTY),
        ("glob[!a]/third_party/Dockerfile", DIRTY),
    ]);
    let before = findings(here.path()).as_array().unwrap().len();
    init(here.path(), &[]);
    let read = read(&here, CONFIGURATION);
    assert!(!read.contains("ignore = [\"all\"]") && !read.contains("[!a]"), "{read}");
    assert!(read.contains("exclude = [\n    \"/third_party/\",\n]\n"), "{read}");
    let left = findings(here.path()).as_array().unwrap().len();
    assert_eq!(left, before / 4 * 3, "what one of four folders holds is left out");
}

#[test]
fn every_key_that_is_known_is_in_the_file_and_may_be_switched_on() {
    let error = Config::parse("agentcheck.toml", "none-such-at-all = 1\n").unwrap_err();
    let help = error.problems()[0].help.clone().unwrap();
    let known: Vec<_> = help.strip_prefix("known here: ").unwrap().split(", ").collect();
    assert!(known.contains(&"environment") && known.contains(&"evidence"), "{known:?}");
    for project in ["not-ready", "ready"].map(fixture).into_iter().chain([folder(&[])]) {
        init(project.path(), &[]);
        let text = read(&project, CONFIGURATION);
        for key in &known {
            let key = *key;
            let heads = [format!("{key} = "), format!("[{key}]"), format!("[[{key}]]")];
            let table = format!("[{key}.");
            let is_key = |line: &str| {
                let line = line.trim_start_matches("# ");
                heads.iter().any(|head| line.starts_with(head)) || line.starts_with(&table)
            };
            assert!(text.lines().any(is_key), "nothing says what `{key}` is:\n{text}");
        }
        let switched: String = text
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(code) if is_code(code) => format!("{code}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        assert!(switched.contains("\n[[evidence]]\n") && switched.contains("\nselect = "));
        Config::parse("agentcheck.toml", &switched).unwrap_or_else(|error| {
            panic!("{:?}:\n{switched}", error.problems());
        });
    }
}

/// Whether the text behind a `#` is TOML.
fn is_code(text: &str) -> bool {
    let key = text.split(" = ").next().unwrap();
    let is_key = |c: char| c.is_ascii_lowercase() || c == '-';
    text.starts_with(['[', '"', ']'])
        || text.trim_start().starts_with('"')
        || (key != text && key.chars().all(is_key))
}

#[test]
fn a_configuration_further_up_is_in_force() {
    let here = folder(&[(CONFIGURATION, "exclude = [\"api/old/\"]\n"), ("api/Dockerfile", PINNED)]);
    fs::create_dir_all(here.path().join("api/old")).unwrap();
    fs::write(here.path().join("api/old/Dockerfile"), DIRTY).unwrap();
    let out = init(here.path(), &["api"]);
    assert!(out.contains("agentcheck.toml` is in force here\n"), "{out}");
    assert!(out.contains("checked 1 file: 1 Dockerfile\n"), "{out}");
    assert!(out.contains("next: agentcheck lint in `api`\n"), "{out}");
    assert!(!here.path().join("api").join(CONFIGURATION).exists());
    assert!(here.path().join("api").join(HOOK).exists());
    fs::write(here.path().join(CONFIGURATION), "what = 1\n").unwrap();
    let (code, out, err) = run(here.path(), &["init", "api"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("unknown key `what`"), "{err}");
}

#[test]
fn hook_and_pipeline_belong_into_the_root_of_the_repository() {
    let here = folder(&[GIT, ("api/Dockerfile", PINNED)]);
    let out = init(here.path(), &["api"]);
    assert!(out.contains("wrote agentcheck.toml\n"), "{out}");
    assert_eq!(out.matches("it belongs into the root of the repository").count(), 2, "{out}");
    assert_eq!(contents(&here.path().join("api")).len(), 2);
}

#[test]
fn a_linked_work_tree_is_on_the_forge_of_its_repository() {
    let here = folder(&[
        ("main/.git/config", GIT.1),
        ("main/.git/worktrees/b/commondir", "../..\n"),
        ("b/.git", "gitdir: ../main/.git/worktrees/b\n"),
    ]);
    assert!(init(&here.path().join("b"), &[]).contains(&format!("wrote {WORKFLOW}\n")));
}

#[test]
fn a_wrong_path_is_wrong_usage() {
    let here = folder(&[("Dockerfile", PINNED)]);
    for path in ["Dockerfile", "no-such-folder"] {
        let (code, out, err) = run(here.path(), &["init", path]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains(&format!("`{path}` is no folder to work in")), "{err}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let here = folder(&[("Dockerfile", PINNED)]);
    let elsewhere = folder(&[]);
    for name in [CONFIGURATION, HOOK] {
        let link = here.path().join(name);
        std::os::unix::fs::symlink(elsewhere.path().join(name), link).unwrap();
    }
    let out = init(here.path(), &[]);
    assert_eq!(out.matches("alone: it is there already").count(), 2, "{out}");
    assert_eq!(contents(elsewhere.path()), BTreeMap::new());
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    // Where the parent is a file, nobody can write, not even the superuser.
    for file in [".github", ".github/workflows"] {
        let here = folder(&[GIT, (file, "no folder\n")]);
        let (code, out, err) = run(here.path(), &["init"]);
        assert_eq!(code, 2, "{out}");
        assert!(out.contains("wrote agentcheck.toml\n"), "{out}");
        assert!(err.contains(&format!("cannot write `{WORKFLOW}`: ")), "{err}");
    }
}
