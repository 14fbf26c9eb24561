//! What `agentcheck explain --images` says, and what runs over files that build images.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::path::Path;

use crate::common::{agentcheck, folder, lint, told};
use serde_json::{Value, json};

const FROM: &str =
    "FROM python:3.13-slim\nUSER 1001\nEXPOSE 8080\nCMD [\"python\", \"-m\", \"api\"]\n";

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec:\n  containers:\n    \
                   - name: api\n      image: ghcr.io/acme/api:1.2.3\n";

fn explain(folder: &Path, arguments: &[&str]) -> String {
    let output = agentcheck(folder).args(["explain", "--images"]).args(arguments).output().unwrap();
    let (code, out, err) = told(&output);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    out
}

fn explained(folder: &Path) -> Value {
    serde_json::from_str(&explain(folder, &["--format", "json"])).unwrap()
}

/// The Dockerfile of the pod's image, and every kind of evidence with its place.
fn link(files: &[(&str, &str)]) -> Option<(String, Vec<String>)> {
    let files: Vec<_> = files.iter().copied().chain([("k8s/pod.yaml", POD)]).collect();
    let told = explained(folder(&files).path());
    let links = told["links"].as_array().unwrap();
    let own = links.iter().find(|link| link["image"] == "ghcr.io/acme/api")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let evidence = own["evidence"].as_array().unwrap().iter().map(|it| {
        let line = it["line"].as_u64().map_or(String::new(), |line| format!(":{line}"));
        format!("{} {}{line}", text(&it["kind"]), text(&it["file"]))
    });
    Some((text(&own["dockerfile"]), evidence.collect()))
}

#[test]
fn every_kind_of_evidence_is_told_with_its_place() {
    let table = [
        (
            "agentcheck.toml",
            "[images]\n\n\"ghcr.io/acme/api\" = \"src/Dockerfile\"\n",
            "configuration agentcheck.toml:3",
        ),
        (
            "compose.yaml",
            "services:\n  api:\n    build: src\n    image: ghcr.io/acme/api:dev\n",
            "compose compose.yaml:4",
        ),
        (
            "skaffold.yaml",
            "apiVersion: skaffold/v4beta11\nkind: Config\nbuild:\n  artifacts:\n    - image: ghcr.io/acme/api\n      context: src\n",
            "skaffold skaffold.yaml:5",
        ),
        ("Tiltfile", "load('x')\ndocker_build('ghcr.io/acme/api', 'src')\n", "tilt Tiltfile:2"),
        (
            ".github/workflows/release.yml",
            "on: push\njobs:\n  image:\n    steps:\n      - run: |\n          cd src\n          docker build -t ghcr.io/acme/api .\n",
            "pipeline .github/workflows/release.yml:7",
        ),
        ("Makefile", "image:\n\tdocker build -t ghcr.io/acme/api src\n", "makefile Makefile:2"),
        (
            "docker-bake.hcl",
            "target \"api\" {\n  context = \"src\"\n  tags = [\"ghcr.io/acme/api:${TAG}\"]\n}\n",
            "bake docker-bake.hcl:1",
        ),
        (
            "ci/image.sh",
            "cd \"$(dirname \"$0\")/..\"\ndocker build -t ghcr.io/acme/api src\n",
            "script ci/image.sh:2",
        ),
    ];
    for (path, text, expected) in table {
        let found = link(&[("src/Dockerfile", FROM), (path, text)]);
        assert_eq!(found, Some(("src/Dockerfile".to_owned(), vec![expected.to_owned()])), "{path}");
    }
    let all: Vec<_> = table.iter().map(|(path, text, _)| (*path, *text)).collect();
    let (_, evidence) = link(&[&all[..], &[("src/Dockerfile", FROM)]].concat()).unwrap();
    let kinds: Vec<_> = evidence.iter().map(|it| it.split(' ').next().unwrap()).collect();
    assert_eq!(
        kinds,
        ["configuration", "compose", "tilt", "bake", "skaffold", "pipeline", "makefile", "script"]
    );
    let found = link(&[("api/Dockerfile", FROM)]).unwrap();
    assert_eq!(found, ("api/Dockerfile".to_owned(), vec!["path api/Dockerfile".to_owned()]));
    assert_eq!(link(&[("src/Dockerfile", FROM)]), None);
}

#[test]
fn the_configuration_is_found_from_below() {
    let toml = "[images]\n\"ghcr.io/acme/api\" = \"src/Dockerfile\"\n";
    let here =
        folder(&[("agentcheck.toml", toml), ("src/Dockerfile", FROM), ("src/pod.yaml", POD)]);
    let told = explained(&here.path().join("src"));
    assert_eq!(told["links"][0]["dockerfile"], "Dockerfile");
}

#[test]
fn what_is_not_certain_is_told_as_such() {
    let makefile =
        "a:\n\tdocker build -t ghcr.io/acme/api one\n\tdocker build -t ghcr.io/acme/api two\n";
    let here = folder(&[
        ("one/Dockerfile", FROM),
        ("two/Dockerfile", FROM),
        ("three/Dockerfile", FROM),
        ("Makefile", makefile),
        ("pod.yaml", POD),
        ("db.yaml", &POD.replace("ghcr.io/acme/api:1.2.3", "postgres:17")),
    ]);
    let told = explained(here.path());
    assert_eq!(told["links"], json!([]));
    assert_eq!(told["ambiguous"][0]["image"], "ghcr.io/acme/api");
    assert_eq!(told["ambiguous"][0]["candidates"].as_array().unwrap().len(), 2);
    assert_eq!(told["unlinked"][0]["image"], "postgres");
    assert_eq!(told["unlinked"][0]["run_by"][0]["line"], 7);
    assert_eq!(told["dockerfiles"], json!(["three/Dockerfile"]));
}

