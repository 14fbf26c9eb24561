//! Fixes of generated files and of real ones: what no fix meant to change is the same afterwards, as
//! other parsers than agentcheck's own read it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(
    clippy::string_slice,
    clippy::similar_names,
    clippy::case_sensitive_file_extension_comparisons
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::file::Files;
use agentcheck::rules::{Environment, Profile, RULES};
use agentcheck::source::FileId;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::common;

type Way = Vec<String>;

/// What fixes made of one file.
struct Outcome {
    text: String,
    /// The data that the fixes meant to change.
    touches: BTreeSet<Way>,
    refused: Vec<(String, String)>,
    settled: bool,
}

fn settings(rule: Option<&str>) -> Arc<Settings> {
    settings_of(|id| rule.is_none_or(|rule| id == rule))
}

fn settings_of(enabled: impl Fn(&str) -> bool) -> Arc<Settings> {
    let mut settings = Settings::of(Profile::Strict, Environment::Production);
    for (rule, settings) in RULES.iter().zip(&mut settings.rules) {
        settings.enabled = enabled(rule.id);
    }
    Arc::new(settings)
}

/// Applies all fixes of all rules, or of one, twice.
fn mend(path: &str, text: &str, rule: Option<&str>) -> Outcome {
    mend_by(path, text, settings(rule))
}

fn mend_by(path: &str, text: &str, settings: Arc<Settings>) -> Outcome {
    let settings = vec![settings];
    let files = Files::in_memory([(path, text)]);
    let fixed = common::fixed(files, &settings);
    let applied = fixed.changed.iter().flat_map(|changed| &changed.applied);
    let touches = applied.flat_map(|applied| applied.touches.iter().cloned()).collect();
    let source = |files: &Files| files.source(FileId::new(0)).unwrap().text().to_string();
    let text = source(&fixed.files);
    let again = common::fixed(Files::in_memory([(path, text.as_str())]), &settings);
    let settled = again.changed.is_empty() && source(&again.files) == text;
    let useless =
        fixed.useless.into_iter().map(|(path, rule, why)| (path, format!("{rule}: {why}")));
    let refused = fixed.refused.into_iter().chain(useless).collect();
    Outcome { text, touches, refused, settled }
}

/// Every document as `serde_yaml` reads it; documents without content are left out.
fn yaml(text: &str) -> Result<Vec<Value>, String> {
    let mut documents = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = serde_yaml::Value::deserialize(document).map_err(|error| error.to_string())?;
        let value: Value = serde_json::to_value(value).map_err(|error| error.to_string())?;
        documents.push(value);
    }
    documents.retain(|document| !document.is_null());
    Ok(documents)
}

fn leaves(documents: &[Value]) -> BTreeMap<Way, Value> {
    fn collect(value: &Value, path: &mut Way, into: &mut BTreeMap<Way, Value>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
            }
            _ => Vec::new(),
        };
        if children.is_empty() {
            into.insert(path.clone(), value.clone());
        }
        for (key, child) in children {
            path.push(key);
            collect(child, path, into);
            path.pop();
        }
    }
    let mut into = BTreeMap::new();
    for (index, document) in documents.iter().enumerate() {
        collect(document, &mut vec![index.to_string()], &mut into);
    }
    into
}

/// Where the data differ beyond what the fixes meant to change.
fn stray(before: &[Value], after: &[Value], touches: &BTreeSet<Way>) -> Vec<Way> {
    let appends = touches.contains(&vec![before.len().to_string()]);
    let meant = |path: &Way| {
        appends && path[0].parse::<usize>().unwrap() >= before.len()
            || touches.iter().any(|touched| path.starts_with(touched) || touched.starts_with(path))
    };
    let (before, after) = (leaves(before), leaves(after));
    let changed = before.iter().filter(|(path, value)| after.get(*path) != Some(*value));
    let new = after.iter().filter(|(path, _)| !before.contains_key(*path));
    changed.chain(new).map(|(path, _)| path).filter(|path| !meant(path)).cloned().collect()
}

