//! The keys that services issue, known by their form alone.

use std::ops::Range;

use super::{Secret, Setting};

/// A service that issues keys of a known form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Issuer {
    /// The service: `OpenAI`.
    pub(crate) name: &'static str,
    /// What it issues, with its article: `an API key`.
    pub(crate) what: &'static str,
    /// Where such a key is revoked.
    pub(crate) revoked_at: &'static str,
    /// The rule that reports it.
    pub(crate) rule: &'static str,
}

/// What the keys begin with, or what else stands in all of them.
pub(super) static MARKS: &[&str] = &[];

/// The key around a mark, if it is one.
pub(super) fn at(_: Setting, _: &str, _: usize, _: Range<usize>) -> Option<Secret> {
    None
}

/// The service that issued a text which is all of a key.
pub(crate) fn issuer_of(_text: &str) -> Option<&'static Issuer> {
    None
}
