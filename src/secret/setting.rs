//! What kind of file a text is of, as far as credentials are concerned.

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
const EXAMPLE_FOLDERS: &str = "test tests testing __tests__ spec specs fixture fixtures __fixtures__ testdata test_data test-data \
    test_resources mock mocks __mocks__ example examples sample samples doc docs documentation demo demos tutorial tutorials cookbook \
    cookbooks e2e integration-tests integration_tests unit-tests unittests androidtest cassettes __snapshots__ stories storybook";

/// Words in the names of such files, where they stand alone: `docker-compose.test.yml`.
const EXAMPLE_WORDS: &str = "test tests spec example examples sample samples template tmpl dist mock mocks fixture fixtures stories \
    conftest testutil testutils dummy fake readme demo";

/// Endings of texts for people.
const PROSE: &str =
    "md mdx markdown rst adoc asciidoc tex snap stories po pot strings srt vtt lic license";

/// Endings of programs.
const PROGRAMS: &str = "py pyi pyw ipynb js jsx mjs cjs ts tsx mts cts vue svelte astro go rs java kt kts scala sc groovy gradle clj cljs \
    cs fs vb rb erb php phtml c h cc cpp cxx hpp hh m mm swift dart lua pl pm r jl ex exs erl hrl hs elm ml zig nim html htm xhtml \
    css scss sass less jsp cshtml razor graphql gql proto cr d sol v jenkinsfile";

/// Files that package managers write, by their whole name.
const LOCKS: &str = "package-lock.json npm-shrinkwrap.json pnpm-lock.yaml yarn.lock bun.lockb composer.lock gemfile.lock cargo.lock \
    poetry.lock pdm.lock uv.lock pipfile.lock go.sum go.work.sum flake.lock packages.lock.json project.assets.json gradle.lockfile \
    podfile.lock pubspec.lock mix.lock .terraform.lock.hcl chart.lock conan.lock deno.lock requirements.lock .secrets.baseline \
    checksums.txt sha256sums sha512sums sha256sum.txt";

/// Folders of what is written by tools or by others, and of what is shown to people in their language.
const GENERATED_FOLDERS: &str = "node_modules vendor third_party .next .nuxt site-packages __pycache__ i18n locale locales lang \
    translations l10n messages";

/// How much of a text is looked at to tell what wrote it.
const BEGIN: usize = 4096;

impl Setting {
    /// The setting of a file, by its path and by how it begins.
    pub(crate) fn of(path: &str, text: &str) -> Self {
        if is_encrypted(text) {
            return Setting::Encrypted;
        }
        let path = path.to_ascii_lowercase();
        // What was asked for by name is not an example for the folder that it lies in.
        let path = path.rsplit_once("../").map_or(path.as_str(), |(_, below)| below);
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let ending = name.rsplit_once('.').map_or(name, |(_, ending)| ending);
        let in_folder = |list: &str| folders.split('/').any(|folder| is_in(list, folder));
        if is_generated(name, ending, text) || in_folder(GENERATED_FOLDERS) {
            return Setting::Generated;
        }
        if is_in(PROSE, ending) || in_folder(EXAMPLE_FOLDERS) || is_example(name, ending) {
            return Setting::Example;
        }
        if is_in(PROGRAMS, ending) { Setting::Code } else { Setting::Plain }
    }

    /// Whether nothing in the text can be a credential.
    pub(super) fn is_skipped(self) -> bool {
        self == Setting::Encrypted
    }
}

fn is_in(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|known| known == word)
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
    let is_program = is_in(PROGRAMS, ending);
    // `UserServiceTest.java`, `LoginTests.cs`: the capital is gone with the case.
    let stem = name.strip_suffix(ending).map_or(name, |stem| stem.trim_end_matches('.'));
    let ends = is_program
        && ["test", "tests", "spec", "testcase"]
            .iter()
            .any(|end| stem.ends_with(end) && stem != "latest");
    // The environment of that name is as real as any: `values-test.yaml`, `.env.test`.
    let is_environment = !is_program
        && (name.starts_with("values")
            || name.starts_with("application")
            || name.starts_with(".env.test"));
    ends || words().any(|word| is_in(EXAMPLE_WORDS, word) && !(is_environment && word == "test"))
}

/// Whether a tool wrote the file.
fn is_generated(name: &str, ending: &str, text: &str) -> bool {
    if is_in(LOCKS, name)
        || ending == "lock"
        || ending == "map"
        || ending == "svg"
        || ending == "sum"
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
    let begin = begin(text);
    let is_marked = ["@generated", "Code generated by", "DO NOT EDIT", "<auto-generated"]
        .iter()
        .any(|mark| begin.contains(mark));
    let is_script = matches!(ending, "js" | "css" | "mjs" | "cjs" | "html");
    /// Nobody writes lines of such a length.
    const LONG: usize = 1000;
    let is_long = is_script && begin.len() >= LONG && begin.lines().any(|line| line.len() >= LONG);
    is_marked && is_in(PROGRAMS, ending) || is_long
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
    has(&["\nsops:", "\"sops\":", "\n[sops]", "sops_mac="])
        && has(&["mac", "sops_mac="])
        && end.contains("ENC[AES256_GCM,")
        && !has(&[
            "encrypted_regex",
            "encrypted_suffix: ",
            "unencrypted_regex",
            "encrypted_comment_regex",
        ])
}

#[cfg(test)]
mod tests {
    use super::Setting;

    #[test]
    fn paths_tell_what_a_text_is_for() {
        for (path, expected) in [
            ("deploy/prod/values.yaml", Setting::Plain),
            (".env.production", Setting::Plain),
            ("values-test.yaml", Setting::Plain),
            ("scripts/deploy.sh", Setting::Plain),
            ("../shared/samples/../app/config.yaml", Setting::Plain),
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
        ] {
            assert_eq!(Setting::of(path, "a: b\n"), expected, "{path}");
        }
        assert_eq!(Setting::of("app.js", &"a".repeat(3000)), Setting::Generated);
        assert_eq!(Setting::of("a.pb.rs", "// @generated by prost\n"), Setting::Generated);
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