/// The numbered comments that the generators write, in their order.
fn marks(text: &str) -> Vec<&str> {
    text.match_indices("note-")
        .map(|(at, _)| text[at..].split([' ', '\r', '\n']).next().unwrap())
        .collect()
}

/// Writes data as YAML with a layout that the choices decide.
struct Pen {
    choices: Vec<u8>,
    at: usize,
    step: usize,
    indentless: bool,
    notes: usize,
    out: String,
}

impl Pen {
    fn new(choices: Vec<u8>) -> Self {
        let (step, indentless) =
            (2 + 2 * usize::from(choices[0] % 2), choices[1].is_multiple_of(2));
        Pen { choices, at: 2, step, indentless, notes: 0, out: String::new() }
    }

    fn one_in(&mut self, n: u8) -> bool {
        self.at += 1;
        // Later rounds through the choices see other values.
        let turn = u8::try_from(self.at / self.choices.len()).unwrap_or(0);
        self.choices[self.at % self.choices.len()].wrapping_add(turn.wrapping_mul(37)) % n == 0
    }

    fn note(&mut self) -> String {
        self.notes += 1;
        format!("# note-{} é: {{x}}, [y", self.notes)
    }

    fn end_of_line(&mut self) {
        if self.one_in(5) {
            let note = self.note();
            let _ = write!(self.out, " {note}");
        }
        self.out.push('\n');
    }

    fn key(&mut self, key: &str) {
        let _ = match () {
            () if self.one_in(9) => write!(self.out, "\"{key}\":"),
            () if self.one_in(9) => write!(self.out, "'{key}':"),
            () => write!(self.out, "{key}:"),
        };
    }

    fn scalar(&mut self, value: &Value) {
        let _ = match value {
            Value::String(text) if text.contains('\n') => write!(self.out, "{value}"),
            Value::String(text) if self.one_in(3) || text.parse::<f64>().is_ok() => {
                write!(self.out, "\"{text}\"")
            }
            Value::String(text) if text.is_ascii() && self.one_in(3) => {
                write!(self.out, "'{text}'")
            }
            Value::String(text) => write!(self.out, "{text}"),
            Value::Null if self.one_in(2) => write!(self.out, "~"),
            value => write!(self.out, "{value}"),
        };
    }

    fn pad(&mut self, indent: usize) {
        self.out.push_str(&" ".repeat(indent));
    }

    /// The lines of a mapping; the first one is where `out` ends.
    fn map(&mut self, map: &serde_json::Map<String, Value>, indent: usize) {
        for (index, (key, value)) in map.iter().enumerate() {
            if index > 0 {
                if self.one_in(6) {
                    let note = self.note();
                    self.pad(indent);
                    self.out.push_str(&note);
                    self.out.push('\n');
                }
                self.pad(indent);
            }
            self.key(key);
            self.value(value, indent);
        }
    }

    fn value(&mut self, value: &Value, indent: usize) {
        let flow = self.one_in(4);
        match value {
            Value::Object(map) if !map.is_empty() && !flow => {
                self.end_of_line();
                self.pad(indent + self.step);
                self.map(map, indent + self.step);
            }
            Value::Array(items) if !items.is_empty() && !flow => {
                self.end_of_line();
                let dash = if self.indentless { indent } else { indent + self.step };
                for item in items {
                    self.pad(dash);
                    self.out.push('-');
                    match item {
                        Value::Object(map) if !map.is_empty() => {
                            let gap = if self.one_in(4) { 3 } else { 1 };
                            self.pad(gap);
                            self.map(map, dash + 1 + gap);
                        }
                        item => {
                            self.out.push(' ');
                            self.flow(item, dash + 2);
                            self.end_of_line();
                        }
                    }
                }
            }
            Value::Null if self.one_in(2) => self.end_of_line(),
            Value::String(text) if text.contains('\n') && !flow => {
                let chomp = match text.len() - text.trim_end_matches('\n').len() {
                    0 => "|-",
                    1 => "|",
                    _ => "|+",
                };
                self.out.push(' ');
                self.out.push_str(chomp);
                self.end_of_line();
                for line in text.lines() {
                    self.pad(if line.is_empty() { 0 } else { indent + self.step });
                    self.out.push_str(line);
                    self.out.push('\n');
                }
            }
            value => {
                self.out.push(' ');
                self.flow(value, indent + self.step);
                self.end_of_line();
            }
        }
    }

