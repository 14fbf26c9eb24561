//! What kind of file a text is of, as far as credentials are concerned.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::words::Words;

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// Configuration, scripts, whatever a name tells nothing of.
    Plain,
    /// Source code, where a name is given many things.
    Code,
    /// Tests, fixtures, documentation, and files that people copy and fill in: only what a service
    /// surely issued counts.
    Example,
    /// What tools write: lock files, hashes, minified code. Names say nothing in them.
    Generated,
    /// Encrypted as a whole.
    Encrypted,
}

/// Folders of what is there to try, to test or to show something.
static EXAMPLE_FOLDERS: Words = Words::of(
    "test tests testing __tests__ spec specs fixture fixtures __fixtures__ testdata test_data test-data \
    test_resources mock mocks __mocks__ example examples sample samples doc docs documentation demo demos tutorial tutorials cookbook \
    cookbooks e2e __e2e__ cypress playwright cassettes vcr_cassettes recordings __recordings__ __snapshots__ stories storybook t wiki \
    replaydata changelogs newsfragments releasenotes .changeset",
);

/// Folders of [`EXAMPLE_FOLDERS`] that may as well be an environment's: `overlays/test`.
static MAYBE_ENVIRONMENTS: Words = Words::of("test testing demo e2e sample");

/// Folders of which each folder is an environment.
static ENVIRONMENTS: Words = Words::of(
    "environments environment envs env overlays stages stage inventories inventory clusters cluster tenants \
    group_vars host_vars live k8s kubernetes deploy deployment deployments manifests helm terraform infra kustomize argocd gitops",
);

/// Words in the names of such files, where they stand alone: `docker-compose.test.yml`.
static EXAMPLE_WORDS: Words = Words::of(
    "test tests testing spec example examples sample samples template tmpl dist mock mocks fixture fixtures \
    stories conftest testutil testutils dummy fake readme demo",
);

/// How names of texts about a program begin, whatever their ending: `changelog.yaml`, `PKG-INFO`.
const ABOUT: [&str; 4] = ["changelog", "pkg-info", "release-notes", "release_notes"];

/// Endings of texts for people.
static PROSE: Words = Words::of(
    "md mdx mdc svx markdown rst adoc asciidoc tex snap stories po pot strings xlf xliff resx srt vtt lic license",
);

/// Endings of programs.
static PROGRAMS: Words = Words::of(
    "py pyi pyw ipynb js jsx mjs cjs ts tsx mts cts vue svelte astro go rs java kt kts scala sc groovy gradle clj cljs \
    cs fs vb rb erb php phtml c h cc cpp cxx hpp hh m mm swift dart lua pl pm r jl ex exs erl hrl hs elm ml zig nim html htm xhtml \
    css scss sass less jsp cshtml razor graphql gql proto cr d sol v vim tcl tm el lisp jenkinsfile",
);

/// Files that package managers write, by their whole name.
static LOCKS: Words = Words::of(
    "package-lock.json npm-shrinkwrap.json pnpm-lock.yaml yarn.lock bun.lockb composer.lock gemfile.lock cargo.lock \
    poetry.lock pdm.lock uv.lock pipfile.lock go.sum go.work.sum flake.lock packages.lock.json project.assets.json gradle.lockfile \
    podfile.lock pubspec.lock mix.lock .terraform.lock.hcl chart.lock conan.lock deno.lock requirements.lock .secrets.baseline \
    checksums.txt sha256sums sha512sums sha256sum.txt",
);

/// Folders of what is written by tools or by others, and of what is shown to people in their language.
static GENERATED_FOLDERS: Words = Words::of(
    "node_modules vendor third_party .next .nuxt site-packages __pycache__ i18n locale locales lang \
    translations l10n messages",
);

/// How much of a text is looked at to tell what wrote it.
const BEGIN: usize = 4096;

impl Setting {
    /// The setting of a file, by how it begins and by its path, of which folders that lead to what
    /// the user named are no part.
    pub(crate) fn of(path: &str, text: &str) -> Self {
        if is_encrypted(text) {
            return Setting::Encrypted;
        }
        let path = path.to_ascii_lowercase();
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let ending = name.rsplit_once('.').map_or(name, |(_, ending)| ending);
        let in_generated = folders.split('/').any(|folder| GENERATED_FOLDERS.has(folder));
        if is_generated(name, ending, text) || in_generated {
            return Setting::Generated;
        }
        let is_prose = PROSE.has(ending) || ABOUT.iter().any(|begin| name.starts_with(begin));
        if is_prose
            || is_below_examples(folders, ending)
            || is_example(name, ending)
            || is_description(ending, text)
        {
            return Setting::Example;
        }
        if PROGRAMS.has(ending) { Setting::Code } else { Setting::Plain }
    }

