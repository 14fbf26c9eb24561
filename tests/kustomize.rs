//! Objects that kustomizations patch: each is judged once, as what is deployed of it.

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
use agentcheck::diagnostic::{Confidence, Diagnostic};
use agentcheck::file::Files;
use agentcheck::rules::{Environment, Profile, RULES};

use crate::common;

const MEMORY: &str = "k8s/memory-limit-missing";
const PRIVILEGED: &str = "k8s/privileged-container";
const IMAGE: &str = "k8s/image-tag-mutable";

/// What most tests look at.
const ON: [&str; 3] = [MEMORY, PRIVILEGED, "syntax/unused-ignore"];

fn settings(files: &Files, on: &[&str]) -> Vec<Arc<Settings>> {
    let mut settings = Settings::of(Profile::Optional, Environment::Production);
    for (rule, settings) in RULES.iter().zip(&mut settings.rules) {
        settings.enabled = on.contains(&rule.id);
    }
    std::iter::repeat_n(Arc::new(settings), files.len()).collect()
}

fn found_with(project: &[(&str, &str)], on: &[&str]) -> (Files, Vec<Diagnostic>) {
    let files = Files::in_memory(project.iter().copied());
    let found = check(&files, &settings(&files, on));
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    (files, found.diagnostics)
}

/// `path:line:column rule` of each finding, with `?` behind one of low confidence and `-` behind
/// one that is suppressed.
fn told_with(project: &[(&str, &str)], on: &[&str]) -> Vec<String> {
    let (files, found) = found_with(project, on);
    let tell = |found: &Diagnostic| {
        let source = files.source(found.place.file).unwrap();
        let at = source.position(found.place.span.start);
        let rule = found.rule.split_once('/').unwrap().1;
        let low = if found.confidence == Confidence::Low { "?" } else { "" };
        let off = if found.suppressed.is_some() { "-" } else { "" };
        format!("{}:{}:{} {rule}{low}{off}", source.path(), at.line, at.column)
    };
    found.iter().map(tell).collect()
}

fn told(project: &[(&str, &str)]) -> Vec<String> {
    told_with(project, &ON)
}

/// Line 10 is the container, line 12 its resources.
const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/web:1.2.3
          resources:
            requests: {memory: 1Gi}
";

const BASE: &str = "resources: [web.yaml]\n";

const LIMITS: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          resources:
            limits: {memory: 1Gi}
";

const PRIVILEGE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: web
          securityContext:
            privileged: true
";

const OVERLAY: &str = "resources: [../../base]\npatches:\n  - path: patch.yaml\n";

/// A base, and an overlay with its patch.
fn with_patch<'t>(kustomization: &'t str, patch: &'t str) -> [(&'t str, &'t str); 4] {
    [
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", WEB),
        ("overlays/eu/kustomization.yaml", kustomization),
        ("overlays/eu/patch.yaml", patch),
    ]
}

const BASE_LACKS: &str = "base/web.yaml:13:11 memory-limit-missing";

#[test]
fn what_an_overlay_adds_is_there() {
    assert_eq!(told(&[("base/kustomization.yaml", BASE), ("base/web.yaml", WEB)]), [BASE_LACKS]);
    assert_eq!(told(&with_patch(OVERLAY, LIMITS)), [""; 0]);
    let deprecated = OVERLAY.replace("patches:", "patchesStrategicMerge:").replace("path: ", "");
    assert_eq!(told(&with_patch(&deprecated, LIMITS)), [""; 0]);
    // A patch that looks like a whole object is none.
    let whole = WEB.replace("requests:", "limits:");
    assert_eq!(told(&with_patch(&deprecated, &whole)), [""; 0]);
    assert_eq!(told(&with_patch(&deprecated, WEB)), [BASE_LACKS]);
    let inline = format!("    {}", LIMITS.trim_end().replace('\n', "\n    "));
    let inline = format!("resources: [../../base]\npatchesStrategicMerge:\n  - |\n{inline}\n");
    assert_eq!(told(&with_patch(&inline, "")), [""; 0]);
}

