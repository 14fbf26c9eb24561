use super::{Cover, Format, Updates, days_of_cron, format_of, read};
use crate::file::Files;
use crate::repo::Repository;
use crate::repo::dependencies::Ecosystem;
use crate::source::FileId;

/// Runs a question on the one repository of those files.
fn with<T>(texts: &[(&str, &str)], ask: impl FnOnce(&Repository<'_>) -> T) -> T {
    let mut texts = texts.to_vec();
    texts.push(("README.md", "# a\n"));
    let files = Files::in_memory(texts);
    let all = Repository::all(files.roots(), files.listing(), files.as_slice(), true, false);
    assert_eq!(all.len(), 1);
    ask(&all[0])
}

/// Who updates the packages of the manifest of that path.
fn cover(texts: &[(&str, &str)], path: &str) -> Cover {
    with(texts, |repository| {
        let all = repository.ecosystems();
        let mut covers = all.iter().flat_map(|of| {
            let manifests = of.manifests.iter().filter(|it| it.path == path);
            manifests.map(move |manifest| repository.updating(of, manifest))
        });
        covers.next().unwrap()
    })
}

fn is_covered(texts: &[(&str, &str)], path: &str) -> bool {
    matches!(cover(texts, path), Cover::By(..))
}

const REQUIREMENTS: &str = "openai==1.60.0\n";

fn dependabot(entries: &str) -> String {
    format!("version: 2\nupdates:\n{entries}")
}

fn entry(ecosystem: &str, directory: &str) -> String {
    format!(
        "  - package-ecosystem: {ecosystem}\n    directory: {directory}\n    schedule: {{interval: weekly}}\n"
    )
}

#[test]
fn configurations_are_told_by_their_paths() {
    let table = [
        (".github/dependabot.yml", Some(Format::Dependabot)),
        ("x/.github/dependabot.yaml", Some(Format::Dependabot)),
        ("dependabot.yml", Some(Format::Misplaced)),
        (".github/renovate.json5", Some(Format::RenovateJson5)),
        (".renovaterc", Some(Format::Renovate)),
        (".github/workflows/renovate.yml", Some(Format::Pipeline)),
        (".gitlab-ci.yml", Some(Format::Pipeline)),
        ("config.yml", None),
    ];
    for (path, expected) in table {
        assert_eq!(format_of(path), expected, "{path}");
    }
}

#[test]
fn what_dependabot_covers() {
    let config = dependabot(&(entry("pip", "/") + &entry("cargo", "/") + &entry("docker", "/api")));
    let texts = [
        (".github/dependabot.yml", config.as_str()),
        ("requirements.txt", REQUIREMENTS),
        ("api/requirements.txt", REQUIREMENTS),
        ("api/deep/requirements.txt", REQUIREMENTS),
        ("api/pyproject.toml", "[project]\ndependencies = ['httpx']\n"),
        ("Cargo.toml", "[workspace]\nmembers = ['a']\n"),
        ("crates/a/Cargo.toml", "[dependencies]\nserde = '1'\n"),
        ("api/Dockerfile", "FROM python:3.13-slim\nCMD [\"a\"]\n"),
        ("Dockerfile", "FROM python:3.13-slim\nCMD [\"a\"]\n"),
        ("web/package.json", r#"{"dependencies": {"pino": "9"}}"#),
    ];
    let table = [
        ("requirements.txt", true),
        ("api/requirements.txt", true),
        ("api/deep/requirements.txt", false),
        ("api/pyproject.toml", false),
        ("crates/a/Cargo.toml", true),
        ("api/Dockerfile", true),
        ("Dockerfile", false),
        ("web/package.json", false),
    ];
    for (path, expected) in table {
        assert_eq!(is_covered(&texts, path), expected, "{path}");
    }
}

#[test]
fn folders_of_dependabot_may_be_patterns() {
    for (pattern, expected) in [
        ("/services/*", true),
        ("**/*", true),
        ("/**", true),
        ("/services/**/api", true),
        ("/*", false),
    ] {
        let config = dependabot(&format!(
            "  - package-ecosystem: npm\n    directories: [\"{pattern}\"]\n    schedule: {{interval: daily}}\n"
        ));
        let texts = [
            (".github/dependabot.yml", config.as_str()),
            ("services/api/package.json", r#"{"dependencies": {"pino": "9"}}"#),
        ];
        assert_eq!(is_covered(&texts, "services/api/package.json"), expected, "{pattern}");
    }
}

#[test]
fn workflows_belong_to_the_root() {
    let workflow = "on: push\njobs: {a: {steps: [{uses: actions/checkout@v5}]}}\n";
    for (directory, expected) in [("/", true), ("/.github/workflows", true), ("/ci", false)] {
        let config = dependabot(&entry("github-actions", directory));
        let texts =
            [(".github/dependabot.yml", config.as_str()), (".github/workflows/ci.yml", workflow)];
        assert_eq!(is_covered(&texts, ".github/workflows/ci.yml"), expected, "{directory}");
        let is_empty = with(&texts, |repository| {
            let (_, updates) = repository.updates().next().unwrap();
            let Updates::Dependabot(dependabot) = updates else { panic!() };
            !dependabot.empty(repository).is_empty()
        });
        assert_eq!(is_empty, !expected, "{directory}");
    }
}

#[test]
fn what_is_turned_off() {
    let limit = entry("pip", "/").replace("weekly}", "weekly}\n    open-pull-requests-limit: 0");
    let ignored =
        entry("pip", "/").replace("weekly}", "weekly}\n    ignore: [{dependency-name: \"*\"}]");
    let majors = entry("pip", "/").replace(
        "weekly}",
        "weekly}\n    ignore: [{dependency-name: \"*\", update-types: [\"version-update:semver-major\"]}]",
    );
    for (entries, expected) in [(limit, true), (ignored, true), (majors, false)] {
        let config = dependabot(&entries);
        let texts =
            [(".github/dependabot.yml", config.as_str()), ("requirements.txt", REQUIREMENTS)];
        let cover = cover(&texts, "requirements.txt");
        assert_eq!(matches!(cover, Cover::Off(..)), expected, "{entries}");
    }
}

#[test]
fn what_renovate_covers() {
    let docker = "FROM python:3.13-slim\nCMD [\"a\"]\n";
    let table = [
        (r#"{"extends": ["config:recommended"]}"#, "by"),
        (r#"{"extends": ["github>acme/renovate"]}"#, "unknown"),
        (r#"{"enabled": false}"#, "off"),
        (r#"{"enabledManagers": ["pip_requirements"]}"#, "nobody"),
        (r#"{"enabledManagers": ["dockerfile"]}"#, "by"),
        (r#"{"dockerfile": {"enabled": false}}"#, "off"),
        (r#"{"packageRules": [{"matchPackageNames": ["*"], "enabled": false}]}"#, "off"),
        (r#"{"packageRules": [{"matchPackageNames": ["*", "!python"], "enabled": false}]}"#, "by"),
        (r#"{"packageRules": [{"matchManagers": ["dockerfile"], "enabled": false}]}"#, "off"),
        (
            r#"{"packageRules": [{"matchManagers": ["dockerfile"], "matchUpdateTypes": ["major"], "enabled": false}]}"#,
            "by",
        ),
        (r#"{"extends": ["config:base", "docker:disable"]}"#, "off"),
        (r#"{"ignorePaths": ["Dockerfile"]}"#, "unknown"),
    ];
    let json = table.map(|(config, expected)| ("renovate.json", config, expected));
    let json5 = [
        ("{\n  // all\n  $schema: 'x',\n  extends: ['config:recommended'],\n}\n", "by"),
        ("{ enabled: false }", "off"),
        ("{ dockerfile: { enabled: false, }, 'npm': {} }", "off"),
        ("{ enabled: }", "unknown"),
    ];
    let json5 = json5.map(|(config, expected)| ("renovate.json5", config, expected));
    for (path, config, expected) in json.into_iter().chain(json5) {
        let texts = [(path, config), ("Dockerfile", docker)];
        let cover = match cover(&texts, "Dockerfile") {
            Cover::By(..) => "by",
            Cover::Unknown(..) => "unknown",
            Cover::Off(..) => "off",
            Cover::Nobody(_) => "nobody",
        };
        assert_eq!(cover, expected, "{config}");
    }
}

#[test]
fn what_reads_a_manifest_for_renovate() {
    let config = r#"{"npm": {"enabled": false}}"#;
    let package = ("web/package.json", r#"{"dependencies": {"pino": "9"}}"#);
    let texts = [("renovate.json", config), package];
    assert!(matches!(cover(&texts, "web/package.json"), Cover::Off(..)));
    let texts = [("renovate.json", config), package, ("bun.lock", "{}")];
    assert!(matches!(cover(&texts, "web/package.json"), Cover::By(..)));
}

#[test]
fn what_only_is_there_may_do_anything() {
    let pipeline = "renovate:\n  image: renovate/renovate:41\n  script: [renovate]\n";
    let texts = [(".gitlab-ci.yml", pipeline), ("requirements.txt", REQUIREMENTS)];
    assert!(matches!(cover(&texts, "requirements.txt"), Cover::Unknown(..)));
}

#[test]
fn tests_and_what_others_wrote_are_not_updated() {
    let texts = [
        ("tests/data/requirements.txt", REQUIREMENTS),
        ("vendor/x/package.json", r#"{"dependencies": {"pino": "9"}}"#),
        ("Dockerfile", "FROM scratch\nCOPY a /a\nCMD [\"/a\"]\n"),
        ("compose.yaml", "services:\n  db:\n    image: postgres:17\n  api:\n    build: .\n"),
    ];
    let found = with(&texts, |repository| {
        repository.ecosystems().iter().map(|of| of.ecosystem).collect::<Vec<_>>()
    });
    assert_eq!(found, [Ecosystem::Compose]);
}

#[test]
fn what_dependabot_refuses() {
    let problems = |text: &str| {
        let updates = read(Format::Dependabot, FileId::new(0), text).unwrap();
        updates.problems().iter().map(|problem| problem.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(problems(&dependabot(&entry("pip", "/"))), [""; 0]);
    assert_eq!(
        problems(&dependabot(&entry("pyhton", "/"))),
        ["Dependabot knows no ecosystem `pyhton`"]
    );
    assert_eq!(
        problems(&dependabot(&entry("poetry", "/"))),
        ["Dependabot knows no ecosystem `poetry`; did you mean `pip`?"]
    );
    assert_eq!(
        problems(&dependabot(&entry("github_actions", "/"))),
        ["Dependabot knows no ecosystem `github_actions`; did you mean `github-actions`?"]
    );
    assert_eq!(
        problems(&dependabot(&entry("pip", "/").replace("weekly", "week"))),
        ["Dependabot knows no interval `week`; did you mean `weekly`?"]
    );
    assert_eq!(
        problems("version: 1\nupdates: []\n"),
        ["version `1` is not 2, the only one there is"]
    );
    assert_eq!(
        problems("updates:\n  - package-ecosystem: npm\n"),
        [
            "`version: 2` is missing",
            "the entry for `npm` has no `directory`",
            "the entry for `npm` has no `schedule`"
        ]
    );
    let group = "version: 2\nmulti-ecosystem-groups: {all: {schedule: {interval: weekly}}}\nupdates:\n\
                 \x20 - {package-ecosystem: npm, directory: /, multi-ecosystem-group: all, patterns: [\"*\"]}\n";
    assert_eq!(problems(group), [""; 0]);
    let both = |one: &str, other: &str| problems(&dependabot(&format!("{one}{other}")));
    assert_eq!(
        both(&entry("pip", "/"), &entry("pip", "/")),
        ["`pip` in `/` is updated by an earlier entry as well"]
    );
    assert_eq!(both(&entry("pip", "/"), &entry("pip", "/api")), [""; 0]);
    assert_eq!(both(&entry("pip", "/"), &entry("npm", "/")), [""; 0]);
    let other = format!("{}    target-branch: v1\n", entry("pip", "/"));
    assert_eq!(both(&entry("pip", "/"), &other), [""; 0]);
    assert_eq!(
        problems(&dependabot(&entry("pip", "/apps/*"))),
        ["`directory` takes no patterns such as `/apps/*`"]
    );
    assert_eq!(problems("updates: [\n").len(), 1);
}

#[test]
fn how_often_a_schedule_comes() {
    let table = [
        ("0 4 * * *", Some(1)),
        ("* 0-4 * * 1", Some(7)),
        ("0 4 * * 1-5", Some(1)),
        ("* 0-3 1 * *", Some(31)),
        ("0 0 1,15 * *", Some(15)),
        ("0 0 1 */3 *", Some(91)),
        ("0 0 1 1 *", Some(366)),
        ("every weekend", None),
    ];
    for (schedule, expected) in table {
        assert_eq!(days_of_cron(schedule), expected, "{schedule}");
    }
}
