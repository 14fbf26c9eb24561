//! Comments and annotations that ask to ignore findings, through the public door.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::sync::Arc;

use crate::common;
use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::diagnostic::{Applicability, Diagnostic};
use agentcheck::file::Files;
use agentcheck::rules::{Environment, Profile, RULES};

/// The rules that run; what else there is would only get in the way.
const ON: [&str; 8] = [
    "agent/cors-any-origin",
    "agent/payload-logging",
    "k8s/memory-limit-missing",
    "syntax/dockerfile-invalid",
    "syntax/duplicate-key",
    "syntax/unused-ignore",
    "syntax/yaml-invalid",
    "syntax/json-invalid",
];

fn findings(path: &str, text: &str) -> Vec<Diagnostic> {
    findings_with(path, text, &ON)
}

fn findings_with(path: &str, text: &str, on: &[&str]) -> Vec<Diagnostic> {
    let files = Files::in_memory([(path, text)]);
    let mut settings = Settings::of(Profile::Optional, Environment::Production);
    for (rule, settings) in RULES.iter().zip(&mut settings.rules) {
        settings.enabled = on.contains(&rule.id);
    }
    let found = check(&files, &[Arc::new(settings)]);
    assert!(found.failures.is_empty());
    assert!(found.diagnostics.is_sorted_by_key(|found| found.place));
    found.diagnostics
}

/// The line of each finding, its rule, and the reason for which it is suppressed.
fn told(path: &str, text: &str) -> Vec<(usize, &'static str, Option<String>)> {
    let line = |found: &Diagnostic| text[..found.place.span.start as usize].matches('\n').count();
    let told = |found: Diagnostic| {
        let reason = found.suppressed.as_ref().map(|it| it.reason.clone());
        (line(&found) + 1, found.rule.split_once('/').unwrap().1, reason)
    };
    findings(path, text).into_iter().map(told).collect()
}

fn suppressed(
    line: usize,
    rule: &'static str,
    reason: &str,
) -> (usize, &'static str, Option<String>) {
    (line, rule, Some(reason.to_owned()))
}

fn open(line: usize, rule: &'static str) -> (usize, &'static str, Option<String>) {
    (line, rule, None)
}

/// The text after the fix of its only finding about ignores.
fn fixed(path: &str, text: &str) -> String {
    let found = findings(path, text);
    let mut unused = found.iter().filter(|found| found.rule == "syntax/unused-ignore");
    let fix = unused.next().expect("an unused ignore").fix.as_ref().expect("a fix");
    assert!(unused.next().is_none());
    assert_eq!(fix.applicability, Applicability::Safe);
    let [edit] = fix.edits.as_slice() else { panic!("one edit") };
    let mut text = text.to_owned();
    text.replace_range(edit.place.span.range(), &edit.text);
    text
}

const MEMORY: &str = "memory-limit-missing";
const UNUSED: &str = "unused-ignore";

/// A pod of one container without a limit, with a comment at the end of one of its lines.
fn pod(at: usize, comment: &str) -> String {
    let mut lines = [
        "apiVersion: v1".to_owned(),
        "kind: Pod".to_owned(),
        "metadata: {name: web}".to_owned(),
        "spec:".to_owned(),
        "  containers:".to_owned(),
        "    - name: api".to_owned(),
        "      image: ghcr.io/acme/api:1.2.3".to_owned(),
    ];
    lines[at - 1] += " ";
    lines[at - 1] += comment;
    lines.join("\n") + "\n"
}

const IGNORE: &str = "# agentcheck: ignore[k8s/memory-limit-missing] batch only";

#[test]
fn on_the_line_of_the_finding_or_of_a_key_above_it() {
    for line in [4, 5, 6] {
        let text = pod(line, IGNORE);
        assert_eq!(told("pod.yaml", &text), [suppressed(6, MEMORY, "batch only")], "{text}");
    }
}

#[test]
fn elsewhere_it_suppresses_nothing() {
    for line in [1, 2, 3, 7] {
        let text = pod(line, IGNORE);
        let mut expected = vec![open(6, MEMORY), open(line, UNUSED)];
        expected.sort();
        assert_eq!(told("pod.yaml", &text), expected, "{text}");
        assert_eq!(fixed("pod.yaml", &text), pod(line, "").replace(" \n", "\n"));
    }
}