#[test]
fn without_the_overlay_the_base_speaks_for_itself() {
    for patch in [LIMITS, PRIVILEGE] {
        let [kustomization, web, ..] = with_patch(OVERLAY, patch);
        assert_eq!(told(&[kustomization, web]), [BASE_LACKS]);
        assert_eq!(told(&[web]), [BASE_LACKS]);
    }
}

#[test]
fn what_a_patch_makes_worse_is_reported_in_the_patch() {
    let project = with_patch(OVERLAY, PRIVILEGE);
    let expected = [BASE_LACKS, "overlays/eu/patch.yaml:10:25 privileged-container"];
    assert_eq!(told(&project), expected);
    let (files, found) = found_with(&project, &[PRIVILEGED]);
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(found.subject.as_ref().unwrap().name, "web");
    let related = &found.related[0];
    assert_eq!(files.source(related.place.file).unwrap().path(), "base/web.yaml");
}

#[test]
fn of_several_overlays_the_one_for_production_counts() {
    let limits = LIMITS.replace("1Gi", "2Gi");
    let project = |first: &'static str, second: &'static str| {
        let name = |folder: &str, file: &str| format!("overlays/{folder}/{file}");
        let files = [
            ("base/kustomization.yaml".to_owned(), BASE.to_owned()),
            ("base/web.yaml".to_owned(), WEB.to_owned()),
            (name(first, "kustomization.yaml"), OVERLAY.to_owned()),
            (name(first, "patch.yaml"), limits.clone()),
            (name(second, "kustomization.yaml"), OVERLAY.to_owned()),
            (name(second, "patch.yaml"), PRIVILEGE.to_owned()),
        ];
        let files: Vec<_> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        told(&files)
    };
    assert_eq!(project("prod", "dev"), [""; 0]);
    assert_eq!(project("eu", "dev"), [""; 0]);
    assert_eq!(
        project("dev", "prod"),
        [BASE_LACKS, "overlays/prod/patch.yaml:10:25 privileged-container"]
    );
    // Nobody can tell which of these counts: the base is judged, once and with less certainty.
    for (first, second) in [("prod-eu", "prod-us"), ("eu", "us"), ("dev", "staging")] {
        assert_eq!(project(first, second), ["base/web.yaml:13:11 memory-limit-missing?"]);
    }
}

#[test]
fn overlays_that_leave_an_object_alone_do_not_make_it_uncertain() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort}\n";
    let mut project = vec![
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", WEB),
        ("b/kustomization.yaml", "resources: [../base]\nnamespace: b\n"),
    ];
    let overlay = "resources: [../base]\npatches: [{path: service.yaml}]\n";
    project.extend([("a/kustomization.yaml", overlay), ("a/service.yaml", service)]);
    assert_eq!(told(&project), [BASE_LACKS]);
    // Five overlays give each finding once.
    for path in ["c/kustomization.yaml", "d/kustomization.yaml", "e/kustomization.yaml"] {
        project.push((path, "resources: [../base]\nnamespace: x\n"));
    }
    assert_eq!(told(&project), [BASE_LACKS]);
}

#[test]
fn what_the_overlays_share_is_applied() {
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n\
                     patches: [{path: patch.yaml}]\n";
    let overlay = "resources: [../base]\ncomponents: [../limits]\n";
    let project = [
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", WEB),
        ("limits/kustomization.yaml", component),
        ("limits/patch.yaml", LIMITS),
        ("a/kustomization.yaml", overlay),
        ("b/kustomization.yaml", overlay),
    ];
    assert_eq!(told(&project), [""; 0]);
    // A component that nobody uses changes nothing.
    assert_eq!(told(&project[..4]), [BASE_LACKS]);
}

