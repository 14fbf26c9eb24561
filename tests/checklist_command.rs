//! `agentcheck checklist` as people and pipelines see it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::fs;
use std::path::Path;

use agentcheck::checklist::{CHECKLISTS, Checklist, Item};
use serde_json::Value;

use crate::common::{agentcheck, folder, read, told, write};

const ON_CALL: &str = "paladin/monitoring/on-call";
const DRILL: &str = "production-agent/recovery/drill";
const AUDIT: &str = "fba-bench/security/code-audit";

const ROOT: (&str, &str) = ("Dockerfile", "FROM debian:13.2\nCMD [\"agent\"]\n");
/// The root of a repository, whose packages count.
const README: (&str, &str) = ("README.md", "# Orders\n");
const FLAGS: (&str, &str) =
    ("pyproject.toml", "[project]\nname = \"x\"\ndependencies = [\"launchdarkly-server-sdk\"]\n");

/// The exit code and what is printed. The day is 2026-11-21.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = agentcheck(folder).arg("checklist").args(arguments).output().unwrap();
    told(&output)
}

/// The exit code and the JSON.
fn card(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let (code, out, err) = run(folder, &[arguments, &["--format", "json"]].concat());
    let card = serde_json::from_str(&out).unwrap_or_else(|_| panic!("no JSON: {out}{err}"));
    (code, card)
}

fn items(card: &Value) -> impl Iterator<Item = &Value> {
    let checklists = card["checklists"].as_array().unwrap().iter();
    let sections = checklists.flat_map(|it| it["sections"].as_array().unwrap());
    sections.flat_map(|it| it["items"].as_array().unwrap())
}

fn item<'c>(card: &'c Value, id: &str) -> &'c Value {
    items(card).find(|item| item["id"] == id).unwrap_or_else(|| panic!("no item {id}"))
}

/// Verdict and reason of an item.
fn said(card: &Value, id: &str) -> (String, String) {
    let item = item(card, id);
    let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
    (text("verdict"), text("why"))
}

fn is(card: &Value, id: &str, verdict: &str, why: &str) {
    assert_eq!(said(card, id), (verdict.to_owned(), why.to_owned()), "{id}");
}

fn record(item: &str, rest: &str) -> String {
    format!("[[evidence]]\nitem = \"{item}\"\n{rest}\n")
}

/// The first item that decides itself, of which something is so.
fn first(is_it: impl Fn(&Item) -> bool) -> &'static Item {
    let mut items = CHECKLISTS.iter().flat_map(Checklist::items);
    items.find(|item| item.same.is_none() && is_it(item)).expect("an item of that kind")
}

/// An item that a client of feature flags shows, and that rules may speak against.
fn flagged() -> &'static Item {
    let shows = |item: &Item| item.signals.iter().any(|it| it == "code/feature-flags");
    first(|item| shows(item) && !item.rules.is_empty())
}

/// An item that an image which runs as root fails.
fn rootless() -> &'static Item {
    first(|item| item.rules.iter().any(|rule| rule == "docker/user-missing"))
}

#[test]
fn what_is_shown_passes_and_what_findings_speak_against_fails() {
    let here = folder(&[ROOT, README, FLAGS]);
    let (code, card) = card(here.path(), &[]);
    assert_eq!(code, 0, "nothing was asked for");
    let shown = item(&card, &flagged().id);
    assert_eq!(shown["verdict"], "pass");
    assert_eq!(shown["shown"][0]["file"], "pyproject.toml");
    assert_eq!(shown["shown"][0]["range"]["start"]["line"], 3);
    assert_eq!(shown["lacking"], serde_json::json!([]));
    let failed = item(&card, &rootless().id);
    assert_eq!((&failed["verdict"], &failed["why"]), (&"fail".into(), &"1 finding".into()));
    let found = card["diagnostics"].as_array().unwrap();
    let found: Vec<_> =
        found.iter().filter(|it| it["fingerprint"] == failed["findings"][0]).collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["rule"], "docker/user-missing");
    is(&card, ON_CALL, "missing", "nobody vouches for it");
    for item in items(&card).filter(|item| item["verdict"] == "not-applicable") {
        assert!(item["why"].as_str().is_some_and(|why| !why.is_empty()), "{item}");
    }
    let (_, out, err) = run(here.path(), &[]);
    assert!(out.contains(&format!("  {}\n", rootless().id)), "{out}");
    assert!(out.contains("Dockerfile:1:6: ") && out.contains("[docker/user-missing]"), "{out}");
    assert!(!out.contains("`launchdarkly-server-sdk`"), "what is met is listed only on request");
    assert!(err.contains("checked 1 file: 1 Dockerfile"), "{err}");
    let (_, out, err) = run(here.path(), &["--verbose"]);
    assert!(out.contains("`launchdarkly-server-sdk`"), "{out}{err}");
}

