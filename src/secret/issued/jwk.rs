//! Private keys as JSON Web Keys (RFC 7517): the member `d`, and `k` of symmetric ones (RFC 7518).

use std::ops::Range;

use super::super::{Secret, What};
use super::{body, form};
use crate::source::Span;

/// The member that every such key has.
pub(super) const MARK: &str = "\"kty\"";

/// The members of the largest keys of RSA fit in.
const LONGEST: usize = 4 << 10;
/// Those of a curve with 256 bits have 43 characters.
const SHORTEST: usize = 40;

/// The private part of the key that a mark belongs to.
pub(super) fn at(text: &str, mark: Range<usize>) -> Option<Secret> {
    let bytes = text.as_bytes();
    // The object ends at its braces; the next mark belongs to another.
    let is_end = |at: &usize| matches!(bytes.get(*at), Some(b'{' | b'}')) || has(bytes, *at, MARK);
    let start = (mark.start.saturating_sub(LONGEST)..mark.start).rev().find(is_end)?;
    let most = mark.end.saturating_add(LONGEST).min(bytes.len());
    let end = (mark.end..most).find(is_end)?;
    let is_symmetric = bytes.get(mark.end..end)?.windows(5).take(16).any(|it| it == b"\"oct\"");
    let member = if is_symmetric { "\"k\"" } else { "\"d\"" };
    let name = (start..end).find(|at| has(bytes, *at, member))?;
    let after = |from: usize, skipped: fn(u8) -> bool| {
        let rest = bytes.get(from..end).unwrap_or_default();
        from + rest.iter().take_while(|it| skipped(**it)).count()
    };
    let quote = after(name + member.len(), |it| it == b':' || it.is_ascii_whitespace());
    let value = quote + 1;
    let until = after(value, |it| form::WORD.has(it));
    let key = text.get(value..until)?;
    let is_key = bytes.get(quote) == Some(&b'"')
        && bytes.get(until) == Some(&b'"')
        && key.len() >= SHORTEST
        && body::is_spread(key, form::WORD.size())
        && !body::is_made_up(key, false);
    let span = Span::new(value, until);
    is_key.then_some(Secret { span, hidden: span, name: None, what: What::PrivateKey })
}

fn has(bytes: &[u8], at: usize, text: &str) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(text.as_bytes()))
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::super::super::{Setting, What, scan};

    #[test]
    fn private_members_are_found() {
        let d = "q8Zr2LmX9vTn4KwY7pBc3HsDzQ5eJ1uGaWo-i6tVy_k";
        for text in [
            format!(r#"{{"kty": "EC", "crv": "P-256", "x": "abc", "d": "{d}"}}"#),
            format!("{{\n  \"d\": \"{d}\",\n  \"kty\": \"OKP\"\n}}"),
            format!(r#"{{"kty":"oct","k":"{d}"}}"#),
        ] {
            let found = scan(Setting::Plain, &text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!((found[0].what, &text[found[0].span.range()]), (What::PrivateKey, d));
        }
        for text in [
            format!(r#"{{"kty": "EC", "x": "{d}", "y": "{d}"}}"#),
            format!(r#"{{"kty": "EC", "x": "{d}"}}, {{"d": "{d}"}}"#),
            r#"{"kty":"EC","d":"your-private-key"}"#.into(),
        ] {
            assert_eq!(scan(Setting::Plain, &text), [], "{text}");
        }
    }
}