#[test]
fn alone_on_the_line_above() {
    let above = |comments: &str| pod(5, "").replace(": \n", &format!(":\n{comments}"));
    let told = |comments: &str| told("pod.yaml", &above(comments));
    let alone = format!("    {IGNORE}\n");
    assert_eq!(told(&alone), [suppressed(7, MEMORY, "batch only")]);
    let among = format!("# first\n{alone}    # because of that\n");
    assert_eq!(told(&among), [suppressed(9, MEMORY, "batch only")]);
    let apart = format!("{alone}\n");
    assert_eq!(told(&apart), [open(6, UNUSED), open(8, MEMORY)]);
    assert_eq!(fixed("pod.yaml", &above(&apart)), above("\n"));
}

#[test]
fn above_a_key_it_holds_for_what_is_below() {
    let text = pod(5, "").replace("  containers: ", &format!("  {IGNORE}\n  containers:"));
    assert_eq!(told("pod.yaml", &text), [suppressed(7, MEMORY, "batch only")]);
}

#[test]
fn a_key_beside_the_finding_is_no_parent() {
    let two = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    \
               - name: api # agentcheck: ignore[k8s/memory-limit-missing] this one\n    \
               - name: log\n  volumes: [] # agentcheck: ignore[k8s/memory-limit-missing] not a parent\n";
    assert_eq!(
        told("pod.yaml", two),
        [suppressed(6, MEMORY, "this one"), open(7, MEMORY), open(8, UNUSED)]
    );
}

#[test]
fn the_list_item_is_a_parent_of_its_keys() {
    let text = pod(6, IGNORE) + "      resources: {limits: {cpu: 1}}\n";
    assert_eq!(told("pod.yaml", &text), [suppressed(8, MEMORY, "batch only")]);
}

#[test]
fn two_rules_in_one_comment() {
    let text = pod(6, "# agentcheck: ignore[ k8s/memory-limit-missing,syntax/duplicate-key ]")
        + "      image: ghcr.io/acme/api:1.2.4\n";
    assert_eq!(
        told("pod.yaml", &text),
        [suppressed(6, MEMORY, ""), suppressed(8, "duplicate-key", "")]
    );
    let text = pod(6, "# agentcheck: ignore[syntax/duplicate-key, k8s/memory-limit-missing] r");
    assert_eq!(told("pod.yaml", &text), [suppressed(6, MEMORY, "r"), open(6, UNUSED)]);
    let found = findings("pod.yaml", &text);
    assert_eq!(found[1].message, "`syntax/duplicate-key` suppresses nothing here");
    assert_eq!(&text[found[1].place.span.range()], "syntax/duplicate-key");
    assert_eq!(
        fixed("pod.yaml", &text),
        pod(6, "# agentcheck: ignore[k8s/memory-limit-missing] r")
    );
}

#[test]
fn two_comments_on_one_line() {
    let text = pod(
        6,
        "# agentcheck: ignore[k8s/memory-limit-missing] a # agentcheck: ignore[syntax/duplicate-key] b",
    );
    assert_eq!(told("pod.yaml", &text), [suppressed(6, MEMORY, "a"), open(6, UNUSED)]);
    let first = "# agentcheck: ignore[k8s/memory-limit-missing] a";
    assert_eq!(fixed("pod.yaml", &text), pod(6, first));
    let text = pod(
        6,
        "# agentcheck: ignore[syntax/duplicate-key] b # agentcheck: ignore[k8s/memory-limit-missing] a",
    );
    assert_eq!(fixed("pod.yaml", &text), pod(6, first));
}

#[test]
fn a_group_stands_for_its_rules() {
    for group in ["k8s", "k8s/"] {
        let text = pod(6, &format!("# agentcheck: ignore[{group}] all of it"));
        assert_eq!(told("pod.yaml", &text), [suppressed(6, MEMORY, "all of it")]);
    }
    let other = pod(6, "# agentcheck: ignore[syntax/] nothing of the kind");
    assert_eq!(told("pod.yaml", &other)[0], open(6, MEMORY));
}

