//! Tells credentials from what merely sounds like one: by the words of the name and the shape of
//! the value together, never by the name alone. A value is never printed, see [`redacted`].

mod shape;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

pub(crate) use self::shape::Shape;
use crate::words::Words;
use crate::{secret, variables};

/// Words of which one in a name means that the value is secret.
static SECRET_WORDS: Words = Words::of(
    "password passwd pword pwd passphrase secret token credential credentials \
     apikey authkey authtoken accesstoken privatekey accesskey secretkey",
);

/// Words that do so at the end of a name alone: `DB_PASS`, but not `PASS_THROUGH`.
static LAST_SECRET_WORDS: Words = Words::of("pass pat pw psk");

/// Ends of words that were not kept apart: `PGPASSWORD`.
const SECRET_ENDS: [&str; 31] = [
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "apikey",
    "apisecret",
    "apitoken",
    "appsecret",
    "authtoken",
    "accesstoken",
    "bottoken",
    "clientsecret",
    "jwtsecret",
    "secretkey",
    "accesskey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "ingestionkey",
    "presharedkey",
    "storepass",
    "keypass",
    "adminpass",
    "dbpass",
    "ftppass",
    "mailpass",
    "pgpass",
    "rootpass",
    "smtppass",
    "requirepass",
    "masterauth",
];

/// Ends of words with which a person enters, or a program in the place of one.
const PASSWORD_ENDS: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "storepass",
    "keypass",
    "adminpass",
    "dbpass",
    "ftppass",
    "mailpass",
    "pgpass",
    "rootpass",
    "smtppass",
    "requirepass",
];

/// Words for the same.
static PASSWORD_WORDS: Words =
    Words::of("password passwd pword pwd passphrase pass pw passwort kennwort passcode psk");

/// What a name says of where or when a credential is used, and nothing of what it is.
static QUALIFIERS: Words = Words::of(
    "prod production staging stage dev development local live main primary secondary old new \
     backup default base64 b64 value string raw plain plaintext literal eu us a b v1 v2 1 2 3 4 5 6 7 8 9 01 02 03",
);

/// Words of which one anywhere in a name says that the value is about a credential, or one that has
/// been made unreadable.
static ABOUT_WORDS: Words = Words::of(
    "hash hashed hashes digest checksum sha256 sha512 sha1 md5 bcrypt argon2 fingerprint thumbprint \
     encrypted ciphertext sealed masked mask redacted blank sentinel dummy fake mock label hint pattern regex regexp placeholder description \
     validation validator strength",
);

/// Words that make `key` at the end a secret: `API_KEY`, but not `CACHE_KEY`.
static KEY_WORDS: Words = Words::of(
    "access account admin aes anthropic api app auth azure cohere cookie crypt \
     crypto decryption deploy encrypt encryption fernet gemini groq hmac jwt license master mistral \
     openai private rsa secret service session signing ssh storage subscription webhook \
     algolia amplitude anyscale assemblyai bing bot brave client cloudflare composio consumer data datadog dd deepgram deepseek \
     e2b elevenlabs etherscan exa fal fastly firecrawl fireworks functions google helicone heroku hf huggingface hubspot humanloop infura jina \
     langfuse langsmith linear mailgun maps mapbox mixpanel newrelic newsapi nomic notion openrouter opsgenie pagerduty \
     perplexity pinecone portkey postmark qdrant replicate rollbar segment sendgrid sentry serpapi serper shopify stripe \
     ingest ingestion preshared shared unseal write \
     tavily together twilio voyage wandb weaviate weather xai zilliz",
);

/// Words that make `auth` at the end a secret: `NPM_AUTH`, but not `ENABLE_AUTH`.
static AUTH_WORDS: Words = Words::of("basic composer docker http neo4j npm proxy redis registry");

/// Last words with which a name is about a secret and does not hold one.
static HARMLESS_ENDINGS: Words = Words::of(
    "alg algorithm alias arn backend class cmd command count days dir duration enabled \
     encryption endpoint engine env expiration expire expires expiry field file files format hasher \
     hashers header headers helper host hours id ids interval issuer key_id length lifetime limit \
     location login manager method minutes mode mount name names path paths policy port prefix \
     provider ref region required reset rotation rounds scheme seconds size source store timeout ttl \
     type uri url validators var vars version \
     addr address crc32 crc32c detector embedding embeddings manager mgr sauce scanner scanning \
     action age arg argument at attempts attr audience char chars charset check class column columns contract encoder \
     invalid mismatch missing wrong \
     counter encoding grant namespace strategy \
     complexity confirm confirmation date error event fields filter form generator guard handler help icon info input issued \
     key_ref label len lookup map message model msg option options owner page params parameters prompt property \
     query realm required requirements role roles rule rules schema scope scopes selector service settings state status \
     template text title update updated user username valid validation view visible",
);

/// First words of switches and of what everybody may know.
static HARMLESS_STARTS: Words = Words::of(
    "allow disable disabled enable enabled force has is no public require requires show skip use with without",
);

/// Words of language models and parsers in whose company `token` is no credential.
static MODEL_WORDS: Words = Words::of(
    "begin bos bucket budget cls completion context count eos end estimate input \
     limit limits mask max min num output pad per prompt rate sep special start stop target tokenizer \
     tokenizers tokens total unk window \
     cancel cancellation continuation csrf cursor design lexer next page parser separator syntax xsrf",
);

/// Words before `pass` with which it is a run over something.
static PASSES: Words = Words::of("by first multi num second single two");

