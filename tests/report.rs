//! What people and programs get to read, on small projects that are made up here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::io::{self, Write};
use std::sync::Arc;

use crate::common::{self, options, place};
use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::diagnostic::{
    Applicability, Diagnostic, Edit, Fix, Related, Severity, Subject, Suppression,
};
use agentcheck::file::Files;
use agentcheck::fingerprint::{self, Fingerprint};
use agentcheck::outcome::Outcome;
use agentcheck::report::{self, Format, Options, Style, account, catalogue, explain};
use agentcheck::rules::{self, Environment, Profile, RULES};
use agentcheck::source::{FileId, Place, Span};
use insta::assert_snapshot;
use proptest::prelude::*;

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: api
          image: ghcr.io/acme/api:1.2.3
          env:
            - name: DB_PASSWORD
              value: hunter22
          resources:
            requests: {memory: 64Mi}
";

const BROKEN: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: web
  name: api
---
apiVersion: v1
kind: Service
spec: [unclosed
";

const UNICODE: Style = Style { color: false, unicode: true, links: false, width: 100 };
const COLOR: Style = Style { color: true, unicode: true, links: true, width: 100 };

/// What the rules find.
fn outcome(files: &[(&str, &str)]) -> Outcome {
    let files = Files::in_memory(files.iter().copied());
    let mut settings = Settings::of(Profile::Essential, Environment::Production);
    let rule = rules::index_of("k8s/memory-limit-missing").unwrap();
    for (index, settings) in settings.rules.iter_mut().enumerate() {
        settings.enabled = index == rule || RULES[index].group() == "syntax";
    }
    let settings = Arc::new(settings);
    let of_each_file: Vec<_> = (0..files.len()).map(|_| Arc::clone(&settings)).collect();
    let found = check(&files, &of_each_file);
    Outcome::of(files, found)
}

fn finding(place: Place, message: &str) -> Diagnostic {
    common::finding("k8s/memory-limit-missing", place, message)
}

fn written(format: Format, outcome: &Outcome, options: &Options) -> String {
    let mut out = Vec::new();
    report::write(format, outcome, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn text(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A service and a deployment that do not go together, a fix, and a suppressed finding.
fn story() -> Outcome {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector:\n    app: wbe # typo\n  ports: [{port: 80}]\n";
    let files = [("deploy/service.yaml", service), ("deploy/web.yaml", DEPLOYMENT)];
    let mut dangling =
        finding(place(&files, 0, "app: wbe"), "service `web` selects no pod in this project");
    dangling.severity = Severity::Error;
    dangling.help = Some("correct the selector to match the labels of the pod template".into());
    dangling.related = vec![
        Related { place: place(&files, 0, "web"), message: "this service".into() },
        Related {
            place: place(&files, 1, "labels: {app: web}"),
            message: "the labels of the pods that come closest".into(),
        },
    ];
    dangling.fix = Some(Box::new(Fix {
        title: "select app=web".into(),
        applicability: Applicability::Unsafe,
        touches: vec![],
        edits: vec![Edit { place: place(&files, 0, "wbe"), text: "web".into() }],
    }));
    dangling.subject = Some(Arc::new(Subject {
        kind: "Service".into(),
        name: "web".into(),
        ..Subject::default()
    }));
    let mut exposed = finding(
        place(&files, 1, "DB_PASSWORD"),
        "container `api` gets a password by name `DB_PASSWORD`, a second time in the same list, \
         and this is a long message about it that does not fit on a line",
    );
    exposed.related = vec![
        Related { place: place(&files, 1, "DB_PASSWORD"), message: "this very place".into() },
        Related { place: place(&files, 1, "kind: Deployment"), message: "far above".into() },
        Related { place: place(&files, 1, "value: hunter22"), message: "its value".into() },
        Related { place: place(&files, 1, "value"), message: "and its name".into() },
    ];
    let mut limit = finding(place(&files, 1, "resources"), "container `api` has no memory limit");
    limit.severity = Severity::Note;
    limit.fix = Some(Box::new(Fix {
        title: "set resources.limits.memory".into(),
        applicability: Applicability::Safe,
        touches: vec![],
        edits: vec![],
    }));
    let mut ignored = finding(place(&files, 1, "image"), "image of container `api` is not pinned");
    ignored.suppressed =
        Some(Box::new(Suppression { kind: "comment", reason: "built here".into() }));
    common::outcome(&files, vec![dangling, ignored, exposed, limit])
}

#[test]
fn full() {
    let outcome = outcome(&[("deploy/web.yaml", DEPLOYMENT), ("deploy/broken.yaml", BROKEN)]);
    assert_snapshot!("full", written(Format::Full, &outcome, &options(UNICODE)));
    assert_snapshot!("full_ascii", written(Format::Full, &outcome, &options(Style::PLAIN)));
    let colored = written(Format::Full, &outcome, &options(COLOR));
    assert_snapshot!("full_color", colored.replace('\u{1b}', "␛"));
}

#[test]
fn full_tells_the_story_of_related_places_and_fixes() {
    let shown = Options { show_suppressed: true, ..options(UNICODE) };
    assert_snapshot!("story_full", written(Format::Full, &story(), &shown));
    let narrow = options(Style { width: 50, ..UNICODE });
    assert_snapshot!("story_full_narrow", written(Format::Full, &story(), &narrow));
}

#[test]
fn concise() {
    let broken = outcome(&[("deploy/web.yaml", DEPLOYMENT), ("deploy/broken.yaml", BROKEN)]);
    assert_snapshot!("concise", written(Format::Concise, &broken, &options(Style::PLAIN)));
    let shown = Options { show_suppressed: true, ..options(COLOR) };
    let colored = written(Format::Concise, &story(), &shown);
    assert_snapshot!("story_concise_color", colored.replace('\u{1b}', "␛"));
}

#[test]
fn json() {
    let json = written(Format::Json, &story(), &options(COLOR));
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["version"], 1);
    assert_eq!(value["summary"]["suppressed"], 1);
    assert_snapshot!("story_json", json.replace(env!("CARGO_PKG_VERSION"), "[version]"));
    let lines = written(Format::Jsonl, &story(), &options(COLOR));
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(&lines, value["diagnostics"].as_array().unwrap());
}

#[test]
fn accounts() {
    let template = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n";
    let mut paths: Vec<String> = (10..24).map(|n| format!("chart/templates/{n}.yaml")).collect();
    paths.push("evil\n\u{1b}[2J.yaml".into());
    let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), template)).collect();
    files.extend([("a.yaml", DEPLOYMENT), ("b.yaml", DEPLOYMENT), ("c.yaml", BROKEN)]);
    let files = &files[..];
    let account =
        |outcome: &Outcome, options: &Options| text(|out| account::write(outcome, options, out));
    let plain = options(Style::PLAIN);
    let mut broken = outcome(files);
    broken.failures.push(("k8s/memory-limit-missing", "a.yaml".into()));
    assert_snapshot!("account", account(&broken, &plain));
    let verbose = account(&broken, &Options { verbose: true, ..plain });
    assert!(verbose.contains(r"evil\n\u{1b}[2J.yaml: a template"), "{verbose}");
    assert_snapshot!("account_story", account(&story(), &plain));
    let good = DEPLOYMENT.replace("requests", "limits");
    assert_snapshot!("account_good", account(&outcome(&[("a.yaml", &good)]), &plain));
    assert_snapshot!("account_nothing", account(&outcome(&files[..1]), &plain));
    assert_snapshot!(
        "statistics",
        text(|out| account::statistics(&outcome(files), Style::PLAIN, out))
    );
}