#[test]
fn the_closest_reason_counts_and_no_ignore_is_unused() {
    let text = pod(6, IGNORE)
        .replace("spec:", "spec: # agentcheck: ignore[k8s/memory-limit-missing] wide");
    let text = format!("# agentcheck: ignore-file[k8s/memory-limit-missing] wider\n{text}");
    assert_eq!(told("pod.yaml", &text), [suppressed(7, MEMORY, "batch only")]);
}

#[test]
fn at_the_top_for_the_whole_file() {
    let top = "# Copyright of someone.\n\n# agentcheck: ignore-file[k8s/memory-limit-missing] ours\n---\n";
    let text = format!("{top}{}---\n{}", pod(4, ""), pod(4, ""));
    assert_eq!(
        told("pod.yaml", &text),
        [suppressed(10, MEMORY, "ours"), suppressed(18, MEMORY, "ours")]
    );
    let late = pod(4, "\n# agentcheck: ignore-file[k8s/memory-limit-missing] ours");
    assert_eq!(told("pod.yaml", &late), [open(5, UNUSED), open(7, MEMORY)]);
    assert!(findings("pod.yaml", &late)[0].message.contains("at the top of the file"));
    let bom = format!("\u{feff}# agentcheck: ignore-file[k8s/] ours\r\n{}", pod(4, ""));
    assert_eq!(told("pod.yaml", &bom), [suppressed(7, MEMORY, "ours")]);
}

#[test]
fn line_breaks_of_two_bytes_and_wide_characters() {
    let text = pod(6, "# ü 漢字 # agentcheck: ignore[k8s/memory-limit-missing] für später");
    let text = text.replace('\n', "\r\n").replace("name: web", "name: \"wéb 漢\"");
    assert_eq!(told("pod.yaml", &text), [suppressed(6, MEMORY, "für später")]);
    let text = pod(7, &format!("# ü {IGNORE}")).replace('\n', "\r\n");
    assert_eq!(fixed("pod.yaml", &text), pod(7, "# ü").replace('\n', "\r\n"));
    let text =
        pod(4, "\n  # é\n  # agentcheck: ignore[syntax/duplicate-key] ü").replace('\n', "\r\n");
    assert_eq!(fixed("pod.yaml", &text), pod(4, "\n  # é").replace('\n', "\r\n"));
}

#[test]
fn of_what_is_said_of_several_things_each_can_be_ignored() {
    const LIMIT: &str = "compose/memory-limit-missing";
    const ROOT: &str = "k8s/run-as-non-root";
    let told = |path: &str, text: &str| {
        let found = findings_with(path, text, &[LIMIT, ROOT, "syntax/unused-ignore"]);
        let fixed = |found: &Diagnostic| found.fix.as_ref().map_or(0, |fix| fix.edits.len());
        let told = found.iter().map(|it| (it.message.clone(), it.suppressed.is_some(), fixed(it)));
        told.collect::<Vec<_>>()
    };
    let limit = |names: &str, is_ignored: bool, edits: usize| {
        let message = if names.contains(" and ") {
            format!("compose services {names} have no memory limit")
        } else {
            format!("compose service {names} has no memory limit")
        };
        (message, is_ignored, edits)
    };
    let comment = "# agentcheck: ignore[compose/memory-limit-missing] sized by the host";
    let services = |at: [&str; 3]| {
        let [a, b, c] = at;
        format!(
            "services:\n  a: {a}\n    image: acme/a:1.2\n  b: {b}\n    image: acme/b:1.2\n  c: {c}\n    image: acme/c:1.2\n"
        )
    };
    assert_eq!(
        told("compose.yaml", &services(["", "", ""])),
        [limit("`a`, `b` and `c`", false, 3)]
    );
    assert_eq!(
        told("compose.yaml", &services(["", comment, ""])),
        [limit("`a` and `c`", false, 2), limit("`b`", true, 1)]
    );
    assert_eq!(
        told("compose.yaml", &services([comment, comment, comment])),
        [limit("`a`", true, 1), limit("`b`", true, 1), limit("`c`", true, 1)]
    );
    let whole = comment.replace("ignore[", "ignore-file[");
    assert_eq!(
        told("compose.yaml", &format!("{whole}\n{}", services(["", "", ""]))),
        [limit("`a`, `b` and `c`", true, 3)]
    );
    let pod = |at: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n    - name: api\n      image: acme/api:1.2\n    \
             - name: vendor {at}\n      image: acme/vendor:1.2\n"
        )
    };
    let root = |what: &str, is_ignored: bool| (format!("{what} may run as root"), is_ignored, 1);
    assert_eq!(told("pod.yaml", &pod("")), [root("2 containers of Pod `web`", false)]);
    assert_eq!(
        told("pod.yaml", &pod("# agentcheck: ignore[k8s/run-as-non-root] theirs")),
        [
            root("container `api` in Pod `web`", false),
            root("container `vendor` in Pod `web`", true)
        ]
    );
}

