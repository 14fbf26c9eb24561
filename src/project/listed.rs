//! What the examples of files of variables tell those who set a project up.

use std::collections::{HashMap, HashSet};

use super::Project;
use super::context::ancestors;
use crate::file::File;
use crate::source::{Place, Source, resolve};

/// The files of variables of a run, by their folders.
#[derive(Debug, Default)]
pub(super) struct Listings<'p>(HashMap<String, Vec<(&'p Source, &'p HashSet<String>)>>);

impl<'p> Listings<'p> {
    pub(super) fn of(files: &'p [File]) -> Self {
        let mut listings = Listings::default();
        for (file, names) in files.iter().filter_map(|it| Some((it, it.listed_variables()?))) {
            let folder = resolve("", file.source().folder());
            listings.0.entry(folder).or_default().push((file.source(), names));
        }
        listings
    }
}

/// What a project says of the variables that it takes.
#[derive(Debug)]
pub(crate) struct Listing<'p> {
    /// The file that is there to be copied.
    pub(crate) example: &'p str,
    /// Whether that lies beside what asks.
    is_beside: bool,
    names: Vec<&'p HashSet<String>>,
}

/// Variables that every machine has, or that a shell, a pipeline or Compose sets.
const OF_MACHINES: [&str; 20] = [
    "CI",
    "DISPLAY",
    "EUID",
    "GID",
    "HOME",
    "HOSTNAME",
    "LANG",
    "LOGNAME",
    "PATH",
    "PGID",
    "PUID",
    "PWD",
    "SHELL",
    "SSH_AUTH_SOCK",
    "TERM",
    "TMPDIR",
    "TZ",
    "UID",
    "USER",
    "USERNAME",
];

/// What the names of such begin with.
const OF_TOOLS: [&str; 7] =
    ["BUILDKIT_", "CI_", "COMPOSE_", "DOCKER_", "GITHUB_", "GITLAB_", "XDG_"];

impl Listing<'_> {
    /// Those of the names that nobody who copies the example learns of. Where it lies elsewhere and does not
    /// have most of them, it is about something else.
    pub(crate) fn lacks<'n, T>(&self, all: Vec<(&'n str, T)>) -> Vec<(&'n str, T)> {
        let is_own = |name: &str| {
            OF_MACHINES.contains(&name) || OF_TOOLS.iter().any(|start| name.starts_with(start))
        };
        let is_listed = |name: &str| self.names.iter().any(|names| names.contains(name));
        let listed = all.iter().filter(|(name, _)| is_listed(name)).count();
        let is_meant = self.is_beside || listed * 2 > all.len();
        let lacking = all.into_iter().filter(|(name, _)| !is_own(name) && !is_listed(name));
        lacking.filter(|_| is_meant).collect()
    }
}

impl<'p> Project<'p> {
    /// What the project says of its variables to those who set up what is at a place: in the nearest
    /// folder above it that has an example of a file of variables, and in those between.
    pub(crate) fn listing_for(&self, at: Place) -> Option<Listing<'p>> {
        let source =
            self.source(at.file).filter(|source| !self.has_rest && !source.is_example())?;
        let folder = resolve("", source.folder());
        let mut names = Vec::new();
        for above in ancestors(&folder) {
            let here = self.listings.0.get(above).map(Vec::as_slice).unwrap_or_default();
            names.extend(here.iter().map(|(_, names)| *names));
            if let Some((example, _)) = here.iter().find(|(source, _)| source.is_example()) {
                return Some(Listing {
                    example: example.path(),
                    is_beside: above == folder,
                    names,
                });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::project::tests::linked;

    #[test]
    fn an_example_tells_what_is_needed() {
        let compose = "services:\n  a:\n    image: acme/a:${TAG}\n    environment:\n      \
                       A: ${ONE}\n      B: ${TWO:-2}\n      C: $THREE\n      D: ${FOUR:?}\n      E:\n      \
                       F: $$SIX ${HOME} ${TAG}\n";
        let lacking = |path: &str, example: (&str, &str)| {
            linked(&[(path, compose), example], |project| {
                let file = project.subjects(0).unwrap().compose_files[0];
                let listing = project.listing_for(file.node().place())?;
                let names = listing.lacks(file.taken_variables()).into_iter();
                Some(names.map(|(name, _)| name.to_owned()).collect::<Vec<_>>().join(" "))
            })
        };
        let example = "ONE=1\n# THREE=\n#export FOUR=4\n";
        let is = |path, example, expected: Option<&str>| {
            assert_eq!(lacking(path, example).as_deref(), expected, "{path} {example:?}");
        };
        is("compose.yaml", (".env.example", example), Some("E"));
        is("deploy/compose.yaml", (".env.example", example), Some("E"));
        is("compose.yaml", (".env.sample", "OTHER=1\n"), Some("ONE THREE FOUR E"));
        is("deploy/compose.yaml", (".env.example", "OTHER=1\n"), Some(""));
        is("compose.yaml", (".env", example), None);
        is("a/compose.yaml", ("b/.env.example", example), None);
    }
}