#[test]
fn catalogues() {
    let list = |format| text(|out| catalogue::write(format, &RULES, Style::PLAIN, out));
    let (table, markdown) = (list(catalogue::Format::Text), list(catalogue::Format::Markdown));
    let json: serde_json::Value = serde_json::from_str(&list(catalogue::Format::Json)).unwrap();
    for (rule, entry) in RULES.iter().zip(json.as_array().unwrap()) {
        assert_eq!(entry["id"], rule.id);
        assert_eq!(entry["applies_to"], rule.applies_to());
        assert_eq!(entry["aliases"].as_object().unwrap().len(), rule.aliases.len());
        assert!(table.lines().any(|line| {
            line.trim_start().starts_with(&format!("{} ", rule.id)) && line.ends_with(rule.title)
        }));
        assert!(markdown.contains(&format!("| [{}]({}) |", rule.id, rule.url())));
    }
}

#[test]
fn explanations() {
    let rule = rules::find("k8s/memory-limit-missing").unwrap();
    assert_snapshot!("explain", text(|out| explain::write(rule, Style::PLAIN, out)));
    for rule in RULES.iter() {
        let page = text(|out| explain::write(rule, COLOR, out));
        assert!(!page.contains("expect: ") && page.contains(rule.title), "{page}");
    }
}