/// Whether a name says that its value is a credential.
pub(crate) fn names_credential(name: &str) -> bool {
    if !may_name_credential(name) {
        return false;
    }
    let words = words(name);
    // `pass1` and `pass2` are runs, `token0` and `token1` the ends of an exchange.
    if let [only] = words.as_slice()
        && only.ends_with(|c: char| c.is_ascii_digit())
        && (LAST_SECRET_WORDS.has(unnumbered(only)) || unnumbered(only) == "token")
    {
        return false;
    }
    let mut words: Vec<&str> = words.iter().map(|word| unnumbered(word)).collect();
    while words.len() > 1 && words.last().is_some_and(|last| QUALIFIERS.has(last)) {
        words.pop();
    }
    let (Some(first), Some((last, before))) = (words.first(), words.split_last()) else {
        return false;
    };
    if HARMLESS_ENDINGS.has(last) || (words.len() > 1 && HARMLESS_STARTS.has(first)) {
        return false;
    }
    // `NEXT_PUBLIC_API_KEY`, `STRIPE_PUBLISHABLE_KEY`: meant for everybody.
    let is_public = words.iter().any(|word| matches!(*word, "public" | "publishable" | "kms"));
    if is_public || is_search_key(&words) || is_other(name, &words) {
        return false;
    }
    if words.iter().any(|word| ABOUT_WORDS.has(word)) {
        return false;
    }
    let has = |list: &Words| words.iter().any(|word| list.has(word));
    let ends = |word: &&str| SECRET_ENDS.iter().any(|end| word.ends_with(end));
    // `MAX_TOKEN`, `TOKEN_BUDGET`: only where `token` is the one word that speaks for a secret.
    let more_than_token = words.iter().any(|word| *word != "token" && SECRET_WORDS.has(word));
    if more_than_token || words.iter().any(ends) {
        return true;
    }
    if words.contains(&"token") {
        return !has(&MODEL_WORDS);
    }
    if LAST_SECRET_WORDS.has(last) {
        return !before.last().is_some_and(|word| PASSES.has(word));
    }
    let company = |list: &Words| before.iter().any(|word| list.has(word));
    match *last {
        "key" | "keys" => company(&KEY_WORDS),
        "auth" => company(&AUTH_WORDS),
        _ => false,
    }
}

