//! Doors for what stands outside and compares: the tests and the fuzz targets with independent readers
//! and with what must be true of any text, the benchmarks with what no run can do without.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use crate::docker::Dockerfile;
use crate::duration;
use crate::file;
use crate::image::ImageRef;
use crate::k8s::quantity::Quantity;
use crate::k8s::{LabelIndex, LabelSelector, Labels};
use crate::source::{FileId, Source, Span};
use crate::tree::{Node, SyntaxError, Tree, de, dotenv, edit, json, toml, yaml};
use crate::variables;
use crate::walk::{self, Scope, WalkError};

/// How a text is written that is read into a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// YAML 1.2, by its core schema.
    Yaml,
    /// JSON, with or without comments.
    Json,
    /// TOML 1.0.
    Toml,
    /// `NAME=value` lines.
    Dotenv,
}

/// What became of a text.
#[derive(Debug)]
pub struct Read {
    /// Where every key, every value and everything wrong stands.
    pub spans: Vec<Span>,
    /// The documents, or the first thing wrong with them.
    pub values: Result<Vec<Value>, String>,
}

/// Reads a text into a tree.
pub fn read(syntax: Syntax, text: &str) -> Read {
    let (file, text) = (FileId::new(0), Arc::from(text));
    let (tree, errors) = match syntax {
        Syntax::Yaml => yaml::read(file, &text, None),
        Syntax::Json => json::read(file, &text, None),
        Syntax::Toml => toml::read(file, &text, None),
        Syntax::Dotenv => (dotenv::read(file, &text), Vec::new()),
    };
    let mut spans = spans_of(&errors);
    for document in tree.documents() {
        collect(document, &mut spans);
    }
    spans.extend(tree.duplicates().flat_map(|(later, earlier)| [later, earlier]).map(span));
    Read { spans, values: values(&tree, &errors) }
}

fn values(tree: &Tree, errors: &[SyntaxError]) -> Result<Vec<Value>, String> {
    if let Some(error) = errors.first() {
        return Err(error.message.clone());
    }
    tree.documents().map(|node| de::read(node).value.map_err(|(_, message)| message)).collect()
}

/// The least that a run over a folder can be: the same walk, the same files read, each parsed to
/// its tree, and nothing else. Tells how many documents there are.
pub fn floor(folder: PathBuf) -> Result<usize, WalkError> {
    walk::read_only(&scope(folder), file::parse_only)
}

/// The same without parsing. Tells how many bytes there are.
pub fn reading(folder: PathBuf) -> Result<usize, WalkError> {
    walk::read_only(&scope(folder), |_, text| text.len())
}

fn scope(folder: PathBuf) -> Scope {
    Scope {
        paths: vec![folder],
        exclude: Vec::new(),
        base: PathBuf::from("."),
        respect_ignore_files: true,
        stdin_name: None,
    }
}

/// Parses a text to the trees of a file of that name, and tells how many documents there are.
pub fn parse(path: &str, text: String) -> usize {
    file::parse_only(path, text)
}

/// Searches a text for credentials, and tells whether there are any.
pub fn search(path: &str, text: &str) -> bool {
    !file::SearchedFile::of(&Source::new(path, text)).is_empty()
}

fn span(node: Node<'_>) -> Span {
    node.local_span()
}

fn spans_of(errors: &[SyntaxError]) -> Vec<Span> {
    errors.iter().flat_map(|error| [error.place.span, error.document]).collect()
}

/// The spans of a node and of all that it holds; an alias holds nothing.
fn collect(node: Node<'_>, into: &mut Vec<Span>) {
    into.push(span(node));
    if node.is_alias() {
        return;
    }
    for item in node.items() {
        collect(item, into);
    }
    for entry in node.own_entries() {
        into.push(span(entry.key));
        collect(entry.value, into);
    }
}

/// The documents of a YAML text by the core schema of YAML 1.2, or the first thing wrong with it.
pub fn yaml_values(text: &str) -> Result<Vec<Value>, String> {
    let (tree, errors) = yaml::read(FileId::new(0), &Arc::from(text), None);
    values(&tree, &errors)
}