#[test]
fn people_read_it() {
    let makefile = "a:\n\tdocker build -t ghcr.io/acme/api api\n\tdocker build -t acme/web x\n\tdocker build -t acme/web y\n";
    let here = folder(&[
        ("api/Dockerfile", FROM),
        ("x/Dockerfile", FROM),
        ("y/Dockerfile", FROM),
        ("Makefile", makefile),
        ("pod.yaml", POD),
        ("db.yaml", &POD.replace("ghcr.io/acme/api:1.2.3", "postgres:17")),
        ("tools/Dockerfile", FROM),
    ]);
    let expected = "\
ghcr.io/acme/api
  built by  api/Dockerfile
  because   a Makefile builds it: Makefile:2
            the path of the Dockerfile ends in its name, as no other does: api/Dockerfile
  image     runs as `1001`, exposes 8080
  run by    container `api` in Pod `api`: pod.yaml:7

May be of several Dockerfiles, and so of none

acme/web
  built by  x/Dockerfile
  because   a Makefile builds it: Makefile:3
  image     runs as `1001`, exposes 8080
  built by  y/Dockerfile
  because   a Makefile builds it: Makefile:4
  image     runs as `1001`, exposes 8080

Run here, without a Dockerfile here
  postgres  db.yaml:7

Dockerfiles without a known image
  tools/Dockerfile

`[images]` in agentcheck.toml says which is which: \"ghcr.io/acme/api\" = \"api/Dockerfile\"
";
    assert_eq!(explain(here.path(), &[]), expected);
    assert_eq!(explain(here.path(), &["."]), expected);
    let nothing = folder(&[("x.txt", "x")]);
    let text = explain(nothing.path(), &[]);
    assert_eq!(text, "no image is named here, and none is built under a name\n");
}

#[test]
fn what_builds_images_is_no_subject_of_a_run() {
    let here = folder(&[
        ("Dockerfile", FROM),
        ("Makefile", "a:\n\tdocker build -t ghcr.io/acme/api .\n"),
        ("Tiltfile", "docker_build('ghcr.io/acme/api', '.')\n"),
        (
            ".github/workflows/x.yml",
            "on: push\njobs: {a: {steps: [{run: docker build -t a/b .}]}}\n",
        ),
    ]);
    let (code, out, _) = lint(here.path(), &["--select", "docker/image-tag-latest"]);
    assert_eq!(code, 0, "{out}");
    assert!(
        out.contains("1 Dockerfile") && !out.contains("Makefile") && !out.contains("skipped"),
        "{out}"
    );
    let (code, out, _) = lint(here.path(), &["Makefile"]);
    assert_eq!(code, 3, "{out}");
}

#[test]
fn a_rule_and_images_are_not_asked_for_at_once() {
    let here = folder(&[]);
    for arguments in [&["explain"][..], &["explain", "--format", "json", "naked-pod"]] {
        let output = agentcheck(here.path()).args(arguments).output().unwrap();
        assert_eq!(told(&output).0, 2, "{arguments:?}");
    }
}

#[test]
fn what_the_configuration_says_of_images_in_vain_is_said() {
    let toml = "exclude = [\"old/\"]\n[images]\n\"ghcr.io/acme/api\" = \"src/Dockerfile\"\n\
                \"ghcr.io/acme/gone\" = \"gone/Dockerfile\"\n\"ghcr.io/acme/old\" = \"old/Dockerfile\"\n\
                \"ghcr.io/acme/apy\" = \"src/Dockerfile\"\n\"ghcr.io/acme/text\" = \"pod.yaml\"\n";
    let files = [("agentcheck.toml", toml), ("src/Dockerfile", FROM), ("old/Dockerfile", FROM)];
    let here = folder(&[&files[..], &[("pod.yaml", POD)]].concat());
    let warnings = |arguments: &[&str]| {
        let output = agentcheck(here.path()).args(arguments).output().unwrap();
        let (_, _, err) = told(&output);
        err.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = [
        "warning: agentcheck.toml:4: `gone/Dockerfile`, which is to build `ghcr.io/acme/gone`, is not there",
        "warning: agentcheck.toml:5: `old/Dockerfile`, which is to build `ghcr.io/acme/old`, is left out or no Dockerfile",
        "warning: agentcheck.toml:6: nothing here runs `ghcr.io/acme/apy`, which `src/Dockerfile` is to build",
        "warning: agentcheck.toml:7: `pod.yaml`, which is to build `ghcr.io/acme/text`, is left out or no Dockerfile",
    ];
    assert_eq!(warnings(&["lint"]), all);
    assert_eq!(warnings(&["explain", "--images"]), all);
    assert_eq!(warnings(&["lint", "--quiet"]), [""; 0]);
    // What is not looked at may be elsewhere.
    assert_eq!(warnings(&["lint", "src"]), all[..1]);
    // Without anything that runs images, it is not known who does.
    let here = folder(&files);
    let output = agentcheck(here.path()).args(["lint", "src", "agentcheck.toml"]).output().unwrap();
    assert!(!told(&output).2.contains("nothing here runs"));
}
