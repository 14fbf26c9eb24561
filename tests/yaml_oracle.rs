//! Compares the tree with `serde_yaml`, an independent reader, on every YAML file at hand; then
//! checks on mutated and random text that nothing panics and that every place lies in its file.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::file::Files;
use agentcheck::oracle::yaml_values;
use agentcheck::rules::{Environment, Profile};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::Deserialize;
use serde_json::{Map, Number, Value};

/// Where the two readers are meant to differ, beyond what [`json`] and [`same`] even out:
///
/// - kubectl reads YAML 1.1 (`yes`, `0400`). That is a dialect of its own, decided after reading;
///   here both sides read by YAML 1.2.
/// - `serde_yaml` takes merge keys for ordinary keys until it is asked to apply them.
/// - `serde_yaml` refuses a mapping with a duplicate key and a few texts that other readers take;
///   such files are counted and passed over.
#[test]
fn the_tree_reads_what_serde_yaml_reads() {
    let mut files = Vec::new();
    collect(Path::new("fixtures"), &["yaml", "yml"], &mut files);
    assert!(files.len() > 10, "the fixtures are missing");
    let samples = Path::new("../shared/samples");
    if samples.is_dir() {
        collect(samples, &["yaml", "yml"], &mut files);
    } else {
        println!("{} is not here: only the fixtures are compared", samples.display());
    }
    let (mut compared, mut wrong) = (0, Vec::new());
    for path in &files {
        let Ok(text) = fs::read_to_string(path) else { continue };
        let theirs = match oracle(&text) {
            Ok(theirs) => theirs,
            Err(refusal) => {
                println!("serde_yaml refuses {}: {refusal}", path.display());
                continue;
            }
        };
        let ours: Vec<Value> = match yaml_values(&text) {
            Ok(ours) => ours.into_iter().filter(|document| !document.is_null()).collect(),
            Err(refusal) => {
                wrong.push(format!("{}: {refusal}", path.display()));
                continue;
            }
        };
        compared += 1;
        if ours.len() != theirs.len() {
            wrong.push(format!(
                "{}: {} documents, not {}",
                path.display(),
                ours.len(),
                theirs.len()
            ));
        }
        for (ours, theirs) in ours.iter().zip(&theirs) {
            if let Err(difference) = same(ours, theirs, "") {
                wrong.push(format!("{}: {difference}", path.display()));
            }
        }
    }
    println!("{compared} of {} files compared", files.len());
    assert!(compared > 10);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn collect(folder: &Path, extensions: &[&str], into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, extensions, into);
        } else if path.extension().is_some_and(|it| extensions.iter().any(|one| it == *one)) {
            into.push(path);
        }
    }
}

/// The documents as `serde_yaml` reads them, merge keys applied, empty ones left out.
fn oracle(text: &str) -> Result<Vec<Value>, serde_yaml::Error> {
    let mut documents = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let mut value = serde_yaml::Value::deserialize(document)?;
        value.apply_merge()?;
        documents.push(json(value));
    }
    documents.retain(|document| !document.is_null());
    Ok(documents)
}

/// As JSON: keys by their text, tags dropped.
fn json(value: serde_yaml::Value) -> Value {
    use serde_yaml::Value as Yaml;
    match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Number(number) => {
            let whole = number.as_i64().map(Number::from);
            let number = whole.or_else(|| number.as_f64().and_then(Number::from_f64));
            number.map_or(Value::Null, Value::Number)
        }
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(json).collect()),
        Yaml::Mapping(entries) => {
            let text = |key| match json(key) {
                Value::String(text) => text,
                Value::Null => String::new(),
                key => key.to_string(),
            };
            let entries = entries.into_iter().map(|(key, value)| (text(key), json(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Yaml::Tagged(tagged) => json(tagged.value),
    }
}

/// Equal, but for whole numbers with leading zeros: the core schema of YAML 1.2 takes `0400` for
/// a number, `serde_yaml` for a string.
fn same(ours: &Value, theirs: &Value, at: &str) -> Result<(), String> {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            if !a.keys().eq(b.keys()) {
                let keys = |map: &Map<_, _>| map.keys().cloned().collect::<Vec<_>>().join(", ");
                return Err(format!("{at}: keys {} and {}", keys(a), keys(b)));
            }
            a.iter()
                .zip(b.values())
                .try_for_each(|((key, a), b)| same(a, b, &format!("{at}/{key}")))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.try_for_each(|(index, (a, b))| same(a, b, &format!("{at}/{index}")))
        }
        (Value::Number(number), Value::String(text))
            if text.trim_start_matches(['-', '+']).starts_with('0') =>
        {
            match text.parse::<f64>() {
                Ok(value) if Some(value) == number.as_f64() => Ok(()),
                _ => Err(format!("{at}: {ours} and {theirs}")),
            }
        }
        _ if ours == theirs => Ok(()),
        _ => Err(format!("{at}: {ours} and {theirs}")),
    }
}