#[test]
fn what_files_say_cannot_act_on_the_terminal() {
    let evil = "apiVersion: v1\r\nkind: Service\r\nmetadata:\r\n  name: \"a\u{1b}[2J\u{202e}b\u{9b}\tc\" # 數\u{1b}]8;;x\u{7}\r\n";
    let files = [("dir\n::error::x\u{1b}[31m/\u{202e}a.yaml", evil)];
    let mut found =
        finding(place(&files, 0, "\"a\u{1b}"), "service `a\u{1b}[2J\u{202e}b\n` is evil");
    found.help = Some("do not \u{1b}[2J\u{9b}1m trust it".to_owned().into());
    found.related = vec![Related {
        place: place(&files, 0, "kind"),
        message: "it is a \u{1b}[31mService\nhere".into(),
    }];
    found.fix = Some(Box::new(Fix {
        title: "rename \u{1b}[2J".into(),
        applicability: Applicability::Safe,
        touches: vec![],
        edits: vec![],
    }));
    found.suppressed =
        Some(Box::new(Suppression { kind: "comment", reason: "\u{1b}[2J\n".into() }));
    let outcome = common::outcome(&files, vec![found]);
    let shown = Options { show_suppressed: true, ..options(UNICODE) };
    let acts = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    for format in [Format::Full, Format::Concise, Format::Json, Format::Jsonl] {
        let report = written(format, &outcome, &shown);
        assert!(!report.contains(acts), "{report:?}");
    }
    assert_eq!(written(Format::Concise, &outcome, &shown).lines().count(), 1);
    assert_snapshot!("hostile_full", written(Format::Full, &outcome, &shown));
    let json: serde_json::Value =
        serde_json::from_str(&written(Format::Jsonl, &outcome, &shown)).unwrap();
    assert_eq!(json["file"], files[0].0);
}

#[test]
fn odd_texts_are_drawn_where_they_are() {
    let texts = [
        (
            "tabs.json",
            "{\n\t\"apiVersion\": \"v1\",\n\t\t\"kind\":\t\"Service\"\n}\n",
            "\"Service\"",
        ),
        ("bom.yaml", "\u{feff}apiVersion: v1\r\nkind: Service\r\n", "\u{feff}apiVersion"),
        ("wide.yaml", "# 數字 é 👩‍💻\nname: 數字 # é\nkind: Service\n", "數字 # é"),
        ("multi.yaml", "metadata:\n  a: 1\n  b: 2\nkind: Service\n", "a: 1\n  b: 2\n"),
        ("end.yaml", "kind: Service\nspec:", "spec:"),
    ];
    let files: Vec<_> = texts.iter().map(|(path, text, _)| (*path, *text)).collect();
    let mut found: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(index, (path, text, needle))| {
            let start = text.rfind(needle).unwrap();
            let span = Span::new(start, start + needle.len());
            finding(Place { file: FileId::new(index), span }, path)
        })
        .collect();
    let at_end = texts[4].1.len();
    let place = Place { file: FileId::new(4), span: Span::new(at_end, at_end) };
    found.push(finding(place, "at the very end"));
    let outcome = common::outcome(&files, found);
    assert_snapshot!("odd_texts", written(Format::Full, &outcome, &options(UNICODE)));
    assert_snapshot!("odd_texts_concise", written(Format::Concise, &outcome, &options(UNICODE)));
}