    fn flow(&mut self, value: &Value, indent: usize) {
        let children: Vec<(Option<&String>, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(key, value)| (Some(key), value)).collect(),
            Value::Array(items) => items.iter().map(|item| (None, item)).collect(),
            scalar => return self.scalar(scalar),
        };
        let (open, close) = if value.is_object() { ('{', '}') } else { ('[', ']') };
        let lines = self.one_in(3);
        let last = children.len();
        self.out.push(open);
        for (index, (key, child)) in children.into_iter().enumerate() {
            if lines {
                self.end_of_line();
                self.pad(indent + 2);
            } else if index > 0 {
                self.out.push(' ');
            }
            if let Some(key) = key {
                self.key(key);
                self.out.push(' ');
            }
            self.flow(child, indent + 2);
            if index + 1 < last || lines && self.one_in(2) {
                self.out.push(',');
            }
        }
        if lines {
            self.end_of_line();
            self.pad(indent);
        }
        self.out.push(close);
    }
}

/// What may be said about a container, each of the parts there or not.
fn container() -> impl Strategy<Value = Value> {
    let some = |values: Vec<Value>| proptest::option::of(proptest::sample::select(values));
    let resources = some(vec![
        json!(null),
        json!({}),
        json!({"limits": {"cpu": "1"}}),
        json!({"limits": null}),
        json!({"limits": {"memory": "1Gi"}, "requests": {"memory": "1Gi"}}),
        json!({"requests": {"cpu": "100m"}}),
    ]);
    let context = some(vec![
        json!(null),
        json!({}),
        json!({"privileged": true}),
        json!({"runAsNonRoot": false}),
        json!({"capabilities": {"add": ["CHOWN"]}, "allowPrivilegeEscalation": true}),
        json!({"capabilities": {"drop": ["CHOWN"]}, "readOnlyRootFilesystem": false}),
    ]);
    let ports = some(vec![json!([{"containerPort": 8080, "name": "http"}]), json!([])]);
    let env = some(vec![
        json!([{"name": "A", "value": "b"}, {"name": "LANG", "value": "größe"}]),
        json!([{"name": "A", "value": "b\n  c"}]),
        json!([{"name": "A", "value": "b\n# c\n"}]),
        json!([{"name": "A", "value": "b\n\nc\n\n\n"}]),
    ]);
    let command = some(vec![json!(["serve", "--port", "8080"]), json!(["sh"])]);
    let probe = some(vec![json!({"httpGet": {"path": "/live", "port": 8080}})]);
    (resources, context, ports, env, command, probe).prop_map(
        |(resources, context, ports, env, command, probe)| {
            let mut map = serde_json::Map::new();
            map.insert("image".into(), json!("example.org/api:1.2"));
            let parts = [
                ("resources", resources),
                ("securityContext", context),
                ("ports", ports),
                ("env", env),
                ("args", command),
                ("livenessProbe", probe),
            ];
            map.extend(parts.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
            Value::Object(map)
        },
    )
}

/// Of different names, as those of one namespace are.
fn deployments() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(deployment(), 1..3).prop_map(|mut deployments| {
        for (index, deployment) in deployments.iter_mut().enumerate() {
            let name = format!("{}-{index}", deployment["metadata"]["name"].as_str().unwrap());
            deployment["metadata"]["name"] = json!(name);
        }
        deployments
    })
}