    /// Whether nothing in the text can be a credential.
    pub(super) fn is_skipped(self) -> bool {
        self == Setting::Encrypted
    }
}

/// Where the tests begin that stand below what they test, as they do in Rust.
pub(super) fn tests_of(text: &str) -> Option<usize> {
    static TESTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"#\[cfg\((?:all\()?test(?-u:\b)[^\]\n]*\]\s*(?:#\[[^\]\n]*\]\s*)*mod\s+(?-u:\w)+\s*\{",
        )
        .ok()
    });
    TESTS.as_ref()?.find(text).map(|found| found.start())
}

/// Where source code shows people how it is used, in its order: `/** … */`, lines of `///`, and strings
/// of Python below a `def`, a `class` or at the top.
pub(super) fn documented(text: &str) -> Vec<Range<usize>> {
    static BEGINNINGS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new("\"\"\"|'''|/\\*\\*|//[/!]").ok());
    let Some(beginnings) = BEGINNINGS.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(begin) = beginnings.find_at(text, at) {
        let rest = text.get(begin.end()..).unwrap_or_default();
        let (end, is_string) = match begin.as_str() {
            "/**" => ("*/", false),
            quotes @ ("\"\"\"" | "'''") => (quotes, true),
            _ => ("\n", false),
        };
        let above = text.get(at..begin.start()).unwrap_or_default();
        let is_alone =
            |line: &str| line.trim_start().trim_start_matches(['r', 'R', 'u']).is_empty();
        let begins_line = above.rsplit('\n').next().is_some_and(is_alone)
            && (at == 0 || above.contains('\n') || !is_string);
        if !begins_line && !is_string {
            at = begin.end();
            continue;
        }
        let stop = rest.find(end).map_or(text.len(), |length| begin.end() + length + end.len());
        if begins_line && (!is_string || is_below_a_head(above, at == 0)) {
            found.push(begin.start()..stop);
        }
        at = stop;
    }
    found
}

/// Whether a string at the end of `above` describes what begins there.
fn is_below_a_head(above: &str, is_first: bool) -> bool {
    let mut lines = above.lines().rev().skip_while(|line| line.trim().len() <= 1);
    let is_head = lines.next().is_some_and(|line| {
        let code = line.split(" #").next().unwrap_or_default();
        code.trim_end().ends_with(':') && !line.trim_start().starts_with('#')
    });
    let is_remark = |line: &str| line.trim().len() <= 1 || line.starts_with('#');
    is_head || is_first && above.lines().all(is_remark)
}

/// Whether a folder is one of tests, of examples or of documentation.
fn is_below_examples(folders: &str, ending: &str) -> bool {
    let mut above = "";
    for folder in folders.split('/') {
        let is_environment =
            ENVIRONMENTS.has(above) && MAYBE_ENVIRONMENTS.has(folder) && !PROGRAMS.has(ending);
        if EXAMPLE_FOLDERS.has(folder) && !is_environment || is_of_examples(above, folder) {
            return true;
        }
        above = folder;
    }
    false
}

/// Whether the name of a folder says that it holds many of them: `integration-tests`, `Acme.UnitTests`,
/// `example-app`, and `src/androidTest` of Gradle.
fn is_of_examples(above: &str, folder: &str) -> bool {
    let words = || folder.split(['-', '_', '.']);
    let first = words().next().unwrap_or_default();
    let last = words().next_back().unwrap_or_default();
    let is_test =
        last.ends_with("tests") && !matches!(last, "contests" | "attests" | "protests" | "detests");
    is_test
        || matches!(last, "fixtures" | "examples" | "samples" | "mocks" | "testdata")
        || first != folder && matches!(first, "example" | "examples" | "sample" | "samples")
        || above == "src" && folder.ends_with("test")
}

/// What every description of an interface says at its beginning.
const DESCRIBED: [&str; 4] = ["openapi", "swagger", "asyncapi", "json-schema.org/draft"];

