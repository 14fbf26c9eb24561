//! Private keys in the clear: PEM (RFC 7468, RFC 1421), OpenSSH, PGP (RFC 9580) and `PuTTY`.
//!
//! A header alone is no key, as it stands in documentation and in code that looks for keys; nor is one
//! that a passphrase protects.

use std::ops::Range;

use super::super::{Secret, What, base64};
use super::{GOOGLE, Issuer, body, form};
use crate::source::Span;

/// Before the kind of what follows.
pub(super) const MARK: &str = "-----BEGIN ";
/// `-----BEGIN` in Base64.
pub(super) const ENCODED_MARK: &str = "LS0tLS1CRUdJTi";
pub(super) const PUTTY_MARK: &str = "PuTTY-User-Key-File-";

/// Longer than a key of RSA with 16384 bits, and than most of PGP.
const LONGEST: usize = 32 << 10;
/// The shortest are those of Ed25519: 64 characters.
const SHORTEST: usize = 56;

static SERVICE_ACCOUNT: Issuer = Issuer {
    name: "a Google Cloud service account",
    what: "the private key",
    revoked_at: "console.cloud.google.com/iam-admin/serviceaccounts",
    rule: GOOGLE,
};

/// The private key that begins at `-----BEGIN `.
pub(super) fn at(text: &str, mark: Range<usize>) -> Option<Secret> {
    let (header, end) = key_at(text, mark.start)?;
    let hidden = Span::new(mark.start, end);
    let is_account = is_service_account(text, mark.start);
    let what = if is_account { What::Issued(&SERVICE_ACCOUNT) } else { What::PrivateKey };
    Some(Secret { span: Span::new(mark.start, header), hidden, name: None, what })
}

/// Whether a text holds a private key of that kind.
pub(crate) fn is_in(text: &str) -> bool {
    text.match_indices(MARK).any(|(start, _)| key_at(text, start).is_some())
}

/// Where the header of the private key at `start` ends, and where the key does.
fn key_at(text: &str, start: usize) -> Option<(usize, usize)> {
    const DASHES: &str = "-----";
    /// The longest that is in use: `ENCRYPTED PRIVATE KEY`, `PGP PRIVATE KEY BLOCK`.
    const LONGEST_LABEL: usize = 40;
    let rest = text.get(start + MARK.len()..)?;
    let window = rest.as_bytes().get(..LONGEST_LABEL.min(rest.len()))?;
    let label = rest.get(..find(window, DASHES)?)?;
    let is_private = label.ends_with("PRIVATE KEY") || label == "PGP PRIVATE KEY BLOCK";
    if !is_private || label.contains("ENCRYPTED") {
        return None;
    }
    let header = start + MARK.len() + label.len() + DASHES.len();
    let rest = text.as_bytes().get(header..)?;
    let rest = rest.get(..LONGEST.min(rest.len()))?;
    // Whatever is cut off before its last line is judged by what is there.
    let until = find(rest, DASHES);
    let inside = text.get(header..header + until.unwrap_or_else(|| cut_off(rest)))?;
    let footer = until.and_then(|until| {
        let footer = text.get(header + until..)?.strip_prefix("-----END ")?.strip_prefix(label)?;
        footer.starts_with(DASHES).then_some("-----END ".len() + label.len() + DASHES.len())
    });
    if until.is_some() && footer.is_none() {
        return None;
    }
    is_key(inside).then_some((header, header + inside.len() + footer.unwrap_or_default()))
}

/// Where a body without an end stops to look like one.
fn cut_off(bytes: &[u8]) -> usize {
    let is_part = |byte: &&u8| form::BASE64.has(**byte) || b"=\\\r\n\t ".contains(byte);
    bytes.iter().take_while(is_part).count()
}

/// Where a text begins in another.
fn find(bytes: &[u8], text: &str) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text.as_bytes())
}

/// Whether what stands between header and footer is a key in the clear.
fn is_key(inside: &str) -> bool {
    /// Keys have runs where numbers are small, and so only their spread is asked for.
    const SPREAD: f64 = 4.0;
    let (body, is_encrypted) = lines_of(inside);
    if is_encrypted || body.len() < SHORTEST {
        return false;
    }
    let is_base64 = body.bytes().all(|it| form::BASE64.has(it) || it == b'=');
    let head = body.get(..body.len().min(1024)).unwrap_or_default();
    is_base64
        && body::entropy(head.as_bytes()) >= SPREAD
        && !["EXAMPLE", "example", "YOUR", "xxxx", "XXXX", "FAKE", "DUMMY"]
            .iter()
            .any(|word| body.contains(word))
        && !is_encrypted_openssh(head)
}

