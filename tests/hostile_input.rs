//! Files that nobody would write, some of which somebody will: each ends in a finding or in a
//! reason why it was not checked, and none hangs or takes the run down. That nothing hangs is
//! shown by the tests coming to an end; no time is asserted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::diagnostic::{Diagnostic, Severity};
use agentcheck::file::{Files, SkipReason};
use agentcheck::outcome::Outcome;
use agentcheck::rules::{Environment, MOST_FINDINGS, Profile, RULES};
use agentcheck::walk::{self, Scope, WalkError};
use tempfile::TempDir;

use crate::common;

/// What is said of too much of anything.
const LIMIT: &str = "syntax/limit-exceeded";

/// Large enough that work quadratic in the size would not come to an end; the limit is 32 MiB, but
/// tests run unoptimised.
const LARGE: usize = 8 << 20;

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn run(path: impl Into<PathBuf>) -> Result<Outcome, WalkError> {
    let scope = Scope {
        paths: vec![path.into()],
        exclude: Vec::new(),
        base: std::env::current_dir().unwrap(),
        respect_ignore_files: true,
        stdin_name: None,
    };
    let files = walk::read(&scope, &|_| ())?;
    let settings = Arc::new(Settings::of(Profile::Optional, Environment::Production));
    let found = check(&files, &vec![settings; files.len()]);
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    Ok(Outcome::of(files, found))
}

/// Why each file was not checked, by its name.
fn skipped(outcome: &Outcome) -> Vec<(String, SkipReason)> {
    outcome
        .skipped()
        .map(|(path, reason)| (path.rsplit('/').next().unwrap().to_owned(), reason.clone()))
        .collect()
}

/// The rules that have something to say, each once.
fn rules(outcome: &Outcome) -> Vec<&'static str> {
    let mut rules: Vec<_> = outcome.diagnostics.iter().map(|found| found.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// One file with that text, in a folder of its own.
fn run_text(name: &str, text: &str) -> Outcome {
    let folder = folder(&[(name, text.as_bytes())]);
    run(folder.path()).unwrap()
}

#[test]
fn bytes_that_are_no_text() {
    let folder = folder(&[
        ("latin1.yaml", b"apiVersion: v1\nkind: \xe9\n"),
        ("utf16.yaml", b"\xff\xfea\x00p\x00i\x00"),
        ("nul.yaml", b"apiVersion: v1\nkind: Pod\n\0"),
        ("Dockerfile", b"FROM x\n\xc3\x28\n"),
        ("compose.yaml", b""),
        ("agent.toml", b"\xef\xbb\xbf \n\t\r\n"),
    ]);
    let reasons = [
        ("Dockerfile", SkipReason::NotUtf8),
        ("agent.toml", SkipReason::Empty),
        ("compose.yaml", SkipReason::Empty),
        ("latin1.yaml", SkipReason::NotUtf8),
        ("nul.yaml", SkipReason::Binary),
        ("utf16.yaml", SkipReason::Binary),
    ]
    .map(|(name, reason)| (name.to_owned(), reason));
    let outcome = run(folder.path()).unwrap();
    assert_eq!(skipped(&outcome), reasons);
    assert!(outcome.nothing_checked());
}

#[test]
fn a_hundred_thousand_levels() {
    const DEEP: usize = 100_000;
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:";
    let objects = "{\"a\":".repeat(DEEP);
    for (name, text, rule) in [
        ("flow.yaml", format!("{manifest} {}\n", "[".repeat(DEEP)), LIMIT),
        ("maps.yaml", format!("{manifest} {}\n", "{a: ".repeat(DEEP)), LIMIT),
        ("block.yaml", format!("{manifest}\n  {}x\n", "- ".repeat(DEEP)), LIMIT),
        ("keys.yaml", format!("{manifest}\n  {}x\n", "? ".repeat(DEEP)), LIMIT),
        (
            "x.json",
            format!("{{\"apiVersion\": \"v1\",\n\"kind\": \"Pod\",\n\"spec\": {objects}"),
            LIMIT,
        ),
        ("agent.toml", format!("agent = {}", "[".repeat(DEEP)), LIMIT),
        ("agent.toml", format!("agent = {}", "{a = ".repeat(DEEP)), LIMIT),
        ("agent.toml", format!("agent{} = 1", ".a".repeat(DEEP)), LIMIT),
        ("agent.toml", format!("[agent{}]", ".a".repeat(DEEP)), LIMIT),
    ] {
        let outcome = run_text(name, &text);
        assert_eq!(rules(&outcome), [rule], "{name}");
    }
}

/// The indentation alone makes this 2 MB for 2000 levels; the parser gives up long before.
#[test]
fn mappings_in_mappings() {
    let mut text = "apiVersion: v1\nkind: Pod\nspec:\n".to_owned();
    for level in 1..2000 {
        writeln!(text, "{}a:", " ".repeat(level)).unwrap();
    }
    assert_eq!(rules(&run_text("x.yaml", &text)), [LIMIT]);
}

fn deployment(containers: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    \
         metadata: {{labels: {{app: web}}}}\n    spec:\n      containers: {containers}\n"
    )
}

