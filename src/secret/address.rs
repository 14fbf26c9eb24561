//! Credentials in URLs: `scheme://user:password@host` and `?api_key=…`.

use std::ops::Range;

use super::{Secret, Setting};

/// The credential in the URL around a `://`.
pub(super) fn at(_: Setting, _: &str, _: Range<usize>) -> Option<Secret> {
    None
}