/// The Base64 of a body without what breaks its lines, and whether its headers say that it is encrypted.
///
/// Lines are broken as such, or by `\n` in a string; strings may be joined line by line.
fn lines_of(inside: &str) -> (String, bool) {
    let unescaped = inside.replace("\\\\n", "\n").replace("\\n", "\n").replace("\\r", "\n");
    let mut body = String::with_capacity(unescaped.len());
    let mut is_encrypted = false;
    for line in unescaped.lines() {
        let is_framing = |c: char| c.is_whitespace() || "\"',;|>#\\".contains(c);
        let line = line.trim_matches(is_framing);
        // What is left of `"…" +`.
        let line = line.strip_suffix(" +").map_or(line, |line| line.trim_end_matches(is_framing));
        if line.contains(": ") || line.starts_with("Version:") || line.starts_with("Comment:") {
            is_encrypted |= line.contains("ENCRYPTED") || line.starts_with("DEK-Info");
        } else if !line.starts_with('=') && line != "+" {
            // The checksum of PGP begins with `=`.
            body.extend(line.chars().filter(|c| !c.is_whitespace()));
        }
    }
    (body, is_encrypted)
}

/// Whether a body is a key of OpenSSH that a passphrase protects: the name of a cipher that is not
/// `none` follows the magic.
///
/// Source: PROTOCOL.key of OpenSSH.
fn is_encrypted_openssh(body: &str) -> bool {
    const MAGIC: &str = "b3BlbnNzaC1rZXktdjEA";
    body.strip_prefix(MAGIC).is_some_and(|rest| {
        base64::decode(rest.get(..16).unwrap_or_default())
            .is_none_or(|bytes| bytes.get(..8) != Some(b"\0\0\0\x04none"))
    })
}

/// Whether the key belongs to the credentials of a Google service account: to one of its neighbours in
/// the JSON.
fn is_service_account(text: &str, at: usize) -> bool {
    const REACH: usize = 600;
    let before = text.as_bytes().get(at.saturating_sub(REACH)..at).unwrap_or_default();
    let has = |word: &str| find(before, word).is_some();
    has("private_key") && (has("service_account") || has("private_key_id"))
}

/// The private key in the Base64 around its encoded beginning.
pub(super) fn encoded_at(text: &str, mark: Range<usize>) -> Option<Secret> {
    let bytes = text.as_bytes();
    let previous = mark.start.checked_sub(1).and_then(|at| bytes.get(at));
    if previous.is_some_and(|it| form::BASE64.has(*it)) && !form::is_escape(bytes, mark.start) {
        return None;
    }
    let rest = bytes.get(mark.start..)?;
    let length = rest.iter().take(LONGEST * 2).take_while(|it| form::BASE64.has(**it)).count();
    let padding = rest.iter().skip(length).take(2).take_while(|it| **it == b'=').count();
    let end = mark.start + length + padding;
    // A text that was cut off may end within a character.
    let whole = if length % 4 == 1 { length - 1 } else { length };
    let decoded = base64::decode(text.get(mark.start..mark.start + whole)?)?;
    let decoded = String::from_utf8_lossy(&decoded);
    // A certificate may stand before it, or the parameters of its curve.
    if !is_in(&decoded) {
        return None;
    }
    let span = Span::new(mark.start, end);
    Some(Secret { span, hidden: span, name: None, what: What::PrivateKey })
}

