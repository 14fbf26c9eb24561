//! Inputs that fuzzing grew and that are kept in `fuzz/kept`: they go where hardly any other goes, and some of
//! them broke something once.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use crate::any_input;

#[test]
fn what_was_kept_holds() {
    let mut wrong = Vec::new();
    let mut held = 0;
    for (target, property) in any_input::ALL {
        let folder = Path::new("fuzz/kept").join(target);
        let Ok(entries) = fs::read_dir(&folder) else { panic!("{} is missing", folder.display()) };
        for entry in entries {
            let path = entry.unwrap().path();
            let data = fs::read(&path).unwrap();
            if catch_unwind(|| property(&data)).is_err() {
                wrong.push(path);
            }
            held += 1;
        }
    }
    assert!(wrong.is_empty(), "these do not hold, each says above why: {wrong:#?}");
    assert!(held >= any_input::ALL.len());
}

#[test]
fn every_target_is_a_property() {
    let mut targets: Vec<_> = fs::read_dir("fuzz/fuzz_targets")
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    targets.sort();
    assert_eq!(targets, any_input::ALL.map(|(name, _)| name));
}
