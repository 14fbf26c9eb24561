//! What the repository installs by commands and by helmfiles, and no manifest shows.

use std::collections::HashSet;

use crate::build::Brought;
use crate::file::File;
use crate::k8s::KeyedKind;

#[derive(Debug, Default)]
pub(super) struct Installed<'p> {
    /// The names of releases and of their charts.
    releases: HashSet<&'p str>,
    created: HashSet<(KeyedKind, &'p str)>,
}

impl<'p> Installed<'p> {
    pub(super) fn of(files: &'p [File]) -> Self {
        let mut installed = Installed::default();
        for brought in files.iter().flat_map(File::brought) {
            match brought {
                Brought::Release(name) => {
                    installed.releases.insert(name);
                }
                Brought::Secret(name) => {
                    installed.created.insert((KeyedKind::Secret, name));
                }
                Brought::ConfigMap(name) => {
                    installed.created.insert((KeyedKind::ConfigMap, name));
                }
            }
        }
        installed
    }

    /// Whether an object of that name may be part of a release.
    pub(super) fn may_have(&self, name: &str) -> bool {
        self.releases.iter().any(|release| name.contains(release))
    }

    /// Whether a command creates an object of that kind and name.
    pub(super) fn creates(&self, kind: KeyedKind, name: &str) -> bool {
        self.created.contains(&(kind, name))
    }
}