#[test]
fn aliases_that_multiply() {
    let mut lists = "x-0: &a0 [x, x]\n".to_owned();
    let mut merges = "x-0: &a0 {k: v}\n".to_owned();
    let mut maps = "x-0: &a0 {k: v}\n".to_owned();
    for level in 1..40 {
        let below = format!("*a{}", level - 1);
        writeln!(lists, "x-{level}: &a{level} [{below}, {below}]").unwrap();
        writeln!(maps, "x-{level}: &a{level} {{l: {below}, r: {below}}}").unwrap();
        let many = vec![below; 50].join(", ");
        writeln!(merges, "x-{level}: &a{level} {{<<: [{many}]}}").unwrap();
    }
    for bomb in [&lists, &maps, &merges] {
        for place in ["*a39", "[*a39]", "[{name: web, resources: *a39, env: *a39, <<: *a39}]"] {
            let outcome = run_text("bomb.yaml", &format!("{bomb}{}", deployment(place)));
            let why = "aliases that stand for more than 1,000,000 values".to_owned();
            assert_eq!(limits(&outcome), [("bomb.yaml".to_owned(), why)]);
        }
    }
}

#[test]
fn lists_that_hold_themselves() {
    for text in [
        "&a\napiVersion: v1\nkind: List\nitems:\n- *a\n".to_owned(),
        "apiVersion: v1\nkind: List\nitems: &a\n- {apiVersion: v1, kind: List, items: *a}\n"
            .to_owned(),
        "&a {apiVersion: v1, kind: List, items: [{<<: *a}, {<<: *a}]}\n".to_owned(),
        deployment("&c [{name: web, env: *c, ports: *c, <<: *c}]"),
        "services: &s {web: {image: x, depends_on: *s, environment: *s, <<: *s}}\n".to_owned(),
    ] {
        let outcome = run_text("compose.yaml", &text);
        assert!(!outcome.checked().is_empty(), "{text}");
    }
}

#[test]
fn hundreds_of_thousands_of_lines_of_dockerfile() {
    let text = format!("FROM ghcr.io/acme/api:1\n{}", "RUN x\n".repeat(200_000));
    let outcome = run_text("Dockerfile", &text);
    assert_eq!(outcome.checked().values().sum::<usize>(), 1);
    let joined = format!("FROM x:1\nRUN a \\\n{}b\n", "# c\n  && d \\\n".repeat(100_000));
    assert_eq!(run_text("Dockerfile", &joined).checked().values().sum::<usize>(), 1);
}

#[test]
fn megabytes_of_yaml() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n---\n";
    let many = object.repeat(LARGE / object.len());
    let entry = "  key: &x \"value {{ with }} braces\" # note\n  <<: *x\n";
    let one = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n{}",
        entry.repeat(LARGE / 4 / entry.len())
    );
    let anchors: String = (0..LARGE / 64).fold(
        "apiVersion: v1\nkind: ConfigMap\nx: &first y\ndata:\n".to_owned(),
        |mut text, n| {
            writeln!(text, "  k{n}: &a{n} v\n  j{n}: *first").unwrap();
            text
        },
    );
    for text in [many, one, anchors] {
        let outcome = run_text("large.yaml", &text);
        assert_eq!(outcome.checked().values().sum::<usize>(), 1);
    }
}

