//! `agentcheck.toml` and the command line, through the public door.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::fs;
use std::path::Path;

use crate::common;
use agentcheck::config::{Config, FailOn, Flags, Settings};
use agentcheck::diagnostic::Severity;
use agentcheck::rules::{Environment, Profile, RULES, Rule, index_of};
use miette::Diagnostic;

const RULE: &str = "k8s/memory-limit-missing";

fn parse(text: &str) -> Config {
    Config::parse("agentcheck.toml", text).unwrap_or_else(|error| panic!("{:?}", error.problems()))
}

fn is_on(settings: &Settings, rule: &str) -> bool {
    settings.rules[index_of(rule).unwrap()].enabled
}

fn on(config: &Config, path: &str) -> bool {
    is_on(&config.settings(path), RULE)
}

fn flags(change: impl FnOnce(&mut Flags)) -> Flags {
    let mut flags = Flags::default();
    change(&mut flags);
    flags
}

/// What the problems point at, what they say, and their help.
fn problems(text: &str) -> Vec<(String, String, String)> {
    let error = Config::parse("agentcheck.toml", text).expect_err(text);
    let shown = error.problems().iter().map(|problem| {
        let span = problem.span.unwrap().range();
        (text[span].to_owned(), problem.message.clone(), problem.help.clone().unwrap_or_default())
    });
    shown.collect()
}

fn problem(text: &str) -> (String, String, String) {
    let mut found = problems(text);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    found.remove(0)
}

#[test]
fn nothing_configured_is_production() {
    for config in [Config::default(), parse(""), parse("# nothing\n")] {
        let settings = config.settings("deploy/api.yaml");
        let expected = Settings::of(Profile::Production, Environment::Production);
        assert_eq!(settings.environment, expected.environment);
        assert_eq!(settings.kubernetes, expected.kubernetes);
        assert_eq!(settings.rules, expected.rules);
        assert!(settings.external.is_empty());
        assert_eq!(config.fail_on(), FailOn::Warning);
    }
}

#[test]
fn every_key_of_the_contract_is_understood() {
    let config = parse(
        r#"
environment = "staging"
kubernetes-version = "1.33"
profile = "strict"
fail-on = "error"
exclude = ["vendor/**"]
select = ["all"]
ignore = ["syntax/"]
extend-select = ["syntax/yaml-invalid"]
external = ["ServiceAccount/*", "Secret/openai-api-key"]

[rules."k8s/memory-limit-missing"]
severity = "error"
enabled = true

[[overrides]]
paths = ["deploy/dev/**"]
environment = "development"
kubernetes-version = "v1.34.1"
profile = "essential"
select = ["k8s/"]
ignore = ["syntax/yaml-invalid"]
extend-select = ["syntax"]
rules."k8s/memory-limit-missing".severity = "note"

[[evidence]]
item = "msft-agent/alerting/on-call"
owner = "platform-team"
date = 2026-10-01
expires = "2027-01-01"
link = "https://wiki.example.com/on-call"

[images]
"ghcr.io/acme/api" = "services/api/Dockerfile"
"#,
    );
    assert_eq!(config.fail_on(), FailOn::Error);
    assert_eq!(config.fail_on().severity(), Some(Severity::Error));
    assert_eq!(config.exclude(), ["vendor/**"]);
    let settings = config.settings("deploy/api.yaml");
    assert_eq!(settings.kubernetes.to_string(), "1.33");
    assert_eq!(config.settings("deploy/dev/api.yaml").kubernetes.to_string(), "1.34");
    for (name, lives_elsewhere) in [
        ("ServiceAccount/web", true),
        ("Secret/openai-api-key", true),
        ("Secret/openai-api-key-2", false),
        ("ConfigMap/web", false),
    ] {
        assert_eq!(settings.external.is_match(name), lives_elsewhere, "{name}");
    }
    assert_eq!(config.images()["ghcr.io/acme/api"], "services/api/Dockerfile");
    let evidence = &config.evidence()[0];
    assert_eq!(
        (evidence.owner.as_deref(), evidence.date.map(|day| day.to_string()).as_deref()),
        (Some("platform-team"), Some("2026-10-01"))
    );
    assert_eq!(evidence.expires.map(|day| day.to_string()).as_deref(), Some("2027-01-01"));
    let rule = index_of(RULE).unwrap();
    let severity = |path| config.settings(path).rules[rule].severity;
    assert_eq!(config.settings("deploy/api.yaml").environment, Environment::Staging);
    assert_eq!(severity("deploy/api.yaml"), Some(Severity::Error));
    assert_eq!(config.settings("deploy/dev/api.yaml").environment, Environment::Development);
    assert_eq!(severity("deploy/dev/api.yaml"), Some(Severity::Note));
    assert!(!is_on(&config.settings("deploy/dev/api.yaml"), "syntax/yaml-invalid"));
}

