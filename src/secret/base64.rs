//! Base64, in both alphabets, as far as credentials are written in it.

/// Longer texts are files, whose first bytes say enough.
const MOST: usize = 64 << 10;

/// The bytes that a text stands for; nothing where it is no Base64 from its first to its last
/// character.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if digits.is_empty() || text.len() > MOST || padding > 2 || digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4 + 3);
    let (mut held, mut bits) = (0u32, 0u32);
    for byte in digits.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(digit)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    Some(bytes)
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
