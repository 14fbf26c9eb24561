//! The JSON Schemas in `docs/schemas`: they are up to date, the one of the configuration says what
//! the reader of the configuration says, and what agentcheck writes is as the other promises.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use agentcheck::config::{self, Config};
use agentcheck::report;
use agentcheck::rules::RULES;
use jsonschema::Validator;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use serde_json::{Map, Value, json};

/// Compares a committed schema with the generated one, or writes it where snapshots are accepted.
fn is_up_to_date(name: &str, generated: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas").join(name);
    let generated = format!("{}\n", serde_json::to_string_pretty(generated).unwrap());
    if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
        fs::write(&path, generated).unwrap();
        return;
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "docs/schemas/{name} is not what the types say; \
         `INSTA_UPDATE=always cargo test --test observed schemas` writes it anew"
    );
}

#[test]
fn the_committed_schemas_are_up_to_date() {
    is_up_to_date("agentcheck.schema.json", &config::schema());
    is_up_to_date("report.schema.json", &report::schema());
    is_up_to_date("scorecard.schema.json", &report::scorecard::schema());
}

#[test]
fn everything_in_a_schema_is_explained() {
    fn unexplained(schema: &Value, path: &str, found: &mut Vec<String>) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}/{name}");
            if property["description"].as_str().is_none_or(str::is_empty) {
                found.push(path.clone());
            }
            unexplained(property, &path, found);
        }
        for (name, definition) in schema["definitions"].as_object().into_iter().flatten() {
            if definition["description"].as_str().is_none_or(str::is_empty) {
                found.push(name.clone());
            }
            unexplained(definition, name, found);
        }
    }
    let mut found = Vec::new();
    // What every rule may say is explained with the rules that have no parameters.
    let mut configuration = config::schema();
    configuration["definitions"].as_object_mut().unwrap().remove("Rules").expect("the rules");
    unexplained(&configuration, "", &mut found);
    unexplained(&report::schema(), "", &mut found);
    unexplained(&report::scorecard::schema(), "", &mut found);
    assert!(found.is_empty(), "without a description: {found:?}");
}

fn configuration() -> Validator {
    jsonschema::validator_for(&config::schema()).expect("a valid schema")
}

/// TOML as JSON, dates as strings.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            let entries = table.into_iter().map(|(key, value)| (key, as_json(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

fn parsed(text: &str) -> Value {
    as_json(toml::Value::Table(text.parse().expect("TOML")))
}

/// What the schema and the reader say of a text, which must be the same.
fn verdict(schema: &Validator, text: &str) -> bool {
    let value = parsed(text);
    let said: Vec<_> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
    let read = Config::parse("agentcheck.toml", text);
    assert_eq!(said.is_empty(), read.is_ok(), "{text}\nschema: {said:?}\nreader: {read:?}");
    said.is_empty()
}

#[test]
fn schema_and_reader_agree_on_what_is_right() {
    let schema = configuration();
    for right in [
        "",
        "environment = \"development\"\nprofile = \"strict\"\nfail-on = \"never\"\n",
        "exclude = [\"vendor/**\", \"!vendor/ours\"]\nexternal = [\"Secret/*\"]\n",
        "select = [\"all\"]\nignore = [\"k8s\", \"docker/\", \"syntax/yaml-invalid\"]\nextend-select = []\n",
        "[rules]\n\"k8s/replicas-too-few\" = {severity = \"note\", enabled = false, min = 3}\n",
        "[rules.\"gate/scan-below-threshold\"]\npii = 0.9995\naccess-control = 1\n",
        "[[overrides]]\npaths = [\"deploy/dev/**\"]\nenvironment = \"development\"\nprofile = \"essential\"\n\
         select = [\"k8s/\"]\nignore = []\nextend-select = []\nrules.\"k8s/naked-pod\".enabled = true\n",
        "kubernetes-version = \"1.33\"\n[[overrides]]\npaths = [\"old\"]\nkubernetes-version = \"v1.29.4\"\n",
        "[images]\n\"ghcr.io/acme/api\" = \"api/Dockerfile\"\n",
        "[[evidence]]\nitem = \"x\"\nowner = \"y\"\ndate = 2026-10-01\nexpires = \"2027-01-01\"\nlink = \"z\"\n",
        // What a record lacks is a finding.
        "[[evidence]]\nitem = \"x\"\nowner = \"y\"\n",
        "[[evidence]]\nrto = \"4h\"\nrpo = \"1h 30m\"\nnote = \"in the other region\"\n",
    ] {
        assert!(verdict(&schema, right), "{right}");
    }
}