fn deployment() -> impl Strategy<Value = Value> {
    let pod = proptest::option::of(proptest::sample::select(vec![
        json!({}),
        json!({"runAsNonRoot": true}),
        json!({"seccompProfile": {"type": "Unconfined"}}),
        json!(null),
    ]));
    let replicas = proptest::option::of(0..4);
    (proptest::collection::vec(container(), 1..4), pod, replicas, 0..1000).prop_map(
        |(mut containers, context, replicas, id)| {
            for (index, container) in containers.iter_mut().enumerate() {
                container["name"] = json!(format!("c{index}"));
            }
            let mut pod = json!({"containers": containers});
            if let Some(context) = context {
                pod["securityContext"] = context;
            }
            let mut spec = json!({
                "selector": {"matchLabels": {"app": "web"}},
                "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod},
            });
            if let Some(replicas) = replicas {
                spec["replicas"] = json!(replicas);
            }
            json!({
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": format!("web-{id}"), "annotations": {"who": "größe"}},
                "spec": spec,
            })
        },
    )
}

/// Line ends, a byte order mark, a missing last line break.
fn dressed(text: &str, dress: u8) -> String {
    let mut text = text.to_owned();
    if dress & 1 != 0 {
        text = text.replace('\n', "\r\n");
    }
    if dress & 2 != 0 {
        text.truncate(text.trim_end().len());
    }
    if dress & 4 != 0 {
        text.insert(0, '\u{feff}');
    }
    text
}

