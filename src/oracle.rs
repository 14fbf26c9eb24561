//! What the tests compare an independent YAML reader with.

use std::sync::Arc;

use serde_json::Value;

use crate::source::FileId;
use crate::tree::{de, yaml};

/// The documents of a YAML text by the core schema of YAML 1.2, or the first thing wrong with it.
pub fn yaml_values(text: &str) -> Result<Vec<Value>, String> {
    let (tree, errors) = yaml::read(FileId::new(0), &Arc::from(text), None);
    if let Some(error) = errors.first() {
        return Err(error.message.clone());
    }
    tree.documents().map(|node| de::read(node).value.map_err(|(_, message)| message)).collect()
}