#[test]
fn a_selection_replaces_the_profile_and_an_ignore_removes() {
    assert!(on(&parse(""), "x.yaml"));
    assert!(!on(&parse("profile = \"essential\""), "x.yaml"));
    assert!(!on(&parse("select = [\"syntax/\"]"), "x.yaml"));
    assert!(on(&parse("select = [\"k8s\"]"), "x.yaml"));
    assert!(on(&parse("select = [\"all\"]"), "x.yaml"));
    assert!(!on(&parse("select = [\"all\"]\nignore = [\"k8s/\"]"), "x.yaml"));
    let text = "select = [\"syntax/\"]\nextend-select = [\"k8s/memory-limit-missing\"]";
    assert!(on(&parse(text), "x.yaml"));
    let text = "[rules.\"k8s/memory-limit-missing\"]\nenabled = false";
    assert!(!on(&parse(text), "x.yaml"));
}

#[test]
fn what_is_optional_is_selected_by_its_own_name_or_all() {
    let groups: Vec<&str> = RULES.iter().map(Rule::group).collect();
    let grouped = parse(&format!("select = {groups:?}")).settings("x.yaml");
    let all = parse("select = [\"all\"]").settings("x.yaml");
    for (rule, (grouped, all)) in RULES.iter().zip(grouped.rules.iter().zip(&all.rules)) {
        let sensible = rule.environments.contains(&Environment::Production);
        assert_eq!(grouped.enabled, sensible && rule.profile != Profile::Optional, "{}", rule.id);
        assert_eq!(all.enabled, sensible, "{}", rule.id);
    }
}

#[test]
fn overrides_hold_below_the_folder_of_the_file() {
    let text = "[[overrides]]\npaths = [\"legacy/**\", \"*.old.yaml\"]\nignore = [\"k8s/\"]\n\
                [[overrides]]\npaths = [\"/legacy/keep\"]\nextend-select = [\"k8s/\"]\n";
    let config = parse(text);
    assert!(on(&config, "deploy/x.yaml"));
    assert!(!on(&config, "legacy/x.yaml"));
    assert!(!on(&config, "./legacy/deep/x.yaml"));
    assert!(!on(&config, "deploy/x.old.yaml"));
    assert!(on(&config, "legacy/keep/x.yaml"));
    assert!(on(&config, "deploy/legacy/x.yaml"));
    assert!(on(&config, "../legacy/x.yaml"));
    assert!(on(&config, "/legacy/x.yaml"));
    let config = Config::parse("ops/agentcheck.toml", text).unwrap();
    assert!(!on(&config, "ops/legacy/x.yaml"));
    assert!(on(&config, "legacy/x.yaml"));
}

#[test]
fn a_profile_of_an_override_keeps_what_names_decided() {
    let text = "ignore = [\"syntax/yaml-invalid\"]\nextend-select = [\"k8s/\"]\n\
                [[overrides]]\npaths = [\"old\"]\nprofile = \"essential\"\n";
    let settings = parse(text).settings("old/x.yaml");
    assert!(!is_on(&settings, "syntax/yaml-invalid"));
    assert!(is_on(&settings, RULE));
    assert!(!is_on(&settings, "syntax/unused-ignore"));
}

