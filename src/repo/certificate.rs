//! Certificates that stand in files: whose they are, and until when they hold.
//!
//! They are found as PEM, on lines or in a string, as base64 of that (`tls.crt` of a Secret,
//! `caBundle`), and as DER. Only what is needed is read of them, by `x509-parser`.
//!
//! Sources: RFC 7468, section 5; RFC 5280, sections 4.1.2.5 and 4.2.1.6.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use jiff::civil::Date;
use memchr::memmem;
use x509_parser::certificate::X509CertificateParser;
use x509_parser::nom::Parser;
use x509_parser::prelude::X509Certificate;

use super::{Part, is_for_show};
use crate::file::File;
use crate::source::Span;

/// A certificate, as far as it is told from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    /// What it begins with; nothing in a file that is all of it.
    pub(crate) span: Span,
    /// Its common name or, without one, the first host that it is for.
    pub(crate) subject: Option<String>,
    /// The last day on which it holds.
    pub(crate) ends: Date,
}

/// The first line of PEM, plain and in base64, in which it is a whole number of groups.
const MARKS: [&str; 2] = ["-----BEGIN CERTIFICATE-----", "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(MARKS).ok());

/// Each mark alone: most files have none, and to find that out one at a time is the fastest.
static MARKED: LazyLock<[memmem::Finder<'static>; 2]> =
    LazyLock::new(|| MARKS.map(memmem::Finder::new));

/// More certificates of one file are those of a whole world, and nobody is told of each.
const MOST: usize = 512;

/// A certificate with more bytes is none; those with the keys of tomorrow have a tenth.
const LARGEST: usize = 1 << 17;

/// Longer names are cut.
const LONGEST_NAME: usize = 100;

/// More certificates of one file are a list of whom to trust, in which some always have ended.
const MOST_OF_A_CHAIN: usize = 8;

/// The certificates of a file that something may run with.
pub(crate) fn in_use(file: &File) -> impl Iterator<Item = &Certificate> {
    let is_for_show = is_for_show(file.source().path_in_run());
    let certificates = file.parts().iter().filter_map(|part| match part {
        Part::Certificates(certificates) => Some(certificates),
        _ => None,
    });
    certificates.filter(move |all| all.len() <= MOST_OF_A_CHAIN && !is_for_show).flatten()
}

impl Certificate {
    /// Whose it is, in words.
    pub(crate) fn describe(&self) -> String {
        match &self.subject {
            Some(subject) => format!("the certificate of `{subject}`"),
            None => "a certificate".to_owned(),
        }
    }
}

/// The certificates in a text, in its order.
pub(crate) fn read(text: &str) -> Vec<Certificate> {
    let mut found = Vec::new();
    if !MARKED.iter().any(|mark| mark.find(text.as_bytes()).is_some()) {
        return found;
    }
    let Some(finder) = FINDER.as_ref() else { return found };
    // What was read for one is not read for the next.
    let mut done = 0;
    for mark in finder.find_iter(text) {
        if mark.start() < done || found.len() == MOST {
            continue;
        }
        let span = Span::new(mark.start(), mark.end());
        if mark.pattern().as_usize() == 0 {
            let (body, end) = pem_body(text, mark.end());
            done = end;
            found.extend(certificate(&body, span));
        } else {
            let (inner, end) = base64(text, mark.start());
            done = end;
            // What follows the end may have been read too far: the next key of a mapping.
            let inner = String::from_utf8_lossy(&inner);
            for (at, mark) in inner.match_indices(MARKS[0]).take(MOST - found.len()) {
                let (body, _) = pem_body(&inner, at + mark.len());
                found.extend(certificate(&body, span));
            }
        }
    }
    found
}

/// The certificate that a file of bytes is all of.
pub(crate) fn read_der(bytes: &[u8]) -> Option<Certificate> {
    (bytes.len() <= LARGEST).then(|| certificate(bytes, Span::new(0, 0)))?
}

/// Whether files of that name may be certificates in DER.
pub(crate) fn is_der_name(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["der", "crt", "cer"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Whether files of that name hold keys behind a password, in a form that cannot be looked into. A
/// store of what is trusted holds none, and the one with which Android signs what is being
/// developed has a password that everybody knows.
pub(crate) fn is_key_store_name(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let is_trust = ["trust", "cacerts", "debug"].iter().any(|word| stem.contains(word));
    matches!(extension, "p12" | "pfx" | "jks" | "keystore" | "bks" | "jceks") && !is_trust
}

/// The bytes between the first line of PEM and its last, and where that begins. In strings, lines
/// may end with `\n` as two characters.
fn pem_body(text: &str, start: usize) -> (Vec<u8>, usize) {
    let (body, end) = base64(text, start);
    let is_closed = text.get(end..).is_some_and(|rest| rest.starts_with("-----END"));
    (if is_closed { body } else { Vec::new() }, end)
}

/// Reads base64 up to the first character that is none, or to its end, past breaks of lines,
/// quotes and escapes of them, and says where that is.
fn base64(text: &str, start: usize) -> (Vec<u8>, usize) {
    let bytes = text.as_bytes().get(start..).unwrap_or_default();
    let (mut out, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    let (mut at, mut is_padded) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        let escapes = byte == b'\\' && matches!(bytes.get(at + 1), Some(b'n' | b'r' | b't'));
        at += 1 + usize::from(escapes);
        let value = match byte {
            b'\\' | b'\n' | b'\r' | b'\t' | b' ' | b'"' | b'\'' => continue,
            b'=' => {
                is_padded = true;
                continue;
            }
            _ if is_padded => None,
            b'A'..=b'Z' => Some(byte - b'A'),
            b'a'..=b'z' => Some(byte - b'a' + 26),
            b'0'..=b'9' => Some(byte - b'0' + 52),
            b'+' => Some(62),
            b'/' => Some(63),
            _ => None,
        };
        let Some(value) = value else {
            at -= 1;
            break;
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            // The rest of the bits stays for the next.
            out.push(u8::try_from((bits >> count) & 0xff).unwrap_or_default());
            bits &= (1 << count) - 1;
        }
    }
    (out, start + at)
}

fn certificate(der: &[u8], span: Span) -> Option<Certificate> {
    if der.is_empty() || der.len() > LARGEST {
        return None;
    }
    // Extensions are many, and only one of them is looked at.
    let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
    let (_, certificate) = parser.parse(der).ok()?;
    let ends = certificate.validity().not_after.to_datetime();
    let ends = Date::new(
        i16::try_from(ends.year()).ok()?,
        i8::try_from(u8::from(ends.month())).ok()?,
        i8::try_from(ends.day()).ok()?,
    );
    Some(Certificate { span, subject: subject(&certificate), ends: ends.ok()? })
}

fn subject(certificate: &X509Certificate<'_>) -> Option<String> {
    let names = certificate.subject();
    let common = names.iter_common_name().find_map(|name| name.as_str().ok());
    let host = || {
        let extensions = certificate.extensions().iter();
        let mut names = extensions.filter(|it| it.oid.to_id_string() == "2.5.29.17");
        names.find_map(|extension| first_host(extension.value))
    };
    let name = common.filter(|name| !name.trim().is_empty()).or_else(host)?;
    let plain = name.chars().filter(|c| !c.is_control() && *c != '`');
    Some(plain.take(LONGEST_NAME).collect())
}

/// The first host of a `subjectAltName`, which is a list of names with a tag for each kind.
fn first_host(mut list: &[u8]) -> Option<&str> {
    /// The tag of a sequence, and that of a host among the names.
    const SEQUENCE: u8 = 0x30;
    const HOST: u8 = 0x82;
    let (tag, names, _) = element(list)?;
    list = (tag == SEQUENCE).then_some(names)?;
    loop {
        let (tag, name, rest) = element(list)?;
        if tag == HOST {
            return std::str::from_utf8(name).ok();
        }
        list = rest;
    }
}

/// The tag and the content of the element of DER that a text begins with, and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, length], rest) = der.split_first_chunk::<2>()?;
    let (length, rest) = match length {
        ..=0x7f => (usize::from(length), rest),
        0x81 => {
            let (&length, rest) = rest.split_first()?;
            (usize::from(length), rest)
        }
        0x82 => {
            let (&length, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(length)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const NAMED: &str = "-----BEGIN CERTIFICATE-----\n\
         MIIBcTCCARagAwIBAgIIEjRWeJCrze8wCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS\n\
         YXBpLm9yZGVycy5leGFtcGxlMB4XDTI1MDgwMTAwMDAwMFoXDTI2MDgwMTEyMDAw\n\
         MFowHTEbMBkGA1UEAwwSYXBpLm9yZGVycy5leGFtcGxlMFkwEwYHKoZIzj0CAQYI\n\
         KoZIzj0DAQcDQgAE6PqiuEy4JypaZ0VOGL2Wmw+B2RfVG7vlCsFd+4MploK6Epg8\n\
         W5mazn6iA9AwcyczB5AjSuR+rYSOt4DEMzbZtKNAMD4wHQYDVR0RBBYwFIISYXBp\n\
         Lm9yZGVycy5leGFtcGxlMB0GA1UdDgQWBBT2IvJysRq3LEv4zsALNstdcYGE1zAK\n\
         BggqhkjOPQQDAgNJADBGAiEA3G//IW2iKlwN2wxia/k9QjQz01yEl6dO45RsRBxP\n\
         NcgCIQDElf82Yl1yB0m2DEw91luuLHtux0IbWDXJFrY0j15NYQ==\n\
         -----END CERTIFICATE-----";

    const NAMELESS: &str = "-----BEGIN CERTIFICATE-----\n\
         MIIBOjCB4aADAgECAggSNFZ4kKvN7zAKBggqhkjOPQQDAjAAMB4XDTI1MDkwMTAw\n\
         MDAwMFoXDTI2MDMwMTEyMDAwMFowADBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA\n\
         BGg+ZZy4sw5hfa7VwWbGBhO3VcZlNOIibnYOjjqNpYp5XLYA687uNE5z234kygmt\n\
         Kn0n00EO6h8Dlni0VHsHD2ujRTBDMCIGA1UdEQQbMBmCDGNoYXQuZXhhbXBsZYIJ\n\
         eC5leGFtcGxlMB0GA1UdDgQWBBSk6zKniT8NEolNS8hLKBKqw9CCazAKBggqhkjO\n\
         PQQDAgNIADBFAiEA9EWgH4YvgDLzGDyVN8gsIhqtUPr+obQt4PCRM89Im+MCIGUW\n\
         gD+Ty5H0A8BUytBwNIyy9EccSPdQqSB5CfFen/e8\n\
         -----END CERTIFICATE-----";

    const ENDLESS: &str = "-----BEGIN CERTIFICATE-----\n\
         MIIBTzCB96ADAgECAggSNFZ4kKvN7zAKBggqhkjOPQQDAjAPMQ0wCwYDVQQKDARB\n\
         Y21lMCAXDTI1MDkwMTAwMDAwMFoYDzk5OTkxMjMxMjM1OTU5WjAPMQ0wCwYDVQQK\n\
         DARBY21lMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEc1h8LwmzPC2cGFbZs/ah\n\
         9rjsX5ZuhEQK8Y5Sk8W0BosEUi9xVGaGejDFZFs7pUm7rLMOGeYD6c+2LkHpFqmu\n\
         k6M7MDkwGAYDVR0RBBEwD4INbmV2ZXIuZXhhbXBsZTAdBgNVHQ4EFgQUHNBklCyG\n\
         OorJHELZli+xtsl/4xswCgYIKoZIzj0EAwIDRwAwRAIgZWL22M0zNgYghD2MsiVr\n\
         Vd+rs34xdjTMY/kjKlEQqgcCIGrQ9xQl0cUgIBk3ixlxTHtSHoOnrd0SJdux9G8L\n\
         YFep\n\
         -----END CERTIFICATE-----";

    fn base64_of(text: &str) -> String {
        const LETTERS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for group in text.as_bytes().chunks(3) {
            let bits = group.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
            let bits = bits << (8 * (3 - group.len()));
            for place in 0..=group.len() {
                let index = (bits >> (18 - 6 * place)) & 63;
                out.push(char::from(LETTERS[index as usize]));
            }
        }
        out
    }

    fn told(text: &str) -> Vec<(String, Date)> {
        let found = read(text).into_iter();
        found.map(|it| (it.subject.unwrap_or_default(), it.ends)).collect()
    }

    #[test]
    fn certificates_are_found_in_whatever_form() {
        let named = ("api.orders.example".to_owned(), date(2026, 8, 1));
        let nameless = ("chat.example".to_owned(), date(2026, 3, 1));
        assert_eq!(told(&format!("# a chain\n{NAMED}\n{NAMELESS}")), [named.clone(), nameless]);
        let indented = NAMED.replace('\n', "\n    ");
        assert_eq!(
            told(&format!("tls:\n  crt: |\n    {indented}\n")),
            std::slice::from_ref(&named)
        );
        let escaped = NAMED.replace('\n', "\\n");
        assert_eq!(told(&format!("{{\"crt\": \"{escaped}\\n\"}}")), std::slice::from_ref(&named));
        let quoted = NAMED.replace('\n', "\\n\"\n  \"");
        assert_eq!(told(&format!("CRT = (\"{quoted}\")")), std::slice::from_ref(&named));
        let inner = base64_of(&format!("{NAMED}\n{NAMED}\n"));
        let text = format!("  tls.crt: {inner}\n  tls.key: QUJD\n");
        assert_eq!(told(&text), [named.clone(), named.clone()]);
        assert_eq!(read(&text)[0].span, Span::new(11, 11 + MARKS[1].len()));
        assert_eq!(told(&NAMED.replace('\n', "\r\n")), [named]);
        assert_eq!(
            told(ENDLESS),
            [(String::new(), date(9999, 12, 31))]
                .map(|(_, ends)| ("never.example".to_owned(), ends))
        );
    }

    #[test]
    fn der_is_read_as_it_is() {
        let (der, _) = pem_body(NAMED, MARKS[0].len());
        let found = read_der(&der).unwrap();
        assert_eq!((found.span, found.ends), (Span::new(0, 0), date(2026, 8, 1)));
        assert_eq!(read_der(b"\x30\x82\xff\xff"), None);
        assert!(is_der_name("certs/ca.DER") && !is_der_name("der"));
    }

    #[test]
    fn what_is_none_is_passed_over() {
        let cut: String = NAMED.lines().take(4).collect::<Vec<_>>().join("\n");
        for text in [
            "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n",
            "if line == '-----BEGIN CERTIFICATE-----':",
            "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t",
            &cut,
        ] {
            assert_eq!(read(text), []);
        }
    }

    #[test]
    fn any_text_is_read_once() {
        for mark in MARKS {
            let text = mark.repeat(1 << 14);
            assert_eq!(read(&text), []);
            let text = format!("{mark}\n").repeat(1 << 14);
            assert_eq!(read(&text), []);
        }
    }
}
