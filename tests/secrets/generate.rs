//! Makes the texts of the cases: every key in the tables is a template that is filled in when the
//! test runs, so that no text in the repository has the form of a real one.
//!
//! A template is `⟦name⟧` or `⟦name:argument⟧`; the innermost is filled in first.
//!
//! | template | becomes |
//! |---|---|
//! | `alnum:N`, `lower:N`, `upper:N`, `letters:N`, `digits:N` | N random letters and digits of that kind |
//! | `hex:N`, `HEX:N`, `base32:N`, `base64:N`, `url64:N` | N random characters of that alphabet, without padding |
//! | `uuid`, `guid` | a random UUID, which is a secret; one that is none |
//! | `pw` | a password as people make them |
//! | `open:template` | what the template becomes, which is no secret |
//! | `is:text` | that text, which is a secret: no output may hold it |
//! | `join:a\|b` | `ab`, for documented examples that should not stand in one piece |
//! | `x=template` and `=x` | what the template becomes, and the same again |
//! | `enc:text`, `encurl:text` | the text in base64; in the URL's alphabet without padding |
//! | `jwt`, `jwt:HEADER\|PAYLOAD` | a signed token of these two JSON texts |
//! | `pem:KIND`, `pem1:KIND` | a private key: as lines with the indentation of the first; in one line with `\n` |
//! | `cert:LABEL` | a block of that label that is not a private key |
//! | `aws-id`, `github:ghp`, `npm`, `openai:proj`, ... | see [`Case::vendor`] |
//!
//! What is random follows from the text of the case alone.

/// The text of a case, and what in it must not be printed.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    pub(crate) text: String,
    /// What is secret in it, and how many of its characters in a row no output may hold.
    pub(crate) secrets: Vec<(String, usize)>,
}

/// Fills in all templates.
pub(crate) fn fill(text: &str, state: &mut Case) -> Filled {
    let mut out = text.to_owned();
    state.secrets.clear();
    while let Some(end) = out.find('⟧') {
        let start = out[..end].rfind('⟦').expect("a template is opened before it is closed");
        let inner = out[start + '⟦'.len_utf8()..end].to_owned();
        let line = out[..start].rsplit('\n').next().unwrap_or_default();
        let indent: String = line.chars().take_while(|c| *c == ' ' || *c == '\t').collect();
        let made = state.make(&inner, &indent);
        out.replace_range(start..end + '⟧'.len_utf8(), &made);
    }
    Filled { text: out, secrets: std::mem::take(&mut state.secrets) }
}

const DIGITS: &str = "0123456789";
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ALNUM: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LOWER: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HEX: &str = "0123456789abcdef";
const HEX_UPPER: &str = "0123456789ABCDEF";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The state of one case.
#[derive(Debug)]
pub(crate) struct Case {
    random: u64,
    named: Vec<(String, String)>,
    secrets: Vec<(String, usize)>,
}

impl Case {
    /// Begins with what the text of the case says (FNV-1a).
    pub(crate) fn of(text: &str) -> Self {
        let random = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Case { random, named: Vec::new(), secrets: Vec::new() }
    }