#[test]
fn the_path_tells_the_environment_unless_someone_else_does() {
    let environment = |text: &str, path: &str| parse(text).settings(path).environment;
    assert_eq!(environment("", "deploy/dev/x.yaml"), Environment::Development);
    assert_eq!(environment("", "/home/dev/test/x.yaml"), Environment::Production);
    assert_eq!(environment("", "/home/me/x.dev.yaml"), Environment::Development);
    assert_eq!(environment("", "overlays/staging/x.yaml"), Environment::Staging);
    assert_eq!(environment("", "deploy/latest/x.yaml"), Environment::Production);
    let named = "environment = \"production\"";
    assert_eq!(environment(named, "tests/x.yaml"), Environment::Development);
    let staging = "environment = \"staging\"";
    assert_eq!(environment(staging, "tests/x.yaml"), Environment::Staging);
    let insists = "[[overrides]]\npaths = [\"tests/**\"]\nenvironment = \"production\"";
    assert_eq!(environment(insists, "tests/x.yaml"), Environment::Production);
    let flags = flags(|flags| flags.environment = Some(Environment::Production));
    let config = parse("environment = \"staging\"").with(flags).unwrap();
    assert_eq!(config.settings("tests/x.yaml").environment, Environment::Production);
}

#[test]
fn the_command_line_wins() {
    let text = "profile = \"essential\"\nignore = [\"k8s/\"]\nfail-on = \"never\"\n\
                exclude = [\"vendor/**\"]\n[[overrides]]\npaths = [\"legacy\"]\n\
                ignore = [\"k8s/\"]\nextend-select = [\"syntax/\"]\n";
    let with = |change: fn(&mut Flags)| parse(text).with(flags(change)).unwrap();
    let config = with(|flags| flags.select = Some(vec!["k8s/".into()]));
    assert!(on(&config, "x.yaml"));
    assert!(!on(&config, "legacy/x.yaml"));
    assert!(!is_on(&config.settings("x.yaml"), "syntax/yaml-invalid"));
    assert!(!is_on(&config.settings("legacy/x.yaml"), "syntax/yaml-invalid"));
    let config = with(|flags| flags.extend_select = vec![RULE.into()]);
    assert!(on(&config, "x.yaml") && on(&config, "legacy/x.yaml"));
    assert!(is_on(&config.settings("x.yaml"), "syntax/yaml-invalid"));
    let config = with(|flags| {
        flags.select = Some(vec!["all".into()]);
        flags.ignore = vec!["k8s".into()];
    });
    assert!(!on(&config, "x.yaml"));
    let config = with(|flags| {
        flags.fail_on = Some(FailOn::Note);
        flags.exclude = vec!["build/".into()];
        flags.profile = Some(Profile::Strict);
    });
    assert_eq!(config.fail_on(), FailOn::Note);
    assert_eq!(config.exclude(), ["vendor/**", "build/"]);
    assert!(is_on(&config.settings("x.yaml"), "syntax/unused-ignore"));
    assert!(!on(&config, "x.yaml"), "an ignore of the file outlives --profile");
}

#[test]
fn unknown_names_on_the_command_line_are_errors() {
    let flags = flags(|flags| {
        flags.select = Some(vec!["k8s/memory-limit-mising".into()]);
        flags.ignore = vec!["nonsense".into()];
    });
    let error = Config::default().with(flags).unwrap_err();
    let said: Vec<_> = error.problems().iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "unknown rule `k8s/memory-limit-mising` in `--select`",
            "unknown rule `nonsense` in `--ignore`"
        ]
    );
    let help = error.problems()[0].help.as_deref();
    assert_eq!(help, Some("did you mean `k8s/memory-limit-missing`?"));
    assert_eq!(error.to_string(), "invalid configuration in the command line");
}

