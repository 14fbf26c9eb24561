//! The formats for code hosts and build servers, read back by readers that others wrote.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::HashSet;
use std::sync::Arc;

use agentcheck::diagnostic::{Diagnostic, Related, Severity, Subject, Suppression};
use agentcheck::outcome::Outcome;
use agentcheck::report::{self, Format, Style};
use agentcheck::rules::RULES;
use agentcheck::source::{FileId, Place, Span};
use insta::assert_snapshot;
use pulldown_cmark::{Event, Options as Extensions, Parser, Tag};
use serde_json::Value;

use crate::common;

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector:
    app: wbe
  ports: [{port: 80}]
";

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: api
      image: ghcr.io/acme/api:1.2.3
";

const BROKEN: &str = "apiVersion: v1\nkind: Service\nspec: [unclosed\n";

const TEMPLATE: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n";

/// A path and a message that try everything.
const HOSTILE_PATH: &str =
    "a, b:c%0A|`x`\n::error::`</summary><script>\u{1b}[2J\u{202e}]]>--&amp;@all.yaml";
const HOSTILE: &str = "container `a`b``c\n::stop-commands::x ]]> --> <!-- <b>&lt;@team #12 \
    https://evil.example www.evil.example [x](y) ![i](j) | *b* _i_ ~~s~~ $m$ \\` \u{1b}[31m\u{0}\
    \u{ffff}\u{202e}\r%0A` @you";

fn finding(file: usize, span: Span, rule: &'static str, severity: Severity) -> Diagnostic {
    let place = Place { file: FileId::new(file), span };
    let found = common::finding(rule, place, "container `api` has no memory limit");
    Diagnostic { severity, ..found }
}

fn span(text: &str, needle: &str) -> Span {
    let start = text.find(needle).expect("the needle is in the text");
    Span::new(start, start + needle.len())
}

/// All severities, a suppressed finding, a document that does not parse, a file without findings,
/// one that is skipped, and a rule that failed.
fn story() -> Outcome {
    let files = [
        ("deploy/broken.yaml", BROKEN),
        ("deploy/good.yaml", POD),
        ("deploy/pod.yaml", POD),
        ("deploy/service.yaml", SERVICE),
        ("deploy/templates/web.yaml", TEMPLATE),
    ];
    let mut broken = finding(0, span(BROKEN, "["), "syntax/yaml-invalid", Severity::Error);
    broken.message = "the list is not closed".into();
    let limit = "k8s/memory-limit-missing";
    let mut missing = finding(
        2,
        span(POD, "name: api\n      image: ghcr.io/acme/api:1.2.3\n"),
        limit,
        Severity::Warning,
    );
    missing.help = Some("without a limit, one leak\nevicts 100% of its neighbours".into());
    let mut note = finding(2, span(POD, "kind: Pod"), "k8s/naked-pod", Severity::Note);
    note.message = "Pod `web` is not restarted on another node".into();
    let mut ignored = finding(2, span(POD, "image"), limit, Severity::Warning);
    ignored.suppressed = Some(Box::new(Suppression { kind: "comment", reason: "a test".into() }));
    let mut dangling =
        finding(3, span(SERVICE, "app: wbe"), "k8s/service-dangling", Severity::Error);
    dangling.message = "Service `web` selects no pod in this project".into();
    dangling.related = vec![Related {
        place: Place { file: FileId::new(2), span: span(POD, "name: web") },
        message: "the pod that comes closest".into(),
    }];
    dangling.subject = Some(Arc::new(Subject {
        kind: "Service".into(),
        name: "web".into(),
        ..Subject::default()
    }));
    let found = vec![broken, note, missing.clone(), missing, ignored, dangling];
    let mut story = common::outcome(&files, found);
    story.failures.push((limit, "deploy/good.yaml".into()));
    story
}

fn hostile() -> Outcome {
    let mut found = finding(0, span(POD, "image"), "k8s/memory-limit-missing", Severity::Warning);
    found.message = HOSTILE.into();
    found.help = Some(HOSTILE.into());
    found.related = vec![Related { place: found.place, message: HOSTILE.into() }];
    let mut ignored = found.clone();
    ignored.suppressed = Some(Box::new(Suppression { kind: "comment", reason: HOSTILE.into() }));
    let mut note = found.clone();
    note.severity = Severity::Note;
    let skipped = format!("skipped {HOSTILE_PATH}");
    let mut hostile =
        common::outcome(&[(HOSTILE_PATH, POD), (&skipped, TEMPLATE)], vec![found, ignored, note]);
    hostile.failures.push(("k8s/memory-limit-missing", HOSTILE_PATH.into()));
    hostile
}