#[test]
fn what_only_developers_run_fails_nothing() {
    const POD: &str =
        "services:\n  api:\n    image: acme/api:1.2.3\n    ports: ['127.0.0.1:8080:8080']\n";
    const OPEN: &str = "services:\n  cache:\n    image: redis:latest\n    ports: ['6379:6379']\n";
    const SEGMENTS: &str = "fba-bench/security/network-segmentation";
    let verdict = |path: &str, text: &str| {
        let here = folder(&[("compose.yaml", POD), (path, text)]);
        let (_, card) = card(here.path(), &[]);
        [SEGMENTS, "paladin/security/image-versions", "fba-bench/security/api-keys"]
            .map(|id| said(&card, id).0)
    };
    let mut all = vec![verdict("README.md", "# Orders\n")];
    for path in [
        ".devcontainer/compose.yaml",
        "docker-compose.dev.yml",
        "tests/compose.yaml",
        "examples/compose.yaml",
    ] {
        all.push(verdict(path, OPEN));
    }
    for found in &all {
        assert_eq!(found[..2], ["pass", "pass"], "{found:?}");
    }
    assert_eq!(verdict("deploy/compose.yaml", OPEN)[..2], ["fail", "fail"]);
    // Who reads the repository has the password, whatever it opens.
    let password =
        format!("{OPEN}    environment: {{REDIS_PASSWORD: {}{}}}\n", "quiet-", "harbour-42");
    assert_eq!(verdict("docker-compose.dev.yml", &password), ["pass", "pass", "fail"]);
}

#[test]
fn a_review_that_a_policy_leaves_out_can_be_vouched_for() {
    const TEST: &str = "evaluation-guide/security-gate/penetration-test";
    let verdict = |policy: &str, config: &str| {
        let here = folder(&[("release-policy.yaml", policy), ("agentcheck.toml", config)]);
        said(&card(here.path(), &[]).1, TEST).0
    };
    let policy = |review: &str| format!("security_validation:\n  manual_review:\n  - {review}\n");
    let done = record(TEST, "owner = \"ops\"\ndate = 2026-11-01");
    assert_eq!(verdict(&policy("red_team_assessment: completed"), ""), "missing");
    assert_eq!(verdict(&policy("red_team_assessment: completed"), &done), "attested");
    assert_eq!(verdict(&policy("penetration_test: pending"), &done), "fail");
}

#[test]
fn a_finding_that_somebody_accepts_fails_nothing() {
    let text =
        "# agentcheck: ignore[docker/user-missing] the base image is rootless\nFROM debian:13.2\n";
    let here = folder(&[("Dockerfile", text)]);
    let (_, card) = card(here.path(), &[]);
    let accepted = item(&card, &rootless().id);
    assert_ne!(accepted["verdict"], "fail");
    assert_ne!(accepted["verdict"], "pass", "silence shows nothing");
    assert_eq!(accepted["accepted"].as_array().unwrap().len(), 1);
}

#[test]
fn an_item_whose_rules_are_turned_off_does_not_pass() {
    let decides = flagged();
    let off: Vec<_> = decides.rules.iter().map(|rule| format!("\"{rule}\"")).collect();
    let config = format!("ignore = [{}]\n", off.join(", "));
    let here = folder(&[ROOT, README, FLAGS, ("agentcheck.toml", &config)]);
    let (_, first) = card(here.path(), &[]);
    is(&first, &decides.id, "missing", "the rules that decide it are turned off");
    assert_eq!(item(&first, &decides.id)["off"].as_array().unwrap().len(), decides.rules.len());
    let (_, out, _) = run(here.path(), &["--checklist", decides.checklist()]);
    assert!(out.contains(&format!("turned off: {}", decides.rules[0])), "{out}");
    // Rules of a stricter profile run whatever the configuration says of profiles.
    write(here.path(), "agentcheck.toml", "profile = \"essential\"\nselect = [\"docker/\"]\n");
    let (_, second) = card(here.path(), &[]);
    assert_eq!(item(&second, &decides.id)["verdict"], "pass");
}