#[test]
fn every_mistake_has_its_place_and_a_way_out() {
    let said = |text: &str, at: &str, message: &str, help: &str| {
        assert_eq!(problem(text), (at.to_owned(), message.to_owned(), help.to_owned()), "{text}");
    };
    said("profil = \"strict\"", "profil", "unknown key `profil`", "did you mean `profile`?");
    said("fail_on = \"note\"", "fail_on", "unknown key `fail_on`", "did you mean `fail-on`?");
    said(
        "profile = \"strickt\"",
        "\"strickt\"",
        "unknown profile `strickt`",
        "did you mean `strict`?",
    );
    said(
        "profile = \"optional\"",
        "\"optional\"",
        "unknown profile `optional`",
        "one of essential, production, strict",
    );
    said(
        "environment = \"Production\"",
        "\"Production\"",
        "unknown environment `Production`",
        "did you mean `production`?",
    );
    said(
        "fail-on = \"fatal\"",
        "\"fatal\"",
        "unknown fail-on `fatal`",
        "one of note, warning, error, never",
    );
    said(
        "[rules.\"gate/scan-below-threshold\"]\njailbreak = \"high\"",
        "\"high\"",
        "`jailbreak` must be a number, and this is a string",
        "",
    );
    said("profile = 3", "3", "`profile` must be a string, and this is a number", "");
    said(
        "select = \"all\"",
        "\"all\"",
        "`select` must be a list of strings, and this is a string",
        "",
    );
    said(
        "ignore = [true]",
        "true",
        "`ignore` must be a list of strings, and this is a boolean",
        "",
    );
    said(
        "select = [\"k8s/\", \"memory-limit-missing\"]",
        "\"memory-limit-missing\"",
        "unknown rule `memory-limit-missing`",
        "did you mean `compose/memory-limit-missing` or `k8s/memory-limit-missing`?",
    );
    said(
        "ignore = [\"CKV_K8S_13\"]",
        "\"CKV_K8S_13\"",
        "unknown rule `CKV_K8S_13`",
        "did you mean `k8s/memory-limit-missing`?",
    );
    said("ignore = [\"k9s/\"]", "\"k9s/\"", "unknown rule `k9s/`", "did you mean `k8s`?");
    said(
        "[rules.\"k8s/memory_limit_missing\"]",
        "\"k8s/memory_limit_missing\"",
        "unknown rule `k8s/memory_limit_missing`",
        "did you mean `k8s/memory-limit-missing`?",
    );
    said(
        "[rules.\"k8s/memory-limit-missing\"]\nseverty = \"note\"",
        "severty",
        "unknown key `severty`",
        "did you mean `severity`?",
    );
    said(
        "[rules.\"k8s/memory-limit-missing\"]\nseverity = \"off\"",
        "\"off\"",
        "unknown severity `off`",
        "one of note, warning, error",
    );
    said(
        "[rules.\"k8s/memory-limit-missing\"]\nenabled = \"no\"",
        "\"no\"",
        "`enabled` must be true or false, and this is a string",
        "",
    );
    said("rules = 1", "1", "`rules` must be a table, and this is a number", "");
    said(
        "[[overrides]]\nprofile = \"strict\"",
        "[[overrides]]",
        "an override needs `paths`",
        "name the files that it is for: paths = [\"deploy/dev/**\"]",
    );
    said(
        "[[overrides]]\npaths = [\"a\"]\nfail-on = \"note\"",
        "fail-on",
        "unknown key `fail-on`",
        "known here: environment, kubernetes-version, profile, select, ignore, extend-select, rules, paths",
    );
    said(
        "[overrides]\npaths = [\"a\"]",
        "[overrides]",
        "`overrides` must be written as [[overrides]] tables, and this is a table",
        "",
    );
    said("exclude = [\" \"]", "\" \"", "an empty glob matches nothing", "");
    assert!(problem("exclude = [\"a/{b\"]").1.starts_with("invalid glob: "));
    said(
        "external = [\"openai\"]",
        "\"openai\"",
        "`openai` names no object",
        "write `Kind/name`, e.g. \"Secret/openai-api-key\" or \"ServiceAccount/*\"",
    );
    assert!(problem("external = [\"Secret/{b\"]").1.starts_with("invalid glob: "));
    said(
        "kubernetes-version = \"latest\"",
        "\"latest\"",
        "`latest` is no version of Kubernetes",
        "write it as \"1.37\"",
    );
    said(
        "kubernetes-version = 1.33",
        "1.33",
        "`kubernetes-version` must be a string, and this is a number",
        "",
    );
    let evidence = "[[evidence]]\nitem = \"a/b/c\"\nowner = \"me\"\ndate = ";
    said(
        &format!("{evidence}\"soon\""),
        "\"soon\"",
        "`date` must be a date",
        "write it as 2026-10-01",
    );
    said(
        &format!("{evidence}2026-10-01\nby = 1"),
        "by",
        "unknown key `by`",
        "known here: item, owner, date, expires, link, note, rto, rpo",
    );
    for span in ["4 hours", "soon", "-4h", "4"] {
        said(
            &format!("{evidence}2026-10-01\nrto = \"{span}\""),
            &format!("\"{span}\""),
            "`rto` must be a span of time",
            "write it as 30m, 4h, 1d or 1h30m",
        );
    }
    said(
        &format!("{evidence}2026-10-01\nrpo = 4"),
        "4",
        "`rpo` must be a string, and this is a number",
        "",
    );
    said("[images]\napi = 1", "1", "`api` must be a string, and this is a number", "");
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_text() {
    let text = "\u{feff}# ü\r\nselect = [\"nope\", 1]\r\nprofile = \"x\"\r\nwhat = 1\r\n";
    let at: Vec<_> = problems(text).into_iter().map(|(at, _, _)| at).collect();
    assert_eq!(at, ["\"nope\"", "1", "\"x\"", "what"]);
    let error = Config::parse("ops/agentcheck.toml", text).unwrap_err();
    assert_eq!(error.to_string(), "invalid configuration in `ops/agentcheck.toml`");
    assert!(error.source_code().is_some());
    assert_eq!(error.related().unwrap().count(), 4);
}

#[test]
fn broken_toml_is_an_error_with_a_place() {
    let text = "profile = strict\n";
    let error = Config::parse("agentcheck.toml", text).unwrap_err();
    let span = error.problems()[0].span.unwrap().range();
    assert!(text[..span.start].starts_with("profile = "), "{:?}", error.problems());
}

#[test]
fn the_file_is_found_by_walking_up_and_is_the_home_of_its_paths() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a/b");
    fs::create_dir_all(&deep).unwrap();
    let file = folder.path().join("agentcheck.toml");
    assert_ne!(Config::discover(&deep), Some(file.clone()));
    fs::write(&file, "[[overrides]]\npaths = [\"a/b/*.yaml\"]\nignore = [\"k8s/\"]\n").unwrap();
    assert_eq!(Config::discover(&deep), Some(file.clone()));
    let config = Config::load(&file).unwrap();
    assert_eq!(config.base(), Some(folder.path()));
    assert!(!on(&config, deep.join("x.yaml").to_str().unwrap()));
    assert!(on(&config, "a/b/x.yaml"), "relative to the working folder, which is another one");
    let error = Config::load(Path::new("no/such/agentcheck.toml")).unwrap_err();
    assert!(error.problems()[0].message.starts_with("cannot be read: "));
}