#[test]
fn patches_go_from_the_inner_to_the_outer_ones() {
    let inner = "resources: [../base]\npatches: [{path: on.yaml}]\n";
    let outer = "resources: [../inner]\npatches: [{path: off.yaml}]\n";
    let off = PRIVILEGE.replace("true", "false");
    let mut project = [
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", WEB),
        ("inner/kustomization.yaml", inner),
        ("inner/on.yaml", PRIVILEGE),
        ("outer/kustomization.yaml", outer),
        ("outer/off.yaml", &off),
    ];
    assert_eq!(told_with(&project, &[PRIVILEGED]), [""; 0]);
    project[3].1 = &off;
    project[5].1 = PRIVILEGE;
    assert_eq!(told_with(&project, &[PRIVILEGED]), ["outer/off.yaml:10:25 privileged-container"]);
}

#[test]
fn a_patch_in_the_kustomization_has_its_place_there() {
    let inline = "\
resources: [../../base]
patches:
  - target: {kind: Deployment, name: w.b}
    patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: any}
      spec:
        template:
          spec:
            containers:
              - name: web
                securityContext:
                  privileged: true
                resources: {limits: {memory: 1Gi}}
";
    let project = with_patch(inline, LIMITS);
    let expected = ["overlays/eu/kustomization.yaml:14:31 privileged-container"];
    assert_eq!(told(&project[..3]), expected);
    let other = inline.replace("w.b", "we");
    assert_eq!(told(&with_patch(&other, LIMITS)[..3]), [BASE_LACKS]);
}

#[test]
fn operations_are_done_in_their_order() {
    let operations = "\
- op: test
  path: /spec/template/spec/containers/0/name
  value: web
- op: add
  path: /spec/template/spec/containers/0/resources/limits
  value: {memory: 1Gi}
- op: add
  path: /spec/template/spec/containers/-
  value:
    name: agent
    image: ghcr.io/acme/agent:1
    securityContext: {privileged: true}
- op: add
  path: /metadata/annotations
  value: {}
- op: add
  path: /metadata/annotations/acme.io~1tier
  value: front
";
    let overlay =
        "resources: [../../base]\npatches:\n  - path: patch.yaml\n    target: {kind: Deployment}\n";
    let expected = [
        "overlays/eu/patch.yaml:9:3 memory-limit-missing",
        "overlays/eu/patch.yaml:12:35 privileged-container",
    ];
    let at = told(&with_patch(overlay, operations));
    assert_eq!(at.len(), 2, "{at:?}");
    assert_eq!(at[1], expected[1]);
    let late = "resources: [../../base]\npatchesJson6902:\n  - path: patch.yaml\n    target: {group: apps, version: v1, kind: Deployment, name: web}\n";
    assert_eq!(told(&with_patch(late, operations)), at);
    let json = "[{\"op\": \"add\", \"path\": \"/spec/template/spec/containers/0/resources/limits\", \
                \"value\": {\"memory\": \"1Gi\"}}]";
    let overlay = overlay.replace("patch.yaml", "patch.json");
    let mut project = with_patch(&overlay, json);
    project[3].0 = "overlays/eu/patch.json";
    assert_eq!(told(&project), [""; 0]);
    // An operation that cannot be done: nobody can tell what was meant.
    let failing = json.replace("\"add\"", "\"replace\"");
    project[3].1 = &failing;
    assert_eq!(told(&project), ["base/web.yaml:13:11 memory-limit-missing?"]);
}