/// Whether a text describes what others send, and shows them examples: `OpenAPI`, `AsyncAPI`, JSON Schema.
fn is_description(ending: &str, text: &str) -> bool {
    if !matches!(ending, "json" | "yaml" | "yml") {
        return false;
    }
    let begin = begin(text);
    // Few say any of that, which a look for each tells faster than one for all.
    if !DESCRIBED.iter().any(|word| begin.contains(word)) {
        return false;
    }
    let has = |marks: &[&str]| marks.iter().any(|mark| begin.contains(mark));
    let is_keyed = begin.lines().any(|line| {
        let key = line.split(':').next().unwrap_or_default();
        matches!(key, "openapi" | "swagger" | "asyncapi")
            && line.contains(|c: char| c.is_ascii_digit())
            && !line.contains('/')
    });
    is_keyed
        || has(&["\"openapi\": \"3", "\"openapi\":\"3", "\"swagger\": \"2", "\"swagger\":\"2"])
        || has(&["\"asyncapi\":", "://json-schema.org/draft"])
}

fn begin(text: &str) -> &str {
    let mut end = text.len().min(BEGIN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// Whether a file is there to test, to show or to be filled in.
fn is_example(name: &str, ending: &str) -> bool {
    let words = || name.split(['.', '-', '_']);
    let is_program = PROGRAMS.has(ending);
    // `UserServiceTest.java`, `LoginTests.cs`: the capital is gone with the case.
    let stem = name.strip_suffix(ending).map_or(name, |stem| stem.trim_end_matches('.'));
    let ends = is_program
        && ["test", "tests", "spec", "testcase"]
            .iter()
            .any(|end| stem.ends_with(end) && stem != "latest");
    // The environment of that name is as real as any: `values-test.yaml`, `.env.test`.
    let is_environment = !is_program
        && (["values", "application", "appsettings", ".env.test"]
            .iter()
            .any(|begin| name.starts_with(begin))
            || ending == "tfvars");
    let is_its = |word: &str| is_environment && matches!(word, "test" | "testing");
    // What CloudFormation and SAM deploy is called `template.yaml`.
    let is_deployed = stem == "template" && matches!(ending, "yaml" | "yml" | "json");
    ends || !is_deployed && words().any(|word| EXAMPLE_WORDS.has(word) && !is_its(word))
}

/// Nobody writes lines of such a length.
const LONG: usize = 1000;

/// Whether a tool wrote the file.
fn is_generated(name: &str, ending: &str, text: &str) -> bool {
    if LOCKS.has(name)
        || ending == "lock"
        || ending == "map"
        || ending == "svg"
        || ending == "sum"
        || matches!(ending, "jsonl" | "ndjson")
    {
        return true;
    }
    if name.contains(".min.")
        || name.contains(".bundle.")
        || name.ends_with(".pb.go")
        || name.ends_with("_pb2.py")
    {
        return true;
    }
    if name.starts_with("messages") && ending == "properties" {
        return true;
    }
    // The words that a model knows, of which some mean credentials.
    if name.contains("tokenizer") && ending == "json"
        || matches!(name, "vocab.json" | "vocab.txt" | "merges.txt" | "added_tokens.json")
    {
        return true;
    }
    let begin = begin(text);
    let is_marked = || {
        ["@generated", "Code generated by", "DO NOT EDIT", "<auto-generated"]
            .iter()
            .any(|mark| begin.contains(mark))
    };
    let is_script = matches!(ending, "js" | "css" | "mjs" | "cjs" | "html");
    let is_long = is_script && begin.len() >= LONG && begin.lines().any(|line| line.len() >= LONG);
    is_long || PROGRAMS.has(ending) && is_marked()
}

/// Whether a text is unreadable without a key that is elsewhere: by Ansible, age, PGP, git-crypt, or by SOPS
/// where it says nothing of values left open.
fn is_encrypted(text: &str) -> bool {
    const STARTS: [&str; 5] = [
        "$ANSIBLE_VAULT;",
        "age-encryption.org/v1",
        "-----BEGIN AGE ENCRYPTED FILE-----",
        "-----BEGIN PGP MESSAGE-----",
        "\0GITCRYPT\0",
    ];
    let start = text.trim_start();
    STARTS.iter().any(|it| start.starts_with(it)) || text.starts_with("\0GITCRYPT") || is_sops(text)
}

/// Whether SOPS encrypted every value.
fn is_sops(text: &str) -> bool {
    /// What SOPS adds stands at the end, and is longer the more people may decrypt.
    const END: usize = 16 << 10;
    let mut from = text.len().saturating_sub(END);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let end = text.get(from..).unwrap_or(text);
    let has = |marks: &[&str]| marks.iter().any(|mark| end.contains(mark));
    // What few texts have is looked for first.
    end.contains("ENC[AES256_GCM,")
        && has(&["\nsops:", "\"sops\":", "\n[sops]", "sops_mac="])
        && end.contains("mac")
        && !has(&[
            "encrypted_regex",
            "encrypted_suffix: ",
            "unencrypted_regex",
            "encrypted_comment_regex",
        ])
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::{Setting, documented, tests_of};

    #[test]
    fn paths_tell_what_a_text_is_for() {
        for (path, expected) in [
            ("deploy/prod/values.yaml", Setting::Plain),
            (".env.production", Setting::Plain),
            ("values-test.yaml", Setting::Plain),
            ("scripts/deploy.sh", Setting::Plain),
            ("latest.yaml", Setting::Plain),
            ("Dockerfile", Setting::Plain),
            ("src/app.py", Setting::Code),
            ("Jenkinsfile", Setting::Code),
            ("notebooks/a.ipynb", Setting::Code),
            ("tests/config.yaml", Setting::Example),
            ("src/app_test.go", Setting::Example),
            ("src/LoginTest.java", Setting::Example),
            ("src/app.spec.ts", Setting::Example),
            (".env.example", Setting::Example),
            ("config.sample.toml", Setting::Example),
            ("README.md", Setting::Example),
            ("package-lock.json", Setting::Generated),
            ("web/app.min.js", Setting::Generated),
            ("src/locales/de.json", Setting::Generated),
            ("go.sum", Setting::Generated),
            ("model/tokenizer.json", Setting::Generated),
            ("overlays/test/secret.yaml", Setting::Plain),
            ("environments/test/main.tfvars", Setting::Plain),
            ("deploy/test/login_test.py", Setting::Example),
            ("appsettings.Test.json", Setting::Plain),
            ("Acme.Orders.IntegrationTests/appsettings.json", Setting::Example),
            ("app/src/androidTest/Login.kt", Setting::Example),
            ("example-app/config.yaml", Setting::Example),
            ("contests/config.yaml", Setting::Plain),
            ("t/unit/keys.pm", Setting::Example),
            ("CHANGELOG.yaml", Setting::Example),
            ("PKG-INFO", Setting::Example),
        ] {
            assert_eq!(Setting::of(path, "a: b\n"), expected, "{path}");
        }
        assert_eq!(Setting::of("app.js", &"a".repeat(3000)), Setting::Generated);
        assert_eq!(Setting::of("a.pb.rs", "// @generated by prost\n"), Setting::Generated);
        for text in [
            "openapi: 3.1.0\ninfo: {}\n",
            "{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}",
        ] {
            assert_eq!(Setting::of("api.json", text), Setting::Example, "{text}");
        }
        assert_eq!(Setting::of("a.yaml", "openapi: https://api.acme.io/v1\n"), Setting::Plain);
    }

    #[test]
    fn tests_may_stand_below_what_they_test() {
        let text = "#[cfg(test)]\nuse a::b;\nfn a() {}\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n";
        assert_eq!(tests_of(text), text.rfind("#[cfg"));
        assert_eq!(tests_of("#[cfg(test)]\nmod tests;\nfn a() {}\n"), None);
    }

    #[test]
    fn code_shows_how_it_is_used() {
        let python = "# a\n\n\"\"\"Top.\"\"\"\nA = \"\"\"\nno\n\"\"\"\n\ndef a(\n    b,\n):  # c\n    r\"\"\"\n    >>> a(b)\n    \"\"\"\n    c = '''d'''\n";
        let found: Vec<&str> = documented(python).into_iter().map(|range| &python[range]).collect();
        assert_eq!(found, ["\"\"\"Top.\"\"\"", "\"\"\"\n    >>> a(b)\n    \"\"\""]);
        let script =
            "  /**\n   * a(b)\n   */\na(); /** no */\n/// b\nlet u = \"http:///x\";\n/** open";
        let found: Vec<&str> = documented(script).into_iter().map(|range| &script[range]).collect();
        assert_eq!(found, ["/**\n   * a(b)\n   */", "/// b\n", "/** open"]);
        for part in ["\"\"\"", "\n\"\"\"\n", "\n/**", "///\n", ":\n'''"] {
            documented(&part.repeat(100_000));
        }
    }

    #[test]
    fn what_is_encrypted_is_told_by_its_text() {
        let sops = "db:\n    password: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\nsops:\n    mac: ENC[AES256_GCM,data:x]\n";
        assert_eq!(Setting::of("a.yaml", sops), Setting::Encrypted);
        let partly = format!("{sops}    encrypted_regex: ^data$\n");
        assert_eq!(Setting::of("a.yaml", &partly), Setting::Plain);
        assert_eq!(Setting::of("a.yml", "$ANSIBLE_VAULT;1.1;AES256\n3435\n"), Setting::Encrypted);
    }
}