#[test]
fn what_stands_in_a_string_is_no_comment() {
    for value in [
        "\"# agentcheck: ignore[k8s/memory-limit-missing]\"",
        "'x # agentcheck: ignore[k8s/memory-limit-missing]'",
        "x#agentcheck:ignore[k8s/memory-limit-missing]",
        "|\n          # agentcheck: ignore[k8s/memory-limit-missing]\n",
        "\"x\n          # agentcheck: ignore[k8s/memory-limit-missing]\"",
        ">-\n          x # agentcheck: ignore[k8s/memory-limit-missing]",
    ] {
        let text = pod(6, "").replace("- name: api ", &format!("- note: {value}\n      name: api"));
        let found = told("pod.yaml", &text);
        assert_eq!(found.len(), 1, "{text}\n{found:?}");
        assert_eq!((found[0].1, &found[0].2), (MEMORY, &None), "{text}");
    }
    let quoted = pod(6, "# write `# agentcheck: ignore[k8s/memory-limit-missing] why`");
    assert_eq!(told("pod.yaml", &quoted), [open(6, MEMORY)]);
}

#[test]
fn after_a_block_scalar_there_are_comments_again() {
    let text = pod(
        7,
        "\n      note: |\n        some # text\n      # agentcheck: ignore[syntax/duplicate-key] r\n      name: log",
    );
    let found = told("pod.yaml", &text);
    assert!(found.contains(&suppressed(11, "duplicate-key", "r")), "{found:?}");
    let header = pod(7, "").replace(
        "      image:",
        "      note: | # agentcheck: ignore[syntax/duplicate-key] r\n        text\n      image:",
    );
    assert!(told("pod.yaml", &header).contains(&open(7, UNUSED)));
}

#[test]
fn json_has_comments_of_its_own() {
    let json = |above: &str, beside: &str| {
        format!(
            "{{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Pod\",\n  \"spec\": {{ {above}\n    \
             \"containers\": [\n      {{\"name\": \"a // b\"}} {beside}\n    ]\n  }}\n}}\n"
        )
    };
    let comment = "// agentcheck: ignore[k8s/memory-limit-missing] small";
    assert_eq!(told("pod.json", &json("", "")), [open(6, MEMORY)]);
    assert_eq!(told("pod.json", &json("", comment)), [suppressed(6, MEMORY, "small")]);
    assert_eq!(told("pod.json", &json(comment, "")), [suppressed(6, MEMORY, "small")]);
    let alone = json(&format!("\n    {comment}"), "");
    assert_eq!(told("pod.json", &alone), [suppressed(7, MEMORY, "small")]);
    let string = json("", "").replace("a // b", "// agentcheck: ignore[k8s/memory-limit-missing]");
    assert_eq!(told("pod.json", &string), [open(6, MEMORY)]);
    let top = format!("// agentcheck: ignore-file[k8s/] small\n{}", json("", ""));
    assert_eq!(told("pod.json", &top), [suppressed(7, MEMORY, "small")]);
}