#[test]
fn lists_are_merged_by_their_keys_and_directives_obeyed() {
    let two = WEB.replace(
        "        - name: web\n",
        "        - name: proxy\n          image: ghcr.io/acme/proxy:1\n        - name: web\n",
    );
    let proxy = "base/web.yaml:11:17 memory-limit-missing";
    let web = "base/web.yaml:15:11 memory-limit-missing";
    let patch = |containers: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  template:\n    \
             spec:\n      containers: {containers}\n"
        )
    };
    let limits = "resources: {limits: {memory: 1Gi}}";
    let table = [
        ("[{name: proxy, $patch: delete}]".to_owned(), vec![web]),
        (format!("[{{name: web, {limits}}}]"), vec![proxy]),
        (format!("[{{name: web, image: i:1, {limits}}}, {{$patch: replace}}]"), vec![]),
        (format!("[{{name: proxy, {limits}}}, {{name: web, {limits}}}]"), vec![]),
        (
            "[{name: proxy, $patch: delete}, {name: web, resources: null}]".to_owned(),
            vec!["base/web.yaml:13:17 memory-limit-missing"],
        ),
        (format!("[{{name: new, image: i:1, {limits}}}]"), vec![proxy, web]),
    ];
    for (containers, expected) in table {
        let patch = patch(&containers);
        let mut project = with_patch(OVERLAY, &patch);
        project[1].1 = &two;
        assert_eq!(told(&project), expected, "{containers}");
    }
}

#[test]
fn an_object_that_an_overlay_deletes_is_not_judged() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n$patch: delete\n";
    assert_eq!(told(&with_patch(OVERLAY, patch)), [""; 0]);
}

#[test]
fn a_patch_that_is_a_resource_too_is_judged_as_one() {
    let overlay = OVERLAY.replace("[../../base]", "[../../base, patch.yaml]");
    let whole = WEB.replace("name: web\n  labels", "name: other\n  labels");
    assert_eq!(
        told(&with_patch(&overlay, &whole)),
        [BASE_LACKS, "overlays/eu/patch.yaml:13:11 memory-limit-missing"]
    );
    // A patch for something that is not here is silently partial.
    assert_eq!(told(&with_patch(OVERLAY, &whole)), [BASE_LACKS]);
}

#[test]
fn several_documents_and_selected_targets() {
    let two = format!("{LIMITS}---\n{}", PRIVILEGE.replace("web", "api"));
    assert_eq!(told(&with_patch(OVERLAY, &two)), [""; 0]);
    let targets = [
        ("{labelSelector: app=web}", true),
        ("{labelSelector: \"app in (api)\"}", false),
        ("{kind: Deploy.*, name: web|api}", true),
        ("{kind: Deployment, name: we}", false),
        ("{group: batch}", false),
        ("{version: v1, namespace: default}", true),
        ("{annotationSelector: tier=front}", false),
    ];
    for (target, is_patched) in targets {
        let overlay = format!("{OVERLAY}    target: {target}\n");
        let expected: &[&str] = if is_patched { &[] } else { &[BASE_LACKS] };
        assert_eq!(told(&with_patch(&overlay, LIMITS)), expected, "{target}");
    }
}

#[test]
fn what_cannot_be_told_lowers_confidence() {
    let unsure = ["base/web.yaml:13:11 memory-limit-missing?"];
    let missing = OVERLAY.replace("patch.yaml", "elsewhere.yaml");
    assert_eq!(told(&with_patch(&missing, LIMITS)[..3]), unsure);
    let replacement = "resources: [../../base]\nreplacements:\n  - source: {kind: ConfigMap, name: c}\n    \
                       targets: [{select: {kind: Deployment}, fieldPaths: [spec.x]}]\n";
    assert_eq!(told(&with_patch(replacement, LIMITS)[..3]), unsure);
    let elsewhere = replacement.replace("Deployment", "Service");
    assert_eq!(told(&with_patch(&elsewhere, LIMITS)[..3]), [BASE_LACKS]);
}

