//! The keys that services issue, known by their form alone.
//!
//! A table of [`Service`]s, in a file for each kind, says which mark their keys have and what stands
//! around it ([`form`]). A key must have all of that, stand for itself, and be as random as what a
//! machine writes ([`body`]); where services put a checksum in, it must be right ([`checksum`]).
//! Private keys ([`pem`]) and JSON Web Tokens ([`token`]) have a form of their own. Keys without one
//! are told by the name that they stand under ([`named`]).

mod body;
mod chat;
mod checksum;
mod clouds;
mod docker;
mod forges;
mod form;
mod jwk;
mod llm;
mod named;
mod payment;
mod pem;
mod token;
mod tools;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

pub(crate) use self::docker::holds_login;
use self::form::{Form, Key};
pub(crate) use self::named::for_name;
pub(crate) use self::pem::is_in as holds_private_key;
use super::{Secret, Setting, What};
use crate::finder::{Finder, Match};
use crate::source::Span;

/// A service that issues keys of a known form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Issuer {
    /// The service: `OpenAI`.
    pub(crate) name: &'static str,
    /// What it issues, with its article: `an API key`.
    pub(crate) what: &'static str,
    /// Where such a key is revoked.
    pub(crate) revoked_at: &'static str,
    /// The rule that reports it.
    pub(crate) rule: &'static str,
}

impl Issuer {
    /// What it issues, as a message names it: `an API key of OpenAI`.
    pub(crate) fn described(&self) -> String {
        format!("{} of {}", self.what, self.name)
    }

    /// What to do about a key that is in the open.
    pub(crate) fn advice(&self) -> String {
        format!("revoke it at {}", self.revoked_at)
    }
}

const ANTHROPIC: &str = "secret/anthropic-key";
const AWS: &str = "secret/aws-key";
const AZURE: &str = "secret/azure-key";
const FORGE: &str = "secret/source-forge-token";
const GOOGLE: &str = "secret/google-key";
const LLM: &str = "secret/llm-vendor-key";
const OPENAI: &str = "secret/openai-key";
const SLACK: &str = "secret/slack-token";
const VENDOR: &str = "secret/vendor-token";

/// The forms of what a service issues.
#[derive(Debug)]
struct Service {
    issuer: Issuer,
    forms: &'static [Form],
}

const fn service(
    name: &'static str,
    what: &'static str,
    revoked_at: &'static str,
    rule: &'static str,
    forms: &'static [Form],
) -> Service {
    Service { issuer: Issuer { name, what, revoked_at, rule }, forms }
}

/// All services. Of forms that begin alike the first that fits counts.
fn services() -> impl Iterator<Item = &'static Service> {
    [
        llm::SERVICES,
        clouds::SERVICES,
        forges::SERVICES,
        chat::SERVICES,
        payment::SERVICES,
        tools::SERVICES,
    ]
    .into_iter()
    .flatten()
}

/// What a mark is the beginning of, or the middle.
#[derive(Debug)]
enum Kind {
    Key(Vec<(&'static Issuer, &'static Form)>),
    Pem,
    EncodedPem,
    Putty,
    JsonWebToken,
    JsonWebKey,
    DockerConfig,
}

struct Table {
    marks: Vec<&'static str>,
    kinds: Vec<Kind>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut keys: BTreeMap<&'static str, Vec<(&'static Issuer, &'static Form)>> = BTreeMap::new();
    for service in services() {
        for form in service.forms {
            keys.entry(form.mark).or_default().push((&service.issuer, form));
        }
    }
    let other = [
        (pem::MARK, Kind::Pem),
        (pem::ENCODED_MARK, Kind::EncodedPem),
        (pem::PUTTY_MARK, Kind::Putty),
        (token::MARK, Kind::JsonWebToken),
        (jwk::MARK, Kind::JsonWebKey),
    ];
    let keys = keys.into_iter().map(|(mark, forms)| (mark, Kind::Key(forms)));
    let logins = docker::MARKS.map(|mark| (mark, Kind::DockerConfig));
    let (marks, kinds) = keys.chain(other).chain(logins).unzip();
    Table { marks, kinds }
});