    /// The next random number (`SplitMix64`).
    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(most).unwrap()).unwrap()
    }

    fn one_of<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let index = self.below(of.len());
        of[index]
    }

    /// Random characters, of every kind that the alphabet has if there is room for them.
    fn random(&mut self, alphabet: &str, length: usize) -> String {
        let bytes = alphabet.as_bytes();
        let kinds: [fn(&u8) -> bool; 3] =
            [u8::is_ascii_digit, u8::is_ascii_lowercase, u8::is_ascii_uppercase];
        for _ in 0..1000 {
            let text: Vec<u8> = (0..length).map(|_| bytes[self.below(bytes.len())]).collect();
            let has_all = kinds.iter().all(|kind| !bytes.iter().any(kind) || text.iter().any(kind));
            if has_all || length < 6 {
                return String::from_utf8(text).unwrap();
            }
        }
        unreachable!("a thousand texts without one of three kinds of characters")
    }

    /// The same, as a secret.
    fn secret(&mut self, alphabet: &str, length: usize) -> String {
        let text = self.random(alphabet, length);
        // So few hexadecimal characters in a row also stand in fingerprints.
        let window = if alphabet.len() <= 16 { 10 } else { 6 };
        if alphabet != DIGITS && length >= window {
            self.secrets.push((text.clone(), window));
        }
        text
    }

    fn hide(&mut self, text: String) -> String {
        let window = 6.min(text.chars().count());
        self.secrets.push((text.clone(), window));
        text
    }

    /// What a text begins with may be known: the label of a PEM block, the prefix of a key.
    fn hide_all_but_start(&mut self, text: String) -> String {
        if text.len() > 24 {
            self.secrets.push((text[16..].to_owned(), 6));
            return text;
        }
        self.hide(text)
    }

    fn make(&mut self, template: &str, indent: &str) -> String {
        if let Some(name) = template.strip_prefix('=') {
            let known = self.named.iter().find(|(known, _)| known == name);
            return known.unwrap_or_else(|| panic!("`{name}` is not made yet")).1.clone();
        }
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase());
        if let Some((name, rest)) = template.split_once('=').filter(|(name, _)| is_name(name)) {
            let made = self.make(rest, indent);
            self.named.push((name.to_owned(), made.clone()));
            return made;
        }
        let (name, argument) = template.split_once(':').unwrap_or((template, ""));
        let length = || argument.parse().unwrap_or_else(|_| panic!("a length: `{template}`"));
        match name {
            "alnum" => self.secret(ALNUM, length()),
            "lower" => self.secret(LOWER, length()),
            "upper" => self.secret(UPPER, length()),
            "letters" => self.secret(LETTERS, length()),
            "digits" => self.secret(DIGITS, length()),
            "hex" => self.secret(HEX, length()),
            "HEX" => self.secret(HEX_UPPER, length()),
            "base32" => self.secret(BASE32, length()),
            "base64" => self.secret(BASE64, length()),
            "url64" => self.secret(URL64, length()),
            "uuid" => {
                let made = self.uuid();
                self.secrets.push((made.clone(), 10));
                made
            }
            "guid" => self.uuid(),
            "open" => {
                let known = self.secrets.len();
                let made = self.make(argument, indent);
                self.secrets.truncate(known);
                made
            }
            "pw" => self.password(),
            "is" => self.hide(argument.to_owned()),
            "join" => argument.split('|').collect(),
            "enc" => {
                let made = base64(argument.as_bytes(), BASE64, true);
                self.hide_all_but_start(made)
            }
            "encurl" => base64(argument.as_bytes(), URL64, false),
            "jwt" => self.jwt(argument),
            "pem" => {
                let newline = format!("\n{indent}");
                self.pem(argument).join(&newline)
            }
            "pem1" => self.pem(argument).join("\\n"),
            "pemenc" => {
                let lines = self.pem(argument).join("\n") + "\n";
                let made = base64(lines.as_bytes(), BASE64, true);
                // The labels are known.
                self.secrets.push((made[60..made.len() - 60].to_owned(), 6));
                made
            }
            "cert" => {
                let newline = format!("\n{indent}");
                self.block(argument, "MII", 5).join(&newline)
            }
            _ => self.vendor(name, argument),
        }
    }

    fn uuid(&mut self) -> String {
        let hex = self.random(HEX, 32);
        let variant = self.one_of(&["8", "9", "a", "b"]);
        format!(
            "{}-{}-4{}-{variant}{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[13..16],
            &hex[17..20],
            &hex[20..]
        )
    }

    fn password(&mut self) -> String {
        const WORDS: [&str; 12] = [
            "Bramble", "Kestrel", "Harbor", "Quartz", "Lantern", "Walrus", "Copper", "Meadow",
            "Pickle", "Thistle", "Glacier", "Saffron",
        ];
        let (one, two) = (self.one_of(&WORDS), self.one_of(&WORDS));
        let sign = self.one_of(&["-", "_", ".", "!"]);
        let number = 10 + self.below(990);
        let made = match self.below(3) {
            0 => format!("{one}{sign}{number}{two}"),
            1 => format!("{one}{number}{sign}{}", two.to_lowercase()),
            _ => format!("{}{number}{one}{sign}", self.random(ALNUM, 4)),
        };
        self.secrets.push((made.clone(), 8));
        made
    }

    /// RFC 7519.
    fn jwt(&mut self, argument: &str) -> String {
        let subject = self.random(LOWER, 12);
        let (header, payload) = argument.split_once('|').map_or_else(
            || {
                let payload =
                    format!(r#"{{"sub":"svc-{subject}","iss":"orders","iat":1732199000}}"#);
                (r#"{"alg":"HS256","typ":"JWT"}"#.to_owned(), payload)
            },
            |(header, payload)| (header.to_owned(), payload.to_owned()),
        );
        let encoded = |text: &str| base64(text.as_bytes(), URL64, false);
        let signature = self.secret(URL64, 43);
        format!("{}.{}.{signature}", encoded(&header), encoded(&payload))
    }

    /// The lines of a private key: RFC 7468, 4716 and 9580.
    fn pem(&mut self, kind: &str) -> Vec<String> {
        match kind {
            "RSA" => self.block("RSA PRIVATE KEY", "MIIEpAIBAAKCAQEA", 8),
            "EC" => self.block("EC PRIVATE KEY", "MHcCAQEEI", 3),
            "DSA" => self.block("DSA PRIVATE KEY", "MIIBuwIBAAKBgQD", 6),
            "PKCS8" => {
                self.block("PRIVATE KEY", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC", 8)
            }
            "ED25519" => {
                let body = self.secret(BASE64, 43);
                let body = format!("MC4CAQAwBQYDK2VwBCIEI{body}");
                vec![label("BEGIN", "PRIVATE KEY"), body, label("END", "PRIVATE KEY")]
            }
            "OPENSSH" => self.block(
                "OPENSSH PRIVATE KEY",
                "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW",
                5,
            ),
            "PGP" => {
                let mut lines = self.block("PGP PRIVATE KEY BLOCK", "lQOYBG", 6);
                lines.insert(1, String::new());
                let checksum = format!("={}", self.random(BASE64, 4));
                lines.insert(lines.len() - 1, checksum);
                lines
            }
            "ENCRYPTED" => self.block(
                "ENCRYPTED PRIVATE KEY",
                "MIIFLTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQI",
                7,
            ),
            "PROC" => {
                let mut lines = self.block("RSA PRIVATE KEY", "", 8);
                let salt = self.random(HEX_UPPER, 32);
                lines.insert(1, "Proc-Type: 4,ENCRYPTED".into());
                lines.insert(2, format!("DEK-Info: AES-256-CBC,{salt}"));
                lines.insert(3, String::new());
                lines
            }
            _ => panic!("no such private key: `{kind}`"),
        }
    }

    fn block(&mut self, of: &str, start: &str, lines: usize) -> Vec<String> {
        let mut all = vec![label("BEGIN", of)];
        for number in 0..lines {
            let start = if number == 0 { start } else { "" };
            let rest = if number + 1 == lines { 40 } else { 64_usize.saturating_sub(start.len()) };
            let body = self.secret(BASE64, rest);
            all.push(format!("{start}{body}"));
        }
        all.push(label("END", of));
        all
    }

    /// Keys that need more than a prefix and random characters. Those that do not are spelled in the
    /// tables: `hf_⟦letters:34⟧`.
    #[allow(clippy::too_many_lines)] // a table
    fn vendor(&mut self, name: &str, argument: &str) -> String {
        match name {
            // Its first bits name the account; <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.
            "aws-id" => {
                let prefix = if argument.is_empty() { "AKIA" } else { argument };
                let account = 100_000_000_000 + self.next() % 900_000_000_000;
                let rest = u128::from(self.next() & ((1 << 39) - 1));
                let bits = (1_u128 << 79) | (u128::from(account) << 39) | rest;
                let digit = |at: u32| {
                    let index = usize::try_from((bits >> (75 - 5 * at)) & 31).unwrap();
                    char::from(BASE32.as_bytes()[index])
                };
                let id: String = (0..16).map(digit).collect();
                self.secrets.push((id.clone(), 6));
                format!("{prefix}{id}")
            }
            // 40 characters of base64, of which one is often no letter or digit.
            "aws-secret" => loop {
                let made = self.random(BASE64, 40);
                if made.contains(['+', '/']) && !made.contains("//") {
                    self.secrets.push((made.clone(), 6));
                    break made;
                }
            },
            // <https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/>
            "github" => {
                let body = self.secret(ALNUM, 30);
                format!("{argument}_{body}{}", radix(crc32(body.as_bytes()), ALNUM, 6))
            }
            "github-fine" => {
                let (one, two) = (self.secret(ALNUM, 22), self.secret(ALNUM, 59));
                format!("github_pat_{one}_{two}")
            }
            "npm" => {
                let body = self.secret(ALNUM, 30);
                format!("npm_{body}{}", radix(crc32(body.as_bytes()), ALNUM, 6))
            }
            // <https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/>
            "gitlab-routable" => {
                let random = self.random(ALNUM, 16);
                let payload =
                    base64(format!("o:1\nu:4kx\n{random}\u{10}").as_bytes(), URL64, false);
                let length = radix(u32::try_from(payload.len()).unwrap(), LOWER, 2);
                let start = format!("glpat-{payload}.01.{length}");
                let checksum = radix(crc32(start.as_bytes()), LOWER, 7);
                self.secrets.push((payload[12..].to_owned(), 6));
                format!("{start}{checksum}")
            }
            "openai" => {
                let (prefix, length) = match argument {
                    "" => ("sk-", 20),
                    "proj" => ("sk-proj-", 74),
                    "svcacct" => ("sk-svcacct-", 74),
                    "admin" => ("sk-admin-", 58),
                    _ => panic!("no such key of OpenAI: `{argument}`"),
                };
                let alphabet = if length == 20 { ALNUM } else { URL64 };
                let (one, two) = (self.secret(alphabet, length), self.secret(ALNUM, length));
                format!("{prefix}{one}T3BlbkFJ{two}")
            }
            "anthropic" => {
                let kind = if argument.is_empty() { "api03" } else { argument };
                let body = self.secret(URL64, 92);
                format!("sk-ant-{kind}-{body}xAA")
            }
            "groq" => {
                let (one, two) = (self.secret(ALNUM, 20), self.secret(ALNUM, 24));
                format!("gsk_{one}WGdyb3FY{two}")
            }
            // Keys that Microsoft's tools can tell: a signature at a fixed place.
            "azure-storage" => {
                let (one, two) = (self.secret(BASE64, 76), self.random(ALNUM, 5));
                format!("{one}+ASt{two}A==")
            }
            "azure-cosmos" => {
                let (one, two) = (self.secret(BASE64, 76), self.random(ALNUM, 5));
                format!("{one}ACDb{two}A==")
            }
            "azure-openai" => {
                let (one, two) = (self.secret(ALNUM, 52), self.random(ALNUM, 16));
                let three = self.random(ALNUM, 7);
                format!("{one}JQQJ99BJAC{}XJ3w3AAABACOG{}", &two[..10], &three[..3])
            }
            "azure-client" => {
                let (one, two) = (self.random(ALNUM, 3), self.secret(URL64, 34));
                format!("{one}8Q~{}", two.replace('-', "."))
            }
            "slack" => {
                let team = format!("6{}", self.random(DIGITS, 11));
                let bot = format!("7{}", self.random(DIGITS, 12));
                let rest = self.secret(ALNUM, 24);
                match argument {
                    "xoxb" => format!("xoxb-{team}-{bot}-{rest}"),
                    "xoxp" => {
                        let (app, rest) = (self.random(DIGITS, 12), self.secret(HEX, 32));
                        format!("xoxp-{team}-{bot}-7{app}-{rest}")
                    }
                    "xapp" => {
                        let (app, rest) = (self.random(UPPER, 9), self.secret(HEX, 64));
                        format!("xapp-1-A0{app}-{bot}-{rest}")
                    }
                    "hook" => {
                        let (team, bot) = (self.random(UPPER, 9), self.random(UPPER, 9));
                        format!("https://hooks.slack.com/services/T0{team}/B0{bot}/{rest}")
                    }
                    _ => panic!("no such token of Slack: `{argument}`"),
                }
            }
            // The first part is the number of the bot in base64.
            "discord" => {
                let id = format!("1{}", self.random(DIGITS, 17));
                let (time, rest) = (self.random(ALNUM, 4), self.secret(URL64, 38));
                format!("{}.Gh{time}.{rest}", base64(id.as_bytes(), URL64, false))
            }
            // Base64 of what it is for, and the secret.
            "sentry" => {
                let about = r#"{"iat":1732199000.481516,"url":"https://sentry.io","region_url":"https://de.sentry.io","org":"acme"}"#;
                let (about, rest) =
                    (base64(about.as_bytes(), BASE64, true), self.secret(BASE64, 43));
                format!("sntrys_{about}_{rest}")
            }
            "onepassword" => {
                let (salt, key) = (self.random(URL64, 22), self.random(URL64, 43));
                let about = format!(
                    r#"{{"signInAddress":"acme.1password.com","userAuth":{{"method":"SRPg-4096","alg":"PBES2g-HS256","iterations":650000,"salt":"{salt}"}},"email":"k4qlx7@1passwordserviceaccounts.com","srpX":"{}","muk":{{"alg":"A256GCM","ext":true,"k":"{key}","key_ops":["encrypt","decrypt"],"kty":"oct","kid":"mp"}}}}"#,
                    self.random(HEX, 64),
                );
                let made = base64(about.as_bytes(), BASE64, false);
                self.secrets.push((made[160..].to_owned(), 6));
                format!("ops_{made}")
            }
            "pypi" => {
                let rest = self.secret(URL64, 160);
                format!("pypi-AgEIcHlwaS5vcmc{rest}")
            }
            _ => panic!("no such template: `{name}:{argument}`"),
        }
    }
}

/// A line of PEM, of which the repository holds no whole one.
fn label(word: &str, of: &str) -> String {
    format!("-----{word} {of}-----")
}

/// CRC-32 as in zip.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    })
}

/// A number in the digits of an alphabet, with leading zeros.
fn radix(mut number: u32, alphabet: &str, length: usize) -> String {
    let base = u32::try_from(alphabet.len()).unwrap();
    let mut digits = Vec::new();
    while digits.len() < length {
        digits.push(char::from(alphabet.as_bytes()[usize::try_from(number % base).unwrap()]));
        number /= base;
    }
    digits.into_iter().rev().collect()
}

/// RFC 4648.
pub(crate) fn base64(bytes: &[u8], alphabet: &str, padded: bool) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0_usize, |word, at| {
            (word << 8) | usize::from(chunk.get(at).copied().unwrap_or_default())
        });
        for at in 0..4 {
            if at <= chunk.len() {
                out.push(char::from(alphabet.as_bytes()[(word >> (18 - 6 * at)) & 63]));
            } else if padded {
                out.push('=');
            }
        }
    }
    out
}

#[test]
fn known_values() {
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    assert_eq!(base64(b"light wor", BASE64, true), "bGlnaHQgd29y");
    assert_eq!(base64(b"light w", BASE64, true), "bGlnaHQgdw==");
    assert_eq!(base64(b"light wo", URL64, false), "bGlnaHQgd28");
    assert_eq!(radix(35, LOWER, 2), "0z");
}