#[test]
fn what_would_do_nothing_without_a_word_is_an_error() {
    for (text, at, told) in [
        ("select = []", "[]", "an empty `select` leaves no rule to run"),
        ("[[overrides]]\npaths = []", "[]", "an override without paths is for no file"),
        ("exclude = [\"[a\"]", "\"[a\"", "invalid glob"),
        ("[[overrides]]\npaths = [\"{a\"]", "\"{a\"", "invalid glob"),
        ("[rules.\"k8s/replicas-too-few\"]\nmin = -3", "-3", "`min` must not be below 0"),
        ("[rules.\"k8s/replicas-too-few\"]\nmin = 3.5", "3.5", "and this is one with a fraction"),
        (
            "[rules.\"gate/canary-criterion-too-loose\"]\nerror-rate = -0.1",
            "-0.1",
            "`error-rate` must not be below 0",
        ),
        ("[rules.k8s]\nenabled = false", "k8s", "`k8s` stands for several rules"),
        ("[rules.\"k8s/\"]\nenabled = false", "\"k8s/\"", "`k8s/` stands for several rules"),
    ] {
        let (place, message, help) = problem(text);
        assert!(place == at && message.contains(told), "{text}: {place}: {message}");
        assert!(!help.contains("did you mean"), "{text}: {help}");
    }
    let (_, _, help) = problem("[rules.k8ss]\nenabled = false");
    assert!(!help.contains("`k8s`"), "a group is no rule: {help}");
    parse("exclude = [\"[ab].yaml\", \"!b.yaml\", \"a\\\\[b\", \"/x/**\"]");
}

#[test]
fn flags_and_links_that_would_do_nothing_are_errors() {
    let here = common::folder(&[("Dockerfile", "FROM debian:13.2-slim\nUSER 1000\n")]);
    let (code, _, err) = common::lint(here.path(), &["--exclude", "["]);
    assert!(code == 2 && err.contains("in `--exclude`"), "{err}");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nosuch", here.path().join("agentcheck.toml")).unwrap();
        let output = common::agentcheck(here.path()).arg("lint").output().unwrap();
        let (code, _, err) = common::told(&output);
        assert!(code == 2 && err.contains("is a link that leads nowhere"), "{err}");
    }
}