/// Texts of one kind of token, to which a reader may answer with work quadratic in their length.
#[test]
fn megabytes_of_one_thing() {
    let head = "apiVersion: v1\nkind: ConfigMap\ndata:\n";
    for piece in
        ["{{", "- ", "x: y\n---\n", "\t", "\"", " #", "&a ", "? ", "\u{85}", "[]\n---\n[\n---\n"]
    {
        let text = format!("{head}  k: {}\n", piece.repeat(LARGE / 8 / piece.len()));
        let outcome = run_text("one.yaml", &text);
        assert!(!outcome.nothing_checked() || !skipped(&outcome).is_empty(), "{piece:?}");
    }
    for piece in ["a = 1\n", "[a]\n", "\"", "a.", "#"] {
        let text = format!("[agent]\n{}", piece.repeat(LARGE / 32 / piece.len()));
        let outcome = run_text("agent.toml", &text);
        assert!(!outcome.nothing_checked() || !skipped(&outcome).is_empty(), "{piece:?}");
    }
}

/// Texts of which every piece may begin a credential, and none ends.
#[test]
fn megabytes_that_may_be_credentials() {
    for piece in [
        "key=",
        "://",
        "a://b:c@",
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "password: \"",
        "password: ",
        "/** ",
        "\"\"\"\n",
        "gitleaks:allow ",
        "eyJhbGciOiJIUzI1NiJ9.",
    ] {
        let text = piece.repeat(LARGE / 64 / piece.len());
        for name in ["app.py", "app.conf"] {
            run_text(name, &text);
        }
    }
}

/// Comments and annotations are looked up for every finding and every line.
#[test]
fn thousands_of_ignores() {
    let comment = "# agentcheck: ignore[k8s/naked-pod, nothing] why\n";
    let of_file = "# agentcheck: ignore-file[k8s/naked-pod] why\n";
    let key = "  k: v # agentcheck: ignore[syntax/duplicate-key] why\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
    let annotated = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: \
                     {agentcheck.io/ignore: \"k8s/naked-pod: why\"}}\n";
    let names = format!("# agentcheck: ignore[{}]\n{pod}", "k8s/, ".repeat(LARGE / 64));
    for text in [
        format!("{}{pod}", comment.repeat(LARGE / 64 / comment.len())),
        format!("{}{pod}", of_file.repeat(LARGE / 64 / of_file.len())),
        format!("{pod}data:\n{}", key.repeat(LARGE / 64 / key.len())),
        annotated.repeat(LARGE / 64 / annotated.len()),
        names,
    ] {
        assert!(!run_text("x.yaml", &text).nothing_checked());
    }
    let text = format!("FROM x:1\n{}", format!("{comment}RUN y\n").repeat(LARGE / 64 / 64));
    assert!(!run_text("Dockerfile", &text).nothing_checked());
}

/// Of a long text that does not parse, not all is kept. What is pointed at is, and what may stand in
/// the rest is not missed.
#[test]
fn a_long_text_that_does_not_parse() {
    let head = "apiVersion: v1\nkind: Pod\nmetadata: ]\n";
    let key = concat!("aws_key: AKIA", "Q3EGRZT7WNCJ5XHD\n");
    let text = format!("{head}{}{key}{}", "# é\n".repeat(100_000), "# ü\n".repeat(100_000));
    let outcome = run_text("long.yaml", &text);
    assert!(rules(&outcome).contains(&"syntax/yaml-invalid"));
    let found = outcome.diagnostics.iter().find(|found| found.rule.starts_with("secret/"));
    let source = outcome.files.source(found.unwrap().place.file).unwrap();
    assert!(source.slice(found.unwrap().place.span).contains("AKIA"));
    assert!(source.text().len() < text.len());
}

/// What some rules find in a file.
fn found_by(path: &str, text: &str, on: &[&str]) -> Outcome {
    let files = Files::in_memory([(path, text)]);
    let found = check(&files, &[only(on)]);
    Outcome::of(files, found)
}

/// Settings with which some rules run, and no others.
fn only(on: &[&str]) -> Arc<Settings> {
    let mut settings = Settings::of(Profile::Optional, Environment::Production);
    for (rule, settings) in RULES.iter().zip(&mut settings.rules) {
        settings.enabled = on.contains(&rule.id);
    }
    Arc::new(settings)
}

/// A mapping with one key on each line, many times over.
fn twice(count: usize, line: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n{}", line.repeat(count))
}

const DUPLICATE: &str = "syntax/duplicate-key";
const UNUSED: &str = "syntax/unused-ignore";

#[test]
fn more_findings_than_anybody_reads() {
    let ignored = "  k: v # agentcheck: ignore[syntax/duplicate-key] why\n";
    let text = twice(MOST_FINDINGS + 7, "  k: v\n") + ignored;
    let outcome = found_by("many.yaml", &text, &[DUPLICATE, LIMIT, UNUSED]);
    let of = |rule: &str| outcome.diagnostics.iter().filter(|it| it.rule == rule).count();
    // The first key is no duplicate.
    assert_eq!((of(DUPLICATE), outcome.unlisted), (MOST_FINDINGS, 7));
    let found: Vec<_> = outcome.diagnostics.iter().filter(|it| it.rule == LIMIT).collect();
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        found.message,
        "`syntax/duplicate-key` has 7 more findings here, which are not listed"
    );
    assert_eq!(found.severity, Severity::Error, "as bad as they are");
    let source = outcome.files.source(found.place.file).unwrap();
    let first = source.position(found.related[0].place.span.start).line;
    assert_eq!(first, 4 + MOST_FINDINGS + 2);
    // What is not listed may be what the comment is for.
    assert_eq!(of(UNUSED), 0);
    let outcome = found_by("few.yaml", &twice(MOST_FINDINGS + 1, "  k: v\n"), &[DUPLICATE, LIMIT]);
    assert_eq!((rules(&outcome), outcome.unlisted), (vec![DUPLICATE], 0));
}