/// What the keys begin with, or what else stands in all of them.
pub(super) static MARKS: LazyLock<&'static [&'static str]> =
    LazyLock::new(|| TABLE.marks.as_slice());

/// The key around a mark, if it is one.
pub(super) fn at(setting: Setting, text: &str, index: usize, at: Range<usize>) -> Option<Secret> {
    // The finder ignores the case, and marks do not.
    if text.get(at.clone())? != *TABLE.marks.get(index)? {
        return None;
    }
    // What looks like a key in tests and documentation may be one; what anybody can make is not.
    let is_serious = !matches!(setting, Setting::Example | Setting::Generated);
    match TABLE.kinds.get(index)? {
        Kind::Key(forms) => {
            let (issuer, key) = forms.iter().find_map(|(issuer, form)| {
                if form.is_weak && !is_serious {
                    return None;
                }
                let key = form.find(text, at.clone()).filter(|key| is_genuine(form, key))?;
                Some((*issuer, key))
            })?;
            let span = Span::new(key.start, key.end);
            let hidden = Span::new(key.start, clouds::end_of_pair(&key).unwrap_or(key.end));
            Some(Secret { span, hidden, name: None, what: What::Issued(issuer) })
        }
        Kind::Pem if is_serious => pem::at(text, at),
        Kind::EncodedPem if is_serious => pem::encoded_at(text, at),
        Kind::Putty if is_serious => pem::putty_at(text, at),
        Kind::JsonWebToken if is_serious => token::at(text, at),
        Kind::JsonWebKey if is_serious => jwk::at(text, at),
        Kind::DockerConfig if is_serious => docker::at(text, at),
        _ => None,
    }
}

/// Whether nobody made the key up, for all that can be seen, and it stands where it is a key.
fn is_genuine(form: &Form, key: &Key<'_>) -> bool {
    is_unlike_samples(form, key) && is_in_place(form, key)
}

/// Whether words for the service stand around a key whose form tells too little.
fn is_in_place(form: &Form, key: &Key<'_>) -> bool {
    let is_near = || {
        /// The line of the key, and those next to it.
        const REACH: usize = 200;
        let around = key.surroundings(REACH);
        form.near.iter().any(|word| around.contains(word))
    };
    form.near.is_empty() || is_near()
}

/// Whether nobody made the key up, for all that can be seen.
fn is_unlike_samples(form: &Form, key: &Key<'_>) -> bool {
    body::is_spread(key.body, form.alphabet())
        && !body::is_made_up(key.body, form.has_runs)
        && (!form.is_weak || body::is_mixed(key.body))
        && form.test.is_none_or(|test| test(key))
}

/// Finds the marks in short texts.
static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(MARKS.iter().copied()));

/// The service that issued a text which is all of a key.
pub(crate) fn issuer_of(text: &str) -> Option<&'static Issuer> {
    /// No key is longer, but for tokens that hold other tokens.
    const LONGEST: usize = 4096;
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    FINDER.find(text).find_map(|mark| {
        let secret = at(Setting::Plain, text, mark.index, mark.range)?;
        match secret.what {
            What::Issued(issuer) if secret.span == Span::new(0, text.len()) => Some(issuer),
            _ => None,
        }
    })
}

/// The same of a text under a name, which may tell what the form does not.
fn issuer_under(name: &str, value: &str) -> Option<&'static Issuer> {
    let text = format!("{name}={}", value.trim());
    let whole = Span::new(name.len() + 1, text.len());
    let found = |mark: Match| {
        let secret = at(Setting::Plain, &text, mark.index, mark.range)?;
        match secret.what {
            What::Issued(issuer) if secret.span == whole => Some(issuer),
            _ => None,
        }
    };
    let mut issuers = FINDER.find(&text).filter_map(found);
    issuers.next().or_else(|| issuer_of(value))
}