fn written(format: Format, outcome: &Outcome) -> String {
    let options = common::options(Style::PLAIN);
    let mut out = Vec::new();
    report::write(format, outcome, &options, &mut out).unwrap();
    let report = String::from_utf8(out).unwrap();
    let acts = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    assert!(!report.contains(acts), "{format:?}: {report:?}");
    report
}

/// A command as the runner of GitHub Actions reads it: name, properties, message.
fn command(line: &str) -> (&str, Vec<(String, String)>, String) {
    let decoded = |text: &str| {
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
    };
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let properties = properties.split(',').map(|property| {
        let (key, value) = property.split_once('=').unwrap();
        (key.to_owned(), decoded(value))
    });
    (name, properties.collect(), decoded(message))
}

#[test]
fn github() {
    assert_snapshot!("github", written(Format::Github, &story()));
}

#[test]
fn github_reads_hostile_text_as_text() {
    let report = written(Format::Github, &hostile());
    assert_eq!(report.lines().count(), 2, "{report}");
    for (line, expected) in report.lines().zip(["warning", "notice"]) {
        let (name, properties, message) = command(line);
        assert_eq!(name, expected);
        let keys: Vec<_> = properties.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["file", "line", "endLine", "col", "endColumn", "title"]);
        let path = HOSTILE_PATH.replace('\u{1b}', "\\u{1b}").replace('\u{202e}', "\\u{202e}");
        assert_eq!(properties[0].1, path);
        assert_eq!(properties[1].1, "7");
        assert!(message.contains(r"c\n::stop-commands::x"), "{message}");
        assert!(message.contains("%0A` @you\n"), "what was written comes back: {message}");
    }
}

#[test]
fn gitlab() {
    assert_snapshot!("gitlab", written(Format::Gitlab, &story()));
}

#[test]
fn gitlab_takes_the_report() {
    for outcome in [story(), hostile(), Outcome::default()] {
        let report: Value = serde_json::from_str(&written(Format::Gitlab, &outcome)).unwrap();
        let report = report.as_array().unwrap();
        assert_eq!(report.len(), outcome.active().count());
        let mut fingerprints = HashSet::new();
        for (violation, found) in report.iter().zip(outcome.active()) {
            assert!(violation["description"].as_str().is_some_and(|text| !text.contains('\n')));
            assert_eq!(violation["check_name"], found.rule);
            let known = ["info", "minor", "major", "critical", "blocker"];
            assert!(known.contains(&violation["severity"].as_str().unwrap()));
            let path = outcome.files.source(found.place.file).unwrap().path();
            assert_eq!(violation["location"]["path"], path);
            let lines = &violation["location"]["lines"];
            assert!(
                lines["begin"].as_u64() >= Some(1)
                    && lines["end"].as_u64() >= lines["begin"].as_u64()
            );
            assert!(fingerprints.insert(violation["fingerprint"].as_str().unwrap()));
        }
    }
}

#[test]
fn junit() {
    assert_snapshot!("junit", written(Format::Junit, &story()));
}

#[test]
fn junit_counts_what_it_holds() {
    for outcome in [story(), hostile(), Outcome::default()] {
        let report = written(Format::Junit, &outcome);
        let document = roxmltree::Document::parse(&report).unwrap();
        let root = document.root_element();
        for counted in
            root.descendants().filter(|node| node.tag_name().name().starts_with("testsuite"))
        {
            let holds = |name| counted.descendants().filter(|node| node.has_tag_name(name)).count();
            for (attribute, element) in [
                ("tests", "testcase"),
                ("failures", "failure"),
                ("errors", "error"),
                ("skipped", "skipped"),
            ] {
                assert_eq!(counted.attribute(attribute), Some(holds(element).to_string().as_str()));
            }
        }
        let mut names = HashSet::new();
        for case in root.descendants().filter(|node| node.has_tag_name("testcase")) {
            assert!(names.insert((case.attribute("classname"), case.attribute("name"))));
        }
    }
}

#[test]
fn junit_reads_hostile_text_as_text() {
    let report = written(Format::Junit, &hostile());
    let document = roxmltree::Document::parse(&report).unwrap();
    let path = HOSTILE_PATH.replace('\u{1b}', "\\u{1b}").replace('\u{202e}', "\\u{202e}");
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    assert_eq!(failure.parent().unwrap().attribute("file"), Some(path.as_str()));
    let message = failure.attribute("message").unwrap();
    assert!(
        message.starts_with(r"container `a`b``c\n::stop-commands::x ]]> --> <!-- <b>&lt;@team")
    );
    assert!(message.contains(r"\u{0}\u{ffff}\u{202e}\r%0A` @you"), "{message}");
    let text = failure.text().unwrap();
    assert!(text.contains(&format!("\nhelp: {message}\n")), "{text}");
}

