//! SARIF that other programs can read: checked against the schema of the standard, and against
//! the texts of the files it points into.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use crate::common::{self, finding, outcome, place};
use agentcheck::diagnostic::{
    Applicability, Confidence, Edit, Fix, Related, Severity, Subject, Suppression,
};
use agentcheck::outcome::Outcome;
use agentcheck::report::{self, Format, Style};
use agentcheck::rules::RULES;
use agentcheck::source::{FileId, Place, Span};
use insta::assert_snapshot;
use serde_json::{Value, json};

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector:
    app: wbe # typo
    tier: front
  ports: [{port: 80}]
";

const TEMPLATE: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n";

/// What is written, which the schema allows.
fn written(outcome: &Outcome) -> Value {
    valid(&text(outcome))
}

/// The log, once the schema has allowed it.
fn valid(log: &str) -> Value {
    let log: Value = serde_json::from_str(log).unwrap();
    let schema = fs::read_to_string("tests/schemas/sarif-2.1.0.json").unwrap();
    // The pattern of `language`, which we do not write, has a bracket too many for a strict reader.
    let schema = schema.replace("{2}]?$", "{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&log)
        .map(|error| format!("{}: {error:.200}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    log
}

fn text(outcome: &Outcome) -> String {
    let options = common::options(Style::PLAIN);
    let mut out = Vec::new();
    report::write(Format::Sarif, outcome, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A service that selects nothing, with everything a finding can have; a suppressed finding; a
/// skipped file and a rule that failed.
fn story() -> Outcome {
    let deployment = "kind: Deployment\nmetadata: {labels: {app: web}}\nimage: api:latest\n";
    let files = [
        ("deploy/web service.yaml", SERVICE),
        ("deploy/web.yaml", deployment),
        ("chart/templates/service.yaml", TEMPLATE),
    ];
    let mut dangling = finding(
        "k8s/service-dangling",
        place(&files, 0, "app: wbe # typo\n    tier: front"),
        "service `web` selects no pod in this project",
    );
    dangling.severity = Severity::Error;
    dangling.confidence = Confidence::Low;
    dangling.help = Some("correct the selector".into());
    dangling.related = vec![Related {
        place: place(&files, 1, "{labels: {app: web}}"),
        message: "the labels that come closest".into(),
    }];
    let end = u32::try_from(SERVICE.len()).unwrap();
    dangling.fix = Some(Box::new(Fix {
        title: "select app=web".into(),
        applicability: Applicability::Unsafe,
        touches: vec![],
        edits: vec![
            Edit { place: place(&files, 0, "wbe"), text: "web".into() },
            Edit { place: place(&files, 0, "    tier: front\n"), text: String::new() },
            Edit {
                place: Place { file: FileId::new(0), span: Span { start: end, end } },
                text: "---\n".into(),
            },
        ],
    }));
    dangling.subject = Some(Arc::new(Subject {
        kind: "Service".into(),
        name: "web".into(),
        namespace: Some("shop".into()),
        container: None,
    }));
    let mut ignored = finding(
        "k8s/image-tag-mutable",
        place(&files, 1, "api:latest"),
        "image `api:latest` of container `api` is not pinned",
    );
    ignored.severity = Severity::Note;
    ignored.subject = Some(Arc::new(Subject {
        kind: "Deployment".into(),
        name: "web".into(),
        namespace: None,
        container: Some("api".into()),
    }));
    ignored.suppressed =
        Some(Box::new(Suppression { kind: "comment", reason: "built here".into() }));
    let mut outcome = outcome(&files, vec![dangling, ignored]);
    outcome.failures.push(("k8s/memory-limit-missing", "deploy/web.yaml".into()));
    outcome
}

#[test]
fn everything_that_a_finding_has() {
    let mut log = written(&story());
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        // Pages change; what becomes of them has a test of its own.
        rule["help"] = json!("[page]");
        rule["fullDescription"] = json!("[page]");
    }
    let log = serde_json::to_string_pretty(&log).unwrap();
    assert_snapshot!("story_sarif", log.replace(env!("CARGO_PKG_VERSION"), "[version]"));
}

#[test]
fn nothing_found_is_a_report_too() {
    let log = written(&outcome(&[("a.yaml", SERVICE)], vec![]));
    assert_eq!(log["runs"][0]["results"], json!([]));
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"], json!([]));
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

/// The command's own report, with what only a run can know.
#[test]
fn a_run_tells_how_it_ends_and_what_is_new() {
    let pod = |name| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\n\
             spec: {{containers: [{{name: {name}, image: x}}]}}\n"
        )
    };
    let here = common::folder(&[("a.yaml", &pod("a")), ("templates/b.yaml", TEMPLATE)]);
    let run = |arguments: &[&str]| {
        let select = ["--select", "k8s/memory-limit-missing", "--format", "sarif", "--quiet"];
        let (code, out, _) = common::lint(here.path(), &[&select, arguments].concat());
        let log = valid(&out);
        let invocation = log["runs"][0]["invocations"][0].clone();
        assert_eq!(invocation["exitCode"], code);
        assert_eq!(invocation["executionSuccessful"], true);
        let why = invocation["exitCodeDescription"].as_str().unwrap().to_owned();
        (code, why, log)
    };
    let (code, why, log) = run(&[]);
    assert_eq!((code, why.as_str()), (1, "findings at or above --fail-on"));
    let skipped = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert!(skipped["message"]["text"].as_str().unwrap().starts_with("skipped: a template"));
    assert_eq!(run(&["--exit-zero"]).0, 0);
    assert_eq!(run(&["--fail-on", "error"]).1, "nothing at or above --fail-on");
    let (code, why, _) = run(&["templates"]);
    assert!(code == 3 && why.starts_with("nothing was checked"), "{why}");

    run(&["--write-baseline", "known.json"]);
    common::write(here.path(), "b.yaml", &pod("b"));
    let (code, _, log) = run(&["--baseline", "known.json"]);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let states: Vec<_> = results.iter().map(|result| &result["baselineState"]).collect();
    assert_eq!((code, states), (1, vec![&json!("unchanged"), &json!("new")]));
}

#[test]
fn every_rule_is_described_within_the_limits_of_github() {
    let files = [("a.yaml", SERVICE)];
    let found = RULES.iter().map(|rule| finding(rule.id, place(&files, 0, "wbe"), "x")).collect();
    let log = written(&outcome(&files, found));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    let names: BTreeSet<_> = rules.iter().map(|rule| rule["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), rules.len());
    for (described, rule) in rules.iter().zip(RULES.iter()) {
        let id = rule.id;
        assert_eq!(described["id"], id);
        for text in ["shortDescription", "fullDescription"] {
            let text = described[text]["text"].as_str().unwrap();
            assert!(!text.is_empty() && text.chars().count() <= 1_024, "{id}: {text}");
        }
        let help = described["help"]["markdown"].as_str().unwrap();
        assert!(help.contains("## Bad") && !help.contains("expect: "), "{id}: {help}");
        assert!(!help.starts_with("---") && !help.contains("since: "), "{id}: {help}");
        assert!(!described["help"]["text"].as_str().unwrap().is_empty(), "{id}");
        let tags = described["properties"]["tags"].as_array().unwrap();
        assert!(!tags.is_empty() && tags.len() <= 20);
        let severity = described["properties"].get("security-severity");
        assert!(severity.is_none() || tags.contains(&json!("security")), "{id}");
        assert_eq!(described["defaultConfiguration"]["level"], rule.severity.as_str());
    }
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
}

/// The byte where a line and a column are, counted here from the text alone.
fn byte_at(text: &str, line: &Value, column: &Value) -> usize {
    let [line, column] =
        [line, column].map(|it| usize::try_from(it.as_u64().unwrap()).unwrap() - 1);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mark = if line == 0 && text.starts_with('\u{feff}') { 3 } else { 0 };
    let rest = &text[start + mark..];
    start + mark + rest.chars().take(column).map(char::len_utf8).sum::<usize>()
}

#[test]
fn lines_columns_characters_and_bytes_agree() {
    let minified = format!("# 數\n{{\"a\": \"{}\", \"needle\": 1}}\n", "é👩‍💻".repeat(2_000));
    let texts = [
        ("crlf.yaml", "apiVersion: v1\r\nkind: Service\r\n", "Service", "Service"),
        ("bom.yaml", "\u{feff}apiVersion: v1\r\nkind: x\r\n", "apiVersion", "apiVersion"),
        ("bom_below.yaml", "\u{feff}# é\r\nkind: x\r\n", "kind", "kind"),
        ("wide.yaml", "# 數字 é 👩‍💻\nname: 數字 👩‍💻 # é\n", "👩‍💻 # é", "👩‍💻 # é"),
        ("tabs.json", "{\n\t\"é\":\t\"Service\"\n}\n", "\"Service\"", "\"Service\""),
        ("minified.json", &minified, "\"needle\"", "\"needle\""),
        ("map.yaml", "a:\n  b: 1\r\n  c: 2\n", "b: 1\r\n  c: 2\n", "b: 1"),
        ("end.yaml", "kind: Service\nspec:", "spec:", "spec:"),
    ];
    let files: Vec<_> = texts.iter().map(|(path, text, ..)| (*path, *text)).collect();
    let found = texts
        .iter()
        .enumerate()
        .map(|(index, (path, text, needle, _))| {
            let start = text.rfind(needle).unwrap();
            let span = Span::new(start, start + needle.len());
            finding("k8s/schema-invalid", Place { file: FileId::new(index), span }, path)
        })
        .collect();
    let log = written(&outcome(&files, found));
    assert_eq!(log["runs"][0]["columnKind"], "unicodeCodePoints");
    for (result, (path, text, _, marked)) in
        log["runs"][0]["results"].as_array().unwrap().iter().zip(texts)
    {
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], path);
        let region = &location["region"];
        let number = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
        let start = byte_at(text, &region["startLine"], &region["startColumn"]);
        let end = byte_at(text, &region["endLine"], &region["endColumn"]);
        assert_eq!(&text[start..end], marked, "{path}: {region}");
        assert_eq!((number("byteOffset"), number("byteLength")), (start, end - start), "{path}");
        let content: Vec<char> = text.trim_start_matches('\u{feff}').chars().collect();
        let from = number("charOffset");
        let chars: String = content[from..from + number("charLength")].iter().collect();
        assert_eq!(chars, marked, "{path}: {region}");
    }
}

#[test]
fn github_gets_the_25_000_most_severe() {
    let files = [("a.yaml", "a: 1\n")];
    let mut found: Vec<_> = (0..25_002)
        .map(|n| finding("k8s/schema-invalid", place(&files, 0, "a"), &format!("finding {n}")))
        .collect();
    found[7].severity = Severity::Note;
    found[25_000].severity = Severity::Error;
    found[25_001].severity = Severity::Error;
    found[25_001].suppressed = Some(Box::new(Suppression { kind: "comment", reason: "so".into() }));
    let log: Value = serde_json::from_str(&text(&outcome(&files, found))).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    let is = |index: usize, n: usize| {
        assert_eq!(results[index]["message"]["text"], format!("finding {n}"));
    };
    is(6, 6);
    is(7, 8);
    is(24_999, 25_000);
    let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(
        notifications[0]["message"]["text"],
        "2 results were left out, the least severe: GitHub takes at most 25000"
    );
    assert_eq!(notifications[0]["level"], "warning");
}

#[test]
fn what_files_say_stays_text() {
    let files = [("dir\n\u{1b}[31m/\u{202e}ä%41.yaml", "a: \u{1b}[2J\u{9b}\u{202e}\r\n")];
    let mut evil = finding(
        "k8s/schema-invalid",
        place(&files, 0, "\u{1b}[2J"),
        "service `a\u{1b}[2J\u{202e}` \n[click](http://evil.example)",
    );
    evil.related =
        vec![Related { place: place(&files, 0, "a"), message: "x\u{0}".repeat(5_000) }; 200];
    evil.suppressed =
        Some(Box::new(Suppression { kind: "annotation", reason: "\u{1b}[2J".into() }));
    let outcome = outcome(&files, vec![evil]);
    let acts = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!text(&outcome).contains(acts));
    let log = written(&outcome);
    let result = &log["runs"][0]["results"][0];
    let message = result["message"]["text"].as_str().unwrap();
    assert!(message.ends_with("\\[click](http://evil.example)"), "{message}");
    let related = result["relatedLocations"].as_array().unwrap();
    assert_eq!(related.len(), 100);
    assert_eq!(related[0]["message"]["text"].as_str().unwrap().chars().count(), 1_001);
    let location = &result["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(location["uri"], "dir%0A%1B%5B31m/%E2%80%AE%C3%A4%2541.yaml");
}
