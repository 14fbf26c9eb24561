//! The example service in both its forms: the one that is ready is left alone, and of the other
//! every rule has something to say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::outcome::Outcome;
use agentcheck::rules::{Environment, Profile, RULES};
use agentcheck::walk::{self, Scope};

fn lint(folder: &str, profile: Profile) -> Outcome {
    let scope = Scope {
        paths: vec![PathBuf::from(folder)],
        exclude: Vec::new(),
        base: PathBuf::from("."),
        respect_ignore_files: true,
        stdin_name: None,
    };
    let files = walk::read(&scope, &|_| ()).unwrap();
    let settings = Arc::new(Settings::of(profile, Environment::Production));
    let found = check(&files, &vec![settings; files.len()]);
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    Outcome { files, diagnostics: found.diagnostics, ..Outcome::default() }
}

fn lines(outcome: &Outcome) -> Vec<String> {
    let line = |found: &agentcheck::diagnostic::Diagnostic| {
        let source = outcome.files.source(found.place.file).unwrap();
        let line = source.position(found.place.span.start).line;
        format!("{}:{line} {} {}", source.path(), found.rule, found.message)
    };
    outcome.diagnostics.iter().map(line).collect()
}

#[test]
fn the_ready_service_is_left_alone() {
    let outcome = lint("fixtures/ready", Profile::Optional);
    assert_eq!(lines(&outcome), [] as [&str; 0]);
    assert_eq!(outcome.skipped().count(), 0);
}

#[test]
fn every_rule_has_something_to_say_of_the_other() {
    let outcome = lint("fixtures/not-ready", Profile::Optional);
    let found: BTreeSet<_> = outcome.diagnostics.iter().map(|found| found.rule).collect();
    // What does not parse, and suppressions that suppress nothing, have examples of their own.
    let silent: Vec<_> = RULES
        .iter()
        .filter(|rule| rule.group() != "syntax" && !found.contains(rule.id))
        .map(|rule| rule.id)
        .collect();
    assert!(silent.is_empty(), "{silent:?} among\n{}", lines(&outcome).join("\n"));
    assert_eq!(outcome.skipped().count(), 0);
}