/// What keys begin with that are for everybody, or open nothing but a place to try things.
///
/// Source: the documentation of Stripe, Razorpay, Square, Shippo, `EasyPost`, Duffel, Paddle, Flutterwave,
/// Braintree, `PostHog`, Mapbox, Supabase, Langfuse and `PubNub`.
const FOR_EVERYBODY: [&str; 21] = [
    "sk_test_",
    "rk_test_",
    "pk_test_",
    "pk_live_",
    "rzp_test_",
    "sq0idp-",
    "sandbox-sq0",
    "shippo_test_",
    "EZTK",
    "duffel_test_",
    "pdl_sdbx_",
    "FLWSECK_TEST-",
    "FLWPUBK",
    "access_token$sandbox$",
    "phc_",
    "pk.eyJ",
    "sb_publishable_",
    "pk-lf-",
    "pub-c-",
    "sub-c-",
    "cal_test_",
];

/// Whether a text has the form of a key, and lets nobody in: it is public, for tests, a sample, or made up.
pub(crate) fn is_harmless(text: &str) -> bool {
    /// Of a key behind its prefix.
    const SHORTEST: usize = 16;
    const LONGEST: usize = 4096;
    let text = text.trim();
    if FOR_EVERYBODY.iter().any(|start| text.starts_with(start)) || clouds::is_published(text) {
        return true;
    }
    if text.len() > LONGEST {
        return false;
    }
    if token::is_harmless(text) {
        return true;
    }
    let mut is_sample = false;
    for Match { index, range: mark } in FINDER.find(text) {
        let Some(Kind::Key(forms)) = TABLE.kinds.get(index) else { continue };
        if text.get(mark.clone()) != TABLE.marks.get(index).copied() {
            continue;
        }
        for (_, form) in forms.iter().filter(|(_, form)| !form.is_weak && form.near.is_empty()) {
            match form.find(text, mark.clone()) {
                Some(key) if key.whole.len() == text.len() => {
                    if is_unlike_samples(form, &key) {
                        return false;
                    }
                    is_sample = true;
                }
                // Of the wrong length, as people make them up.
                None if mark.start == 0 && form.before.is_empty() && !form.is_outside => {
                    let is_prefix = form.mark.len() >= 3 && form.mark.ends_with(['-', '_', '.']);
                    let body = text.get(mark.end..).unwrap_or_default();
                    is_sample |= is_prefix
                        && body.len() >= SHORTEST
                        && body::is_made_up(body, form.has_runs);
                }
                _ => {}
            }
        }
    }
    is_sample
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::*;
    use crate::secret::scan;

    /// Characters of an alphabet that are as random as a key's, and always the same.
    fn random(alphabet: &str, length: usize, seed: u64) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            alphabet[(state >> 33) as usize % alphabet.len()]
        };
        (0..length).map(|_| next()).collect()
    }

    fn characters(class: form::Class) -> String {
        (0..128_u8).filter(|it| class.has(*it)).map(char::from).collect()
    }

    /// A key of a form.
    fn example(form: &Form, seed: u64) -> String {
        let part = |(index, part): (usize, &form::Part)| match part {
            form::Part::Run(class, least, most) => {
                let length = (*least).max(20).min(*most);
                random(&characters(*class), length, seed * 31 + index as u64)
            }
            form::Part::Text(text) => (*text).to_owned(),
            form::Part::Any(texts) => texts[0].to_owned(),
        };
        let before: String = form.before.iter().enumerate().map(part).collect();
        let after: String = form.after.iter().enumerate().map(part).collect();
        format!("{before}{}{after}", form.mark)
    }

    fn found(text: &str) -> Vec<(&'static str, String)> {
        found_in(Setting::Plain, text)
    }

    fn found_in(setting: Setting, text: &str) -> Vec<(&'static str, String)> {
        let name = |secret: &Secret| match secret.what {
            What::Issued(issuer) => Some(issuer.name),
            What::PrivateKey => Some("private key"),
            What::JsonWebToken => Some("token"),
            _ => None,
        };
        scan(setting, text)
            .iter()
            .filter_map(|it| Some((name(it)?, text[it.span.range()].to_owned())))
            .collect()
    }

    #[test]
    fn keys_of_every_form_are_found() {
        let mut missed = Vec::new();
        for (index, service) in services().enumerate() {
            for form in service.forms {
                // Most chance texts have no right checksum; the forms with a test have their own.
                let is_free = form.test.is_none();
                let tries = if is_free { 1..4 } else { 1..60 };
                let texts = tries.map(|seed| {
                    let key = example(form, seed + 7 * index as u64);
                    format!("# {}\nvalue: \"{key}\"\n", form.near.first().unwrap_or(&""))
                });
                let count = texts.filter(|it| !found(it).is_empty()).count();
                let has_checksum = ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "npm_"];
                if count < 2 && !has_checksum.contains(&form.mark) && !is_marked(form) {
                    missed.push(form.mark);
                }
            }
        }
        assert!(missed.is_empty(), "{missed:?}");
    }

    /// Whether chance does not write what the form asks for.
    fn is_marked(form: &Form) -> bool {
        let is_discord = form.mark.len() == 2 && form.mark.starts_with('.');
        is_discord || form.mark == "sk-service-" || form.mark == "sk-"
    }

    #[test]
    fn checksums_must_be_right() {
        for mark in ["ghp_", "gho_", "ghs_", "npm_"] {
            let body = random(&characters(form::ALNUM), 30, 5);
            let sum = checksum::base62(crc32fast::hash(body.as_bytes()));
            let right = format!("{mark}{body}{}", String::from_utf8_lossy(&sum));
            assert_eq!(found(&right).len(), 1, "{right}");
            assert!(issuer_of(&right).is_some());
            let wrong = format!("{mark}{body}Zz9Zz9");
            assert!(found(&wrong).is_empty(), "{wrong}");
        }
    }

    #[test]
    fn keys_stand_in_any_syntax() {
        let key = format!(
            "sk-proj-{}T3BlbkFJ{}",
            &random(&characters(form::WORD), 74, 3),
            random(&characters(form::WORD), 74, 4)
        );
        for text in [
            format!("OPENAI_API_KEY={key}"),
            format!("key: '{key}' # rotate"),
            format!(r#""source": ["client = OpenAI(api_key=\"{key}\")\n"]"#),
            format!("curl -H 'Authorization: Bearer {key}' https://api.openai.com/v1/models"),
            format!("https://proxy.internal/v1?key={key}&x=1"),
            format!("<key>{key}</key>"),
            format!(r"export KEY=\n{key}\n"),
        ] {
            assert_eq!(found(&text), [("OpenAI", key.clone())], "{text}");
        }
        assert_eq!(issuer_of(&key).map(|it| it.name), Some("OpenAI"));
        assert_eq!(issuer_of(&format!("see {key}")), None);
    }

    #[test]
    fn what_looks_like_a_key_is_none() {
        for text in [
            "AKIAIOSFODNN7EXAMPLE",
            "aws_access_key_id = AKIAXXXXXXXXXXXXXXXX",
            "sk-proj-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "sk-1234567890abcdef1234567890abcdef",
            "sk-your-openai-api-key-goes-here-please-1",
            "sk-learn-with-many-words-in-it-and-no-end",
            "task-0123456789abcdef0123456789abcdef",
            "sk-ant-api03-your-anthropic-key-here-0000000000000000000000",
            "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "xoxb-your-token-here",
            "xoxb-123456789012-1234567890123-abcdefghijklmnopqrstuvwx",
            "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
            "sk_test_q8Zr2LmX9vTn4KwY7pBc3HsD",
            "pk_live_q8Zr2LmX9vTn4KwY7pBc3HsD",
            "phc_q8Zr2LmX9vTn4KwY7pBc3HsDq8Zr2LmX9vTn",
            "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
            "glpat-xxxxxxxxxxxxxxxxxxxx",
            "prefix = 'sk-ant-api03-'",
            "startswith(\"ghp_\")",
            "AIzaSyDOCAbC123dEf456GhI789jKl01-MnO",
            "r8_t0_to_r15_registers_are_saved_here_by_us",
            "dapi-service-with-a-long-name",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn what_lets_nobody_in_does_not_come_back_by_its_name() {
        for text in [
            "STRIPE_SECRET_KEY=sk_test_q8Zr2LmX9vTn4KwY7pBc3HsD",
            "OPENAI_API_KEY=sk-1234567890abcdef1234567890abcdef",
            "GITHUB_TOKEN=ghp_q8Zr2LmX9vTn4KwY7pBc3HsDq8Zr2LmX9vTn",
            "SLACK_TOKEN=xoxb-123456789012-1234567890123-abcdefghijklmnopqrstuvwx",
            "LANGFUSE_PUBLIC_KEY=pk-lf-5b0e9c1d-7a42-4f63-9c18-2d6ba0f347e1",
            "STORAGE_KEY=DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;",
            "JWT_TOKEN=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
            "password: AgBq7Rk2LmX9vTn4KwY7pBc3HsDq8Zr2LmX9vTn4KwY7pBc3HsD=",
        ] {
            assert_eq!(scan(Setting::Plain, text), [], "{text}");
        }
        assert!(!is_harmless("q8Zr2LmX9vTn4KwY7pBc3HsD"));
        assert!(!is_harmless("hunter2"));
    }

    #[test]
    fn ids_without_a_digit_are_ids() {
        assert_eq!(found("aws_access_key_id = AKIAQZKRTWNMXOPLVBGD").len(), 1);
        assert_eq!(found("aws_access_key_id = AKIAYOURACCESSKEYIDX"), []);
    }

    #[test]
    fn the_other_half_of_a_pair_is_hidden() {
        let text = "Access key ID,Secret access key\nAKIAQ3KRT5NMX2PLVBGD,q8Zr2LmX9vTn4KwY7/Bc3HsDz5eJ1uGaWo+i6tVy\n";
        let found = scan(Setting::Plain, text);
        assert_eq!(found.len(), 1);
        assert!(text[found[0].hidden.range()].ends_with("6tVy"));
    }

    #[test]
    fn tokens_of_discord_begin_with_a_number() {
        let token =
            |id: &str| format!("bot.run('{id}.GqR7Tk.{}')", random(&characters(form::WORD), 38, 9));
        assert_eq!(found(&token("MTEyMzQ1Njc4OTAxMjM0NTY3ODk")).len(), 0, "a digit too many");
        assert_eq!(found(&token("MTA5ODIzNDU2NzEwOTMyNDg3")).len(), 1);
        assert_eq!(found(&token("q8Zr2LmX9vTn4KwY7pBc3HsD")), []);
    }

    #[test]
    fn keys_for_browsers_are_public() {
        let key = format!("AIza{}", random(&characters(form::WORD), 35, 11));
        assert_eq!(found(&format!("GEMINI_API_KEY={key}")).len(), 1);
        let web =
            format!("firebaseConfig = {{ apiKey: \"{key}\", authDomain: \"x.firebaseapp.com\" }}");
        assert_eq!(found(&web), []);
        assert_eq!(found(&format!("NEXT_PUBLIC_FIREBASE_API_KEY={key}")), []);
    }

    #[test]
    fn what_anybody_can_make_is_none_in_examples() {
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            random(&characters(form::BASE64), 64, 2)
        );
        assert_eq!(found(&pem).len(), 1);
        assert_eq!(found_in(Setting::Example, &pem), []);
        let key = format!("r8_{}", random(&characters(form::ALNUM), 37, 2));
        assert_eq!(found_in(Setting::Example, &key).len(), 1);
    }

    #[test]
    fn marks_are_distinct_and_services_complete() {
        for service in services() {
            let issuer = &service.issuer;
            assert!(!service.forms.is_empty(), "{}", issuer.name);
            assert!(
                issuer.what.starts_with('a') || issuer.what.starts_with("the "),
                "{}",
                issuer.what
            );
            assert!(crate::rules::find(issuer.rule).is_some(), "{}", issuer.rule);
            for form in service.forms {
                assert!(form.mark.len() >= 2, "{}: a longer mark", issuer.name);
            }
        }
        assert!(
            services().map(|it| it.issuer.name).collect::<std::collections::BTreeSet<_>>().len()
                > 150
        );
    }
}