#[test]
fn images_of_the_overlay_are_those_that_run() {
    let on = [IMAGE];
    let image = |entry: &str| {
        let overlay =
            format!("resources: [../../base]\nimages:\n  - name: ghcr.io/acme/web\n    {entry}\n");
        told_with(&with_patch(&overlay, LIMITS)[..3], &on)
    };
    assert_eq!(image("newTag: 2.0.0"), [""; 0]);
    assert_eq!(image("newTag: latest"), ["overlays/eu/kustomization.yaml:4:13 image-tag-mutable"]);
    assert_eq!(image("newName: acme.io/web"), [""; 0]);
    // What the object says itself is still said there.
    let web = WEB.replace(":1.2.3", "");
    let overlay =
        "resources: [../../base]\nimages: [{name: ghcr.io/acme/web, newName: acme.io/web}]\n";
    let mut project = with_patch(overlay, LIMITS);
    project[1].1 = &web;
    assert_eq!(told_with(&project[..3], &on), ["base/web.yaml:12:18 image-tag-mutable"]);
}

#[test]
fn labels_of_the_overlay_are_the_pods_too() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n\
                   spec: {selector: {app: web, tier: front}, ports: [{port: 80}]}\n";
    let labels = "labels:\n  - pairs: {tier: front}\n    includeTemplates: true\n";
    let overlay = |labels: &str| format!("resources: [../../base, service.yaml]\n{labels}");
    let dangling = |labels: &str| {
        let overlay = overlay(labels);
        let mut project = with_patch(&overlay, service);
        project[3].0 = "overlays/eu/service.yaml";
        told_with(&project, &["k8s/service-dangling"]).len()
    };
    assert_eq!(dangling(""), 1);
    assert_eq!(dangling(labels), 0);
    assert_eq!(dangling("commonLabels: {tier: front}\n"), 0);
    assert_eq!(dangling("labels: [{pairs: {tier: front}}]\n"), 1);
}

#[test]
fn an_ignore_holds_in_the_base_and_in_the_patch() {
    let ignore = " # agentcheck: ignore[k8s/privileged-container] needs the device";
    let suppressed = "overlays/eu/patch.yaml:10:25 privileged-container-";
    let patch = PRIVILEGE.replace("privileged: true", &format!("privileged: true{ignore}"));
    assert_eq!(told_with(&with_patch(OVERLAY, &patch), &ON[1..]), [suppressed]);
    let base = WEB.replace("      containers:", &format!("      containers:{ignore}"));
    let mut project = with_patch(OVERLAY, PRIVILEGE);
    project[1].1 = &base;
    assert_eq!(told_with(&project, &ON[1..]), [suppressed]);
    let annotated = WEB.replace(
        "  labels: {app: web}\n",
        "  annotations: {agentcheck.io/ignore: \"k8s/privileged-container: needs the device\"}\n",
    );
    project[1].1 = &annotated;
    assert_eq!(told_with(&project, &ON[1..]), [suppressed]);
    let inline = patch.replace('\n', "\n      ");
    let inline = format!("resources: [../../base]\npatches:\n  - patch: |-\n      {inline}\n");
    let found = told_with(&with_patch(&inline, LIMITS)[..3], &ON[1..]);
    assert_eq!(found, ["overlays/eu/kustomization.yaml:13:31 privileged-container-"]);
}

#[test]
fn an_annotation_that_a_patch_adds_is_the_objects_own() {
    let annotation = "metadata:\n  annotations: {agentcheck.io/ignore: \"k8s/memory-limit-missing: batch\"}\n  name: web";
    let patch = PRIVILEGE.replace("metadata: {name: web}", annotation);
    let expected = [
        "base/web.yaml:13:11 memory-limit-missing-",
        "overlays/eu/patch.yaml:12:25 privileged-container",
    ];
    assert_eq!(told(&with_patch(OVERLAY, &patch)), expected);
    let inline = patch.replace('\n', "\n      ");
    let inline = format!("resources: [../../base]\npatches:\n  - patch: |-\n      {inline}\n");
    let found = told(&with_patch(&inline, LIMITS)[..3]);
    assert_eq!(found.first().map(String::as_str), Some(expected[0]));
}

