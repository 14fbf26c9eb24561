//! Doors for what stands outside and compares: the tests with an independent reader of YAML, the
//! benchmarks with what no run can do without.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use crate::file;
use crate::source::{FileId, Source};
use crate::tree::{de, yaml};
use crate::walk::{self, Scope, WalkError};

/// The documents of a YAML text by the core schema of YAML 1.2, or the first thing wrong with it.
pub fn yaml_values(text: &str) -> Result<Vec<Value>, String> {
    let (tree, errors) = yaml::read(FileId::new(0), &Arc::from(text), None);
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