#[test]
fn an_annotation_holds_for_its_object_or_its_pods() {
    let deployment = |object: &str, template: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  annotations:\n    \
             a: b\n{object}spec:\n  template:\n    metadata:\n      annotations:\n        c: d\n\
             {template}    spec:\n      containers:\n        - name: api\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {{name: other}}\nspec:\n  containers:\n    - name: x\n"
        )
    };
    let key =
        "agentcheck.io/ignore: \"k8s/memory-limit-missing: see OPS-1; syntax/duplicate-key: x\"";
    let text = deployment(&format!("    {key}\n"), "");
    assert_eq!(
        told("web.yaml", &text),
        [open(7, UNUSED), suppressed(15, MEMORY, "see OPS-1"), open(22, MEMORY)]
    );
    assert_eq!(findings("web.yaml", &text)[1].suppressed.as_ref().unwrap().kind, "annotation");
    assert_eq!(&text[findings("web.yaml", &text)[0].place.span.range()], "syntax/duplicate-key");
    let rest = key.replace("; syntax/duplicate-key: x", "");
    assert_eq!(fixed("web.yaml", &text), deployment(&format!("    {rest}\n"), ""));
    let text = deployment("", &format!("        {rest} # soon\n"));
    assert_eq!(told("web.yaml", &text), [suppressed(15, MEMORY, "see OPS-1"), open(22, MEMORY)]);
    let idle = "    agentcheck.io/ignore: 'syntax/duplicate-key: none'\n";
    assert_eq!(fixed("web.yaml", &deployment(idle, "")), deployment("", ""));
    let only = deployment(idle, "").replace("    a: b\n", "");
    assert_eq!(
        fixed("web.yaml", &only),
        deployment("", "").replacen("  annotations:\n    a: b\n", "", 1)
    );
    let text = deployment("    agentcheck.io/ignore: k8s/memory-limits-missing\n", "");
    let found = &findings("web.yaml", &text)[0];
    assert_eq!(found.message, "`k8s/memory-limits-missing` is no rule and no group");
    assert_eq!(found.help.as_deref(), Some("did you mean `k8s/memory-limit-missing`?"));
    let text = deployment("    agentcheck.io/ignore: true\n", "");
    assert!(
        findings("web.yaml", &text)[0].message.ends_with("names no rule, so it suppresses nothing")
    );
}

#[test]
fn an_annotation_of_a_list_holds_for_its_item() {
    let item = |note: &str| {
        format!(
            "  - apiVersion: v1\n    kind: Pod\n    metadata: {{name: a{note}}}\n    spec: {{containers: [{{name: b}}]}}\n"
        )
    };
    let note = ", annotations: {agentcheck.io/ignore: 'k8s/: r'}";
    let text = format!("apiVersion: v1\nkind: List\nitems:\n{}{}", item(note), item(""));
    assert_eq!(told("list.yaml", &text), [suppressed(7, MEMORY, "r"), open(11, MEMORY)]);
}

#[test]
fn an_anchored_annotation_is_not_edited() {
    let text = "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Namespace\n    \
                metadata:\n      name: a\n      annotations: &notes\n        agentcheck.io/ignore: 'syntax/duplicate-key: r'\n  \
                - apiVersion: v1\n    kind: Namespace\n    metadata: {name: b, annotations: *notes}\n";
    let found = findings("list.yaml", text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].fix.is_none());
}

#[test]
fn what_names_no_rule_says_so() {
    let said = |comment: &str| {
        let text = pod(6, comment);
        let found = findings("pod.yaml", &text);
        let unused = found.iter().find(|found| found.rule == "syntax/unused-ignore").unwrap();
        assert!(found.iter().any(|it| it.rule.starts_with("k8s/") && it.suppressed.is_none()));
        let at = text[unused.place.span.range()].to_owned();
        (at, unused.message.clone(), unused.help.clone().unwrap().into_owned())
    };
    let (at, message, help) = said("# agentcheck: ignore because");
    assert_eq!(at, "# agentcheck: ignore because");
    assert_eq!(message, "this `ignore` names no rule, so it suppresses nothing");
    assert_eq!(help, "name the rules: `agentcheck: ignore[group/rule] reason`");
    assert_eq!(said("# agentcheck: ignore[ ]").1, message);
    assert_eq!(
        said("# agentcheck: ignore[k8s/memory-limit-missing r").1,
        "`ignore[` is never closed, so it suppresses nothing"
    );
    let (at, message, help) = said("# agentcheck: ignore[liveness-probe-missing] r");
    assert_eq!(at, "liveness-probe-missing");
    assert_eq!(message, "`liveness-probe-missing` is no rule and no group");
    assert_eq!(help, "did you mean `k8s/liveness-probe-missing`?");
    assert_eq!(said("# agentcheck: ignore[all] r").1, "`all` is no rule and no group");
    let (_, message, help) = said("# agentcheck: ignore-fil[k8s/] r");
    assert_eq!(message, "`ignore-fil` is no directive of agentcheck");
    assert_eq!(help, "did you mean `ignore-file`?");
}