#[test]
fn what_is_done_to_an_object_is_done_to_its_variables() {
    let web = WEB.replace(
        "image: ",
        "env: [{name: LOG_LEVEL, value: debug}, {name: EXECUTOR_URL, value: \"http://executer:8080\"}]\n          \
         image: ",
    );
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: executor}\n\
                   spec: {selector: {app: executor}, ports: [{port: 8080}]}\n";
    let ignore = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  annotations: \
                  {agentcheck.io/ignore: \"k8s/log-level-debug: a; k8s/address-unanswered: b\"}\n";
    let rules = ["k8s/log-level-debug", "k8s/address-unanswered"];
    let mut project = with_patch(OVERLAY, ignore).to_vec();
    project[1].1 = &web;
    project.push(("base/service.yaml", service));
    let found = told_with(&project, &rules);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|it| it.ends_with('-')), "{found:?}");
}

#[test]
fn overlays_that_only_scale_leave_the_rest_certain() {
    let scale = |count: u32| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{replicas: {count}}}\n"
        )
    };
    let (one, three) = (scale(1), scale(3));
    let overlay = "resources: [../base]\npatches: [{path: scale.yaml}]\n";
    let project = [
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", WEB),
        ("eu/kustomization.yaml", overlay),
        ("eu/scale.yaml", &one),
        ("us/kustomization.yaml", overlay),
        ("us/scale.yaml", &three),
    ];
    let on = ["k8s/replicas-too-few", MEMORY];
    assert_eq!(told_with(&project, &on), [BASE_LACKS]);
    let alone = [project[0], project[1], project[2], project[3]];
    let too_few = "eu/scale.yaml:4:18 replicas-too-few";
    assert_eq!(told_with(&alone, &on), [BASE_LACKS, too_few]);
}

#[test]
fn a_fix_goes_where_the_value_stands() {
    let fixed = |project: &[(&str, &str)], on: &[&str]| {
        let files = Files::in_memory(project.iter().copied());
        let settings = settings(&files, on);
        let fixed = common::fixed(files, &settings);
        assert!(fixed.refused.is_empty(), "{:?}", fixed.refused);
        let text =
            |changed: &agentcheck::fix::Changed| (changed.path.clone(), changed.after.to_string());
        fixed.changed.iter().map(text).collect::<Vec<_>>()
    };
    // The patch leaves the memory alone, so that the base can have it.
    let changed = fixed(&with_patch(OVERLAY, PRIVILEGE), &[MEMORY]);
    let [(path, text)] = changed.as_slice() else { panic!("{changed:?}") };
    assert_eq!(path, "base/web.yaml");
    assert!(text.contains("limits:"), "{text}");
    // What the patch says is mended in the patch, and nowhere else.
    let changed = fixed(&with_patch(OVERLAY, PRIVILEGE), &[PRIVILEGED]);
    assert!(changed.iter().all(|(path, _)| path == "overlays/eu/patch.yaml"), "{changed:?}");
    // Deleting what the base has is the patch's will; the base is not told to have it again.
    let delete = LIMITS.replace("            limits: {memory: 1Gi}", "            limits: null");
    let base = WEB.replace("requests:", "limits:");
    let mut project = with_patch(OVERLAY, &delete);
    project[1].1 = &base;
    assert_eq!(told(&project).len(), 1);
    assert_eq!(fixed(&project, &[MEMORY]), []);
}

#[test]
fn copies_of_copies_and_cycles_come_to_an_end() {
    let mut operations = String::from("- {op: add, path: /spec/x, value: {a: {b: 1}}}\n");
    for _ in 0..60 {
        operations.push_str("- {op: copy, from: /spec/x, path: /spec/x/a}\n");
        operations.push_str("- {op: copy, from: /spec/x, path: /spec/x/c}\n");
    }
    let overlay = format!("{OVERLAY}    target: {{kind: Deployment}}\n");
    let told_of = told(&with_patch(&overlay, &operations));
    assert_eq!(told_of, ["base/web.yaml:13:11 memory-limit-missing?"]);
    let project = [
        ("a/kustomization.yaml", "resources: [../b, web.yaml]\n"),
        ("b/kustomization.yaml", "resources: [../a]\n"),
        ("a/web.yaml", WEB),
    ];
    assert_eq!(told(&project), ["a/web.yaml:13:11 memory-limit-missing"]);
}

