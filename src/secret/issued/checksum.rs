//! The checksums at the end of some keys.

/// The digits of base 62 as GitHub and npm write them.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The CRC-32 of ISO 3309, as zlib has it.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// A number in base 62, six digits of it.
pub(super) fn base62(mut number: u32) -> [u8; 6] {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62.get((number % 62) as usize).copied().unwrap_or(b'0');
        number /= 62;
    }
    digits
}

/// Whether the last six of the characters are the checksum of those before them.
///
/// Source: github.blog/engineering/behind-githubs-new-authentication-token-formats; npm follows it.
pub(super) fn ends_in_crc32(body: &str) -> bool {
    body.as_bytes()
        .split_last_chunk::<6>()
        .is_some_and(|(random, sum)| base62(crc32(random)) == *sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_github() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        // The one in public explanations of the form.
        assert!(ends_in_crc32(concat!("zQWBuTSOoRi4A9spHcVY5ncns", "DkxkJ0mLq17")));
        assert!(!ends_in_crc32(concat!("zQWBuTSOoRi4A9spHcVY5ncns", "DkxkJ0mLq18")));
    }
}
