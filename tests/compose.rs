//! Compose applications of several files, through the public door: what a user sees of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use crate::common::{self, folder, lint, lint_json, read};

/// The findings of the rules that are told, each as `file:line severity message`.
fn told(files: &[(&str, &str)], rules: &str) -> Vec<String> {
    let folder = folder(files);
    let (_, report) = lint_json(folder.path(), &["--select", rules]);
    let found = report["diagnostics"].as_array().unwrap().iter();
    found
        .map(|it| {
            let (file, message) = (it["file"].as_str().unwrap(), it["message"].as_str().unwrap());
            let line = &it["range"]["start"]["line"];
            format!("{file}:{line} {} {message}", it["severity"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn an_override_file_reports_what_it_brings_and_the_base_the_rest() {
    let base = "services:\n  db:\n    image: postgres:17.2\n    privileged: true\n    environment:\n      \
                POSTGRES_PASSWORD: Tr0ub4dor-9x\n      OTHER_PASSWORD: Tr0ub4dor-8y\n";
    let over = "services:\n  db:\n    image: postgres\n    environment:\n      - \
                POSTGRES_PASSWORD=Tr0ub4dor-7z\n";
    assert_eq!(
        told(
            &[("compose.yaml", base), ("compose.override.yaml", over)],
            "compose/privileged,compose/credential-env-literal,compose/image-tag-missing-or-latest"
        ),
        [
            "compose.override.yaml:3 warning compose service `db` runs `postgres`, without a tag, which means `latest`",
            "compose.override.yaml:5 note `POSTGRES_PASSWORD` of compose service `db` holds a credential in clear text",
            "compose.yaml:4 error compose service `db` runs privileged",
            "compose.yaml:6 error `POSTGRES_PASSWORD` of compose service `db` holds a credential in clear text",
            "compose.yaml:7 error `OTHER_PASSWORD` of compose service `db` holds a credential in clear text",
        ]
    );
}

#[test]
fn a_file_for_production_takes_away_what_the_base_says() {
    let base = "services:\n  web:\n    image: acme/web:1.2.3\n    privileged: true\n";
    let prod = "services:\n  web:\n    privileged: !reset null\n    environment:\n      \
                API_TOKEN: 9f2c77aa41d04be5\n";
    let rules = "compose/privileged,compose/credential-env-literal";
    assert_eq!(
        told(&[("compose.yaml", base), ("compose.prod.yaml", prod)], rules),
        [
            "compose.prod.yaml:5 error `API_TOKEN` of compose service `web` holds a credential in clear text"
        ]
    );
    // Two of them are two ways to go, and the base is what both begin with.
    let other = prod.replace("9f2c77aa41d04be5", "${API_TOKEN:?}");
    assert_eq!(
        told(
            &[
                ("compose.yaml", base),
                ("compose.prod.yaml", prod),
                ("docker-compose.production.yml", &other)
            ],
            rules
        ),
        [
            "compose.prod.yaml:5 error `API_TOKEN` of compose service `web` holds a credential in clear text",
            "compose.yaml:4 error compose service `web` runs privileged",
        ]
    );
}

#[test]
fn what_one_file_lacks_another_one_may_have() {
    let limits = "    deploy: {resources: {limits: {memory: 1g}}}\n";
    let web = "services:\n  web:\n    image: acme/web:1.2.3\n";
    let with = |lines: &str| format!("services:\n  web:\n{lines}");
    let restart = with("    restart: always\n");
    let lacking = |files: &[(&str, &str)]| {
        let found = told(files, "compose/memory-limit-missing,compose/restart-policy");
        let lines = found.iter().map(|it| {
            it.split(' ').next().unwrap().to_owned()
                + if it.contains("memory") { " memory" } else { " restart" }
        });
        lines.collect::<Vec<_>>()
    };
    let base = format!("{web}{limits}");
    // The base has the limit, and the file for production the policy.
    assert!(lacking(&[("compose.yaml", &base), ("compose.prod.yaml", &restart)]).is_empty());
    assert_eq!(
        lacking(&[("compose.yaml", &base), ("compose.override.yaml", &restart)]),
        ["compose.yaml:2 restart"]
    );
    assert_eq!(
        lacking(&[("compose.yaml", web), ("compose.prod.yaml", &restart)]),
        ["compose.yaml:2 memory"]
    );
    // Without the base, nobody knows.
    assert!(lacking(&[("compose.prod.yaml", &restart)]).is_empty());
    // What is extended counts, also where it is not among the files.
    let extending = |file: &str| {
        with(&format!("    image: acme/web:1.2.3\n    extends: {{file: {file}, service: web}}\n"))
    };
    let whole = with("    deploy: {resources: {limits: {memory: 1g}}}\n    restart: always\n");
    assert!(
        lacking(&[("compose.yaml", &extending("base/common.yml")), ("base/common.yml", &whole)])
            .is_empty()
    );
    assert!(lacking(&[("compose.yaml", &extending("gone.yml"))]).is_empty());
    assert_eq!(
        lacking(&[("compose.yaml", &extending("base/common.yml")), ("base/common.yml", &restart)]),
        ["compose.yaml:2 memory"]
    );
}

#[test]
fn names_may_be_defined_in_any_file_of_the_application() {
    let web = "services:\n  web: {image: 'acme/web:1.2.3', networks: [back], depends_on: [db]}\n";
    let db = "services:\n  db: {image: 'postgres:17.2', networks: [back], volumes: ['data:/data']}\n\
              networks: {back: {}}\n";
    let rules = "compose/undefined-reference";
    let app = format!("include: [infra/db.yaml]\n{web}volumes: {{data: {{}}}}\n");
    assert_eq!(told(&[("compose.yaml", &app), ("infra/db.yaml", db)], rules), [] as [&str; 0]);
    assert_eq!(told(&[("compose.yaml", &app)], rules), [] as [&str; 0]);
    assert_eq!(
        told(&[("compose.yaml", web), ("infra/db.yaml", db)], rules),
        [
            "compose.yaml:2 error compose service `web` refers to network `back`, which is not defined",
            "compose.yaml:2 error compose service `web` refers to service `db`, which is not defined",
            "infra/db.yaml:2 error compose service `db` refers to volume `data`, which is not defined",
        ]
    );
}

#[test]
fn applications_without_end_come_to_one() {
    let services = |count: usize, what: &str| {
        let all: Vec<_> = (0..count).map(|it| format!("  s{it}: {what}\n")).collect();
        format!("services:\n{}", all.concat())
    };
    let many = services(5_000, "{image: 'a:1', mem_limit: 1g}");
    let over = services(5_000, "{extends: s0, user: root}");
    let links: Vec<_> = (1..1_500)
        .map(|it| format!("  s{it}: {{extends: s{}, environment: [A{it}=1]}}\n", it - 1))
        .collect();
    let chain = format!("services:\n  s0: {{image: 'a:1'}}\n{}", links.concat());
    let pairs = |value: &str| {
        let all: Vec<_> = (0..30_000).map(|it| format!("      A{it}: {value}\n")).collect();
        format!("services:\n  web:\n    image: a:1\n    environment:\n{}", all.concat())
    };
    let circle: Vec<_> = (0..200)
        .map(|it| {
            (
                format!("c{it}.yaml"),
                format!(
                    "include: [c{}.yaml, c{}.yaml]\nservices: {{c{it}: {{image: 'a:1'}}}}\n",
                    (it + 1) % 200,
                    (it * 7) % 200
                ),
            )
        })
        .collect();
    let mut files = vec![
        ("a/compose.yaml", many.as_str()),
        ("a/compose.override.yaml", over.as_str()),
        ("b/compose.yaml", chain.as_str()),
    ];
    let (one, two) = (pairs("1"), pairs("2"));
    files.extend([("c/compose.yaml", one.as_str()), ("c/compose.override.yaml", two.as_str())]);
    files.extend(circle.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let folder = folder(&files);
    let start = std::time::Instant::now();
    let rules = "compose/credential-env-literal,compose/privileged,compose/undefined-reference";
    let (code, _, err) = lint(folder.path(), &["--select", rules, "--quiet"]);
    assert!(code < 2, "{err}");
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn what_services_share_is_found_once_where_it_stands() {
    let files = [
        (
            "compose.yaml",
            "services:\n  a: {extends: {file: shared/common.yaml, service: base}, image: 'acme/a:1.0'}\n  \
             b: {extends: {file: shared/common.yaml, service: base}, image: 'acme/b:1.0'}\n  \
             c: {extends: a}\n",
        ),
        (
            "shared/common.yaml",
            "services:\n  base:\n    privileged: true\n    env_file: base.env\n    environment: {A: b}\n",
        ),
        ("shared/base.env", "# all\nSIGNING_KEY=\"9f2c77aa41d04be5\"\nLOG_LEVEL=info\n"),
    ];
    assert_eq!(
        told(&files, "compose/privileged,compose/credential-env-literal"),
        [
            "shared/base.env:2 error `SIGNING_KEY` of env file `shared/base.env` holds a credential in clear text",
            "shared/common.yaml:3 error compose service `base` runs privileged",
        ]
    );
}

#[test]
fn the_account_counts_files_of_variables() {
    let files = [
        ("compose.yaml", "services: {a: {image: 'acme/a:1.0', env_file: [a.env, gone.env]}}\n"),
        ("a.env", "A=1\n"),
        ("b.env", "PASSWORD=hunter2hunter2\n"),
        (".env", "TAG=1\n"),
        ("sub/.env", "TAG=1\n"),
    ];
    let folder = folder(&files);
    let (code, out, _) = lint(folder.path(), &["--select", "compose/credential-env-literal"]);
    assert_eq!(code, 0);
    // Whether git keeps a file of variables is asked of each.
    assert!(out.contains("4 env files"), "{out}");
    let folder = common::folder(&[("a.env.example", "PASSWORD=hunter2hunter2\n")]);
    assert_eq!(lint(folder.path(), &["--select", "compose/"]).0, 3);
}

#[test]
fn a_file_of_variables_that_git_ignores_is_a_developers_own() {
    let compose = "services: {a: {image: 'acme/a:${TAG:-1.0}', env_file: .env}}\n";
    let env = "TAG=latest\nAPI_TOKEN=9f2c77aa41d04be5\n";
    let rules = "compose/image-tag-missing-or-latest,compose/credential-env-literal";
    let committed = [("compose.yaml", compose), (".env", env)];
    assert_eq!(
        told(&committed, rules),
        [
            ".env:2 error `API_TOKEN` of env file `.env` holds a credential in clear text",
            "compose.yaml:1 warning compose service `a` runs `acme/a:latest`, which is whatever was pushed last",
        ]
    );
    let ignored = [("compose.yaml", compose), (".env", env), (".gitignore", ".env\n")];
    assert_eq!(told(&ignored, rules), [] as [&str; 0]);
}

#[test]
fn an_ignore_works_in_a_file_of_variables() {
    let files = [
        ("compose.yaml", "services: {a: {image: 'acme/a:1.0', env_file: a.env}}\n"),
        (
            "a.env",
            "# agentcheck: ignore[compose/credential-env-literal] of the test server\nAPI_TOKEN=9f2c77aa41d04be5\n\
             OTHER_TOKEN=9f2c77aa41d04be6\n",
        ),
    ];
    let folder = folder(&files);
    let (_, out, _) =
        lint(folder.path(), &["--format", "concise", "--select", "compose/credential-env-literal"]);
    assert!(out.contains("OTHER_TOKEN") && !out.contains("`API_TOKEN`"), "{out}");
}

#[test]
fn profiles_of_developers_are_judged_as_development() {
    let service = |profile: &str| {
        format!(
            "services:\n  db:\n    image: postgres:17.2\n    profiles: [{profile}]\n    \
             environment: {{POSTGRES_PASSWORD: postgres}}\n"
        )
    };
    for (profile, severity) in [("dev", "note"), ("gpu", "error"), ("test-db", "note")] {
        let text = service(profile);
        let found = told(&[("compose.yaml", &text)], "compose/credential-env-literal");
        assert!(found[0].starts_with(&format!("compose.yaml:5 {severity} ")), "{found:?}");
    }
}

#[test]
fn fixes_change_the_file_that_holds_the_value() {
    let files = [
        (
            "compose.yaml",
            "services:\n  a:\n    image: acme/a:1.0\n    environment:\n      A_TOKEN: 9f2c77aa41d04be5\n",
        ),
        (
            "compose.override.yaml",
            "services:\n  a:\n    environment:\n      B_TOKEN: 9f2c77aa41d04be6\n    privileged: true\n",
        ),
    ];
    let folder = folder(&files);
    lint(folder.path(), &["--unsafe-fixes", "--select", "compose/"]);
    let base = read(folder.path(), "compose.yaml");
    assert!(base.contains("      A_TOKEN: ${A_TOKEN:?}\n"), "{base}");
    let over = read(folder.path(), "compose.override.yaml");
    assert!(over.contains("privileged: false\n"), "{over}");
}

#[test]
fn a_healthcheck_of_the_services_counts_for_the_dockerfile() {
    let dockerfile = "FROM debian:12-slim\nUSER 1000\nENTRYPOINT [\"/app\"]\n";
    let told = |compose: &str, over: &str| {
        let files = [
            ("Dockerfile", dockerfile),
            ("compose.yaml", compose),
            ("compose.override.yaml", over),
        ];
        told(&files, "docker/healthcheck-missing").len()
    };
    let checked = "services: {a: {build: ., healthcheck: {test: [CMD, /app, health]}}}\n";
    let unchecked = "services: {a: {build: .}}\n";
    let mine = "services: {b: {build: .}}\n";
    assert_eq!(told(checked, mine), 0, "what a developer runs beside it does not matter");
    assert_eq!(told(unchecked, mine), 1);
    let dev = "services: {a: {healthcheck: {test: [CMD, /app, health]}}}\n";
    assert_eq!(told(unchecked, dev), 1, "production runs it without the override");
}

#[test]
fn no_fix_leaves_an_empty_list() {
    let here = folder(&[(
        "compose.yaml",
        "services:\n  a:\n    image: x:1\n    cap_add:\n      - SYS_PTRACE\n      - SYSLOG\n      - \
         SYS_NICE\n    security_opt:\n      - seccomp:unconfined\n      # why\n      - label:disable\n    \
         restart: always\n",
    )]);
    let rules = "compose/cap-add-lesser,compose/security-profile-disabled";
    lint(here.path(), &["--select", rules, "--unsafe-fixes"]);
    // The last one stays where a comment would go with it.
    let fixed = "services:\n  a:\n    image: x:1\n    security_opt:\n      # why\n      - label:disable\n    \
                 restart: always\n";
    assert_eq!(read(here.path(), "compose.yaml"), fixed);
}