/// What holds for every file after its fixes.
fn must_hold(path: &str, before: &str, fixed: &Outcome) {
    assert!(fixed.refused.is_empty(), "{path}: {:?}\n{before}", fixed.refused);
    assert!(fixed.settled, "{path}: a second run changes it\n{before}\n->\n{}", fixed.text);
    assert_eq!(marks(before), marks(&fixed.text), "{path}: comments\n{before}\n->\n{}", fixed.text);
    let crlf = before.contains("\r\n");
    assert!(!crlf || fixed.text.matches('\n').count() == fixed.text.matches("\r\n").count());
    assert!(crlf || !fixed.text.contains('\r'));
    assert_eq!(before.ends_with('\n'), fixed.text.ends_with('\n'), "{path}: {}", fixed.text);
    assert_eq!(before.starts_with('\u{feff}'), fixed.text.starts_with('\u{feff}'));
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    /// One rule, whose whole effect is known: exactly the limits that are missing are added.
    #[test]
    fn memory_limits_come_and_nothing_else(
        deployments in deployments(),
        choices in proptest::collection::vec(any::<u8>(), 40..120),
        dress in 0u8..2,
    ) {
        let text = dressed(&manifests(&deployments, choices), dress);
        let fixed = mend("deploy.yaml", &text, Some("k8s/memory-limit-missing"));
        must_hold("deploy.yaml", &text, &fixed);
        let mut expected = yaml(&text).expect("the generator writes YAML");
        prop_assert_eq!(&expected, &deployments, "the generator writes what it was given: {}", text);
        for deployment in &mut expected {
            let containers = &mut deployment["spec"]["template"]["spec"]["containers"];
            for container in containers.as_array_mut().unwrap() {
                let limits = &mut container["resources"]["limits"];
                if limits["memory"].is_null() {
                    limits["memory"] = json!("512Mi");
                }
            }
        }
        let after = yaml(&fixed.text).unwrap_or_else(|error| panic!("{error}\n{}", fixed.text));
        prop_assert_eq!(after, expected, "{}\n->\n{}", text, fixed.text);
    }

    /// All rules at once.
    #[test]
    fn manifests_change_where_fixes_say(
        deployments in deployments(),
        choices in proptest::collection::vec(any::<u8>(), 40..120),
        dress in 0u8..8,
    ) {
        let text = dressed(&manifests(&deployments, choices), dress);
        let fixed = mend("deploy.yaml", &text, None);
        must_hold("deploy.yaml", &text, &fixed);
        let bare = |text: &str| yaml(text.trim_start_matches('\u{feff}'));
        let after = bare(&fixed.text).unwrap_or_else(|error| panic!("{error}\n{}", fixed.text));
        let stray = stray(&bare(&text).unwrap(), &after, &fixed.touches);
        prop_assert!(stray.is_empty(), "{:?}\n{}\n->\n{}", stray, text, fixed.text);
    }

    #[test]
    fn json_stays_json(deployment in deployment(), indent in 0usize..4, dress in 0u8..4) {
        let indent = ["", "  ", "    ", "\t"][indent];
        let text = if indent.is_empty() {
            deployment.to_string()
        } else {
            let mut out = Vec::new();
            let format = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
            let mut writer = serde_json::Serializer::with_formatter(&mut out, format);
            serde::Serialize::serialize(&deployment, &mut writer).unwrap();
            String::from_utf8(out).unwrap() + "\n"
        };
        let text = dressed(&text, dress);
        let fixed = mend("deploy.json", &text, None);
        must_hold("deploy.json", &text, &fixed);
        let after: Value = serde_json::from_str(&fixed.text)
            .unwrap_or_else(|error| panic!("{error}\n{}", fixed.text));
        let stray = stray(&[deployment], &[after], &fixed.touches);
        prop_assert!(stray.is_empty(), "{:?}\n{}", stray, fixed.text);
    }

    /// The agent configurations of the example with lines taken out and comments put in.
    #[test]
    fn agent_configurations_change_where_fixes_say(
        which in any::<prop::sample::Index>(),
        choices in proptest::collection::vec(any::<u8>(), 20..80),
        dress in 0u8..4,
    ) {
        let files = fixtures(&["toml"]);
        let (path, text) = &files[which.index(files.len())];
        let text = dressed(&thinned(text, &choices), dress);
        let data = |text: &str| {
            let value: Result<toml::Value, _> = toml::from_str(text);
            value.ok().map(|value| serde_json::to_value(value).unwrap())
        };
        let Some(before) = data(&text) else { return Ok(()) };
        let fixed = mend(path, &text, None);
        must_hold(path, &text, &fixed);
        let after = data(&fixed.text).unwrap_or_else(|| panic!("no TOML:\n{}", fixed.text));
        let stray = stray(&[before], &[after], &fixed.touches);
        prop_assert!(stray.is_empty(), "{:?}\n{}\n->\n{}", stray, text, fixed.text);
    }

    /// Dockerfiles of the example with lines taken out and comments put in: no instruction that is
    /// not reported with a fix changes.
    #[test]
    fn dockerfiles_change_where_fixes_say(
        which in any::<prop::sample::Index>(),
        choices in proptest::collection::vec(any::<u8>(), 20..80),
        dress in 0u8..4,
    ) {
        let files = fixtures(&["Dockerfile"]);
        let (_, text) = &files[which.index(files.len())];
        let text = dressed(&thinned(text, &choices), dress);
        let fixed = mend("Dockerfile", &text, None);
        if fixed.refused.iter().any(|(_, why)| why.contains("does not parse")) {
            return Ok(());
        }
        must_hold("Dockerfile", &text, &fixed);
        // What makes one step of several leaves none of their lines as it was.
        let settings = settings_of(|rule| rule != "docker/consecutive-run");
        let fixed = mend_by("Dockerfile", &text, Arc::clone(&settings));
        let files = Files::in_memory([("Dockerfile", text.as_str())]);
        let found = check(&files, &[settings]).diagnostics;
        let edits: Vec<_> =
            found.iter().filter_map(|found| found.fix.as_ref()).flat_map(|fix| &fix.edits).collect();
        let mut left = fixed.text.split_inclusive('\n').map(str::trim_end);
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let span = offset..offset + line.len();
            offset = span.end;
            let touched = edits.iter().any(|edit| {
                let edit = edit.place.span.range();
                edit.start < span.end && span.start < edit.end
            });
            let kept = touched || left.any(|own| own == line.trim_end());
            prop_assert!(kept, "{:?} is gone:\n{}\n->\n{}", line, text, fixed.text);
        }
    }
}

