//! The configurations of FBA-Bench.

mod environment;
mod infrastructure;
mod integration;
#[cfg(test)]
mod tests;

use crate::agent::setting::is_template;
use crate::agent::{Definition, Setting};
use crate::schema::Shape::{self, Is};
use crate::schema::{Reader, ScalarKind};
use crate::tree::Node;

/// Sections for people, which the loader passes over.
pub(super) static INTEGRATION: &Definition = &integration::FORMAT;

/// What the loader of integrations reads.
pub(super) static LOADER: &Definition = &integration::LOADER;

/// Event bus, model calls, resources.
pub(super) static INFRASTRUCTURE: &Definition = &infrastructure::FORMAT;

/// How benchmarks run in development, tests and production.
pub(super) static ENVIRONMENT: &Definition = &environment::FORMAT;

/// Whoever reads the files that no code of FBA-Bench loads goes by the documentation.
static DOCUMENTED: Reader = Reader {
    is_open: is_template,
    extensions: None,
    refusal: "the documentation has no such value",
    unknown: "the documentation has no such key",
};

/// A switch, in any of the words that YAML has for one.
const SWITCH: Shape = Is(&ScalarKind {
    wanted: "`true` or `false`",
    fits: |node| node.as_switch().is_some(),
    help: |_| Some("write `true` or `false`, without quotes"),
});

/// The first switch that is off, and the last one where none is.
fn all<const N: usize>(switches: [Setting<'_, bool>; N]) -> Setting<'_, bool> {
    let mut last = Setting::default();
    for switch in switches {
        let is_off = switch.off().is_some();
        last = switch;
        if is_off {
            break;
        }
    }
    last
}

/// Whether a mapping stands at `key` and holds one of the keys that tell it from others.
fn tells(document: Node<'_>, key: &str, telling: &[&str]) -> bool {
    document.at(&[key]).is_some_and(|section| {
        section.is_map() && telling.iter().any(|it| section.get(it).is_some())
    })
}