#[test]
fn an_ignore_of_a_rule_that_is_off_is_left_alone() {
    let text = pod(1, "# agentcheck: ignore[k8s/memory-limit-missing] later");
    assert!(findings_with("pod.yaml", &text, &["syntax/unused-ignore"]).is_empty());
    let off = findings_with("pod.yaml", &text, &["k8s/memory-limit-missing"]);
    assert_eq!(off.len(), 1, "the rule about ignores is a rule like any other");
    let group = pod(1, "# agentcheck: ignore[k8s/] later");
    let found = findings_with("pod.yaml", &group, &["syntax/unused-ignore"]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn findings_about_ignores_can_be_ignored() {
    let both = "# agentcheck: ignore[syntax/duplicate-key, syntax/unused-ignore] generated";
    assert_eq!(
        told("pod.yaml", &pod(1, both)),
        [suppressed(1, UNUSED, "generated"), open(6, MEMORY)]
    );
    let idle = "# agentcheck: ignore[syntax/unused-ignore] generated";
    assert_eq!(told("pod.yaml", &pod(1, idle)), [open(1, UNUSED), open(6, MEMORY)]);
    assert_eq!(fixed("pod.yaml", &pod(1, idle)), pod(1, "").replace(" \n", "\n"));
}

#[test]
fn a_broken_document_can_be_ignored_and_hides_nothing() {
    let broken = format!(
        "# agentcheck: ignore-file[syntax/yaml-invalid] on purpose\n{}---\napiVersion: v1\nkind: Pod\n\
         metadata: [ # agentcheck: ignore[k8s/memory-limit-missing] who knows\n",
        pod(6, IGNORE)
    );
    assert_eq!(
        told("pod.yaml", &broken)
            .into_iter()
            .map(|(_, rule, reason)| (rule, reason.unwrap()))
            .collect::<Vec<_>>(),
        [(MEMORY, "batch only".to_owned()), ("yaml-invalid", "on purpose".to_owned())]
    );
    let json = "// agentcheck: ignore-file[syntax/json-invalid] half done\n{\n\"apiVersion\": \"v1\",\n\"kind\": \"Pod\",\n";
    assert_eq!(told("pod.json", json)[0].2.as_deref(), Some("half done"));
}

#[test]
fn an_ignore_in_a_patch_may_be_for_the_whole_object() {
    let patch = pod(1, IGNORE);
    let kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n\
                         patches:\n  - path: pod.yaml\n";
    let files = Files::in_memory([("kustomization.yaml", kustomization), ("pod.yaml", &patch)]);
    let settings = Arc::new(Settings::of(Profile::Strict, Environment::Production));
    let found = check(&files, &[Arc::clone(&settings), settings]).diagnostics;
    assert!(!found.iter().any(|found| found.rule == "syntax/unused-ignore"), "{found:?}");
}

#[test]
fn a_header_of_toml_holds_for_its_table() {
    let agent = |header: &str, value: &str, next: &str| {
        format!(
            "[agent.security] {header}\nrequire_authentication = true\nallowed_origins = [\"*\"] {value}\n\
             [agent.security.auth]\n[agent.observability] {next}\ninclude_request_body = true\n"
        )
    };
    let comment = "# agentcheck: ignore[agent/cors-any-origin] a public demo";
    let cors = suppressed(3, "cors-any-origin", "a public demo");
    let payload = open(6, "payload-logging");
    assert_eq!(told("agent.toml", &agent(comment, "", "")), [cors.clone(), payload.clone()]);
    assert_eq!(told("agent.toml", &agent("", comment, "")), [cors, payload.clone()]);
    assert_eq!(
        told("agent.toml", &agent("", "", comment)),
        [open(3, "cors-any-origin"), open(5, UNUSED), payload]
    );
}

#[test]
fn a_text_in_a_config_map_has_comments_of_its_own() {
    let map = |outer: &str, inner: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: paladin}}\ndata:\n  config.yml: | {outer}\n    \
             llm_type: openai\n    llm_url: https://api.openai.com/v1\n    server: {{host: 0.0.0.0, port: 8080}}\n    http: {inner}\n      \
             note: \"# agentcheck: ignore[agent/cors-any-origin] text\"\n      cors_allow_origins: []\n"
        )
    };
    let comment = "# agentcheck: ignore[agent/cors-any-origin] inside";
    assert_eq!(told("map.yaml", &map("", "")), [open(11, "cors-any-origin")]);
    let ignored = suppressed(11, "cors-any-origin", "inside");
    assert_eq!(told("map.yaml", &map(comment, "")), std::slice::from_ref(&ignored));
    assert_eq!(told("map.yaml", &map("", comment)), [ignored]);
    let idle = "# agentcheck: ignore[agent/payload-logging] r";
    let text = map("", &format!("\n      {idle}"));
    assert_eq!(fixed("map.yaml", &text), map("", ""));
}

