//! JSON Web Tokens (RFC 7519) in compact form, signed.

use std::ops::Range;

use serde_json::{Map, Value};

use super::super::{Secret, What, base64};
use super::form;
use crate::source::Span;

/// What `{"` is in Base64, when `"` is followed by an ASCII letter.
pub(super) const MARK: &str = "eyJ";

/// Longer ones do not fit in a header of HTTP.
const LONGEST: usize = 8 << 10;

/// The token that begins at a mark.
pub(super) fn at(text: &str, mark: Range<usize>) -> Option<Secret> {
    let bytes = text.as_bytes();
    let previous = mark.start.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    // The middle part begins like the first.
    let is_inside = previous.is_some_and(|it| form::WORD.has(it) || it == b'.');
    if is_inside && !form::is_escape(bytes, mark.start) {
        return None;
    }
    let part = |start: usize| {
        let rest = bytes.get(start..)?;
        let length = rest.iter().take(LONGEST).take_while(|it| form::WORD.has(**it)).count();
        (length < LONGEST).then_some(start..start + length)
    };
    let header = part(mark.start)?;
    let payload = (bytes.get(header.end) == Some(&b'.')).then(|| part(header.end + 1))??;
    let signature = (bytes.get(payload.end) == Some(&b'.')).then(|| part(payload.end + 1))??;
    let end = signature.end;
    // Five parts are an encrypted one.
    let is_longer =
        bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(|it| form::WORD.has(*it));
    if is_longer || signature.len() < SHORTEST_SIGNATURE {
        return None;
    }
    is_credential(&object(text.get(header)?)?, &object(text.get(payload)?)?).then(|| {
        let span = Span::new(mark.start, end);
        Secret { span, hidden: span, name: None, what: What::JsonWebToken }
    })
}

/// Whether a text is a token and nothing else, of those that let nobody in.
pub(super) fn is_harmless(text: &str) -> bool {
    if !text.starts_with(MARK) || text.len() > LONGEST * 2 {
        return false;
    }
    let parts: Vec<&str> = text.split('.').take(4).collect();
    let [header, claims, signature] = parts.as_slice() else {
        return parts.len() == 2;
    };
    let credential = object(header)
        .zip(object(claims))
        .is_some_and(|(header, claims)| is_credential(&header, &claims));
    !credential || signature.len() < SHORTEST_SIGNATURE
}

/// That of HMAC with SHA-256 has 43 characters, and nobody uses a shorter one.
const SHORTEST_SIGNATURE: usize = 40;

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&base64::decode(part)?).ok()
}

/// Whether a token lets somebody in. What is not signed does not, nor does what expired long ago; the
/// samples of jwt.io and of Supabase, and the key that Supabase gives to browsers, are for everybody.
///
/// Source: supabase.com/docs/guides/api/api-keys.
fn is_credential(header: &Map<String, Value>, claims: &Map<String, Value>) -> bool {
    /// The first second of 2020. Later ones may have been renewed under the same key since, and show what
    /// the service accepts; how late it is today, a scanner does not ask.
    const LONG_AGO: i64 = 1_577_836_800;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let is_signed = header
        .get("alg")
        .and_then(Value::as_str)
        .is_some_and(|alg| !alg.is_empty() && !alg.eq_ignore_ascii_case("none"));
    let is_expired =
        claims.get("exp").and_then(Value::as_i64).is_some_and(|expires| expires < LONG_AGO);
    let is_sample =
        text("sub") == "1234567890" || text("name") == "John Doe" || text("iss") == "supabase-demo";
    is_signed && !claims.is_empty() && !is_expired && !is_sample && text("role") != "anon"
}

#[cfg(test)]
mod tests {
    use super::super::super::{Setting, scan};
    use ::base64::prelude::*;

    use super::*;

    fn encode(text: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(text)
    }

    fn token(header: &str, claims: &str) -> String {
        let signature = "q7Rk2LmX9vTn4KwY7pBc3HsDzQ8eJ5uGa1fWoNi6tVy";
        format!("{}.{}.{signature}", encode(header), encode(claims))
    }

    fn found(text: &str) -> usize {
        let is_token = |it: &Secret| it.what == What::JsonWebToken;
        scan(Setting::Plain, text).into_iter().filter(is_token).count()
    }

    #[test]
    fn signed_tokens_are_credentials() {
        let header = r#"{"alg":"HS256","typ":"JWT"}"#;
        for claims in [
            r#"{"sub":"billing","role":"admin","exp":1893456000}"#,
            r#"{"iss":"supabase","ref":"kqzv","role":"service_role","exp":2000000000}"#,
            r#"{"sub":"billing","exp":1700000000}"#,
        ] {
            assert_eq!(found(&format!("TOKEN={}\n", token(header, claims))), 1, "{claims}");
        }
        let in_string =
            format!(r#""curl -H 'Authorization: Bearer {}'\n""#, token(header, r#"{"sub":"x"}"#));
        assert_eq!(found(&in_string), 1);
    }

    #[test]
    fn others_let_nobody_in() {
        for (header, claims) in [
            (r#"{"alg":"none"}"#, r#"{"sub":"billing"}"#),
            (r#"{"typ":"JWT"}"#, r#"{"sub":"billing"}"#),
            (r#"{"alg":"HS256"}"#, "{}"),
            (r#"{"alg":"HS256"}"#, r#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#),
            (r#"{"alg":"HS256"}"#, r#"{"iss":"supabase","role":"anon","exp":2000000000}"#),
            (r#"{"alg":"HS256"}"#, r#"{"iss":"supabase-demo","role":"service_role"}"#),
            (r#"{"alg":"HS256"}"#, r#"{"sub":"billing","exp":1300819380}"#),
        ] {
            assert_eq!(found(&token(header, claims)), 0, "{header} {claims}");
        }
        for text in ["eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.", "eyJ.eyJ.eyJ"]
        {
            assert_eq!(found(text), 0, "{text}");
        }
    }
}
