//! The checklists themselves: every item of the documents is there, and says what decides it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use agentcheck::checklist::{CHECKLISTS, Checklist, Item, Kind, item, signals};
use agentcheck::rules::find;

fn items() -> impl Iterator<Item = &'static Item> {
    CHECKLISTS.iter().flat_map(Checklist::items)
}

#[test]
fn every_item_of_the_documents_is_there() {
    let Ok(table) = fs::read_to_string(Path::new("../shared/spec/checklists.tsv")) else {
        eprintln!("the table of checklist items is not here: items are not compared");
        return;
    };
    let of = |line: &str| {
        let mut cells = line.split('\t');
        let (id, _, kind) = (cells.next(), cells.next(), cells.next());
        (id.unwrap().to_owned(), kind.unwrap().to_owned())
    };
    let wanted: BTreeSet<_> = table.lines().skip(1).map(of).collect();
    let kind = |kind| match kind {
        Kind::Static => "static",
        Kind::Either => "either",
        Kind::Evidence => "evidence",
    };
    let known: BTreeSet<_> = items().map(|it| (it.id.clone(), kind(it.kind).to_owned())).collect();
    assert_eq!(known, wanted);
    assert_eq!(items().count(), wanted.len(), "an item twice");
}

#[test]
fn items_stand_in_their_sections() {
    for checklist in CHECKLISTS.iter() {
        for section in &checklist.sections {
            for item in &section.items {
                let home = (checklist.name.as_str(), section.name.as_str());
                assert_eq!((item.checklist(), item.section()), home, "{}", item.id);
                assert!(!item.text.ends_with('.') && item.text.len() < 120, "{}", item.id);
            }
        }
    }
}

#[test]
fn every_item_says_what_decides_it() {
    let known: BTreeSet<&str> = signals().map(|(name, _)| name).collect();
    let mut wrong = Vec::new();
    for it in items() {
        let id = &it.id;
        if let Some(same) = &it.same {
            match item(same) {
                None => wrong.push(format!("{id}: there is no item `{same}`")),
                Some(other) if other.same.is_some() => {
                    wrong.push(format!("{id}: `{same}` is decided as another one"));
                }
                Some(other) if other.kind == Kind::Evidence && it.kind != Kind::Evidence => {
                    wrong.push(format!("{id}: `{same}` needs evidence"));
                }
                Some(_) => {}
            }
            if !(it.rules.is_empty() && it.lacks.is_empty() && it.signals().next().is_none()) {
                wrong.push(format!("{id}: `{same}` decides it, and so do rules or signals"));
            }
            continue;
        }
        for rule in it.rules.iter().chain(&it.lacks).filter(|rule| find(rule).is_none()) {
            wrong.push(format!("{id}: there is no rule `{rule}`"));
        }
        for signal in it.signals().filter(|signal| !known.contains(signal)) {
            wrong.push(format!("{id}: there is no signal `{signal}`"));
        }
        let has_signal = it.signals().next().is_some();
        match it.kind {
            // A rule that is silent shows nothing: it may have been asked nothing.
            Kind::Static | Kind::Either if !has_signal => wrong.push(format!("{id}: no signal")),
            Kind::Evidence if has_signal || !it.rules.is_empty() => {
                wrong.push(format!("{id}: only somebody's word can show it"));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_signal_speaks_for_an_item() {
    let used: BTreeSet<&str> = items().flat_map(Item::signals).collect();
    let idle: Vec<_> = signals().map(|(name, _)| name).filter(|it| !used.contains(it)).collect();
    assert!(idle.is_empty(), "{idle:?}");
    for (name, about) in signals() {
        assert!(about.len() > 10 && !about.ends_with('.'), "{name}: {about}");
    }
}