/// The private key in a file of `PuTTY`.
pub(super) fn putty_at(text: &str, mark: Range<usize>) -> Option<Secret> {
    const NEAR: usize = 256;
    let rest = text.as_bytes().get(mark.end..)?;
    let near = rest.get(..NEAR.min(rest.len()))?;
    find(near, "Encryption: none")?;
    let body = rest.get(..LONGEST.min(rest.len()))?;
    let private = find(body, "Private-Lines: ")?;
    let lines = text.get(mark.end + private..)?;
    let mut end = mark.end + private;
    let mut count = 0;
    for line in lines.split_inclusive('\n').take(200) {
        let trimmed = line.trim();
        let is_body =
            !trimmed.is_empty() && trimmed.bytes().all(|it| form::BASE64.has(it) || it == b'=');
        if count > 0 && !is_body {
            break;
        }
        count += 1;
        end += line.len();
    }
    let first = text.get(mark.start..)?.lines().next()?.len();
    (count > 1).then(|| Secret {
        span: Span::new(mark.start, mark.start + first),
        hidden: Span::new(mark.start, end),
        name: None,
        what: What::PrivateKey,
    })
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::super::super::{Setting, scan};
    use ::base64::prelude::*;

    use super::*;

    const LINES: [&str; 3] = [
        "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAK7vQ2mZr8YpWc4T",
        "h1JxLs9uGdKf3bXoNq6VtCyRePz5MwSaBi0UgHjDkEnFlQv7A2ZtYrXc8sWuPoLm",
        "9dKqGhTf4RbVnJxEzCi1Ma6SyUwQp3LkOoHgBtDr",
    ];

    fn found(text: &str) -> Vec<(What, String, String)> {
        scan(Setting::Plain, text)
            .into_iter()
            .filter(|it| matches!(it.what, What::PrivateKey | What::Issued(_)))
            .map(|it| (it.what, text[it.span.range()].into(), text[it.hidden.range()].into()))
            .collect()
    }

    fn pem(kind: &str, separator: &str) -> String {
        format!(
            "-----BEGIN {kind}-----{separator}{}{separator}-----END {kind}-----",
            LINES.join(separator)
        )
    }

    #[test]
    fn private_keys_are_found_however_they_are_written() {
        let texts = [
            pem("PRIVATE KEY", "\n"),
            pem("RSA PRIVATE KEY", "\r\n"),
            pem("EC PRIVATE KEY", "\n    "),
            pem("OPENSSH PRIVATE KEY", "\\n"),
            pem("PGP PRIVATE KEY BLOCK", "\\\\n"),
            pem("PRIVATE KEY", " "),
            pem("PRIVATE KEY", "\\n\" +\n  \""),
        ];
        for text in texts {
            let found = found(&format!("key: |\n    {text}\nnext: 1\n"));
            assert_eq!(found.len(), 1, "{text}");
            assert!(
                found[0].1.starts_with("-----BEGIN") && found[0].1.ends_with("KEY-----")
                    || found[0].1.ends_with("BLOCK-----")
            );
            assert_eq!(found[0].2, text);
        }
    }

    #[test]
    fn what_is_no_private_key_in_the_clear_is_left_alone() {
        let encrypted = format!(
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\n{}\n-----END RSA PRIVATE KEY-----",
            LINES.join("\n")
        );
        for text in [
            encrypted,
            pem("ENCRYPTED PRIVATE KEY", "\n"),
            pem("PUBLIC KEY", "\n"),
            pem("CERTIFICATE", "\n"),
            "-----BEGIN PRIVATE KEY-----".into(),
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----".into(),
            "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg...\n-----END PRIVATE KEY-----".into(),
            "-----BEGIN PRIVATE KEY-----\\n${KEY}\\n-----END PRIVATE KEY-----".into(),
            "r'-----BEGIN [A-Z ]*PRIVATE KEY-----'".into(),
            "if '-----BEGIN PRIVATE KEY-----' in text and '-----END PRIVATE KEY-----' in text:".into(),
            "-----BEGIN PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n-----END PRIVATE KEY-----".into(),
        ] {
            assert_eq!(found(&text), [], "{text}");
        }
    }

    #[test]
    fn a_passphrase_of_openssh_is_seen() {
        let with = |head: &str| {
            format!(
                "-----BEGIN OPENSSH PRIVATE KEY-----\n{head}{}\n-----END OPENSSH PRIVATE KEY-----",
                LINES.join("\n")
            )
        };
        assert_eq!(found(&with("b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB")).len(), 1);
        assert_eq!(found(&with("b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0")), []);
    }

    #[test]
    fn keys_in_base64_are_found() {
        let encode = |text: &str| BASE64_STANDARD_NO_PAD.encode(text);
        let text = encode(&pem("EC PRIVATE KEY", "\n"));
        assert_eq!(found(&format!("tls.key: {text}=="))[0].0, What::PrivateKey);
        for before in ["EC PARAMETERS", "CERTIFICATE"] {
            let text = encode(&format!("{}\n{}\n", pem(before, "\n"), pem("EC PRIVATE KEY", "\n")));
            assert_eq!(found(&format!("key: '{text}'"))[0].2, text);
        }
        assert_eq!(found(&format!("tls.crt: {}", encode(&pem("CERTIFICATE", "\n")))), []);
    }

    #[test]
    fn keys_of_putty_are_found() {
        let text = |cipher: &str| {
            format!(
                "PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: {cipher}\r\nComment: deploy\r\nPublic-Lines: 1\r\n{}\r\nPrivate-Lines: 1\r\n{}\r\nPrivate-MAC: 9f\r\n",
                LINES[0], LINES[1]
            )
        };
        let plain = found(&text("none"));
        assert_eq!(plain[0].1, "PuTTY-User-Key-File-3: ssh-ed25519");
        assert!(plain[0].2.trim_end().ends_with(LINES[1]));
        assert_eq!(found(&text("aes256-cbc")), []);
    }

    #[test]
    fn service_accounts_are_named() {
        let text = format!(
            "{{\"type\": \"service_account\", \"project_id\": \"shop\", \"private_key\": \"{}\\n\"}}",
            pem("PRIVATE KEY", "\\n")
        );
        assert!(matches!(found(&text)[0].0, What::Issued(issuer) if issuer.rule == GOOGLE));
    }
}