#[test]
fn somebody_vouches_for_an_item_for_a_time() {
    let text = [
        record(ON_CALL, "owner = \"platform-team\"\ndate = 2026-10-01\nlink = \"docs/rota.md\""),
        record(DRILL, "owner = \"ann\"\ndate = \"2026-08-22\""),
        record(AUDIT, "owner = \"security\"\ndate = 2026-10-01\nexpires = 2026-11-20"),
        record("paladin/recovery/drill", "owner = \"ann\"\ndate = 2026-11-01\nrto = \"4h\""),
        record("fba-bench/monitoring/business-kpis", "date = 2026-11-01"),
        record("fba-bench/monitoring/trace-analysis", "owner = \"TBD\"\ndate = 2026-11-01"),
    ];
    let files = [ROOT, ("agentcheck.toml", &text.concat()), ("docs/rota.md", "# Rota\n")];
    let here = folder(&files);
    let (code, card) = card(here.path(), &[]);
    assert_eq!(code, 0);
    is(&card, ON_CALL, "attested", "");
    let vouched = &item(&card, ON_CALL)["evidence"];
    assert_eq!(
        (&vouched["owner"], &vouched["date"]),
        (&"platform-team".into(), &"2026-10-01".into())
    );
    assert_eq!(vouched["link"], "docs/rota.md");
    is(&card, DRILL, "expired", "it is 91 days old, and counts for 90");
    is(&card, AUDIT, "expired", "it expired on 2026-11-20");
    let void = "there is a record, but it";
    is(&card, "paladin/recovery/drill", "missing", &format!("{void} does not state `rpo`"));
    is(&card, "fba-bench/monitoring/business-kpis", "missing", &format!("{void} has no owner"));
    is(&card, "fba-bench/monitoring/trace-analysis", "missing", &format!("{void} has no owner"));
    let (_, out, _) = run(here.path(), &[]);
    for line in [
        "  agentcheck.toml:9:8: the evidence for `production-agent/recovery/drill` is 91 days old, and counts \
         for 90 [evidence/older-than-allowed]\n",
        "  agentcheck.toml:20:1: nobody vouches: the evidence for `fba-bench/monitoring/business-kpis` has no \
         owner [evidence/owner-missing]\n",
        "    needs: evidence with rto, rpo, at most 92 days old\n",
    ] {
        assert!(out.contains(line), "{line}{out}");
    }
}

#[test]
fn records_are_judged_where_the_configuration_is_not_in_scope() {
    let text = record(ON_CALL, "date = 2026-10-01");
    let here = folder(&[("deploy/Dockerfile", ROOT.1), ("agentcheck.toml", &text)]);
    let (_, card) = card(here.path(), &["deploy"]);
    is(&card, ON_CALL, "missing", "there is a record, but it has no owner");
    let found = card["diagnostics"].as_array().unwrap();
    assert!(found.iter().all(|it| it["file"] != "agentcheck.toml"));
}