/// The configurations that README and the guide show: each fenced block of TOML that no other file
/// name stands beside.
fn shown() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = fs::read_dir(root.join("docs")).unwrap().map(|page| page.unwrap().path());
    let pages = pages.filter(|page| page.extension().is_some_and(|ending| ending == "md"));
    let mut shown = Vec::new();
    for page in pages.chain([root.join("README.md")]) {
        let text = fs::read_to_string(page).unwrap();
        let mut open = None;
        for event in Parser::new(&text) {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    let ours = ["toml", "toml agentcheck.toml"].contains(&info.as_ref());
                    open = ours.then(String::new);
                }
                Event::Text(text) => open.iter_mut().for_each(|block| block.push_str(&text)),
                Event::End(TagEnd::CodeBlock) => shown.extend(open.take()),
                _ => {}
            }
        }
    }
    shown
}

#[test]
fn what_the_guide_shows_is_right() {
    let schema = configuration();
    let shown = shown();
    assert!(shown.len() >= 3, "only {} configurations were found", shown.len());
    for text in &shown {
        assert!(verdict(&schema, text), "{text}");
    }
    let lines = shown.iter().flat_map(|text| text.lines());
    let named: Vec<_> = lines.filter_map(|line| line.strip_prefix("#:schema ")).collect();
    let id = config::schema()["$id"].as_str().unwrap().to_owned();
    assert!(!named.is_empty() && named.iter().all(|name| *name == id), "{named:?}");
}

#[test]
fn schema_and_reader_agree_on_what_is_wrong() {
    let schema = configuration();
    for wrong in [
        "profle = \"strict\"\n",
        "fail_on = \"error\"\n",
        "environment = \"prod\"\n",
        "profile = \"optional\"\n",
        "profile = 3\n",
        "fail-on = \"fatal\"\n",
        "exclude = \"vendor\"\n",
        "exclude = [\" \"]\n",
        "exclude = [1]\n",
        "ignore = [\"k8s/naked-pods\"]\n",
        "select = [\"helm/\"]\n",
        "extend-select = \"all\"\n",
        "external = [\"openai-api-key\"]\n",
        "kubernetes-version = 1.33\n",
        "kubernetes-version = \"latest\"\n",
        "rules = []\n",
        "[rules.\"k8s/naked-pods\"]\n",
        "[rules]\n\"k8s/naked-pod\" = \"off\"\n",
        "[rules.\"k8s/naked-pod\"]\nseverity = \"fatal\"\n",
        "[rules.\"k8s/naked-pod\"]\nenabled = \"no\"\n",
        "[rules.\"k8s/naked-pod\"]\nmin = 3\n",
        "[rules.\"k8s/replicas-too-few\"]\nmin = \"3\"\n",
        "[rules.\"k8s/replicas-too-few\"]\nmin = 2.5\n",
        "[rules.\"gate/scan-below-threshold\"]\npii = \"99.9%\"\n",
        "[[overrides]]\nenvironment = \"staging\"\n",
        "[[overrides]]\npaths = [\"a\"]\nfail-on = \"error\"\n",
        "[overrides]\npaths = [\"a\"]\n",
        "[images]\napi = 1\n",
        "[[evidence]]\nitem = \"x\"\nowner = \"y\"\ndate = \"2026-13-01\"\n",
        "[[evidence]]\nrto = \"4 hours\"\n",
        "[[evidence]]\nrpo = 4\n",
        "[[evidence]]\nitem = \"x\"\nowner = \"y\"\ndate = 2026-10-01\nsince = 2026-10-01\n",
    ] {
        assert!(!verdict(&schema, wrong), "{wrong}");
    }
}

/// Every place where keys may stand, with a text that leads there, and its part of the schema.
fn places(schema: &Value) -> Vec<(String, String, &Value)> {
    let definition = |name: &str| &schema["definitions"][name];
    let mut places = vec![
        (String::new(), "the file".to_owned(), schema),
        ("[[overrides]]\n".to_owned(), "an override".to_owned(), definition("Override")),
        ("[[evidence]]\n".to_owned(), "evidence".to_owned(), definition("Evidence")),
    ];
    for rule in RULES.iter() {
        let table = &definition("Rules")["properties"][rule.id];
        let table = if table.get("properties").is_some() { table } else { definition("RuleTable") };
        places.push((format!("[rules.\"{}\"]\n", rule.id), rule.id.to_owned(), table));
    }
    places
}

#[test]
fn schema_and_reader_know_the_same_keys() {
    let schema = config::schema();
    for (head, place, part) in places(&schema) {
        let in_schema: BTreeSet<&str> =
            part["properties"].as_object().expect("a table").keys().map(String::as_str).collect();
        assert_eq!(part["additionalProperties"], false, "{place}");
        // The help for a key that resembles none lists them all.
        let problems = Config::parse("agentcheck.toml", &format!("{head}qqqqqqqqqqqq = 0\n"));
        let problems = problems.expect_err("an unknown key");
        let help = problems.problems().iter().filter_map(|problem| problem.help.as_deref());
        let known: Vec<_> = help.filter_map(|help| help.strip_prefix("known here: ")).collect();
        assert_eq!(known.len(), 1, "{place}: {problems:?}");
        assert_eq!(known[0].split(", ").collect::<BTreeSet<_>>(), in_schema, "{place}");
        for key in in_schema {
            let text = format!("{head}{key} = 0\n");
            let known = match Config::parse("agentcheck.toml", &text) {
                Ok(_) => true,
                Err(error) => {
                    !error.problems().iter().any(|it| it.message.starts_with("unknown key"))
                }
            };
            assert!(known, "{place}: the reader does not know `{key}`");
        }
    }
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    let tables = schema["definitions"]["Rules"]["properties"].as_object().unwrap();
    assert_eq!(tables.keys().map(String::as_str).collect::<BTreeSet<_>>(), rules);
    for name in schema["definitions"]["Selector"]["enum"].as_array().unwrap() {
        let text = format!("ignore = [{name}]\n");
        assert!(Config::parse("agentcheck.toml", &text).is_ok(), "{text}");
    }
}

