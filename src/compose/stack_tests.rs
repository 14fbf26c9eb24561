#![allow(clippy::string_slice)]

use super::*;
use crate::file::Files;
use crate::rules::Environment;
use crate::source::FileId;

/// Asks of the services that are judged for each of the files.
fn with_services<T>(
    texts: &[(&str, &str)],
    ask: impl Fn(&Stacks<'_>, FileId, Service<'_>) -> T,
) -> Vec<(String, T)> {
    let files = Files::in_memory(texts.iter().copied());
    let is_override = |file: FileId| texts[file.index()].0.contains("override");
    let stacks = Stacks::of(files.as_slice(), |file| {
        if is_override(file) { Environment::Development } else { Environment::Production }
    });
    let mut told = Vec::new();
    for file in files.as_slice() {
        for (document, kind) in file.documents() {
            if kind != crate::file::DocumentKind::Compose {
                continue;
            }
            for service in stacks.file(document).services() {
                let name = format!("{} {}", file.source().path(), service.name());
                told.push((name, ask(&stacks, file.id(), service)));
            }
        }
    }
    told
}

/// The text at the end of keys of every service, with the file that it is from.
fn values(texts: &[(&str, &str)], keys: &[&str]) -> Vec<String> {
    let told = with_services(texts, |_, _, service| {
        let value = service.node().at(keys)?;
        let home = texts[value.place().file.index()].0;
        Some(format!("{} of {home}", value.text()))
    });
    told.into_iter()
        .map(|(name, value)| format!("{name}: {}", value.unwrap_or_else(|| "-".to_owned())))
        .collect()
}

#[test]
fn an_override_file_is_merged_over_the_base_and_the_base_stands_alone() {
    let base = "services:\n  web: {image: 'a:1', user: app}\n  db: {image: 'b:1'}\n";
    let over = "services:\n  web: {user: root}\n  mail: {image: 'c:1'}\n";
    for (one, other) in [
        ("compose.yaml", "compose.override.yml"),
        ("app/docker-compose.yml", "app/docker-compose.override.yml"),
        ("compose.yml", "docker-compose.override.yaml"),
    ] {
        let files = [(one, base), (other, over)];
        let expected = [
            format!("{one} web: app of {one}"),
            format!("{one} db: -"),
            format!("{other} web: root of {other}"),
            format!("{other} mail: -"),
        ];
        assert_eq!(values(&files, &["user"]), expected);
        assert_eq!(values(&files, &["image"])[2], format!("{other} web: a:1 of {one}"));
    }
    // In another folder it belongs to something else.
    let files = [("compose.yaml", base), ("app/compose.override.yaml", over)];
    assert_eq!(values(&files, &["image"])[2], "app/compose.override.yaml web: -");
}

#[test]
fn of_several_bases_compose_takes_the_preferred_one() {
    let base = |user: &str| format!("services:\n  web: {{image: 'a:1', user: {user}}}\n");
    let files = [
        ("docker-compose.yml", &*base("old")),
        ("compose.yaml", &*base("new")),
        ("compose.override.yaml", "services:\n  web: {read_only: true}\n"),
    ];
    assert_eq!(
        values(&files, &["user"]),
        [
            "docker-compose.yml web: old of docker-compose.yml",
            "compose.yaml web: new of compose.yaml",
            "compose.override.yaml web: new of compose.yaml",
        ]
    );
}

#[test]
fn a_file_for_production_completes_the_base() {
    let base = "services:\n  web: {build: .}\n";
    let part = "services:\n  web: {mem_limit: 1g}\n";
    let whole = "services:\n  web: {image: 'a:1', mem_limit: 2g}\n";
    let limit = |files: &[(&str, &str)]| values(files, &["mem_limit"]);
    let files = [("compose.yaml", base), ("compose.prod.yaml", part)];
    assert_eq!(
        limit(&files),
        [
            "compose.yaml web: 1g of compose.prod.yaml",
            "compose.prod.yaml web: 1g of compose.prod.yaml",
        ]
    );
    // What runs alone does not.
    let files = [("compose.yaml", base), ("compose.prod.yaml", whole)];
    assert_eq!(limit(&files)[0], "compose.yaml web: -");
    assert_eq!(values(&files, &["build"])[1], "compose.prod.yaml web: -");
    // Neither does one of several, nor one that is not for production.
    let two = [
        ("compose.yaml", base),
        ("compose.prod.yaml", part),
        ("docker-compose.production.yml", part),
    ];
    assert_eq!(limit(&two)[0], "compose.yaml web: -");
    let other = [("compose.yaml", base), ("compose.gpu.yaml", part)];
    assert_eq!(limit(&other)[0], "compose.yaml web: -");
    assert_eq!(values(&other, &["build"])[1], "compose.gpu.yaml web: . of compose.yaml");
}