/// Where the instructions of a Dockerfile stand and what of it does not parse, and whether it was
/// read to its end.
pub fn dockerfile(text: &str) -> (Vec<Span>, Vec<Span>, bool) {
    let (read, errors) = Dockerfile::read(FileId::new(0), &Arc::from(text));
    (read.spans().to_vec(), spans_of(&errors), read.is_complete())
}

/// How a label selector answers for some labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selects {
    /// Asked for these labels.
    pub asked: bool,
    /// Found by the index of labels.
    pub found: bool,
    /// Whatever is not known of either.
    pub surely: bool,
    /// Written anew and asked again; nothing where it cannot be written.
    pub written: Option<bool>,
}

/// Whether the selector of a YAML mapping with `selector` and `labels` selects what has those labels.
pub fn selects(text: &str) -> Option<Selects> {
    let (tree, _) = yaml::read(FileId::new(0), &Arc::from(text), None);
    let document = tree.documents().next()?;
    let selector = LabelSelector::of(document.at(&["selector"])?);
    let labels = Labels::of(document.at(&["labels"]));
    let mut index = LabelIndex::default();
    index.push((), labels);
    let written = selector.to_value().and_then(|value| {
        let text = Arc::from(json_of(value).to_string());
        let (tree, errors) = json::read(FileId::new(0), &text, None);
        let again = LabelSelector::of(tree.documents().next()?);
        Some(errors.is_empty() && again.matches(labels))
    });
    Some(Selects {
        asked: selector.matches(labels),
        found: index.matching(&selector).next().is_some(),
        surely: selector.surely_matches(labels),
        written,
    })
}

fn json_of(value: edit::Value) -> Value {
    match value {
        edit::Value::Bool(value) => value.into(),
        edit::Value::Int(value) => value.into(),
        edit::Value::Float(value) => value.into(),
        edit::Value::Str(text) => text.into(),
        edit::Value::List(items) => items.into_iter().map(json_of).collect(),
        edit::Value::Map(entries) => {
            entries.into_iter().map(|(key, value)| (key, json_of(value))).collect()
        }
    }
}

/// The parts of an image reference, and its name with what Docker fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The host.
    pub registry: Option<String>,
    /// The path.
    pub repository: String,
    /// What follows the colon.
    pub tag: Option<String>,
    /// What follows the `@`.
    pub digest: Option<String>,
    /// Whether a registry could have it.
    pub is_well_formed: bool,
    /// The name of the official image that it is.
    pub official: Option<String>,
    /// The whole name.
    pub full_name: String,
}

/// Reads an image reference.
pub fn image(text: &str) -> Image {
    let image = ImageRef::parse(text);
    Image {
        registry: image.registry.map(str::to_owned),
        repository: image.repository.to_owned(),
        tag: image.tag.map(str::to_owned),
        digest: image.digest.map(str::to_owned),
        is_well_formed: image.is_well_formed(),
        official: image.official_name().map(str::to_owned),
        full_name: image.full_name(),
    }
}

/// The variables of a text.
#[derive(Debug)]
pub struct Interpolated {
    /// With the values put in; nothing where one is missing.
    pub expanded: Option<String>,
    /// The names of all of them.
    pub names: Vec<String>,
    /// The names of those that must be given, in braces.
    pub without_default: Vec<String>,
    /// The same as Compose reads them.
    pub taken: Vec<String>,
    /// Where those with defaults stand.
    pub defaults: Vec<Span>,
}

/// Reads the variables of a text.
pub fn interpolate(text: &str, value_of: &dyn Fn(&str) -> Option<String>) -> Interpolated {
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    Interpolated {
        expanded: variables::expand(text, value_of),
        names: variables::names(text).map(str::to_owned).collect(),
        without_default: owned(variables::without_default(text)),
        taken: owned(variables::taken(text)),
        defaults: variables::defaults(text).map(|found| found.span.into()).collect(),
    }
}

/// A Kubernetes quantity as its canonical text, and as a number.
pub fn quantity(text: &str) -> Option<(String, f64)> {
    Quantity::parse(text).map(|quantity| (quantity.to_string(), quantity.as_f64()))
}

/// The seconds of a span of time.
pub fn seconds(text: &str) -> Option<f64> {
    duration::seconds(text)
}
