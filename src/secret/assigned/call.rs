//! Credentials that are handed to well-known functions by their place among the arguments.

use std::ops::Range;

use super::syntax::{Text, is_blank, is_quote, is_word};

/// How far the arguments of a call are looked at.
const MOST_ARGUMENTS: usize = 400;

/// Functions, in lower case, each with the place of the credential among their arguments, from 0.
///
/// Sources: the documentation of requests, aiohttp, reqwest, Go's `net/http` and `net/smtp`, resty, PHP's PDO and
/// mysqli, JDBC, .NET's `NetworkCredential`, AWS CDK, jsonwebtoken and `PyJWT`, Azure's SDKs, Apache `HttpClient`.
const FUNCTIONS: [(&str, usize); 26] = [
    ("httpbasicauth", 1),
    ("httpdigestauth", 1),
    ("httpproxyauth", 1),
    ("basicauth", 1),
    ("setbasicauth", 1),
    ("basic_auth", 1),
    ("bearer_auth", 0),
    ("setauthtoken", 0),
    ("plainauth", 2),
    ("login", 1),
    ("getconnection", 2),
    ("pdo", 2),
    ("mysqli", 2),
    ("mysqli_connect", 2),
    ("networkcredential", 1),
    ("usernamepasswordcredentials", 1),
    ("passwordauthentication", 1),
    ("basicawscredentials", 1),
    ("azurekeycredential", 0),
    ("apikeycredential", 0),
    ("storagesharedkeycredential", 1),
    ("frompassword", 1),
    ("unsafeplaintext", 0),
    ("jwt.sign", 1),
    ("jwt.encode", 1),
    ("jwt.verify", 1),
];

/// Clients that are handed a key alone, each with the place of the key and the name that a variable with it has.
///
/// Sources: the documentation of the packages `exa-py`, `exa-js`, `cohere`, `twilio`, `pinecone` and `mistralai`.
const CLIENTS: [(&str, usize, &str); 7] = [
    ("exa", 0, "exa_api_key"),
    ("cohere.client", 0, "cohere_api_key"),
    ("cohere.clientv2", 0, "cohere_api_key"),
    ("cohere.asyncclient", 0, "cohere_api_key"),
    ("twilio", 1, "twilio_auth_token"),
    ("pinecone", 0, "pinecone_api_key"),
    ("mistralclient", 0, "mistral_api_key"),
];

/// The literal that the function around a mark is handed as a credential; of the client of a service also what a
/// variable with its key is called.
pub(super) fn handed(
    text: &str,
    mark: &Range<usize>,
) -> Option<(Range<usize>, Option<&'static str>)> {
    let text = Text(text);
    let is_part = |byte| is_word(byte) || byte == b'.';
    let end = text.skip(mark.start, 60, is_part);
    let is_call = text.byte(end) == b'(';
    if !is_call && !is_called(text.get(mark.start..end), "auth") {
        return None;
    }
    let path = text.get(text.back(end, 60, is_part)..end);
    if path.eq_ignore_ascii_case("auth") {
        return Some((login(text, end)?, None));
    }
    if !is_call {
        return None;
    }
    let client = CLIENTS.iter().find(|(client, ..)| is_called(path, client));
    let function = || FUNCTIONS.iter().find(|(function, _)| is_called(path, function));
    let (place, variable) = match client {
        Some((_, place, variable)) => (*place, Some(*variable)),
        None => (function()?.1, None),
    };
    Some((literal(text, nth(text, end + 1, place)?)?, variable))
}

/// Whether a path is that of a function, in whatever module it is.
fn is_called(path: &str, function: &str) -> bool {
    path.len().checked_sub(function.len()).is_some_and(|at| {
        let (before, last) = path.as_bytes().split_at(at);
        before.last().is_none_or(|byte| *byte == b'.')
            && last.eq_ignore_ascii_case(function.as_bytes())
    })
}

/// The password of `auth=("user", "…")`, as requests and httpx take it.
fn login(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let equals = text.blanks(at);
    let open = text.blanks(equals + 1);
    (text.byte(equals) == b'=' && text.byte(open) == b'(')
        .then(|| literal(text, nth(text, open + 1, 1)?))?
}

/// Where an argument begins.
fn nth(text: Text<'_>, from: usize, place: usize) -> Option<usize> {
    let (mut at, mut index, mut depth) = (from, 0, 0usize);
    while index < place {
        if at > from + MOST_ARGUMENTS {
            return None;
        }
        let byte = text.byte(at);
        match byte {
            0 | b';' => return None,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => index += 1,
            _ if is_quote(byte) => {
                at = text.skip(at + 1, MOST_ARGUMENTS, |other| other != byte && other != b'\n');
                if text.byte(at) != byte {
                    return None;
                }
            }
            _ => {}
        }
        at += 1;
    }
    Some(text.skip(at, 80, |byte| byte.is_ascii_whitespace()))
}

/// A text in quotes that is the whole of an argument.
fn literal(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let word = text.skip(at, 20, is_word);
    let is_kept = text.get(at..word) == "Some" && text.byte(word) == b'(';
    let at = if is_kept { word + 1 } else { at };
    let at = if text.byte(at) == b'b' { at + 1 } else { at };
    let quote = text.byte(at);
    if !is_quote(quote) {
        return None;
    }
    let end = text.skip(at + 1, 200, |byte| byte != quote && byte != b'\n');
    let rest = text.skip(end + 1, 40, |byte| is_blank(byte) || byte == b'\n');
    let is_whole = matches!(text.byte(rest), b',' | b')' | b'.');
    (text.byte(end) == quote && is_whole).then_some(at + 1..end)
}
