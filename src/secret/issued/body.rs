//! Tells what a generator of random numbers wrote from what somebody made up.

/// Words in keys that stand for a key. In a random text a word of six letters, in whatever case, does
/// not happen.
const LONG_WORDS: [&str; 26] = [
    "apikey",
    "asdfgh",
    "changeme",
    "dddddd",
    "deadbeef",
    "example",
    "foobar",
    "insert",
    "invalid",
    "mypassword",
    "mysecret",
    "mytoken",
    "notareal",
    "notreal",
    "password",
    "placeholder",
    "qwerty",
    "random",
    "redacted",
    "replace",
    "revoked",
    "sample",
    "secret",
    "something",
    "testing",
    "zxcvbn",
];

/// The same, shorter: only in one case, or with a capital.
const SHORT_WORDS: [&str; 13] = [
    "demo", "dummy", "fake", "foo-", "goes", "here", "lorem", "mock", "test", "todo", "xxxx",
    "your", "key-",
];

/// Whether somebody made the text up, for all that can be seen.
pub(super) fn is_made_up(body: &str, has_runs: bool) -> bool {
    let lower = body.to_ascii_lowercase();
    let is_short = |word: &&str| {
        let mut capital = (*word).to_owned();
        capital.get_mut(..1).map(str::make_ascii_uppercase);
        body.contains(*word) || body.contains(&word.to_ascii_uppercase()) || body.contains(&capital)
    };
    LONG_WORDS.iter().any(|word| lower.contains(word))
        || SHORT_WORDS.iter().any(is_short)
        || has_sequence(lower.as_bytes())
        || (!has_runs && has_run(lower.as_bytes()))
        || is_repeated(body.as_bytes())
        || is_words(body)
}

/// Whether the characters count up or down: `1234567`, `abcdefg`, `a1b2c3d4`, `abc123def456`.
fn has_sequence(bytes: &[u8]) -> bool {
    /// Of so many characters.
    const LONG: usize = 7;
    let step = |a: u8, b: u8| i16::from(b) - i16::from(a);
    let longest = |distance: usize, wanted: i16| {
        let mut longest = 0;
        let mut length = 0;
        for (a, b) in bytes.iter().zip(bytes.iter().skip(distance)) {
            length = if step(*a, *b) == wanted { length + 1 } else { 0 };
            longest = longest.max(length);
        }
        longest
    };
    let steps = bytes.iter().zip(bytes.iter().skip(1)).filter(|(a, b)| step(**a, **b) == 1).count();
    longest(1, 1) + 1 >= LONG
        || longest(1, -1) + 1 >= LONG
        || longest(2, 1) + 2 > LONG
        || bytes.len() >= 12 && steps * 5 > bytes.len() * 2
}

/// Whether one character stands there again and again.
fn has_run(bytes: &[u8]) -> bool {
    const LONG: usize = 7;
    bytes.windows(LONG).any(|window| window.iter().all(|it| Some(it) == window.first()))
}

/// Whether all of it is one text of at most sixteen characters, several times over.
fn is_repeated(bytes: &[u8]) -> bool {
    const MOST: usize = 16;
    (1..=MOST.min(bytes.len() / 2))
        .any(|period| bytes.iter().zip(bytes.iter().skip(period)).all(|(a, b)| a == b))
}

/// Whether it reads like words: `my-own-key-for-the-lab`, `letmein`.
fn is_words(body: &str) -> bool {
    let has = |is: fn(&u8) -> bool| body.as_bytes().iter().any(is);
    let (digit, lower, upper) =
        (has(u8::is_ascii_digit), has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase));
    if !digit && !lower {
        // Ids in Base32 have no digit in one case of thirty.
        return !is_unpronounceable(body);
    }
    if u8::from(digit) + u8::from(lower) + u8::from(upper) < 2 {
        return true;
    }
    let is_word = |it: &&str| {
        (3..=12).contains(&it.len())
            && (it.bytes().all(|c| c.is_ascii_lowercase())
                || it.bytes().all(|c| c.is_ascii_uppercase()))
    };
    let words: Vec<&str> = body.split(['-', '_', '.']).filter(is_word).collect();
    let letters: usize = words.iter().map(|it| it.len()).sum();
    words.len() >= 3 && letters * 2 > body.len()
}