#[test]
fn an_ignore_for_each_of_thousands_of_findings() {
    let ignored = "  k: v # agentcheck: ignore[syntax/duplicate-key] why\n";
    let outcome = found_by("many.yaml", &twice(10_000, ignored), &[DUPLICATE, UNUSED]);
    let is_ignored = |it: &&Diagnostic| it.rule == DUPLICATE && it.suppressed.is_some();
    assert_eq!(outcome.diagnostics.iter().filter(is_ignored).count(), 9_999);
    // That of the first key, which is no duplicate.
    assert_eq!(outcome.active().map(|it| it.rule).collect::<Vec<_>>(), [UNUSED]);
}

#[test]
fn thousands_of_fixes_of_one_file() {
    let line = "  k: v # agentcheck: ignore[syntax/yaml-invalid] why\n";
    let text = twice(3_000, line);
    let files = Files::in_memory([("many.yaml", text.as_str())]);
    let fixed = common::fixed(files, &[only(&[UNUSED, "syntax/yaml-invalid"])]);
    let [changed] = fixed.changed.as_slice() else { panic!("{:?}", fixed.refused) };
    assert_eq!(*changed.after, *twice(3_000, "  k: v\n"));
    assert_eq!(changed.applied.len(), 3_000);
}

/// What the findings on limits say, by the names of the files.
fn limits(outcome: &Outcome) -> Vec<(String, String)> {
    let found = outcome.diagnostics.iter().filter(|found| found.rule == LIMIT);
    let path =
        |found: &Diagnostic| outcome.files.source(found.place.file).unwrap().name().to_owned();
    found.map(|found| (path(found), found.message.clone())).collect()
}

/// A file whose beginning is that text, and which is so large; what follows is a hole, which takes
/// no room on the disk.
fn long(folder: &TempDir, name: &str, beginning: &str, length: u64) {
    fs::write(folder.path().join(name), beginning).unwrap();
    let file = fs::File::options().write(true).open(folder.path().join(name)).unwrap();
    file.set_len(length).unwrap();
}