/// GitHub's dialect.
fn events(report: &str) -> Vec<Event<'_>> {
    let extensions = Extensions::ENABLE_TABLES
        | Extensions::ENABLE_STRIKETHROUGH
        | Extensions::ENABLE_MATH
        | Extensions::ENABLE_TASKLISTS;
    Parser::new_ext(report, extensions).collect()
}

#[test]
fn markdown() {
    assert_snapshot!("markdown", written(Format::Markdown, &story()));
    assert_snapshot!("markdown_nothing", written(Format::Markdown, &Outcome::default()));
}

#[test]
fn markdown_reads_hostile_text_as_text() {
    let report = written(Format::Markdown, &hostile());
    let (mut text, mut prose, mut items) = (String::new(), String::new(), 0);
    for event in events(&report) {
        match event {
            Event::Html(html) => {
                let tags: Vec<_> =
                    html.split('<').skip(1).filter_map(|tag| tag.split('>').next()).collect();
                let ours = ["details", "summary", "code", "/details", "/summary", "/code"];
                assert!(tags.iter().all(|tag| ours.contains(tag)), "{html}");
            }
            Event::Code(code) => text.push_str(&code),
            Event::Text(said) => {
                text.push_str(&said);
                prose.push_str(&said);
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with("https://github.com/agentcheck/"), "{dest_url}");
            }
            Event::Start(Tag::Item) => items += 1,
            Event::Start(
                Tag::Image { .. } | Tag::Emphasis | Tag::Strikethrough | Tag::CodeBlock(_),
            )
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => panic!("{event:?} in {report}"),
            _ => {}
        }
    }
    assert_eq!(items, 4, "two findings, a failure and a skipped file: {report}");
    assert!(text.replace('\u{200b}', "").contains(
        r"]]> --> <!-- <b>&lt;@team #12 https://evil.example www.evil.example [x](y) ![i](j) | *b* _i_ ~~s~~ $m$ \"
    ), "{text}");
    for active in ["@team", "@you", "@all", "#12", "https://evil", "www.evil"] {
        assert!(!prose.contains(active), "{active} in {prose}");
    }
}

#[test]
fn markdown_stays_within_a_comment() {
    let many: Vec<String> =
        (0..3_000).map(|n| format!("{n:04}/{}.yaml", "@`".repeat(200))).collect();
    let mut files: Vec<_> = many.iter().map(|path| (path.as_str(), POD)).collect();
    files.extend(many.iter().take(20).map(|path| (path.as_str(), TEMPLATE)));
    let mut found = Vec::new();
    for file in 0..many.len() {
        let (warning, error) = (Severity::Warning, Severity::Error);
        let rule = RULES[file % RULES.len()].id;
        found.push(finding(file, span(POD, "image"), rule, warning));
        found.last_mut().unwrap().message = "`@".repeat(400);
        if file % 100 == 99 {
            found.push(finding(file, span(POD, "kind"), "k8s/naked-pod", error));
        }
    }
    let mut outcome = common::outcome(&files, found);
    outcome.failures = many.iter().map(|path| ("k8s/naked-pod", path.clone())).collect();
    let report = written(Format::Markdown, &outcome);
    assert!((40_000..=65_000).contains(&report.len()), "{}", report.len());
    let count = |line: &str| report.lines().filter(|at| at.contains(line)).count();
    let listed = count("- line ");
    assert_eq!(count("- line 2: error: "), 30, "the worst are kept");
    assert!(report.contains(&format!("**{} findings are not listed**", 3_030 - listed)));
    assert_eq!(count("<details>"), count("</details>"));
}

#[test]
fn many_findings_are_written_fast() {
    let filler = "{\"kind\":\"Service\"},".repeat(10_000);
    let line = format!("[{filler}]");
    let found = (0..10_000)
        .map(|n| finding(0, Span::new(1 + 19 * n, 7 + 19 * n), "k8s/naked-pod", Severity::Warning));
    let outcome = common::outcome(&[("min.json", line.as_str())], found.collect());
    let started = std::time::Instant::now();
    for format in [Format::Github, Format::Gitlab, Format::Junit, Format::Markdown] {
        assert!(written(format, &outcome).len() > 10_000);
    }
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn the_account_does_not_stand_in_between() {
    for format in [Format::Github, Format::Gitlab, Format::Junit, Format::Markdown] {
        assert!(format.is_for_programs());
    }
}