/// The fixtures, each with a path that agentcheck knows what to do with.
fn fixtures() -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(Path::new("fixtures"), &["yaml", "toml", "Dockerfile"], &mut files);
    for folder in ["ready", "not-ready"] {
        files.push(Path::new("fixtures").join(folder).join("Dockerfile"));
    }
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path.to_str().unwrap().to_owned(), text)
    };
    files.into_iter().map(read).collect()
}

/// Runs every rule on the files. Nothing may panic, and every place must be a piece of its file.
fn must_hold(files: &[(&str, &str)]) {
    let files = Files::in_memory(files.iter().copied());
    let settings = Arc::new(Settings::of(Profile::Optional, Environment::Production));
    let findings = check(&files, &vec![settings; files.len()]);
    assert!(findings.failures.is_empty(), "{:?}", findings.failures);
    for found in &findings.diagnostics {
        let related = found.related.iter().map(|related| related.place);
        for place in std::iter::once(found.place).chain(related) {
            let source = files.source(place.file).expect("a file of the run");
            let range = place.span.range();
            assert!(
                source.text().get(range.clone()).is_some(),
                "{}: {range:?} is no piece of {} ({} bytes)",
                found.rule,
                source.path(),
                source.text().len()
            );
        }
    }
}

/// What hurts parsers: indicators, line breaks of every kind, characters of several bytes.
const PIECES: [&str; 52] = [
    "a",
    "b:",
    "k: v",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    "\r\n",
    "\r",
    "\t",
    " ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&x ",
    "*x",
    "<<: *x",
    "|",
    ">",
    "|-\n",
    ">+\n",
    "|2\n",
    "? ",
    "\"",
    "'",
    "#",
    " # c",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "!!str ",
    "!t ",
    "~",
    "yes",
    "0400",
    "\u{feff}",
    "é",
    "😀",
    "\u{2028}",
    "\u{85}",
    "{{ .x }}",
    "${X}",
    "apiVersion: v1\n",
    "kind: List\n",
    "items:\n",
    "services:\n",
    "[agent]\n",
    "FROM x\n",
    "RUN <<E\n",
];

/// One change to a text: what to cut out, and what to put in its place.
#[derive(Clone, Debug)]
struct Mutation {
    at: Index,
    cut: usize,
    piece: &'static str,
}

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let one = (any::<Index>(), 0usize..40, select(&PIECES[..]))
        .prop_map(|(at, cut, piece)| Mutation { at, cut, piece });
    proptest::collection::vec(one, 1..6)
}

fn mutate(text: &str, mutations: &[Mutation]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for mutation in mutations {
        let at = mutation.at.index(chars.len() + 1);
        let end = (at + mutation.cut).min(chars.len());
        chars.splice(at..end, mutation.piece.chars());
    }
    chars.into_iter().collect()
}

/// A name for each syntax, so that every text is tried as each.
const NAMES: [&str; 6] = [
    "deploy.yaml",
    "compose.yaml",
    "integration_config.yaml",
    "agent.toml",
    "x.json",
    "Dockerfile",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_fixtures_do_no_harm(which in any::<Index>(), mutations in mutations()) {
        let fixtures = fixtures();
        let (path, text) = &fixtures[which.index(fixtures.len())];
        let text = mutate(text, &mutations);
        must_hold(&[(path, &text)]);
    }

    #[test]
    fn random_pieces_do_no_harm(
        pieces in proptest::collection::vec(select(&PIECES[..]), 0..40),
        name in select(&NAMES[..]),
    ) {
        let text = pieces.concat();
        must_hold(&[(name, &text)]);
        let _ = yaml_values(&text);
    }

    #[test]
    fn mutated_config_maps_do_no_harm(mutations in mutations()) {
        let text = fs::read_to_string("fixtures/not-ready/deploy/configmap.yaml").unwrap();
        must_hold(&[("configmap.yaml", &mutate(&text, &mutations))]);
    }
}

/// The whole fixtures, each line ending as Windows writes it and with a byte order mark.
#[test]
fn windows_does_no_harm() {
    let fixtures: Vec<_> = fixtures()
        .into_iter()
        .map(|(path, text)| (path, format!("\u{feff}{}", text.replace('\n', "\r\n"))))
        .collect();
    let files: Vec<_> =
        fixtures.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    must_hold(&files);
}