#[test]
fn a_file_that_waits_for_services_of_the_base_goes_over_it() {
    let base = "services:\n  db: {image: 'a:1'}\nnetworks: {back: {}}\n";
    let more = "services:\n  job: {image: 'b:1', depends_on: [db]}\n";
    let count = |more: &str| {
        let files = [("compose.yaml", base), ("compose.jobs.yaml", more)];
        let told =
            with_services(&files, |_, _, service| service.document.at(&["networks"]).is_some());
        told[1].1
    };
    assert!(count(more));
    assert!(count(&more.replace("[db]", "{db: {condition: service_started}}")));
    assert!(!count(&more.replace("db", "other")));
}

#[test]
fn services_extend_others_of_the_file_and_of_other_files() {
    let compose = "services:\n  \
                   a: {extends: b, user: me}\n  \
                   b: {extends: {service: c}, image: 'b:1'}\n  \
                   c: {extends: {file: ../common/base.yml, service: d}}\n";
    let common = "services:\n  d: {image: 'd:1', restart: always, cap_drop: [ALL], build: .}\n";
    let files = [("app/compose.yaml", compose), ("common/base.yml", common)];
    let of = |keys: &[&str]| values(&files, keys);
    assert_eq!(
        of(&["restart"]),
        [
            "app/compose.yaml a: always of common/base.yml",
            "app/compose.yaml b: always of common/base.yml",
            "app/compose.yaml c: always of common/base.yml",
        ],
        "what is only extended from elsewhere is judged there"
    );
    assert_eq!(of(&["image"])[0], "app/compose.yaml a: b:1 of app/compose.yaml");
    assert_eq!(of(&["user"])[0], "app/compose.yaml a: me of app/compose.yaml");
}

#[test]
fn circles_and_chains_without_end_come_to_one() {
    let circle =
        "services:\n  a: {extends: b}\n  b: {extends: a, image: 'b:1'}\n  c: {extends: c}\n";
    let files = [("compose.yaml", circle)];
    assert_eq!(values(&files, &["image"])[0], "compose.yaml a: b:1 of compose.yaml");
    let links: Vec<_> =
        (1..100).map(|index| format!("  s{index}: {{extends: s{}}}\n", index - 1)).collect();
    let chain = format!("services:\n  s0: {{image: 'x:1', user: u}}\n{}", links.concat());
    let found = values(&[("compose.yaml", &chain)], &["user"]);
    assert_eq!(found[20], "compose.yaml s20: u of compose.yaml");
    assert_eq!(found[90], "compose.yaml s90: -");
}

#[test]
fn each_finding_has_one_file_that_brings_it() {
    let base = "services:\n  web:\n    image: a:1\n    deploy: {replicas: 1}\n";
    let over = "services:\n  web:\n    deploy: {mode: x}\n  own: {image: 'b:1'}\n";
    let common = "services:\n  part:\n    user: root\n";
    let third = "services:\n  x:\n    extends: {file: common.yml, service: part}\n    image: c:1\n  \
                 lone:\n    extends: {file: gone.yml, service: z}\n    environment: {A: b}\n    read_only: true\n";
    let files = [
        ("compose.yaml", base),
        ("compose.override.yaml", over),
        ("common.yml", common),
        ("other.yml", third),
    ];
    let at = |file: usize, needle: &str| {
        let start = files[file].1.find(needle).unwrap();
        Place { file: FileId::new(file), span: Span::new(start, start + needle.len()) }
    };
    let table = [
        ("compose.yaml web", at(0, "web"), true),
        ("compose.yaml web", at(0, "deploy"), true),
        ("compose.override.yaml web", at(0, "web"), false),
        ("compose.override.yaml web", at(0, "a:1"), false),
        ("compose.override.yaml web", at(0, "deploy"), false),
        ("compose.override.yaml web", at(1, "deploy"), true),
        ("compose.override.yaml web", at(1, "own"), false),
        ("compose.override.yaml own", at(1, "own"), true),
        ("other.yml x", at(2, "root"), true),
        ("other.yml x", at(3, "x"), true),
        ("other.yml x", at(3, "lone"), false),
        // What is missing may come from the file that is not there.
        ("other.yml lone", at(3, "lone"), false),
        ("other.yml lone", at(3, "environment"), false),
        ("other.yml lone", at(3, "true"), true),
    ];
    for (wanted, place, expected) in table {
        let told = with_services(&files, |_, _, service| service.brings(place));
        let (_, brings) = told.iter().find(|(name, _)| name == wanted).unwrap();
        assert_eq!(*brings, expected, "{wanted} {place:?}");
    }
    assert!(with_services(&files, |_, _, _| ()).iter().all(|(name, ())| name != "common.yml part"));
}