#[test]
fn a_line_of_a_megabyte_is_cut() {
    let filler = "{\"name\":\"LOG_LEVEL\"},".repeat(25_000);
    let line = format!("{{\"apiVersion\":\"v1\",\"first\":1,{filler}\"needle\":true,{filler}}}");
    let files = [("min.json", line.as_str())];
    let mut found = finding(place(&files, 0, "\"needle\""), "a needle");
    found.related =
        vec![Related { place: place(&files, 0, "\"first\""), message: "far before".into() }];
    let outcome = common::outcome(&files, vec![found]);
    assert_snapshot!("megabyte", written(Format::Full, &outcome, &options(UNICODE)));
}

#[test]
fn ten_thousand_findings_stay_bounded() {
    let filler = "{\"kind\":\"Service\"},".repeat(10_000);
    let line = format!("[{filler}]");
    let files = [("min.json", line.as_str())];
    let found = (0..10_000)
        .map(|n| {
            let span = Span::new(1 + 19 * n, 7 + 19 * n);
            finding(Place { file: FileId::new(0), span }, &"x".repeat(2_000))
        })
        .collect();
    let outcome = common::outcome(&files, found);
    for format in [Format::Full, Format::Concise, Format::Jsonl] {
        let started = std::time::Instant::now();
        let report = written(format, &outcome, &options(UNICODE));
        println!("{format:?}: {} bytes in {:?}", report.len(), started.elapsed());
        assert!(report.len() < 32 << 20, "{format:?}: {} bytes", report.len());
    }
    let json = written(Format::Jsonl, &outcome, &options(UNICODE));
    let last: serde_json::Value = serde_json::from_str(json.lines().last().unwrap()).unwrap();
    assert_eq!(last["range"]["start"]["column"], 2 + 19 * 9_999);
}

#[test]
fn secrets_near_a_finding_are_not_shown() {
    let files = [("web.yaml", DEPLOYMENT)];
    let outcome = common::outcome(
        &files,
        vec![
            finding(place(&files, 0, "resources"), "no limit"),
            finding(place(&files, 0, "hunter22"), "a literal password"),
        ],
    );
    let report = written(Format::Full, &outcome, &options(UNICODE));
    assert!(!report.contains("hunter22"), "{report}");
    assert!(report.contains("value: ********"), "{report}");
}