/// Whether a name is that of a key with which a page in a browser searches: `ALGOLIA_SEARCH_KEY`.
///
/// Source: algolia.com/doc/guides/security/api-keys, "Search-only API key".
pub(crate) fn names_search_key(name: &str) -> bool {
    let words = words(name);
    is_search_key(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

fn is_search_key(words: &[&str]) -> bool {
    let has = |word| words.contains(&word);
    has("search")
        && (has("algolia") || has("only") && has("api"))
        && !["admin", "write", "secret", "monitoring", "usage"].into_iter().any(has)
}

/// Whether a name is one of another meaning: when Ansible sets a password (`ansible.builtin.user`), and
/// where a client of Matrix or `CalDAV` stopped to read.
fn is_other(name: &str, words: &[&str]) -> bool {
    words == ["update", "password"] || matches!(name, "sync_token" | "syncToken" | "sync-token")
}

/// A word without the number at its end, which tells one of several: `password` of `DB_PASSWORD2`. Of `sha256`
/// and `base64` it is a part.
fn unnumbered(word: &str) -> &str {
    let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_whole =
        || [&ABOUT_WORDS, &HARMLESS_ENDINGS, &QUALIFIERS].iter().any(|list| list.has(word));
    if bare.is_empty() || bare.len() < word.len() && is_whole() { word } else { bare }
}

/// Whether a name has in it how any of the words begins by which it could mean a credential. Most names
/// have not, and need not be taken apart.
fn may_name_credential(name: &str) -> bool {
    let bytes = name.as_bytes();
    let letter = |at: usize| bytes.get(at).map_or(0, u8::to_ascii_lowercase);
    !name.is_ascii()
        || (0..bytes.len()).any(|at| {
            matches!(
                (letter(at), letter(at + 1), letter(at + 2)),
                (b'p', b'w', _)
                    | (b'p', b'a', b's' | b't')
                    | (b'p', b's', b'k')
                    | (b's', b'e', b'c')
                    | (b't', b'o', b'k')
                    | (b'c', b'r', b'e')
                    | (b'k', b'e', b'y')
                    | (b'a', b'u', b't')
            )
        })
}

/// Whether a name that means a credential means one that people choose: then anything may be one.
pub(crate) fn names_password(name: &str) -> bool {
    let words = words(name);
    words
        .iter()
        .map(|word| unnumbered(word))
        .any(|word| PASSWORD_WORDS.has(word) || PASSWORD_ENDS.iter().any(|end| word.ends_with(end)))
}

/// What an environment variable holds, judged by its name and its value, and what to call it.
pub(crate) fn in_variable(name: &str, text: &str) -> (Value, &'static str) {
    // The colon of `${USER:-app}` is not the one between user and password, and `${USER-app}` says
    // the same here.
    let one_colon =
        text.contains("${").then(|| text.replace(":-", "-").replace(":+", "+").replace(":?", "+"));
    if let Some(password) = url_password(one_colon.as_deref().unwrap_or(text)) {
        return (value(password), "a URL with a password");
    }
    // The address of a token service is no token, and neither is the path of a file.
    let is_path = text.starts_with('/') && !text.contains(['+', '=']); // which base64 has
    if text.contains("://") || is_path || !names_credential(name) {
        return (Value::None, "");
    }
    (value(text), "a credential")
}

/// The words of a name, in lower case: `openaiApiKey` and `OPENAI_API_KEY` are alike.
pub(crate) fn words(name: &str) -> Vec<String> {
    if name.is_ascii() {
        return ascii_words(name.as_bytes());
    }
    let mut words: Vec<String> = vec![String::new()];
    let mut previous = ' ';
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        // The `A` of `openAIApiKey` begins a word, the `s` of `APIs` does not.
        let begins = c.is_uppercase() && previous.is_uppercase() && {
            let mut ahead = chars.clone();
            ahead.next().is_some_and(char::is_lowercase)
                && ahead.next().is_some_and(char::is_lowercase)
        };
        let boundary =
            !c.is_alphanumeric() || (c.is_uppercase() && previous.is_lowercase()) || begins;
        if boundary && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        previous = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The same, of a name in which every byte is a character, as most are.
fn ascii_words(name: &[u8]) -> Vec<String> {
    let is = |at: usize, is: fn(&u8) -> bool| name.get(at).is_some_and(is);
    let mut words = Vec::with_capacity(4);
    let mut word = String::new();
    for (at, byte) in name.iter().enumerate() {
        let is_upper = byte.is_ascii_uppercase();
        let before = at.wrapping_sub(1);
        let begins = is_upper
            && is(before, u8::is_ascii_uppercase)
            && is(at + 1, u8::is_ascii_lowercase)
            && is(at + 2, u8::is_ascii_lowercase);
        let is_part = byte.is_ascii_alphanumeric();
        if !is_part || begins || is_upper && is(before, u8::is_ascii_lowercase) {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if is_part {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// What the value of a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing, or a switch: there is no secret here.
    None,
    /// Names something that holds the secret: a variable, a file, a manager.
    Reference,
    /// Stands in for a secret that somebody has to fill in.
    Placeholder,
    /// A password that everybody knows.
    WellKnown,
    /// A secret, for all that can be told.
    Literal,
}

/// Passwords that images and examples ship with, and those that everybody tries first.
static WELL_KNOWN: Words = Words::of(
    "admin administrator root password passw0rd password1 password12 password123 password1234 \
     p@ssw0rd p@ssword p@55w0rd pa55word pa$$w0rd pa$$word pass pass123 secret secret123 s3cr3t topsecret minioadmin minio minio123 guest \
     postgres postgresql postgrespassword mypostgres mysql mariadb redis rabbitmq mongo mongodb mongoadmin neo4j \
     elastic elasticsearch kibana grafana prom-operator admin1 admin123 admin1234 admin12345 admin@123 adminadmin adminpassword root123 \
     rootroot rootpassword rootpass test testing test123 test1234 testpass testpassword default letmein qwerty qwerty123 qwertyuiop \
     abc123 abcd1234 1q2w3e4r 1q2w3e 000000 111111 123123 1234 12345 123456 1234567 12345678 123456789 1234567890 iloveyou \
     welcome welcome1 welcome123 supersecret supersecretpassword mysecretpassword my-secret-pw mypassword mysecret \
     dbpassword dbpass userpassword userpass toor changeit notasecret tomcat jenkins sonar sonarqube nexus vagrant raspberry airflow superset keycloak zabbix harbor12345 \
     user guest123 guestguest demo demo123 dev devpass devpassword docker oracle wordpress drupal joomla odoo n8n langfuse clickhouse \
     miniosecret minio-secret minioadmin123 minio_secret minio-secret-key sk-1234 sk-12345 sk-123456 foobared",
);

/// What clients of servers without keys write in the place of one, since they insist on a value.
const NO_KEY: [&str; 28] = [
    "anything",
    "dummy",
    "dummy-key",
    "fake-key",
    "sk-anything",
    "sk-dummy",
    "sk-fake",
    "empty",
    "no-key",
    "no_key",
    "nokey",
    "no-key-required",
    "sk-no-key-required",
    "not-needed",
    "not_needed",
    "not-required",
    "n/a",
    "unused",
    "not-used",
    "not_used",
    "ignored",
    "ollama",
    "ollama-local",
    "lm-studio",
    "lmstudio",
    "lm_studio",
    "llama.cpp",
    "vllm",
];

/// Starts of values that name a secret instead of holding it.
const REFERENCE_STARTS: [&str; 51] = [
    "$__",
    "$[",
    "$ENV{",
    "$ENV[",
    "%env(",
    "ENV[",
    "ENV.",
    "env(",
    "System.getenv",
    "process.env",
    "os.environ",
    "os.getenv",
    "env:",
    "vault:",
    "bao:",
    "ssm:",
    "arn:aws:",
    "secretsmanager:",
    "projects/",
    "op://",
    "oidc/",
    "keyvault:",
    "@Microsoft.KeyVault",
    "!Ref",
    "file:",
    "/run/secrets/",
    "/var/run/secrets/",
    "/etc/",
    "aws-ssm:",
    "awssm:",
    "gcp:secretmanager",
    "gcpsecretmanager:",
    "sm://",
    "gsm:",
    "akv:",
    "azurekeyvault",
    "kv:",
    "doppler:",
    "infisical:",
    "bws:",
    "secret://",
    "secretref:",
    "secret:/",
    "ref+",
    "ref:",
    "resolve:",
    "{{resolve:",
    "lastpass:",
    "keychain:",
    "!vault",
    // Of the plugin of Argo CD for Vault.
    "<path:",
];

/// Starts of keys that their issuers mean to be seen: those of Stripe, `PostHog` and Mapbox for browsers.
///
/// The first two are what one-time passwords are shown with; the last two are those of the emulators of Azure Storage and Cosmos DB.
///
/// Sources: docs.stripe.com/keys, posthog.com/docs/api, docs.mapbox.com/help/glossary/access-token,
/// learn.microsoft.com/azure/storage/common/storage-use-azurite, learn.microsoft.com/azure/cosmos-db/emulator.
const PUBLISHED: [&str; 8] = [
    "JBSWY3DPEHPK3PXP",
    "GEZDGNBVGY3TQOJQ",
    "pk_live_",
    "pk_test_",
    "phc_",
    "pk.eyJ",
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50u",
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEH",
];

/// What the value of something whose name says "credential" is.
pub(crate) fn value(text: &str) -> Value {
    /// Of longer texts the beginning says what they are.
    const MOST: usize = 2048;
    let text = text.trim();
    let text = text.get(..MOST).unwrap_or(text);
    let lower = text.to_ascii_lowercase();
    if matches!(
        lower.as_str(),
        "" | "true" | "false" | "null" | "none" | "nil" | "yes" | "no" | "on" | "off" | "0" | "1"
    ) || NO_KEY.contains(&lower.as_str())
    {
        return Value::None;
    }
    if let Some(default) = innermost_default(text) {
        let is_open = default.starts_with("${");
        return match if is_open { Value::Reference } else { value(default) } {
            Value::None | Value::Reference => Value::Reference,
            other => other,
        };
    }
    if is_reference(text) {
        return Value::Reference;
    }
    if PUBLISHED.iter().any(|start| text.starts_with(start)) || is_client_token(text) {
        return Value::None;
    }
    if WELL_KNOWN.has(&lower) && !lower.contains(' ') {
        return Value::WellKnown;
    }
    // Keys of OpenSSH have runs of one letter, as what hands type.
    if secret::holds_private_key(text) {
        return Value::Literal;
    }
    if is_unreadable(text) {
        return Value::None;
    }
    if is_placeholder(&lower) {
        return Value::Placeholder;
    }
    Value::Literal
}

/// A text with `${NAME:?}` in the place of the default that is the credential, and the name.
pub(crate) fn without_default<'t>(of: &str, text: &'t str) -> Option<(&'t str, String)> {
    variables::defaults(text).find_map(|default| {
        let before = text.get(..default.span.start)?;
        let after = text.get(default.span.end..)?;
        let new = format!("{before}${{{}:?}}{after}", default.name);
        let is_good = matches!(in_variable(of, &new).0, Value::None | Value::Reference);
        is_good.then_some((default.name, new))
    })
}

/// The password in the first URL that has one.
///
/// ```text
/// postgresql://app:hunter2@db:5432/orders
///                  ^^^^^^^
/// ```
pub(crate) fn url_password(text: &str) -> Option<&str> {
    text.split("://").skip(1).find_map(|rest| {
        let authority = rest.split(['/', '?', '#', ' ', '"', '\'']).next()?;
        let (user_info, _) = authority.rsplit_once('@')?;
        user_info.split_once(':').map(|(_, password)| password).filter(|it| !it.is_empty())
    })
}

/// The default of `${NAME:-default}`, `${NAME-default}` and, in OpenTelemetry's spelling,
/// `${env:NAME:-default}`, which is a literal like any other.
fn default_of_reference(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("${")?.strip_suffix('}')?;
    let inner = inner.strip_prefix("env:").unwrap_or(inner);
    let name_end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let rest = inner.get(name_end..)?;
    rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'))
}

/// The innermost of defaults that have defaults: `c` of `${A:-${B:-c}}`.
fn innermost_default(text: &str) -> Option<&str> {
    /// Nobody nests deeper, and what is left is a reference.
    const DEPTH: usize = 8;
    let outermost = default_of_reference(text);
    std::iter::successors(outermost, |text| default_of_reference(text)).take(DEPTH).last()
}

fn is_reference(text: &str) -> bool {
    text.contains("${")
        || text.contains("{{")
        || text.contains("$(")
        || text.contains("%(")
        || text.contains("<%")
        || text.contains("#{")
        || text.contains("%{")
        || text.contains("[[")
        || is_enclosed(text)
        || is_variable_name(text)
        || is_key_of_secret(text)
        || variables::is_framework_reference(text)
        || REFERENCE_STARTS.iter().any(|start| text.starts_with(start))
        // Escaped for Compose, for a shell, for both: `$$NAME`, `\$NAME`, `\$$NAME`.
        || text.starts_with("$$")
        || text.starts_with("\\$")
}

/// `%NAME%` of Windows, `@NAME@` and `#{NAME}#` of tools that fill in files, `__NAME__` of the same.
fn is_enclosed(text: &str) -> bool {
    ["%", "%%", "@@", "@", "__", "##"].iter().any(|mark| {
        let inner = text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        inner.is_some_and(|inner| {
            inner.starts_with(|c: char| c.is_ascii_alphabetic())
                && inner.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
        })
    })
}

/// Whether a text is the name of a variable that holds a credential: `OPENAI_API_KEY`. One that asks
/// to be filled in, as `YOUR_API_KEY`, is none.
fn is_variable_name(text: &str) -> bool {
    const ASKS: [&str; 4] = ["YOUR_", "REPLACE", "CHANGE_ME", "INSERT_"];
    text.contains('_')
        && !ASKS.iter().any(|word| text.contains(word))
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && names_credential(text)
}

/// `$oidc.acme.clientSecret`, `$sso:client.secret`: a key of a Secret, as the configuration of Argo CD names one.
///
/// Source: argo-cd.readthedocs.io/en/stable/operator-manual/user-management, "Sensitive Data and SSO Client Secrets".
fn is_key_of_secret(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(|name| {
        name.contains(['.', ':'])
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:".contains(c))
            && names_credential(name)
    })
}

/// Starts of the keys that well-known services issue, each with the least length of a shortened one.
const ISSUED: [(&str, usize); 18] = [
    ("sk-", 20),
    ("sk_live_", 20),
    ("rk_live_", 20),
    ("ghp_", 36),
    ("gho_", 36),
    ("ghs_", 36),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("AKIA", 20),
    ("ASIA", 20),
    ("AIza", 39),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xapp-", 20),
    ("hf_", 30),
    ("gsk_", 30),
    ("npm_", 36),
    ("eyJhbGciOi", 40),
];

/// Whether a text is a key that a well-known service issues, whatever it is called: whole, or begun like
/// one and as random, as what was cut off by hand is.
pub(crate) fn is_issued(text: &str) -> bool {
    secret::issuer_of(text).is_some() || is_begun_like_issued(text) && !secret::is_harmless(text)
}

fn is_begun_like_issued(text: &str) -> bool {
    ISSUED.iter().any(|(start, length)| text.starts_with(start) && text.len() >= *length)
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && text.contains(|c: char| c.is_ascii_digit())
        && value(text) == Value::Literal
}

/// Starts of what has been hashed or encrypted: without a key that is elsewhere nobody can use it.
///
/// Sources: crypt(5), the modular formats of passlib, docs.djangoproject.com (password storage), werkzeug
/// (`generate_password_hash`), SOPS, Ansible vault, Vault's transit engine, Spring Cloud Config, jasypt,
/// dotenvx, AWS KMS.
const UNREADABLE_STARTS: [&str; 38] = [
    "$2a$",
    "$2b$",
    "$2x$",
    "$2y$",
    "$1$",
    "$5$",
    "$6$",
    "$7$",
    "$y$",
    "$apr1$",
    "$argon2",
    "$scrypt$",
    "$pbkdf2",
    "$P$",
    "$H$",
    "$SHA$",
    "$bcrypt",
    "pbkdf2_sha",
    "pbkdf2:",
    "scrypt:",
    "bcrypt_sha256$",
    "argon2$",
    "SCRAM-SHA-",
    "{SSHA",
    "{SHA",
    "{CRYPT}",
    "{bcrypt}",
    "{argon2}",
    "{pbkdf2}",
    "{scrypt}",
    "{cipher}",
    "ENC[",
    "ENC(",
    "$ANSIBLE_VAULT",
    "vault:v",
    "encrypted:",
    "AQICAH",
    "-----BEGIN PGP MESSAGE",
];

/// Starts of what is meant to be known: hashes with their names, keys to lock with, certificates.
const KNOWN_STARTS: [&str; 21] = [
    "sha1:",
    "sha224:",
    "sha256:",
    "sha384:",
    "sha512:",
    "sha1-",
    "sha256-",
    "sha384-",
    "sha512-",
    "md5:",
    "ssh-rsa",
    "ssh-ed25519",
    "ecdsa-sha2-",
    // The same in Base64, with the length before them, and those of keys on a token.
    "AAAAB3NzaC1",
    "AAAAC3NzaC1lZDI1NTE5",
    "AAAAE2VjZHNhLXNoYTI",
    "AAAAGnNrLXNzaC1lZDI1NTE5",
    "AAAAInNrLWVjZHNhLXNoYTI",
    "age1",
    "-----BEGIN CERTIFICATE",
    "-----BEGIN PUBLIC",
];

/// Whether a text is a client token of Datadog, which pages bring to browsers.
///
/// Source: docs.datadoghq.com/account_management/api-app-keys, "Client tokens".
fn is_client_token(text: &str) -> bool {
    let rest = text.strip_prefix("pub").filter(|rest| rest.len() == 32);
    rest.is_some_and(|rest| rest.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f')))
}

/// Whether a value can be shown to everybody: hashed, encrypted, or half of a pair of keys.
pub(crate) fn is_unreadable(text: &str) -> bool {
    /// What `kubeseal` writes begins with the length of a session key of 512 bytes, in two bytes; so do
    /// few others of such a length.
    const SEALED: usize = 40;
    let starts = |list: &[&str]| list.iter().any(|start| text.starts_with(start));
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let is_sealed = text.len() >= SEALED
        && starts(&["AgA", "AgB", "AgC", "AgD"])
        && text.chars().all(is_base64);
    let is_md5 = text
        .strip_prefix("md5")
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|it| it.is_ascii_hexdigit()));
    // What `-----BEGIN CERTIFICATE` and `-----BEGIN PUBLIC` are in base64.
    let is_encoded = starts(&["LS0tLS1CRUdJTiBDRVJU", "LS0tLS1CRUdJTiBQVUJM"]);
    starts(&UNREADABLE_STARTS)
        || starts(&KNOWN_STARTS)
        || is_sealed
        || is_md5
        || is_encoded
        || is_password_file(text)
}

/// Whether a text is what `htpasswd` writes: users, each with the hash of a password.
fn is_password_file(text: &str) -> bool {
    let is_hash = |hash: &str| {
        hash.starts_with(['$', '{'])
            && UNREADABLE_STARTS.iter().any(|start| hash.starts_with(start))
    };
    let is_user = |line: &str| line.split_once(':').is_some_and(|(_, hash)| is_hash(hash));
    text.contains(':') && text.lines().all(is_user)
}

/// Parts of values that ask to be replaced, in the languages in which people write such files.
const ASKING: &str = "your- your_ your. yourapi yourkey yourpass yoursecret yourtoken yourown yourdomain <your change-me change_me changeme \
     changethis change-this change_this changeit! changeit- changeit_ change_it change-it change-in change_in replace placeholder todo fixme example \
     sk-... insert dummy redacted fill-in fill_in fillin fill-me put-your put_your put-here enter- enter_ to-be- to_be_ not-a-real not_a_real not-real \
     encodedsecret goes-here goes_here goeshere -here _here set-me set_me setme set-your set_your set-in set_in set-via set-by provide- provide_ provided-by \
     add-your add_your addyour use-your update-me update_me updateme edit-me edit_me editme some-secret some_secret somesecret some-token some_token \
     some-key some_key somekey some-api some_api some-password some_password somepassword secret-value secret_value secretvalue \
     my-api my_api myapikey my-token my_token my-key my_key mykey mytoken any-string any_string anything random-string random_string randomstring \
     generate- generate_ generated-by openssl-rand run-openssl override- overridden overwrite- not-set not_set notset unset-me undefined \
     fake-key fake_key fake-token fake_token fakekey faketoken fake- fake_ mock- mock_ stub- test-key test_key testkey test-token test_token testtoken \
     test-secret test_secret test-api test_api test-password test_password sample- sample_ foobar foo-bar same-as see-readme see_readme \
     ask-admin obtain- get-from get_from from-env from_env fromenv from-secret from_secret managed-by stored-in injected- \
     dein- dein_ deine- deine_ ihr- ihr_ hier- hier_ eintragen einfuegen einsetzen ersetzen aendern votre- votre_ remplacer changez tu-clave tu_clave tu-api tu_api cambiar cambiame \
     sua-chave sua_chave substituir troque vul-in vervang inserisci la-tua sostituire zamien twoj- twoje- xxxx";

/// One automaton for all of them.
static ASKS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(ASKING.split(' ').filter(|part| !part.is_empty())).ok());

/// Words that do so where they stand alone.
static ASKING_WORDS: Words = Words::of(
    "tbd fake mock stub sample foo bar baz qux xxx yyy zzz abc xyz here todo none null empty your change me \
     placeholder redacted removed hidden masked omitted undefined unknown unset required missing",
);

fn is_placeholder(lower: &str) -> bool {
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let wraps = [('<', '>'), ('[', ']'), ('{', '}'), ('(', ')'), ('@', '@'), ('#', '#')];
    ASKS.as_ref().is_some_and(|asks| asks.is_match(lower))
        || lower.contains("...")
        || lower.contains(['…', '•', '<', '＊'])
        || lower.contains("***")
        || wraps.iter().any(|(open, close)| lower.starts_with(*open) && lower.ends_with(*close))
        || lower.starts_with("__") && lower.ends_with("__")
        || lower.chars().all(|c| "*.-_x?#0 ".contains(c))
        || words.any(|word| ASKING_WORDS.has(word))
        || is_for_tests(lower)
        || lower.starts_with("my-") && lower.len() < 20
        || lower.starts_with("my_") && lower.len() < 20
        || is_counted_up(lower)
}

/// `unit-test-jwt-secret`: words of which one says what it is for.
fn is_for_tests(lower: &str) -> bool {
    lower.len() > 4
        && lower.split(|c: char| !c.is_alphanumeric()).any(|word| {
            matches!(word, "test" | "tests" | "testing" | "e2e" | "pytest" | "unittest")
        })
        && Shape::of(lower) == Shape::Name
}

/// Whether a text is made of what hands type when nothing is meant: `abcdef1234567890`, `aaaabbbb`.
fn is_counted_up(lower: &str) -> bool {
    const RUNS: [&str; 9] = [
        "abc123def",
        "0123456789",
        "1234567890",
        "123456789",
        "abcdefgh",
        "deadbeef",
        "aaaaaaaa",
        "00000000",
        "11111111",
    ];
    let is_long = lower.len() >= 12;
    let mut distinct = [false; 256];
    for byte in lower.bytes() {
        if let Some(seen) = distinct.get_mut(usize::from(byte)) {
            *seen = true;
        }
    }
    let few = distinct.iter().filter(|seen| **seen).count() <= 3;
    // `a0b1c2d3e4f5…`, `9876543210abcdef`
    let digits: String = lower.chars().filter(char::is_ascii_digit).collect();
    let is_counted = ["0123456789", "9876543210"].iter().any(|run| digits.contains(run))
        || lower.contains("123456") && lower.contains("abcdef");
    is_long && (few || is_counted || RUNS.iter().any(|run| lower.contains(run)))
}

/// A file that holds credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CredentialFile {
    /// Variables of a developer.
    Dotenv,
    PrivateKey,
    /// Of a package registry, a cloud, a cluster: what the file's only use is.
    Login,
    /// What commonly holds them, and may not.
    Suspect,
}

impl CredentialFile {
    /// What it is, as a message goes on.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            CredentialFile::Dotenv => {
                "which holds the variables of an environment, keys among them"
            }
            CredentialFile::PrivateKey => "which is a private key",
            CredentialFile::Login => "which holds credentials",
            CredentialFile::Suspect => "which commonly holds credentials",
        }
    }

    /// Whether the name leaves no doubt.
    pub(crate) fn is_certain(self) -> bool {
        matches!(self, CredentialFile::PrivateKey | CredentialFile::Login)
    }
}