/// Whether nobody could read it aloud: four consonants follow each other, and few letters are vowels.
fn is_unpronounceable(body: &str) -> bool {
    const CONSONANTS: usize = 4;
    let is_vowel = |byte: &u8| b"AEIOU".contains(byte);
    let vowels = body.bytes().filter(|it| is_vowel(it)).count();
    let is_stuck = body
        .as_bytes()
        .windows(CONSONANTS)
        .any(|window| window.iter().all(|it| it.is_ascii_uppercase() && !is_vowel(it)));
    is_stuck
        && vowels * 3 <= body.len()
        && !["ACCESS", "KEY", "TOKEN", "AWS"].iter().any(|it| body.contains(it))
}

/// Whether the characters are spread as those of random texts are: Shannon's entropy is at least seven
/// tenths of what it can be in a text of that length over an alphabet of that size. Of 16 random
/// characters one in a million falls short.
#[allow(clippy::cast_precision_loss)] // texts are short
pub(super) fn is_spread(body: &str, alphabet: u32) -> bool {
    const SHARE: f64 = 0.7;
    let length = body.len() as f64;
    // Parts of some keys are of fewer characters than the whole may have: numbers, hexadecimal digits.
    let alphabet = alphabet.min(used(body.as_bytes())).max(10);
    let most = length.log2().min(f64::from(alphabet).log2());
    entropy(body.as_bytes()) >= SHARE * most
}

/// How many characters there are of the kinds that a text has.
fn used(bytes: &[u8]) -> u32 {
    let letters = |first: u8| {
        let is_letter = |it: &&u8| (first..first + 26).contains(*it);
        match bytes.iter().filter(is_letter).max() {
            Some(last) if *last < first + 6 => 6,
            Some(_) => 26,
            None => 0,
        }
    };
    let digits = if bytes.iter().any(u8::is_ascii_digit) { 10 } else { 0 };
    let signs = if bytes.iter().any(|it| !it.is_ascii_alphanumeric()) { 2 } else { 0 };
    letters(b'a') + letters(b'A') + digits + signs
}

/// Shannon's entropy, in bits a byte.
#[allow(clippy::cast_precision_loss)]
pub(super) fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let total = bytes.len() as f64;
    let share = |count: &u32| f64::from(*count) / total;
    counts.iter().filter(|it| **it > 0).map(share).map(|it| -it * it.log2()).sum()
}

/// Whether the text has a letter and a digit.
pub(super) fn is_mixed(body: &str) -> bool {
    body.bytes().any(|it| it.is_ascii_digit()) && body.bytes().any(|it| it.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_texts_are_known() {
        for text in [
            "IOSFODNN7EXAMPLE",
            "xxxxxxxxxxxxxxxxxxxx",
            "1234567890abcdef1234567890abcdef",
            "abcdefghijklmnopqrst",
            "a1b2c3d4e5f6g7h8",
            "abc123def456ghi789jk",
            "00000000000000000000",
            "k9dZk9dZk9dZk9dZ",
            "your-key-goes-here-1",
            "my-own-lab-access-99",
            "onlyloweredletters",
            "deadbeefdeadbeef",
            "ZYXWVUT98",
            "MYACCESSKEYIDFORX",
            "CORRECTHORSESTAP",
        ] {
            assert!(is_made_up(text, false), "{text}");
        }
        for text in [
            "Q7rT2kLm9ZpX4vBn8WcY",
            "3f9a1c77d20be5486a91c04f7be2d358",
            "AbkQzWTrNmPxYvLdHsJc",
            "QZKRTWNMXOPLVBGD",
        ] {
            assert!(!is_made_up(text, false), "{text}");
        }
    }

    #[test]
    fn spread_is_measured_against_what_can_be() {
        assert!(is_spread("3f9a1c77d20be5486a91c04f7be2d358", 16));
        assert!(!is_spread("3f3f3f3f3f3f33333f3f3f3f3f3f3f3f", 16));
        assert!(is_spread("Q7RT2KLM6ZPX4VBN", 32));
        assert!(!is_spread("AAAABBBBAAAABBBB", 32));
        // `xoxp-`: three numbers and hexadecimal digits.
        let slack = "606430405209-7748871459225-7892490127109-f1f3ace253c2cd67eef1a0aa81aab920";
        assert!(is_spread(slack, 62));
    }
}