#[test]
fn a_closed_pipe_is_told() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for format in [Format::Full, Format::Concise, Format::Json, Format::Jsonl] {
        let error = report::write(format, &story(), &options(COLOR), &mut Closed).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
    let error = account::write(&story(), &options(COLOR), &mut Closed).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

fn fingerprints(outcome: &Outcome) -> Vec<Fingerprint> {
    outcome.diagnostics.iter().map(|found| found.fingerprint).collect()
}

#[test]
fn fingerprints_outlive_moves_and_rewording() {
    let two = DEPLOYMENT.replace(
        "          resources:\n            requests: {memory: 64Mi}\n",
        "        - name: sidecar\n          image: ghcr.io/acme/sidecar:1\n",
    );
    let before = fingerprints(&outcome(&[("web.yaml", &two)]));
    assert_eq!(before.len(), 2);
    assert_ne!(before[0], before[1]);
    assert!(before.iter().all(|it| it.to_string().len() == 16));
    let moved = format!("# a new comment\n\n{}", two.replace("DB_PASSWORD", "OTHER"));
    let mut after = outcome(&[("new.yaml", BROKEN), ("web.yaml", &moved)]);
    after.diagnostics.retain(|found| found.place.file == FileId::new(1));
    for found in &mut after.diagnostics {
        found.message = "reworded".into();
        found.help = None;
    }
    fingerprint::name(&after.files, &mut after.diagnostics);
    assert_eq!(fingerprints(&after), before);
    let elsewhere = fingerprints(&outcome(&[("other.yaml", &two)]));
    assert!(elsewhere.iter().all(|it| !before.contains(it)));
}

#[test]
fn equal_findings_have_fingerprints_of_their_own() {
    let files = [("a.yaml", "a: 1\na: 1\n")];
    let twice =
        [0, 5].map(|at| finding(Place { file: FileId::new(0), span: Span::new(at, at + 1) }, "a"));
    let both = fingerprints(&common::outcome(&files, twice.to_vec()));
    assert_ne!(both[0], both[1]);
    let one = fingerprints(&common::outcome(&files, twice[..1].to_vec()));
    assert_eq!(one[0], both[0]);
}

#[test]
fn a_fingerprint_tells_nothing_of_a_secret() {
    let of = |rule, secret: &str| {
        let text = format!("password: {secret}\n");
        let files = [("a.yaml", text.as_str())];
        let mut found = finding(place(&files, 0, secret), "a literal password");
        found.rule = rule;
        fingerprints(&common::outcome(&files, vec![found]))
    };
    for rule in ["k8s/env-secret-literal", "k8s/memory-limit-missing"] {
        assert_eq!(of(rule, "hunter22"), of(rule, "hunter23"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_and_no_span_stops_a_report(
        text in "([a-z: {}\"=\t\r\n數é\u{feff}\u{1b}\u{200d}]|password: |\n){0,120}",
        spans in proptest::collection::vec((0usize..200, 0usize..200), 1..5),
        width in 1usize..130,
    ) {
        // Spans of real findings lie on character boundaries.
        let clip = |at: usize| text.floor_char_boundary(at.min(text.len()));
        let spans: Vec<_> = spans
            .into_iter()
            .map(|(a, b)| Span::new(clip(a.min(b)), clip(a.max(b))))
            .map(|span| Place { file: FileId::new(0), span })
            .collect();
        let mut found = finding(spans[0], "a message");
        found.related = spans[1..]
            .iter()
            .map(|&place| Related { place, message: "and this".into() })
            .collect();
        let text = format!("{text}\napiVersion: v1");
        let outcome = common::outcome(&[("a.yaml", &text)], vec![found]);
        for format in [Format::Full, Format::Concise, Format::Json] {
            let style = Style { width, ..UNICODE };
            let report = written(format, &outcome, &options(style));
            prop_assert!(!report.contains("Failed to read"), "{}", report);
        }
    }
}

#[test]
fn what_helm_rendered_names_its_template() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: api, image: acme/api}\n";
    let text = format!("---\n# Source: shop/templates/web.yaml\n{pod}---\n{pod}");
    let outcome = outcome(&[("<stdin>", &text)]);
    let here = "rendered from shop/templates/web.yaml";
    let all = outcome.diagnostics.len();
    assert_eq!(all, 2);
    for format in [Format::Full, Format::Concise, Format::Github, Format::Gitlab, Format::Markdown]
    {
        let report = written(format, &outcome, &options(Style::PLAIN));
        assert_eq!(report.matches(here).count(), all / 2, "{format:?}\n{report}");
    }
    for format in [Format::Json, Format::Sarif] {
        let report = written(format, &outcome, &options(Style::PLAIN)).replace(": ", ":");
        let source = "\"source\":\"shop/templates/web.yaml\"";
        assert_eq!(report.matches(source).count(), all / 2, "{format:?}\n{report}");
    }
}