#[test]
fn records_are_linted_like_any_file() {
    let text = [
        record("paladin/monitoring/oncall", "owner = \"a\"\ndate = 2026-10-01"),
        "# agentcheck: ignore[evidence/owner-missing] to be named\n".to_owned(),
        record(ON_CALL, "date = 2026-10-01\nlink = \"docs/rota.md\""),
    ];
    let here = folder(&[ROOT, ("agentcheck.toml", &text.concat())]);
    let lint = |arguments: &[&str]| {
        let mut command = agentcheck(here.path());
        told(&command.arg("lint").args(["--format", "concise"]).args(arguments).output().unwrap())
    };
    let (code, out, err) = lint(&["agentcheck.toml"]);
    assert_eq!(code, 1, "{err}");
    for line in [
        "agentcheck.toml:2:8: warning[evidence/item-unknown] there is no checklist item \
         `paladin/monitoring/oncall`\n",
        "agentcheck.toml:9:8: warning[evidence/link-dead] the evidence for `paladin/monitoring/on-call` links to \
         nothing: there is no `docs/rota.md` here\n",
        "2 warnings; 1 fixable (--fix --unsafe-fixes); 1 suppressed",
    ] {
        assert!(out.contains(line), "{line}{out}");
    }
    let (code, _, err) = lint(&["--fix", "--unsafe-fixes", "--select", "evidence/item-unknown"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        read(here.path(), "agentcheck.toml").contains("item = \"paladin/monitoring/on-call\"\n")
    );
    write(here.path(), "docs/rota.md", "# Rota\n");
    let text = record(ON_CALL, "owner = \"ann\"\ndate = 2026-10-01\nlink = \"docs/rota.md#rota\"");
    write(here.path(), "agentcheck.toml", &text);
    let (code, _, err) = lint(&["agentcheck.toml"]);
    assert_eq!(code, 3, "a configuration is no file that is checked: {err}");
}

#[test]
fn one_checklist_can_be_asked_alone() {
    let here = folder(&[ROOT]);
    let (code, out, _) = run(here.path(), &["--checklist", "paladin,msft-agent"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("paladin "), "{out}");
    assert!(!out.contains("fba-bench") && !out.contains("evaluation-guide/"), "{out}");
    let (_, card) = card(here.path(), &["--checklist", "fba-bench"]);
    assert_eq!(card["checklists"].as_array().unwrap().len(), 1);
    let score = &card["score"];
    let counts = ["pass", "attested", "fail", "expired", "missing", "not_applicable"];
    let sum: u64 = counts.iter().map(|key| score[key].as_u64().unwrap()).sum();
    assert_eq!(sum, 25);
    let (code, _, err) = run(here.path(), &["--checklist", "palladin"]);
    assert!(code == 2 && err.contains("did you mean `paladin`?"), "{err}");
}

#[test]
fn a_percentage_can_be_asked_for() {
    let here = folder(&[ROOT]);
    assert_eq!(run(here.path(), &["--fail-under", "0"]).0, 0);
    let (code, _, err) = run(here.path(), &["--fail-under", "100"]);
    assert!(code == 1 && err.contains("error: ") && err.contains("100 % are asked for"), "{err}");
    assert_eq!(run(here.path(), &["--fail-under", "101"]).0, 2);
    assert_eq!(run(here.path(), &["--fail-under", "high"]).0, 2);
}

#[test]
fn items_can_be_required() {
    let text = record(ON_CALL, "owner = \"platform-team\"\ndate = 2026-10-01");
    let here = folder(&[ROOT, ("agentcheck.toml", &text)]);
    assert_eq!(run(here.path(), &["--require", ON_CALL]).0, 0);
    let (code, _, err) = run(here.path(), &["--require", DRILL, "--require", ON_CALL]);
    let why = format!("error: {DRILL} is required and missing: nobody vouches for it\n");
    assert!(code == 1 && err.contains(&why) && !err.contains(ON_CALL), "{err}");
    let (code, _, err) = run(here.path(), &["--require", &rootless().id]);
    assert!(code == 1 && err.contains("is required and failed: 1 finding\n"), "{err}");
    let (code, _, err) = run(here.path(), &["--require", "paladin/monitoring/"]);
    assert!(code == 1 && err.contains("error: paladin/monitoring/"), "{err}");
    let (code, _, err) = run(here.path(), &["--require", ON_CALL, "--checklist", "fba-bench"]);
    assert!(code == 1 && err.contains("nothing of it applies or is asked"), "{err}");
    for (name, hint) in [
        ("paladin/monitoring/oncall", "did you mean `paladin/monitoring/on-call`?"),
        ("paladin/monitoring", "did you mean `paladin/monitoring/`?"),
        ("paladin", "did you mean `paladin/`?"),
        ("paladin/recovery/on-call", "did you mean `paladin/monitoring/on-call`?"),
        ("we-are-ready", "there is no such item"),
    ] {
        let (code, _, err) = run(here.path(), &["--require", name]);
        assert!(code == 2 && err.contains(hint), "{name}: {err}");
    }
}

#[test]
fn what_changed_is_told() {
    let here = folder(&[ROOT]);
    assert_eq!(run(here.path(), &["--output", "json:before.json", "--quiet"]).0, 0);
    let (_, out, _) = run(here.path(), &["--compare", "before.json"]);
    assert!(out.contains("nothing got better or worse\n"), "{out}");
    let text = record(ON_CALL, "owner = \"platform-team\"\ndate = 2026-10-01");
    write(here.path(), "agentcheck.toml", &text);
    write(here.path(), "Dockerfile", "FROM debian:latest\nUSER 1001\nCMD [\"agent\"]\n");
    let (code, out, _) = run(here.path(), &["--compare", "before.json"]);
    assert_eq!(code, 0, "the trend gates nothing");
    let (better, worse) = out.split_once("Worse: ").unwrap_or_else(|| panic!("{out}"));
    let better = better.split_once("Better: ").expect("something is better").1;
    assert!(better.contains(&format!("  {ON_CALL}: missing before, attested now\n")), "{out}");
    assert!(better.contains(&format!("  {}: failed before, ", rootless().id)), "{out}");
    let latest = first(|item| item.rules.iter().any(|rule| rule == "docker/image-tag-latest"));
    assert!(worse.contains(&format!("  {}: ", latest.id)) && worse.contains("failed now"), "{out}");
    let (_, after) = card(here.path(), &["--compare", "before.json"]);
    let better = after["comparison"]["better"].as_array().unwrap();
    assert!(better.iter().any(|it| it["item"] == ON_CALL && it["after"] == "attested"));
}

#[test]
fn only_a_scorecard_is_compared_with() {
    let here = folder(&[ROOT, ("broken.json", "{"), ("list.json", "[]")]);
    let lint = agentcheck(here.path()).args(["lint", "-f", "json"]).output().unwrap();
    fs::write(here.path().join("lint.json"), lint.stdout).unwrap();
    write(here.path(), "later.json", "{\"version\": 2, \"checklists\": []}");
    for (file, why) in [
        ("none.json", "cannot read `none.json`"),
        ("broken.json", "is no report of `agentcheck checklist --format json`"),
        ("list.json", "is no report of `agentcheck checklist --format json`"),
        ("lint.json", "is no report of `agentcheck checklist --format json`"),
        ("later.json", "is of version 2, which this agentcheck does not know"),
    ] {
        let (code, out, err) = run(here.path(), &["--compare", file]);
        assert!(code == 2 && out.is_empty() && err.contains(why), "{file}: {err}");
    }
}

#[test]
fn nothing_to_check_is_no_success() {
    let here = folder(&[]);
    let (code, _, err) = run(here.path(), &[]);
    assert!(code == 3 && err.contains("nothing was checked"), "{err}");
    assert_eq!(run(here.path(), &["--allow-empty"]).0, 0);
    assert_eq!(run(here.path(), &["--allow-empty", "--fail-under", "1"]).0, 1);
    assert_eq!(run(here.path(), &["none-such"]).0, 2);
    write(here.path(), "agentcheck.toml", "[[evidence]]\nby = \"me\"\n");
    let (code, _, err) = run(here.path(), &[]);
    assert!(code == 2 && err.contains("unknown key `by`"), "{err}");
}

#[test]
fn a_scorecard_can_be_written_beside_what_is_printed() {
    let here = folder(&[ROOT]);
    let arguments = ["-o", "json:card.json", "-o", "text:card.txt", "--quiet", "--color", "always"];
    let (code, out, err) = run(here.path(), &arguments);
    assert_eq!((code, err.as_str()), (0, ""), "quiet");
    assert!(out.contains('\u{1b}'), "the terminal has colours");
    let text = read(here.path(), "card.txt");
    assert!(!text.contains('\u{1b}') && text.contains("items are met ("), "{text}");
    let card: Value = serde_json::from_str(&read(here.path(), "card.json")).unwrap();
    assert_eq!(card["version"], 1);
    for wrong in ["json", "json:", "yaml:card.yaml"] {
        assert_eq!(run(here.path(), &["-o", wrong]).0, 2, "{wrong}");
    }
    let (code, _, err) = run(here.path(), &["-o", "json:none/card.json"]);
    assert!(code == 2 && err.contains("cannot write"), "{err}");
}

#[test]
fn bars_stand_below_each_other() {
    let here = folder(&[ROOT]);
    let (_, out, _) = run(here.path(), &[]);
    let table: Vec<&str> = out.lines().take_while(|line| *line != "Failed").collect();
    let rows = table.iter().filter(|line| line.contains(" % ") || line.contains("does not apply"));
    let columns: Vec<usize> = rows.map(|row| row.find(['█', '░']).unwrap_or(0)).collect();
    assert!(columns.len() > 40, "{out}");
    let first = columns[0];
    assert!(columns.iter().all(|column| *column == first || *column == 0), "{columns:?}");
}
