//! The checksums at the end of some keys.

/// The digits of base 62 as GitHub and npm write them.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

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
        .is_some_and(|(random, sum)| base62(crc32fast::hash(random)) == *sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_github() {
        // The one in public explanations of the form.
        assert!(ends_in_crc32(concat!("zQWBuTSOoRi4A9spHcVY5ncns", "DkxkJ0mLq17")));
        assert!(!ends_in_crc32(concat!("zQWBuTSOoRi4A9spHcVY5ncns", "DkxkJ0mLq18")));
    }
}