#[test]
fn too_large_to_read() {
    const LARGER: u64 = agentcheck::source::MAX_BYTES + 1;
    let folder = folder(&[]);
    // Somebody's data, and what nobody has ever seen so large.
    long(&folder, "data.json", "[{\"kind\": \"x\"},", 2 << 30);
    long(&folder, "deploy.yaml", "kind: Pod\napiVersion: v1\n", 2 << 30);
    long(&folder, "compose.yaml", "", LARGER);
    fs::write(folder.path().join("Dockerfile"), "FROM x\n".repeat(1 << 20)).unwrap();
    long(&folder, "requirements.txt", "x\n", (4 << 20) + 1);
    let outcome = run(folder.path()).unwrap();
    let (most, less) = (SkipReason::TooLarge(32 << 20), SkipReason::TooLarge(4 << 20));
    let names = ["Dockerfile", "compose.yaml", "data.json", "deploy.yaml"].map(str::to_owned);
    let reasons = [less, most.clone(), most.clone(), most];
    assert_eq!(skipped(&outcome), names.into_iter().zip(reasons).collect::<Vec<_>>());
    let said = [
        ("Dockerfile", "larger than 4 MiB"),
        ("compose.yaml", "larger than 32 MiB"),
        ("deploy.yaml", "larger than 32 MiB"),
    ];
    assert_eq!(limits(&outcome), said.map(|(name, why)| (name.to_owned(), why.to_owned())));
}

#[test]
fn more_documents_than_a_file_may_have() {
    let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n".repeat(10_001);
    let outcome = run_text("many.yaml", &text);
    let found: Vec<_> = outcome.diagnostics.iter().filter(|found| found.rule == LIMIT).collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "more than 10,000 documents");
    let source = outcome.files.source(found[0].place.file).unwrap();
    // At the `---` that ends the last one.
    assert_eq!(source.position(found[0].place.span.start).line, 4 * 10_000);
    assert_eq!(outcome.checked().values().sum::<usize>(), 1, "those before are");
    // One document less is none too many, nor is what ends the last one.
    assert!(limits(&run_text("many.yaml", &text[text.len() / 10_001..])).is_empty());
}

#[test]
fn more_containers_than_a_pod_may_have() {
    let pod = |count: usize| {
        let containers = "  - {name: c, image: web}\n".repeat(count);
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n{containers}"
        )
    };
    let outcome = run_text("pod.yaml", &format!("{}---\n{}", pod(501), pod(1)));
    let found: Vec<_> = outcome.diagnostics.iter().filter(|found| found.rule == LIMIT).collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "`containers`: more than 500 of them in one pod");
    let source = outcome.files.source(found[0].place.file).unwrap();
    assert_eq!(source.slice(found[0].place.span), "containers");
    // The other document is checked.
    let of_others = outcome.diagnostics.iter().filter(|found| found.rule != LIMIT);
    assert!(of_others.clone().count() > 0);
    assert!(of_others.clone().all(|it| it.place.span.start > found[0].place.span.start));
    assert!(limits(&run_text("pod.yaml", &pod(500))).is_empty());
}

#[test]
fn more_values_than_a_file_may_have() {
    let pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: [{}]\n{pod}",
        "1,".repeat(2_000_000)
    );
    let outcome = run_text("many.yaml", &text);
    let said = [("many.yaml".to_owned(), "more than 2,000,000 values".to_owned())];
    assert_eq!(limits(&outcome), said);
    assert!(rules(&outcome).contains(&"k8s/schema-invalid"), "the other document is checked");
    let text = format!(
        "{{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"a\": [{}1]}}",
        "1,".repeat(2_000_000)
    );
    assert_eq!(rules(&run_text("many.json", &text)), [LIMIT]);
}