const LEVEL: &str = "k8s/log-level-debug";
const PLAIN: &str = "agent/plain-http-endpoint";

const TAKER: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      envFrom: [{configMapRef: {name: web}}]
";

#[test]
fn what_is_generated_is_told_once_where_it_stands() {
    let generator = |more: &str| format!("configMapGenerator: [{{name: web, {more}}}]\n");
    let base = format!("resources: [web.yaml]\n{}", generator("literals: [LOG_LEVEL=debug]"));
    let over = |more: &str| format!("resources: [../base]\n{more}");
    let merge =
        |literal: &str| over(&generator(&format!("behavior: merge, literals: [{literal}]")));
    for (one, other, expected) in [
        (over(""), over(""), vec!["base/kustomization.yaml:2:55"]),
        (merge("LOG_LEVEL=info"), over(""), vec!["base/kustomization.yaml:2:55"]),
        (merge("LOG_LEVEL=info"), merge("LOG_LEVEL=info"), vec![]),
        (merge("LOG_LEVEL=trace"), merge("LOG_LEVEL=info"), vec!["eu/kustomization.yaml:2:72"]),
    ] {
        let project = [
            ("base/web.yaml", TAKER),
            ("base/kustomization.yaml", &base),
            ("eu/kustomization.yaml", &one),
            ("us/kustomization.yaml", &other),
        ];
        let expected: Vec<_> = expected.iter().map(|at| format!("{at} log-level-debug")).collect();
        assert_eq!(told_with(&project, &[LEVEL]), expected, "{one}{other}");
    }
}

#[test]
fn files_of_variables_are_told_once_whoever_takes_them() {
    let kustomization =
        "resources: [web.yaml]\nconfigMapGenerator: [{name: web, envs: [web.env]}]\n";
    let compose = "services: {web: {image: 'acme/web:1', env_file: web.env}}\n";
    let level = "DEBUG_LEVEL=info\nLOG_LEVEL=debug\n";
    let url = "OPENAI_BASE_URL=http://llm.acme.io/v1\n";
    // By itself it does not say that it is an agent's.
    let plain = "CRM_URL=http://crm.acme.io\n";
    let telling = "resources: [web.yaml]\n\
        configMapGenerator: [{name: web, envs: [web.env], literals: [LLM_MODEL=m]}]\n";
    for (variables, with, expected) in [
        (level, vec![("kustomization.yaml", kustomization)], vec!["web.env:2:11 log-level-debug"]),
        (plain, vec![("kustomization.yaml", kustomization)], vec![]),
        (plain, vec![("kustomization.yaml", telling)], vec!["web.env:1:9 plain-http-endpoint"]),
        (url, vec![], vec!["web.env:1:17 plain-http-endpoint"]),
        (
            url,
            vec![("kustomization.yaml", kustomization)],
            vec!["web.env:1:17 plain-http-endpoint"],
        ),
        (url, vec![("compose.yaml", compose)], vec!["web.env:1:17 plain-http-endpoint"]),
        (
            url,
            vec![("kustomization.yaml", kustomization), ("compose.yaml", compose)],
            vec!["web.env:1:17 plain-http-endpoint"],
        ),
    ] {
        let project = [&[("web.yaml", TAKER), ("web.env", variables)], with.as_slice()].concat();
        assert_eq!(told_with(&project, &[LEVEL, PLAIN]), expected, "{variables}{with:?}");
    }
}
