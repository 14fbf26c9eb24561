//! Helmfile: the releases that it installs.
//!
//! Source: helmfile.readthedocs.io, "Configuration".

use super::Found;
use crate::tree::Node;

/// Whether a text may be a helmfile.
pub(super) fn may_be(text: &str) -> bool {
    text.contains("releases:")
}

/// Whether a document is one.
pub(super) fn recognise(document: Node<'_>) -> bool {
    document.items_at(&["releases"]).any(|release| release.get("chart").is_some())
}

/// Notes the releases.
pub(super) fn read(document: Node<'_>, found: &mut Found) {
    for release in document.items_at(&["releases"]) {
        for name in ["name", "chart"].iter().filter_map(|key| release.at(&[key])) {
            if !name.text().contains("{{") {
                found.bring_release(name.text());
            }
        }
    }
}