#[test]
fn a_path_that_does_not_exist() {
    let folder = folder(&[]);
    let error = run(folder.path().join("deploy")).unwrap_err();
    assert!(matches!(&error, WalkError::Unreadable { path, .. } if path.ends_with("deploy")));
    assert!(error.to_string().contains("deploy"), "{error}");
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    const POD: &[u8] = b"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";

    #[test]
    fn files_and_folders_that_may_not_be_read() {
        let folder = folder(&[("secret.yaml", POD), ("closed/a.yaml", POD), ("open.yaml", POD)]);
        let (file, closed) = (folder.path().join("secret.yaml"), folder.path().join("closed"));
        for path in [&file, &closed] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o0)).unwrap();
        }
        if fs::read(&file).is_ok() {
            println!("permissions do not hold for this user: nothing to see");
        } else {
            let outcome = run(folder.path()).unwrap();
            let denied = SkipReason::Unreadable("permission denied".to_owned());
            let reasons =
                [("closed".to_owned(), denied.clone()), ("secret.yaml".to_owned(), denied)];
            assert_eq!(skipped(&outcome), reasons);
            assert_eq!(outcome.checked().values().sum::<usize>(), 1);
            assert!(run(&file).is_err());
            assert!(run(&closed).is_err());
        }
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    }

    #[test]
    fn pipes_are_not_waited_for() {
        let folder = folder(&[("a.yaml", POD)]);
        let pipe = folder.path().join("pipe.yaml");
        let made = Command::new("mkfifo").arg(&pipe).status();
        if !made.is_ok_and(|status| status.success()) {
            println!("no mkfifo here: nothing to see");
            return;
        }
        assert_eq!(run(folder.path()).unwrap().checked().values().sum::<usize>(), 1);
        assert!(matches!(run(&pipe), Err(WalkError::NotAFile(_))));
        let link = folder.path().join("link.yaml");
        symlink(&pipe, &link).unwrap();
        assert!(matches!(run(&link), Err(WalkError::NotAFile(_))));
        assert_eq!(run(folder.path()).unwrap().checked().values().sum::<usize>(), 1);
    }

    /// Git keeps such links, and whoever checks out what somebody proposes has them.
    #[test]
    fn ignore_files_without_an_end_are_not_read() {
        for name in [".gitignore", ".ignore", ".agentcheckignore", "a/.gitignore"] {
            let folder = folder(&[("a/deploy.yaml", POD)]);
            symlink("/dev/zero", folder.path().join(name)).unwrap();
            let error = run(folder.path()).unwrap_err();
            assert!(matches!(&error, WalkError::Endless(path) if path.ends_with(name)), "{error}");
        }
        let folder = folder(&[("a/deploy.yaml", POD), ("ignored", b"deploy.yaml\n")]);
        symlink("../ignored", folder.path().join("a/.gitignore")).unwrap();
        assert!(run(folder.path()).unwrap().nothing_checked());
    }

    #[test]
    fn links_are_not_followed_unless_named() {
        let folder = folder(&[("a/deploy.yaml", POD)]);
        let at = |name: &str| folder.path().join(name);
        symlink(folder.path(), at("a/up")).unwrap();
        symlink("loop.yaml", at("loop.yaml")).unwrap();
        symlink("nowhere", at("broken.yaml")).unwrap();
        symlink("a/deploy.yaml", at("link.yaml")).unwrap();
        let outcome = run(folder.path()).unwrap();
        let nowhere = || SkipReason::Unreadable("a link that leads nowhere".to_owned());
        let expected = [
            ("up", SkipReason::SymbolicLink),
            ("broken.yaml", nowhere()),
            ("link.yaml", SkipReason::SymbolicLink),
            ("loop.yaml", nowhere()),
        ];
        assert_eq!(skipped(&outcome), expected.map(|(name, why)| (name.to_owned(), why)));
        assert_eq!(outcome.checked().values().sum::<usize>(), 1);
        assert_eq!(run(at("link.yaml")).unwrap().checked().values().sum::<usize>(), 1);
        assert_eq!(run(at("a/up")).unwrap().checked().values().sum::<usize>(), 1);
        assert!(run(at("loop.yaml")).is_err());
        assert!(run(at("broken.yaml")).is_err());
    }

    #[test]
    fn names_with_line_breaks_and_escape_codes() {
        let folder = folder(&[]);
        let names: [&[u8]; 6] = [
            b"a\nb.yaml",
            b"\x1b[31mred.yaml",
            b"latin1-\xe9.yaml",
            b"latin1-\xe8.yaml", // looks like the one before, once it is made printable
            b"-rf.yaml",
            b" Dockerfile\t.yaml",
        ];
        for name in names {
            fs::write(folder.path().join(OsStr::from_bytes(name)), POD).unwrap();
        }
        let outcome = run(folder.path()).unwrap();
        assert_eq!(outcome.checked().values().sum::<usize>(), names.len());
    }
}
