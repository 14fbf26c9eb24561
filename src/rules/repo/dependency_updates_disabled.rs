use std::collections::BTreeMap;

use crate::diagnostic::Severity;
use crate::repo::Repository;
use crate::repo::updates::{Cover, Kept, listed};
use crate::rules::{Check, Cx};
use crate::source::Place;

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let mut off: BTreeMap<(Place, Kept), Vec<&'static str>> = BTreeMap::new();
    for of in repository.ecosystems() {
        for manifest in &of.manifests {
            if let Cover::Off(place, kept) = repository.updating(&of, manifest) {
                let names = off.entry((place, kept)).or_default();
                if names.last() != Some(&of.ecosystem.describe()) {
                    names.push(of.ecosystem.describe());
                }
            }
        }
    }
    for ((place, kept), names) in off {
        let found = cx.report(place, format!("this turns off the updates of {}", listed(names)));
        match kept {
            Kept::Nothing => found.help("security fixes do not arrive by themselves"),
            Kept::Security => found
                .severity(Severity::Note)
                .help("only security updates are made, and each of them is then a long way from what is used"),
        };
    }
}