/// A report's schema, without room for a field that it does not name.
fn strict(mut schema: Value, root: &Value) -> Validator {
    fn close(schema: &mut Value) {
        match schema {
            Value::Object(map) => {
                if map.contains_key("properties") {
                    map.insert("additionalProperties".to_owned(), false.into());
                }
                map.values_mut().for_each(close);
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    schema.as_object_mut().unwrap().remove("$id");
    close(&mut schema);
    if let Some(definition) = root.as_str() {
        schema = json!({"$ref": definition, "definitions": schema["definitions"]});
    }
    jsonschema::validator_for(&schema).expect("a valid schema")
}

/// What `agentcheck lint` prints of a folder.
fn lint(folder: &Path, format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_agentcheck"))
        .current_dir(folder)
        .args(["lint", "--isolated", "--profile", "strict", "--format", format])
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn scorecards_are_as_the_schema_says() {
    let schema = strict(report::scorecard::schema(), &Value::Null);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let temporary = tempfile::tempdir().unwrap();
    let vouched = "[[evidence]]\nitem = \"paladin/recovery/drill\"\nowner = \"ann\"\ndate = 2026-11-01\n\
                   expires = 2027-01-01\nrto = \"1h\"\nrpo = \"5m\"\nlink = \"x.md\"\nnote = \"y\"\n";
    fs::write(temporary.path().join("agentcheck.toml"), vouched).unwrap();
    fs::write(temporary.path().join("Dockerfile"), "FROM debian:latest\n").unwrap();
    let earlier = temporary.path().join("earlier.json");
    for (folder, more) in [
        (fixtures.join("not-ready"), None),
        (fixtures.join("ready"), Some("--checklist=paladin")),
        (temporary.path().to_owned(), Some("--compare=earlier.json")),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_agentcheck"))
            .current_dir(folder)
            .env("SOURCE_DATE_EPOCH", "1795219200")
            .args(["checklist", "--format", "json"])
            .args(more)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        let wrong: Vec<_> = schema.iter_errors(&value).map(|it| it.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(value["comparison"].is_null(), more != Some("--compare=earlier.json"));
        fs::write(&earlier, &output.stdout).unwrap();
    }
}

#[test]
fn reports_are_as_the_schema_says() {
    let report = strict(report::schema(), &Value::Null);
    let line = strict(report::schema(), &json!("#/definitions/Diagnostic"));
    let suppressed = tempfile::tempdir().unwrap();
    fs::write(
        suppressed.path().join("Dockerfile"),
        "# agentcheck: ignore-file[docker/] thrown away in one run\nFROM debian:latest\n",
    )
    .unwrap();
    fs::write(suppressed.path().join("compose.yaml"), "name: nothing\n").unwrap();
    let rendered = "---\n# Source: shop/templates/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\n\
                    spec: {containers: [{name: c, image: i}]}\n";
    fs::write(suppressed.path().join("rendered.yaml"), rendered).unwrap();
    fs::write(suppressed.path().join("broken.yaml"), "apiVersion: v1\nkind: [\n").unwrap();
    let not_ready = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/not-ready");
    let mut seen = BTreeSet::new();
    for folder in [not_ready.as_path(), suppressed.path()] {
        let text = lint(folder, "json");
        let value: Value = serde_json::from_str(&text).unwrap();
        let wrong: Vec<_> = report.iter_errors(&value).map(|it| it.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}\n{text}");
        for found in lint(folder, "jsonl").lines() {
            let found: Value = serde_json::from_str(found).unwrap();
            assert!(line.is_valid(&found), "{found}");
            let fields = found.as_object().unwrap().iter();
            let filled = fields.filter(|(_, value)| !value.is_null() && **value != json!([]));
            seen.extend(filled.map(|(name, _)| name.clone()));
        }
        assert!(!value["files"]["skipped"].is_null());
    }
    let diagnostic = &report::schema()["definitions"]["Diagnostic"]["properties"];
    let promised: BTreeSet<String> = diagnostic.as_object().unwrap().keys().cloned().collect();
    assert_eq!(seen, promised, "these reports show every field");
    assert!(!report.is_valid(&json!({"version": 1})));
    assert!(!line.is_valid(&json!({"rule": "k8s/naked-pod"})));
}