fn manifests(deployments: &[Value], choices: Vec<u8>) -> String {
    let mut pen = Pen::new(choices);
    for (index, deployment) in deployments.iter().enumerate() {
        if index > 0 {
            pen.out.push_str("---\n");
        }
        pen.map(deployment.as_object().unwrap(), 0);
    }
    pen.out
}

/// The text without some of its lines, and with comments.
fn thinned(text: &str, choices: &[u8]) -> String {
    let mut out = String::new();
    for (index, line) in text.lines().enumerate() {
        let choice = choices[index % choices.len()];
        // A continued line cannot go alone, and a header decides what the file is.
        let may_go = !line.trim_start().starts_with("FROM") && !line.starts_with('[');
        if choice.is_multiple_of(7) && may_go && !line.ends_with('\\') && !line.starts_with(' ') {
            continue;
        }
        if choice % 11 == 1 && !line.starts_with(' ') {
            let _ = writeln!(out, "# note-{index} [x] é");
        }
        let _ = writeln!(out, "{line}");
    }
    out
}

/// The files of the bad example whose names end so.
fn fixtures(endings: &[&str]) -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(Path::new("fixtures/not-ready"), &mut files);
    let wanted = |path: &PathBuf| endings.iter().any(|it| path.to_str().unwrap().ends_with(it));
    files.retain(wanted);
    assert!(!files.is_empty());
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path.to_str().unwrap().to_owned(), text)
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, into);
        } else {
            into.push(path);
        }
    }
}

/// All fixes of all rules over real files: nothing breaks, every comment stays, and a second run
/// has nothing to do.
#[test]
fn real_files_survive_all_fixes() {
    let mut paths = Vec::new();
    collect(Path::new("fixtures"), &mut paths);
    let samples = Path::new("../shared/samples");
    if samples.is_dir() {
        collect(samples, &mut paths);
    } else {
        println!("{} is not here: only the fixtures are mended", samples.display());
    }
    let (mut changed, mut wrong) = (0, Vec::new());
    for path in paths {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let name = path.to_str().unwrap();
        let fixed = mend(name, &text, None);
        let broken = |(_, why): &(String, String)| why == "a part of it does not parse";
        let refused: Vec<_> = fixed.refused.iter().filter(|refused| !broken(refused)).collect();
        if !refused.is_empty() {
            wrong.push(format!("{name}: {refused:?}"));
        }
        if !fixed.settled {
            wrong.push(format!("{name}: a second run changes it again"));
        }
        if fixed.text == text {
            continue;
        }
        changed += 1;
        for comment in comments(&text, name) {
            if !fixed.text.contains(comment) {
                wrong.push(format!("{name}: `{comment}` is gone"));
            }
        }
        let yaml_file = name.ends_with(".yaml") || name.ends_with(".yml");
        let before = if yaml_file { yaml(&text).ok() } else { None };
        if let Some(before) = before {
            match yaml(&fixed.text) {
                Err(error) => wrong.push(format!("{name}: {error}")),
                Ok(after) => {
                    let stray = stray(&before, &after, &fixed.touches);
                    if !stray.is_empty() {
                        wrong.push(format!("{name}: {stray:?} changed"));
                    }
                }
            }
        }
    }
    println!("{changed} files were mended");
    assert!(changed > 0);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Lines that are comments and nothing else, but for those that the fixes are about.
fn comments<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let mark = if name.ends_with("json") || name.ends_with("jsonc") { "//" } else { "#" };
    let is_mended = |line: &str| line.contains("agentcheck:") || line.starts_with("# sytnax=");
    let lines = text.lines().map(str::trim);
    lines.filter(|line| line.starts_with(mark) && !is_mended(line)).collect()
}