/// Names of files that are made to hold a login, and ends of their paths.
const LOGINS: [&str; 19] = [
    ".aws",
    ".aws/credentials",
    ".docker/config.json",
    ".dockercfg",
    ".git-credentials",
    ".htpasswd",
    ".kube",
    ".kube/config",
    ".my.cnf",
    ".netrc",
    ".pgpass",
    ".pypirc",
    ".ssh",
    ".vault-token",
    "application_default_credentials.json",
    "kubeconfig",
    "terraform.tfstate",
    "credentials.json",
    "service-account.json",
];

/// Names that may be of files with credentials.
const SUSPECTS: [&str; 8] = [
    ".npmrc",
    "secrets.json",
    "secrets.toml",
    "secrets.yaml",
    "secrets.yml",
    "terraform.tfvars",
    "pip.conf",
    "kubeconfig.yaml",
];

/// Endings of names of files that are there to be copied and filled in, or belong to tests.
const HARMLESS_FILES: [&str; 8] =
    ["defaults", "dist", "example", "sample", "schema", "template", "test", "tmpl"];

/// What a path says about the credentials in the file.
pub(crate) fn file(path: &str) -> Option<CredentialFile> {
    let path = path.trim_end_matches('/').to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    if name.split(['.', '-', '_']).any(|word| HARMLESS_FILES.contains(&word)) {
        return None;
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if ending == "env" || name.starts_with(".env.") || name == ".env*" {
        return Some(CredentialFile::Dotenv);
    }
    let is_key = match ending {
        "key" | "p12" | "pfx" | "jks" | "keystore" | "ppk" => !name.contains("pub"),
        "pem" => (name.contains("key") || name.contains("private")) && !name.contains("pub"),
        _ => matches!(name, "id_rsa" | "id_dsa" | "id_ecdsa" | "id_ed25519"),
    };
    if is_key {
        return Some(CredentialFile::PrivateKey);
    }
    let ends = |known: &str| {
        path.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    if LOGINS.iter().any(|it| ends(it)) {
        return Some(CredentialFile::Login);
    }
    let is_account = ending == "json"
        && ["service-account", "service_account", "serviceaccount", "gcp-key", "gcloud-key"]
            .iter()
            .any(|start| name.starts_with(start));
    if is_account {
        return Some(CredentialFile::Login);
    }
    SUSPECTS.iter().any(|it| ends(it)).then_some(CredentialFile::Suspect)
}

/// What may be shown of a secret: its first four characters, when that leaves most of it, and its
/// length.
pub(crate) fn redacted(secret: &str) -> String {
    let length = secret.chars().count();
    let shown: String = if length >= 12 { secret.chars().take(4).collect() } else { String::new() };
    format!("{shown}… ({length} characters)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ascii_are_taken_apart_like_any_others() {
        for (name, expected) in [
            ("openaiApiKey", "openai api key"),
            ("openAIApiKey", "open ai api key"),
            ("OPENAI_API_KEY", "openai api key"),
            ("listAPIs", "list apis"),
            ("db.password-2", "db password 2"),
            ("__A__", "a"),
            ("oauth2Token", "oauth2token"),
            ("", ""),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
            let abroad = format!("é_{name}");
            assert_eq!(words(&abroad).join(" "), format!("é {expected}").trim_end(), "{abroad}");
        }
    }

    #[test]
    fn names_of_credentials() {
        for name in [
            "OPENAI_API_KEY",
            "DB_PASSWORD",
            "password",
            "clientSecret",
            "AUTH_TOKEN",
            "MINIO_SECRET_KEY",
            "awsSecretAccessKey",
            "POSTGRES_PASSWORD",
            "GITHUB_PAT",
            "api-key",
            "SLACK_WEBHOOK_SECRET",
            "token",
            "redisPassword",
            "AZURE_STORAGE_KEY",
            "bearerToken",
            "apikey",
            "PGPASSWORD",
            "MYSQL_PWD",
            "OPENAI_KEY",
            "SSH_KEY",
            "SSH_PRIVATE_KEY",
            "SECRET_KEY_BASE",
            "NPM_AUTH",
            "NPM_AUTH_TOKEN",
            "HUGGING_FACE_HUB_TOKEN",
            "DB_PASS",
            "PASS",
            "TOKEN",
            "SMTP_PWORD",
            "CLIENT_SECRET",
            "PASSWORD2",
            "db-password2",
            "DB_PASS1",
            "OPENAI_API_KEY2",
            "AUTH_TOKEN1",
            "AES256_KEY",
            "SYNC_TOKEN",
            "UPDATE_TOKEN",
            "ALGOLIA_ADMIN_KEY",
            "ALGOLIASEARCH_API_KEY",
            "SEARCH_API_KEY",
        ] {
            assert!(names_credential(name), "{name}");
        }
    }

    #[test]
    fn names_of_other_things() {
        for name in [
            "update_password",
            "show_password",
            "sync_token",
            "token_encoding",
            "token_counter",
            "secret_namespace",
            "token_strategy",
            "password_grant",
            "VITE_ALGOLIA_SEARCH_KEY",
            "algolia_search_api_key",
            "search_only_api_key",
            "MAX_TOKENS",
            "TOKENIZER",
            "TOKEN_BUDGET",
            "TOKEN_LIMIT",
            "maxOutputTokens",
            "KMS_KEY_ALIAS",
            "PASSWORD_FILE",
            "SECRET_NAME",
            "TOKEN_URL",
            "PUBLIC_KEY",
            "CACHE_KEY",
            "KEY",
            "api_key_env",
            "SECRET_PATH",
            "TOKEN_TTL",
            "TOKENS_PER_MINUTE",
            "PRIMARY_KEY",
            "KEYBOARD",
            "MONKEY",
            "AUTH_ENABLED",
            "LLM_SECRET_NAME",
            "COMPASS",
            "PATH",
            "token_key_id",
            "password_encryption",
            "TOKENIZERS_PARALLELISM",
            "EOS_TOKEN",
            "STOP_TOKEN",
            "ACCESS_TOKEN_EXPIRE_MINUTES",
            "PASSWORD_MIN_LENGTH",
            "PASSWORD_HASHERS",
            "PASSWORD_RESET_TIMEOUT",
            "API_KEY_HEADER",
            "SECRET_STORE",
            "SECRET_ARN",
            "SECRETS_MANAGER_REGION",
            "SSH_KEY_PATH",
            "NEXT_PUBLIC_API_KEY",
            "STRIPE_PUBLISHABLE_KEY",
            "GPG_KEY",
            "KEY_PREFIX",
            "KEYCLOAK_URL",
            "ENABLE_PASSWORD_LOGIN",
            "DISABLE_AUTH",
            "AUTH_MODE",
            "PASS_THROUGH",
            "FIRST_PASS",
            "SECRET_VERSION",
            "CREDENTIAL_HELPER",
            "PASSWORDLESS",
            "PASSWORD_SHA256",
            "SECRET_NAME2",
            "PASSWORD_FILE1",
            "token2vec",
            "token0",
            "pass2",
            "FIRST_PASS2",
            "KEY1",
        ] {
            assert!(!names_credential(name), "{name}");
        }
    }

    #[test]
    fn variables_are_judged_by_name_and_value() {
        assert_eq!(in_variable("DB_PASSWORD", "hunter2!x").0, Value::Literal);
        assert_eq!(in_variable("BROKER", "amqp://guest:guest@mq").0, Value::WellKnown);
        for (text, wanted) in [
            ("postgres://app:${PASSWORD}@db", Value::Reference),
            ("postgres://${USER:-app}:${PASSWORD:-}@db", Value::Reference),
            ("postgres://${USER:-app}:${PASSWORD:-Tr0ub4dor}@db", Value::Literal),
            ("postgres://${USER:-app}@db", Value::None),
            ("${DB:-postgres://app:postgres@db}", Value::WellKnown),
        ] {
            assert_eq!(in_variable("DB", text).0, wanted, "{text}");
        }
        for (name, text) in [
            ("TOKEN_SERVICE", "http://tokens:8080"),
            ("DB_PASSWORD", "/mnt/db/password"),
            ("GREETING", "hunter2!x"),
        ] {
            assert_eq!(in_variable(name, text).0, Value::None, "{name}");
        }
    }

    #[test]
    fn values_are_judged_by_their_shape() {
        for text in [
            "${DB_PASSWORD}",
            "$TOKEN",
            "os.environ/KEY",
            "=Env.KEY",
            "= Env.KEY",
            "${input:token}",
            "${env.KEY}",
            "${env:KEY:-}",
            "${{ env.X }}",
            "$(PASS)",
            "{{ .x }}",
            "${env:VAR}",
            "${A:-}",
            "${A:-${B}}",
            "${A:-${B:-}}",
            "/run/secrets/db",
            "OPENAI_API_KEY",
            "<path:secret/data/db#password>",
        ] {
            assert_eq!(value(text), Value::Reference, "{text}");
        }
        for text in [
            "your-api-key",
            "<your_key>",
            "changeme",
            "xxx",
            "sk-...",
            "****",
            "REPLACE_ME",
            "PASSWORD_TO_REPLACE",
            "YOUR_API_KEY",
            "yourpassword",
            "${A:-changeme}",
        ] {
            assert_eq!(value(text), Value::Placeholder, "{text}");
        }
        for text in [
            "minioadmin",
            "admin",
            "supersecretpassword",
            "${X:-postgres}",
            "${X:-${Y-postgres}}",
            "${env:X:-postgres}",
        ] {
            assert_eq!(value(text), Value::WellKnown, "{text}");
        }
        for text in [
            "hunter2!x",
            "sk-proj-9aF3kLmQ",
            "${X:-Sup3rS3cr3t}",
            "${X:-${Y:-Sup3rS3cr3t}}",
            "=Env-4711",
            "$ecr.t!9",
            "admin:hunter2!x",
        ] {
            assert_eq!(value(text), Value::Literal, "{text}");
        }
        let key = |body: &str| {
            let label = "OPENSSH PRIVATE KEY";
            format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----")
        };
        let body = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n\
                    QyNTUxOQAAACDq7Rk2vXw9LmT4bNz8HcYdQw1EfJp6UsGa0oVt3ByZi5";
        assert_eq!(value(&key(body)), Value::Literal);
        assert_eq!(value(&key("...")), Value::Placeholder);
        assert_eq!(value(&key("<your key>")), Value::Placeholder);
        assert_eq!(value(""), Value::None);
        assert_eq!(value("true"), Value::None);
        assert_eq!(value("EMPTY"), Value::None);
        assert_eq!(value("bob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="), Value::None);
        assert_eq!(value("sk-1234"), Value::WellKnown);
        assert_eq!(value("phc_9aF3kLmQ2xYz7WvB4nT6"), Value::None);
    }

    #[test]
    fn a_url_may_hold_a_password() {
        for (url, password) in [
            ("postgresql://app:hunter2@db:5432/orders", "hunter2"),
            ("redis://:p@ss@cache:6379/0", "p@ss"),
            ("amqp://app:$(RABBIT_PASSWORD)@mq", "$(RABBIT_PASSWORD)"),
            ("http://proxy:3128,redis://app:hunter2@cache", "hunter2"),
        ] {
            assert_eq!(url_password(url), Some(password), "{url}");
        }
        for url in [
            "https://api.example.com:8443/v1?to=a:b@c",
            "postgresql://app@db/orders",
            "https://app:@db",
            "me:you@example.com",
        ] {
            assert_eq!(url_password(url), None, "{url}");
        }
    }

    #[test]
    fn issued_keys_are_known_by_their_shape() {
        assert!(is_issued("sk-proj-9aF3kLmQ2xYz7WvB4n"));
        assert!(is_issued("AKIA2OGYBAH6STMMNWPQ"));
        for text in ["sk-learn-with-many-words-in-it", "sk-...", "AKIAIOSFODNN7EXAMPLE", "sk-1234"]
        {
            assert!(!is_issued(text), "{text}");
        }
    }

    #[test]
    fn files_are_judged_by_their_names() {
        use CredentialFile::{Dotenv, Login, PrivateKey, Suspect};
        for (path, expected) in [
            (".env", Some(Dotenv)),
            ("./config/.env.production", Some(Dotenv)),
            ("prod.env", Some(Dotenv)),
            ("id_rsa", Some(PrivateKey)),
            (".ssh/id_ed25519", Some(PrivateKey)),
            ("certs/server.key", Some(PrivateKey)),
            ("certs/private-key.pem", Some(PrivateKey)),
            ("keystore.jks", Some(PrivateKey)),
            (".ssh/", Some(Login)),
            (".aws/credentials", Some(Login)),
            ("home/.kube/config", Some(Login)),
            ("service-account-prod.json", Some(Login)),
            (".netrc", Some(Login)),
            (".npmrc", Some(Suspect)),
            ("deploy/secrets.yaml", Some(Suspect)),
            (".env.example", None),
            ("env.sample", None),
            ("id_rsa.pub", None),
            ("certs/ca.pem", None),
            ("certs/server.crt", None),
            ("config", None),
            ("environment.yml", None),
            ("public.key", None),
            ("src/credentials.py", None),
            ("kubeconfig.go", None),
        ] {
            assert_eq!(file(path), expected, "{path}");
        }
    }

    #[test]
    fn secrets_are_never_shown() {
        assert_eq!(redacted("hunter2"), "… (7 characters)");
        assert_eq!(redacted("sk-proj-abcdefgh"), "sk-p… (16 characters)");
    }
}