#[test]
fn dockerfiles_have_comments_on_their_own_lines() {
    let file = |above: &str, end: &str| format!("FROM debian:12-slim\n{above}COPPY . /app{end}\n");
    let comment = "# agentcheck: ignore[syntax/dockerfile-invalid] a frontend of ours";
    let told = |text: &str| told("Dockerfile", text);
    let rule = "dockerfile-invalid";
    assert_eq!(
        told(&file(&format!("{comment}\n# and why\n"), "")),
        [suppressed(4, rule, "a frontend of ours")]
    );
    assert_eq!(told(&file(&format!("{comment}\n\n"), "")), [open(2, UNUSED), open(4, rule)]);
    assert_eq!(told(&file("", &format!(" {comment}"))), [open(2, rule)], "text of the instruction");
    let top = format!("# agentcheck: ignore-file[syntax/] r\n{}", file("", ""));
    assert_eq!(told(&top), [suppressed(3, rule, "r")]);
    assert_eq!(fixed("Dockerfile", &file(&format!("{comment}\n\n"), "")), file("\n", ""));
}

#[test]
fn a_part_of_a_project_does_not_tell_which_ignores_are_unused() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  \
         name: api # agentcheck: ignore[k8s/pdb-missing] restarts do not matter\nspec:\n  replicas: 3\n  \
         selector: {matchLabels: {app: api}}\n  template:\n    metadata: {labels: {app: api}}\n    \
         spec: {containers: [{name: api, image: \"acme/api:1\"}]}\n";
    let useless = "kind: Namespace # agentcheck: ignore[syntax/duplicate-key]\napiVersion: v1\nmetadata: {name: a}\n";
    let folder = common::folder(&[("api.yaml", deployment), ("namespace.yaml", useless)]);
    let select = ["--select", "k8s/pdb-missing,syntax/", "--format", "concise"];
    let lint = |more: &[&str]| common::lint(folder.path(), &[&select, more].concat());
    let (_, whole, _) = lint(&["."]);
    assert!(whole.contains("1 suppressed") && whole.contains("namespace.yaml:1"), "{whole}");
    let (code, part, _) = lint(&["--partial", "api.yaml"]);
    assert_eq!((code, part.contains("suppresses nothing")), (0, false), "{part}");
    lint(&["--partial", "--fix", "api.yaml"]);
    assert_eq!(common::read(folder.path(), "api.yaml"), deployment);
    let (code, part, _) = lint(&["--partial", "namespace.yaml"]);
    assert_eq!((code, part.contains("suppresses nothing")), (1, true), "{part}");
}
