//! Values under names that mean a credential.

use std::ops::Range;

use super::{Secret, Setting};

/// Words of which one stands in every name that means a credential.
pub(super) const WORDS: &[&str] = &["password"];

/// The credential that the name around a word is given.
pub(super) fn at(_: Setting, _: &str, _: Range<usize>) -> Option<Secret> {
    None
}
