//! Which files are read, and what they are taken for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::common;
use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::file::{FileKind, Files, SkipReason};
use agentcheck::outcome::Outcome;
use agentcheck::rules::{Environment, Profile};
use agentcheck::source::FileId;
use agentcheck::walk::{self, Scope};
use tempfile::TempDir;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
const COMPOSE: &str = "services: {web: {image: x:1}}\n";

struct Project(TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Project(TempDir::new().unwrap());
        for (name, text) in files {
            let path = project.at(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        project
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn scope(&self) -> Scope {
        Scope {
            paths: vec![self.0.path().to_owned()],
            exclude: Vec::new(),
            base: self.0.path().to_owned(),
            respect_ignore_files: true,
            stdin_name: None,
        }
    }

    /// The paths of the files that are read, in order, with why one was not checked.
    fn read(&self, scope: &Scope) -> Vec<String> {
        let outcome = outcome(walk::read(scope, &|_| ()).unwrap());
        let reasons: BTreeMap<_, _> = outcome.skipped().collect();
        let root = format!("{}/", self.0.path().display());
        (0..outcome.files.len())
            .map(|index| {
                let path = outcome.files.source(FileId::new(index)).unwrap().path();
                let short = path.strip_prefix(&root).unwrap();
                match reasons.get(path) {
                    Some(reason) => format!("{short}: {reason:?}"),
                    None => short.to_owned(),
                }
            })
            .collect()
    }
}

fn outcome(files: Files) -> Outcome {
    Outcome { files, ..Outcome::default() }
}

/// What one file that was found, and not named, is taken for.
fn recognise(name: &str, text: &str) -> Result<FileKind, SkipReason> {
    let project = Project::new(&[(name, text)]);
    let outcome = outcome(walk::read(&project.scope(), &|_| ()).unwrap());
    let kinds: Vec<_> = outcome.checked().into_keys().collect();
    let reason = outcome.skipped().next().map(|(_, reason)| reason.clone());
    match (kinds.as_slice(), reason) {
        ([kind], None) => Ok(*kind),
        ([], reason) => Err(reason.unwrap_or(SkipReason::Foreign)),
        both => panic!("{name} is both checked and skipped: {both:?}"),
    }
}

#[test]
fn ignore_files_count() {
    let files: [(&str, &str); 9] = [
        (".gitignore", "/build\n*.local.yaml\n"),
        (".ignore", "scratch\n"),
        (".agentcheckignore", "vendor/**\n!vendor/ours.yaml\n"),
        ("a.yaml", POD),
        ("a.local.yaml", POD),
        ("build/a.yaml", POD),
        ("deploy/build/a.yaml", POD),
        ("scratch/a.yaml", POD),
        ("vendor/theirs.yaml", POD),
    ];
    let project = Project::new(&files);
    fs::write(project.at("vendor/ours.yaml"), POD).unwrap();
    let mut scope = project.scope();
    let kept = [".gitignore", "a.yaml", "deploy/build/a.yaml", "vendor/ours.yaml"];
    assert_eq!(project.read(&scope), kept);
    scope.respect_ignore_files = false;
    let all = [
        ".gitignore",
        "a.local.yaml",
        "a.yaml",
        "build/a.yaml",
        "deploy/build/a.yaml",
        "scratch/a.yaml",
        "vendor/ours.yaml",
    ];
    // What agentcheck itself is told to leave out stays out.
    assert_eq!(project.read(&scope), all);
}

#[test]
fn the_ignore_file_of_a_parent_counts() {
    let project =
        Project::new(&[(".gitignore", "gen/\n"), ("x/gen/a.yaml", POD), ("x/a.yaml", POD)]);
    let scope = Scope { paths: vec![project.at("x")], ..project.scope() };
    assert_eq!(project.read(&scope), ["x/a.yaml"]);
}

#[test]
fn hidden_files_are_read_and_foreign_folders_are_not() {
    let project = Project::new(&[
        (".devcontainer/docker-compose.yml", COMPOSE),
        (".github/deploy/pod.yaml", POD),
        (".hidden.yaml", POD),
        (".git/pod.yaml", POD),
        ("node_modules/x/Dockerfile", "FROM x\n"),
        ("web/node_modules/x/pod.yaml", POD),
        (".venv/lib/pod.yaml", POD),
        (".terraform/pod.yaml", POD),
    ]);
    assert_eq!(
        project.read(&project.scope()),
        [".devcontainer/docker-compose.yml", ".github/deploy/pod.yaml", ".hidden.yaml"]
    );
    // Who names it means it.
    let scope = Scope { paths: vec![project.at("node_modules")], ..project.scope() };
    assert_eq!(project.read(&scope), ["node_modules/x/Dockerfile"]);
}

#[test]
fn what_is_excluded_is_relative_to_the_base() {
    let project = Project::new(&[
        ("deploy/dev/a.yaml", POD),
        ("deploy/prod/a.yaml", POD),
        ("deploy/prod/b.test.yaml", POD),
        ("other/deploy/dev/a.yaml", POD),
    ]);
    let exclude = vec!["deploy/dev/**".to_owned(), "*.test.yaml".to_owned()];
    let scope = Scope { exclude, ..project.scope() };
    assert_eq!(project.read(&scope), ["deploy/prod/a.yaml", "other/deploy/dev/a.yaml"]);
    let scope = Scope { paths: vec![project.at("deploy")], ..scope };
    assert_eq!(project.read(&scope), ["deploy/prod/a.yaml"]);
    let broken = Scope { exclude: vec!["a/{b".to_owned()], ..project.scope() };
    assert!(walk::read(&broken, &|_| ()).unwrap_err().to_string().contains("a/{b"));
}

#[test]
fn a_file_that_is_named_is_read_whatever_it_is() {
    let project = Project::new(&[
        (".gitignore", "*\n"),
        ("a.yaml", POD),
        ("notes.txt", "hello\n"),
        ("deploy.txt", POD),
        ("image", "FROM x:1\n"),
        ("of_arm", "# syntax=docker/dockerfile:1\nfrom --platform=linux/arm64 x:1 as build\n"),
        ("health.py", "from fastapi import FastAPI\n"),
        ("values.yaml", "replicas: 1\n"),
    ]);
    let named = |name: &str| {
        let paths = vec![project.at(name), project.at(name)];
        project.read(&Scope { paths, ..project.scope() })
    };
    assert_eq!(project.read(&project.scope()), [] as [&str; 0]);
    assert_eq!(named("a.yaml"), ["a.yaml"]);
    assert_eq!(named("deploy.txt"), ["deploy.txt"]);
    assert_eq!(named("image"), ["image"]);
    // Searched for credentials, of which every text may hold one.
    assert_eq!(named("notes.txt"), ["notes.txt"]);
    assert_eq!(named("health.py"), ["health.py"]);
    assert_eq!(kind_of(&project, "of_arm"), Some(FileKind::Dockerfile));
    assert_eq!(kind_of(&project, "health.py"), None);
    assert_eq!(named("values.yaml"), ["values.yaml: NotRecognised"]);
}

/// What a file is taken for that is named.
fn kind_of(project: &Project, name: &str) -> Option<FileKind> {
    let scope = Scope { paths: vec![project.at(name)], ..project.scope() };
    let outcome = outcome(walk::read(&scope, &|_| ()).unwrap());
    outcome.checked().into_keys().next()
}

#[test]
fn a_dockerfile_that_is_named_brings_its_ignore_files() {
    let project = Project::new(&[
        (".dockerignore", "*\n"),
        ("Dockerfile", "FROM x:1\n"),
        ("Dockerfile.dockerignore", ""),
        ("api.Dockerfile", "FROM x:1\n"),
        ("a.yaml", POD),
    ]);
    let named = |name: &str| {
        let paths = vec![project.at(name)];
        project.read(&Scope { paths, ..project.scope() })
    };
    assert_eq!(named("Dockerfile"), [".dockerignore", "Dockerfile", "Dockerfile.dockerignore"]);
    assert_eq!(named("api.Dockerfile"), [".dockerignore", "api.Dockerfile"]);
    assert_eq!(named("a.yaml"), ["a.yaml"]);
    assert_eq!(named(".dockerignore"), [".dockerignore"]);
}

#[test]
fn a_file_in_two_of_the_paths_is_read_once() {
    let project = Project::new(&[("a.yaml", POD), ("b.yaml", POD)]);
    let paths = vec![project.0.path().to_owned(), project.at("a.yaml"), project.at("./b.yaml")];
    assert_eq!(project.read(&Scope { paths, ..project.scope() }), ["a.yaml", "b.yaml"]);
}

#[test]
fn dockerfiles_go_by_many_names() {
    for name in [
        "Dockerfile",
        "dockerfile",
        "Containerfile",
        "Dockerfile.dev",
        "api.Dockerfile",
        "api.dockerfile",
        "Dockerfile-arm64",
        "Dockerfile_gpu",
        "Containerfile.prod",
    ] {
        assert_eq!(recognise(name, "FROM x:1\n"), Ok(FileKind::Dockerfile), "{name}");
    }
    for name in [
        "Dockerfile.dockerignore",
        "Dockerfile.md",
        "dockerfile.go",
        "dockerfile_test.py",
        "Dockerfile.tmpl",
        "MyDockerfiles",
    ] {
        assert_eq!(recognise(name, "FROM x:1\n"), Err(SkipReason::Foreign), "{name}");
    }
    let template = "{{ if .x }}\nFROM x:1\n{{ end }}\n";
    assert_eq!(recognise("Dockerfile", template), Err(SkipReason::Template));
    assert_eq!(recognise("Dockerfile", "see the wiki\n"), Err(SkipReason::NotRecognised));
}

#[test]
fn a_telling_name_with_other_content_is_worth_a_word() {
    let daemon = "[general]\nlisten = \"0.0.0.0:4241\"\nagent = true\n";
    assert_eq!(recognise("agent.toml", daemon), Err(SkipReason::NotRecognised));
    let ours = "[agent]\nname = \"x\"\n";
    assert_eq!(recognise("agent.toml.example", ours), Err(SkipReason::NotRecognised));
    let training = "model: {layers: 3}\nagent: {lr: 0.1}\n";
    assert_eq!(recognise("integration_config.yaml", training), Err(SkipReason::NotRecognised));
    let notes = "version: 1.2.3\nnotes: [faster]\n";
    assert_eq!(recognise("release-policy.yaml", notes), Err(SkipReason::NotRecognised));
    let empty = "version: '3'\nvolumes: {}\n";
    assert_eq!(recognise("docker-compose.yml", empty), Err(SkipReason::NotRecognised));
    assert_eq!(recognise("compose.yaml", ""), Err(SkipReason::Empty));
}

#[test]
fn other_names_with_other_content_are_passed_over() {
    for (name, text) in [
        ("values.yaml", "services: 3\nreplicas: 1\n"),
        ("values.yaml", "image: {tag: latest}\nagent: {enabled: true}\n"),
        ("package.json", "{\"name\": \"x\", \"services\": []}"),
        ("pyproject.toml", "[tool.x]\nservices = 1\n"),
        ("mkdocs.yml", "nav: [a.md]\n"),
        ("serverless.yml", "service: a\nservices: {a: b}\n"),
        ("broken.yaml", "services: [\n"),
        ("flags.yaml", "feature_flags: {search: true}\n"),
        ("settings.json", "{\"incident_response\": {\"detection\": true}}"),
        ("skaffold.yaml", "apiVersion: skaffold/v4beta1\nkind: Config\n"),
    ] {
        assert_eq!(recognise(name, text), Err(SkipReason::Foreign), "{name}");
    }
}

#[test]
fn content_tells_the_format() {
    for (name, text, kind) in [
        ("compose.prod.yaml", COMPOSE, FileKind::Compose),
        ("stack.yml", COMPOSE, FileKind::Compose),
        ("docker-compose.override.yml", "services: {web: {ports: []}}\n", FileKind::Compose),
        ("x.json", "{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}", FileKind::Kubernetes),
        ("x.jsonc", "{\"apiVersion\": \"v1\", \"kind\": \"Pod\"} // a", FileKind::Kubernetes),
        ("x.yaml", "{apiVersion: v1, kind: Pod}", FileKind::Kubernetes),
        ("x.yaml", "\u{feff}apiVersion: v1\r\nkind: Pod\r\n", FileKind::Kubernetes),
        ("x.yaml", "# a\n---\n---\napiVersion: v1\nkind: Pod\n---\n", FileKind::Kubernetes),
        ("x.yaml", "apiVersion: v1\nkind: List\nitems: []\n", FileKind::Kubernetes),
        ("x.yaml", "apiVersion: kagent.dev/v1alpha2\nkind: Agent\n", FileKind::Kubernetes),
        ("gates.yml", "canary_config: {rollback_triggers: []}\n", FileKind::ReleasePolicy),
        ("flags.toml", "[feature_flags.a]\nkill_switch = true\n", FileKind::ReleasePolicy),
        ("Kustomization", "resources: [a.yaml]\n", FileKind::Kustomization),
        ("kustomization.yaml", "resources: [a.yaml]\n", FileKind::Kustomization),
        ("Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n", FileKind::HelmChart),
    ] {
        assert_eq!(recognise(name, text), Ok(kind), "{name}: {text}");
    }
}

#[test]
fn a_kubeconfig_is_never_read() {
    let kubeconfig =
        "apiVersion: v1\nkind: Config\nclusters: []\nusers: [{name: a, user: {token: b}}]\n";
    assert_eq!(recognise("config.yaml", kubeconfig), Err(SkipReason::Foreign));
}

#[test]
fn templates_are_counted_and_braces_in_text_are_not_templates() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n";
    for template in [
        "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\n{{- end }}\n".to_owned(),
        pod.replace("name: a", "name: {{ .Values.name }}"),
        pod.replace("name: a", "name: a-{{ .Values.name }}"),
        format!("{pod}  labels:\n    {{{{- include \"labels\" . | nindent 4 }}}}\n"),
    ] {
        assert_eq!(recognise("a.yaml", &template), Err(SkipReason::Template), "{template}");
    }
    for text in [
        format!("{pod}  annotations: {{note: \"{{{{ .x }}}}\"}}\n"),
        format!("{pod}  annotations: {{note: '{{{{ .x }}}}'}}\n"),
        format!("{pod}  annotations:\n    note: |\n      {{{{ .x }}}}\n"),
        format!("{pod}# {{{{ .x }}}}\n"),
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  groups:\n  \
         - name: a\n    rules:\n    - alert: Down\n      annotations:\n        \
         summary: Instance {{ $labels.instance }} is down for {{ $value }} minutes\n"
            .to_owned(),
    ] {
        assert_eq!(recognise("a.yaml", &text), Ok(FileKind::Kubernetes), "{text}");
    }
    // A template of something else is nobody's business.
    assert_eq!(recognise("a.yaml", "agent: {{ .x }}\n"), Err(SkipReason::Foreign));
    assert_eq!(recognise("compose.yaml", "services: {{ .x }}\n"), Err(SkipReason::Template));
}

#[test]
fn paths_are_shown_relative_to_the_working_directory() {
    let scope = |path: &Path| Scope {
        paths: vec![path.to_owned()],
        exclude: Vec::new(),
        base: PathBuf::from("."),
        respect_ignore_files: true,
        stdin_name: None,
    };
    let here = std::env::current_dir().unwrap();
    for path in
        [Path::new("fixtures/ready"), Path::new("./fixtures/ready"), &here.join("fixtures/ready")]
    {
        let files = walk::read(&scope(path), &|_| ()).unwrap();
        let paths: Vec<_> = files.paths().take(2).collect();
        assert_eq!(paths, ["fixtures/ready/.dockerignore", "fixtures/ready/.env.example"]);
    }
}

/// What the rules found in the files.
fn checked(files: Files) -> Outcome {
    let settings = Arc::new(Settings::of(Profile::Production, Environment::Production));
    let settings: Vec<_> = files.paths().map(|_| Arc::clone(&settings)).collect();
    let findings = check(&files, &settings);
    Outcome::of(files, findings)
}

const CHART: &str = "apiVersion: v2\nname: shop\nversion: 1.0.0\n";

#[test]
fn a_chart_says_what_its_files_are() {
    let template = "kind: ConfigMap\nmetadata: {name: \"{{ .Release.Name }}\"}\n";
    let project = Project::new(&[
        ("shop/Chart.yaml", CHART),
        ("shop/values.yaml", "services: {web: {image: \"{{ .x }}\"}}\n"),
        ("shop/values-prod.yaml", "replicas: [\n"),
        ("shop/templates/_names.tpl", "{{ define \"name\" }}x{{ end }}"),
        ("shop/templates/web.yaml", template),
        ("shop/templates/plain.yaml", POD),
        ("shop/crds/web.yaml", POD),
        ("other/values.yaml", "replicas: 2\n"),
        ("other/page.tpl", "{{ .x }}"),
    ]);
    let outcome = checked(walk::read(&project.scope(), &|_| ()).unwrap());
    let checked: Vec<_> = outcome.checked().into_iter().collect();
    let expected = [(FileKind::Kubernetes, 2), (FileKind::HelmChart, 1), (FileKind::HelmValues, 1)];
    assert_eq!(checked, expected);
    let skipped: Vec<_> = outcome
        .skipped()
        .map(|(path, reason)| (path.rsplit('/').next().unwrap(), reason.describe()))
        .collect();
    let hint = "a template; render it first, e.g. `helm template . | agentcheck lint -`";
    assert_eq!(skipped, [("_names.tpl", hint.to_owned()), ("web.yaml", hint.to_owned())]);
    let broken: Vec<_> =
        outcome.diagnostics.iter().filter(|it| it.rule.starts_with("syntax/")).collect();
    assert_eq!(broken.len(), 1, "values-prod.yaml does not parse");
}

#[test]
fn a_chart_that_does_not_parse_is_a_finding() {
    let outcome = checked(Files::in_memory([("Chart.yaml", "apiVersion: v2\nname: [\n")]));
    assert_eq!(
        outcome.diagnostics.iter().map(|it| it.rule).collect::<Vec<_>>(),
        ["syntax/yaml-invalid"]
    );
}

#[test]
fn what_a_file_is_for_is_told_below_what_was_named() {
    let project = Project::new(&[("tests/app/app.conf", "password = Vq7xK2mP9wLt4RzN\n")]);
    let read = |path: PathBuf| project.read(&Scope { paths: vec![path], ..project.scope() }).len();
    assert_eq!(read(project.at("")), 0);
    assert_eq!(read(project.at("tests")), 1);
    assert_eq!(read(project.at("tests/app")), 1);
    assert_eq!(read(project.at("tests/app/app.conf")), 1);
}

#[test]
fn what_is_named_is_read_whatever_is_excluded() {
    let here = common::folder(&[
        ("deploy/a.yaml", POD),
        ("deploy/dev/b.yaml", POD),
        ("agentcheck.toml", "exclude = [\"deploy/**\", \"dev/\"]\n"),
    ]);
    let files = |path: &str| {
        let mut command = common::agentcheck(here.path());
        command.args([
            "lint",
            "--select",
            "k8s/naked-pod",
            "--fail-on",
            "never",
            "-f",
            "json",
            path,
        ]);
        let (code, out, err) = common::told(&command.output().unwrap());
        let report: serde_json::Value =
            serde_json::from_str(&out).unwrap_or_else(|_| panic!("{err}"));
        (code, report["files"]["checked"].as_u64().unwrap())
    };
    assert_eq!(files("."), (3, 0));
    assert_eq!(files("deploy"), (0, 1), "but not what is left out of it");
    assert_eq!(files("deploy/dev"), (0, 1));
    assert_eq!(files("deploy/a.yaml"), (0, 1));
}

#[cfg(unix)]
#[test]
fn links_that_are_not_followed_are_told() {
    use std::os::unix::fs::symlink;
    let elsewhere = common::folder(&[("pod.yaml", POD)]);
    let here = common::folder(&[("Dockerfile", "FROM debian:13.2-slim\nUSER 1000\n")]);
    let link = |to: &Path, name: &str| symlink(to, here.path().join(name)).unwrap();
    link(elsewhere.path(), "k8s");
    link(Path::new("nosuch"), "api.Dockerfile");
    link(Path::new("nosuch"), "notes.txt");
    link(Path::new("me@host.1"), ".#compose.yaml");
    let (_, out, _) = common::lint(here.path(), &["--fail-on", "never"]);
    assert!(out.contains("skipped 2 files:"), "{out}");
    assert!(out.contains("  k8s: a symbolic link\n"), "{out}");
    assert!(out.contains("  api.Dockerfile: cannot be read: a link that leads nowhere\n"), "{out}");
}

#[test]
fn what_is_excluded_stays_so_from_a_folder_below() {
    let folder = common::folder(&[
        ("agentcheck.toml", "exclude = [\"/vendor/\", \"deploy/old.yaml\"]\n"),
        ("vendor/pod.yaml", POD),
        ("deploy/old.yaml", POD),
        ("app/pod.yaml", POD),
    ]);
    let mut command = common::agentcheck(&folder.path().join("app"));
    let output = command.args(["lint", "--format", "concise", ".."]).output().unwrap();
    let (_, told, _) = common::told(&output);
    let named = |path: &str| told.contains(path);
    assert!(!named("vendor") && !named("old.yaml") && named("pod.yaml"), "{told}");
}

#[test]
fn a_dockerfile_is_one_by_its_name() {
    let lint = |name: &str, text: &str| {
        let folder = common::folder(&[(name, text)]);
        common::lint(folder.path(), &["--format", "concise", name])
    };
    let (code, told, _) = lint("Dockerfile", "FRM python:3.13\nUSER 1000\n");
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("Dockerfile:1:1") && told.contains("FROM"), "{told}");
    // What is built into one with others begins nowhere.
    let (_, told, _) = lint("Dockerfile.common", "RUN make\n");
    assert!(!told.contains("syntax/"), "{told}");
}
