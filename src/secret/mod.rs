//! Finds credentials in a text of any kind, by what they are and by what they are called.
//!
//! [`issued`] knows the keys that services issue, by their form alone; [`assigned`] judges a value
//! by the name it stands under; [`address`] looks into URLs. All of them start at a [`Mark`] that one
//! pass over the text finds, and look at nothing but its surroundings. [`Setting`] says what kind of
//! file a text is of. A value is never printed: see [`crate::credential::redacted`].
//!
//! This module knows nothing of trees and of Kubernetes.

mod address;
mod assigned;
pub(crate) mod base64;
mod issued;
mod setting;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::sync::LazyLock;

use self::assigned::Word;
pub(crate) use self::issued::Issuer;
pub(crate) use self::issued::{for_name, holds_login, holds_private_key, is_harmless, issuer_of};
pub(crate) use self::setting::Setting;
use crate::finder::Finder;
use crate::source::Span;

/// What a credential is called in a message, and what is to be done where it was committed: the service that
/// issued it tells, or the name that it stands under.
pub(crate) fn told(
    name: &str,
    value: &str,
    otherwise: &'static str,
) -> (Cow<'static, str>, String) {
    match for_name(name, value.trim()) {
        Some(issuer) => (issuer.described().into(), issuer.advice()),
        None => (otherwise.into(), "what was committed must be replaced".into()),
    }
}

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Secret {
    /// The value, without quotes; of a private key its first line.
    pub(crate) span: Span,
    /// All that must not be shown: more than `span` where the value has several lines.
    pub(crate) hidden: Span,
    /// The name that it stands under.
    pub(crate) name: Option<Span>,
    pub(crate) what: What,
}

/// What a [`Secret`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A key that only this service issues.
    Issued(&'static Issuer),
    PrivateKey,
    JsonWebToken,
    /// The password in a URL.
    UrlPassword,
    /// A credential in the query of a URL.
    UrlQuery,
    /// Something under a name that means a credential.
    Named,
    /// A password that everybody knows, under such a name or in a URL.
    WellKnown,
}

/// What a [`Mark`] is the beginning of.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// By the index of the mark in [`issued::MARKS`].
    Issued(usize),
    /// A word of a name that may mean a credential, or what else stands before one.
    Named(Word),
    /// `://`
    Address,
    /// `@tcp(`
    Protocol,
}

/// Finds all credentials of a text, in its order, none inside another.
pub(crate) fn scan(setting: Setting, text: &str) -> Vec<Secret> {
    if setting.is_skipped() {
        return Vec::new();
    }
    let is_code = setting == Setting::Code;
    // Read only where something is found: most sources hold nothing.
    let examples = LazyCell::new(|| (setting::tests_of(text), setting::documented(text)));
    let is_example = |at: usize| {
        let (tests, documented) = &*examples;
        let before = documented.partition_point(|shown| shown.start <= at);
        let shown = before.checked_sub(1).and_then(|last| documented.get(last));
        tests.is_some_and(|tests| tests < at) || shown.is_some_and(|shown| shown.contains(&at))
    };
    let mut found: Vec<Secret> = Vec::new();
    for mark in MARKS.finder.find(text) {
        let Some(kind) = MARKS.kinds.get(mark.index) else { continue };
        let at = mark.range;
        let begun = |setting: Setting| match *kind {
            Kind::Issued(index) => issued::at(setting, text, index, at.clone()),
            Kind::Named(word) => {
                assigned::at(setting, text, word, &at).and_then(|it| attributed(text, it))
            }
            Kind::Address => address::at(setting, text, at.clone())
                .filter(|it| !text.get(it.span.range()).is_some_and(is_harmless)),
            Kind::Protocol => address::at_protocol(setting, text, at.clone()),
        };
        // What is nothing in code is nothing in an example either.
        let secret = begun(setting);
        let is_shown = is_code && secret.is_some() && is_example(at.start);
        found.extend(if is_shown { begun(Setting::Example) } else { secret });
    }
    assigned::without_throwaways(text, settle(found))
}

/// A credential under a name, as that of the service which the name tells. What has the form of an
/// issued key is left to [`issued`], which knows those that are for everybody.
fn attributed(text: &str, secret: Secret) -> Option<Secret> {
    let slice = |span: Span| text.get(span.range());
    let value = slice(secret.span)?;
    if issuer_of(value).is_some() || is_harmless(value) {
        return None;
    }
    let issuer = secret.name.and_then(slice).and_then(|name| for_name(name, value));
    match issuer {
        Some(issuer) if secret.what == What::Named => {
            Some(Secret { what: What::Issued(issuer), ..secret })
        }
        _ => Some(secret),
    }
}

/// Of credentials that overlap, keeps the one of which most is known.
fn settle(mut found: Vec<Secret>) -> Vec<Secret> {
    let rank = |secret: &Secret| match secret.what {
        What::Issued(_) | What::PrivateKey => 0,
        What::JsonWebToken => 1,
        What::UrlPassword | What::UrlQuery => 2,
        What::Named | What::WellKnown => 3,
    };
    // Of those that begin alike the longest counts, and of equals the one with the longest mark, which
    // was found last.
    found.reverse();
    found.sort_by_key(|secret| {
        (rank(secret), secret.span.start, std::cmp::Reverse(secret.span.end))
    });
    let mut kept: std::collections::BTreeMap<u32, Secret> = std::collections::BTreeMap::new();
    for secret in found {
        let before = kept.range(..secret.hidden.end).next_back();
        if before.is_none_or(|(_, earlier)| earlier.hidden.end <= secret.hidden.start) {
            kept.insert(secret.hidden.start, secret);
        }
    }
    kept.into_values().collect()
}

struct Marks {
    finder: Finder,
    kinds: Vec<Kind>,
}

/// Everything that a credential may begin with. Names are written in any case, and so the finder
/// ignores it; [`issued`] looks again.
static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    let issued = issued::MARKS.iter().enumerate().map(|(index, mark)| (*mark, Kind::Issued(index)));
    let names = assigned::WORDS.iter().map(|(text, word)| (*text, Kind::Named(*word)));
    let others = [("://", Kind::Address), ("@tcp(", Kind::Protocol), ("@unix(", Kind::Protocol)];
    let all = issued.chain(names).chain(others);
    let (texts, kinds): (Vec<_>, Vec<_>) = all.unzip();
    Marks { finder: Finder::new(texts), kinds }
});
