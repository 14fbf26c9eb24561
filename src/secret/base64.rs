//! Base64, in both alphabets, as far as credentials are written in it.

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, alphabet};

/// What encodes may leave bits over that mean nothing, and padding is cut off here.
const FORGIVING: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::RequireNone);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, FORGIVING);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, FORGIVING);

/// Longer texts are files, whose first bytes say enough.
const MOST: usize = 64 << 10;

/// The bytes that a text stands for; nothing where it is no Base64 from its first to its last
/// character.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if digits.is_empty() || text.len() > MOST || padding > 2 {
        return None;
    }
    let engine = if digits.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    engine.decode(digits).ok()
}

/// The text that a text stands for, where it is one that people can read.
pub(crate) fn readable(text: &str) -> Option<String> {
    const LEAST: usize = 4;
    let decoded = String::from_utf8(decode(text)?).ok()?;
    let is_readable =
        decoded.trim_end().chars().all(|c| c.is_ascii_graphic() || c == ' ' || c == '\n');
    (is_readable && decoded.len() >= LEAST && text.len().is_multiple_of(4)).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_are_read() {
        assert_eq!(decode("aHVudGVyMg==").as_deref(), Some(b"hunter2".as_slice()));
        assert_eq!(decode("aHVudGVyMg").as_deref(), Some(b"hunter2".as_slice()));
        assert_eq!(decode("-_8").as_deref(), Some([0xfb, 0xff].as_slice()));
        assert_eq!(readable("Y2hhbmdlbWU=").as_deref(), Some("changeme"));
        for text in ["", "a", "not base64!", "aHVudGVyMg===="] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(readable("q7Rk2vXw9LmT4bNz"), None);
    }
}