#[test]
fn what_is_included_counts_as_defined() {
    let app = "include: [db/compose.yaml, {path: [mq/a.yaml, mq/b.yaml]}, gone.yaml]\n\
               services:\n  web: {image: 'a:1', depends_on: [db, mq]}\n";
    let db = "services:\n  db: {image: 'b:1', networks: [back]}\nvolumes: {data: {}}\n";
    let files = [
        ("compose.yaml", app),
        ("db/compose.yaml", db),
        ("mq/a.yaml", "services:\n  mq: {image: 'c:1', user: root}\n"),
        ("mq/b.yaml", "services:\n  mq: {user: app}\nnetworks: {back: {}}\n"),
    ];
    let told = with_services(&files, |_, _, service| {
        let keys = |section: &str| {
            let entries = service.document.at(&[section]).map(Node::entries).unwrap_or_default();
            entries.iter().map(|entry| entry.key.text()).collect::<Vec<_>>().join(",")
        };
        format!("{} {} {}", keys("services"), keys("networks"), keys("volumes"))
    });
    let told: Vec<_> = told.iter().map(|(name, told)| (name.as_str(), told.as_str())).collect();
    assert_eq!(
        told,
        [
            ("compose.yaml web", "web,db,mq back data"),
            ("db/compose.yaml db", "db,web,mq back data"),
            ("mq/a.yaml mq", "mq,web,db back data"),
            ("mq/b.yaml mq", "mq,web,db back data"),
        ]
    );
    assert_eq!(
        values(&files, &["user"])[2..],
        ["mq/a.yaml mq: app of mq/b.yaml", "mq/b.yaml mq: app of mq/b.yaml"]
    );
}

#[test]
fn variables_come_from_files_too() {
    let compose = "services:\n  \
                   a:\n    env_file: [one.env, {path: ./conf/two.env, required: false}, gone.env]\n    \
                   environment: {A: own, H: }\n    image: 'x:${TAG}'\n  \
                   b: {env_file: one.env, image: '${REPO:-r}:${EMPTY:-e}'}\n";
    let one = "A=1\nB=1\nC=1\nH=1\n";
    let files = [
        ("app/compose.yaml", compose),
        ("app/one.env", one),
        ("app/conf/two.env", "B=2\nB=3\n"),
        ("app/.env", "TAG=latest\nEMPTY=\nREPO=$OTHER\n"),
    ];
    let told = with_services(&files, |_, _, service| {
        let variables = service.environment().into_iter().map(|it| {
            let owner = service.owner_of(it.place).map(|owner| owner.name).unwrap_or_default();
            format!("{}={} {owner}", it.name, it.value)
        });
        let image = interpolated(service.node().at(&["image"]).unwrap());
        (variables.collect::<Vec<_>>(), image.unwrap_or_default())
    });
    assert_eq!(
        told[0].1,
        (
            vec![
                "A=own a".to_owned(),
                "B=3 app/conf/two.env".to_owned(),
                "C=1 app/one.env".to_owned()
            ],
            "x:latest".to_owned()
        )
    );
    assert_eq!(told[1].1.0.len(), 4);
    assert_eq!(told[1].1.1, "r:e");
}

#[test]
fn who_is_there_for_developers() {
    let compose = "services:\n  \
                   a: {image: 'a:1', profiles: [dev]}\n  \
                   b: {image: 'a:1', profiles: [debug, local-tools]}\n  \
                   c: {image: 'a:1', profiles: [dev, gpu]}\n  \
                   d: {image: 'a:1', profiles: []}\n  \
                   e: {image: 'a:1'}\n  \
                   f: {image: 'a:1', profiles: [developers]}\n";
    let told = with_services(&[("compose.yaml", compose)], |_, _, it| !it.is_deployed());
    let are: Vec<_> = told.iter().filter(|(_, is)| *is).map(|(name, _)| name.as_str()).collect();
    assert_eq!(are, ["compose.yaml a", "compose.yaml b"]);
    let over = [("compose.override.yaml", "services:\n  a: {image: 'a:1'}\n")];
    assert!(with_services(&over, |_, _, it| !it.is_deployed())[0].1);
}

#[test]
fn a_service_without_a_base_beside_it_may_get_what_it_lacks_elsewhere() {
    let part = "services:\n  web:\n    ports: ['80:80']\n  own:\n    image: a:1\n";
    for (path, expected) in [("compose.prod.yaml", [false, true]), ("compose.yaml", [true, true])] {
        let told = with_services(&[(path, part)], |_, _, it| it.brings(it.entry.key.place()));
        assert_eq!([told[0].1, told[1].1], expected, "{path}");
    }
}
