//! The folder that a Dockerfile is built with, and what its ignore file keeps out of the build.

use std::collections::BTreeMap;

use super::Project;
use super::built::folder_of;
use crate::docker::{Dockerfile, IGNORE_FILE};
use crate::file::File;
use crate::source::{FileId, Place, resolve};

/// How far up a folder is looked for that holds what a Dockerfile copies.
const MOST_FOLDERS: usize = 32;

/// As many paths of a Dockerfile are looked for; the first ones tell as much as all.
const MOST_COPIED: usize = 100;

/// Folders that keep Dockerfiles apart from what they build.
const APART: [&str; 13] = [
    ".ci",
    ".devcontainer",
    ".docker",
    ".github",
    "build",
    "ci",
    "container",
    "containers",
    "deploy",
    "deployment",
    "docker",
    "dockerfiles",
    "infra",
];

/// Where the files of the run are, folders by what lies below them.
#[derive(Debug, Default)]
pub(super) struct Paths(BTreeMap<String, FileId>);

impl Paths {
    pub(super) fn of(files: &[File]) -> Self {
        Paths(files.iter().map(|file| (resolve("", file.source().path()), file.id())).collect())
    }

    /// The paths below a folder.
    fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let from = self.0.range(start.clone()..).map(|(path, _)| path.as_str());
        from.take_while(move |path| path.starts_with(&start))
    }

    /// Whether all of them lie below a folder: paths that begin alike stand together.
    fn lie_below(&self, folder: &str) -> bool {
        let ends = [self.0.first_key_value(), self.0.last_key_value()];
        ends.iter().flatten().all(|(path, _)| is_below(path, folder))
    }

    /// The file of the run at a path.
    pub(super) fn get(&self, path: &str) -> Option<FileId> {
        self.0.get(path).copied()
    }

    /// Whether a file or a folder of that path is part of the run.
    fn has(&self, path: &str) -> bool {
        self.0.contains_key(path) || self.below(path).next().is_some()
    }
}

/// The folder whose files a build sees.
#[derive(Clone, Debug)]
pub(crate) struct Context<'p> {
    pub(crate) folder: String,
    /// The ignore file in effect.
    pub(crate) ignore_file: Option<&'p File>,
    /// Whether that is the folder for certain.
    pub(crate) is_certain: bool,
}

impl Context<'_> {
    /// The line that keeps a path of the folder out of the build.
    pub(crate) fn excludes(&self, path: &str) -> Option<Place> {
        let file = self.ignore_file?;
        let span = file.ignore_file()?.excludes(path)?;
        Some(Place { file: file.id(), span })
    }

    /// The same where no later line lets a part of the folder in that the path may be.
    pub(crate) fn excludes_all_of(&self, path: &str) -> Option<Place> {
        let keeps = self.ignore_file?.ignore_file()?.keeps_a_part_of(path);
        self.excludes(path).filter(|_| !keeps)
    }
}

impl<'p> Project<'p> {
    /// The folders that a Dockerfile is built with: those that Compose files state, else the one
    /// that fits. None where nothing tells, or where not all files are there.
    pub(crate) fn contexts_of(&self, dockerfile: &Dockerfile) -> Vec<Context<'p>> {
        let Some(source) = self.source(dockerfile.file()).filter(|_| !self.has_rest) else {
            return Vec::new();
        };
        let path = resolve("", source.path());
        let services = self.services_running(dockerfile).iter();
        let stated = services.filter_map(|it| folder_of(it.built_image()?, self.files));
        let mut folders: Vec<String> = stated.collect();
        folders.sort_unstable();
        folders.dedup();
        let mut is_certain = !folders.is_empty();
        if folders.is_empty() {
            let guess = self.fitting_folder(dockerfile, &path);
            is_certain = guess.as_ref().is_some_and(|(_, is_certain)| *is_certain);
            folders.extend(guess.map(|(folder, _)| folder));
        }
        let context = |folder: String| {
            let own = format!("{path}{IGNORE_FILE}");
            let shared = resolve(&folder, IGNORE_FILE);
            let id = self.paths.0.get(&own).or_else(|| self.paths.0.get(&shared));
            let ignore_file = id.and_then(|id| self.files.get(id.index()));
            // Of a file that could not be read nobody knows what it keeps out.
            let is_known = ignore_file.is_none_or(|file| file.ignore_file().is_some());
            is_known.then_some(Context { folder, ignore_file, is_certain })
        };
        folders.into_iter().filter_map(context).collect()
    }

    /// The folder nearest to a Dockerfile that holds what it copies, and whether anything says so.
    fn fitting_folder(&self, dockerfile: &Dockerfile, path: &str) -> Option<(String, bool)> {
        let own = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let copied = dockerfile.copied_paths().map(|(path, _)| path).filter(|it| !it.is_empty());
        let copied: Vec<_> = copied.take(MOST_COPIED).collect();
        let holds = |folder: &&str| copied.iter().any(|it| self.paths.has(&resolve(folder, it)));
        if let Some(folder) = ancestors(own).find(holds) {
            return Some((folder.to_owned(), true));
        }
        // Without a word about it, a Dockerfile is built where it stands, or where the nearest ignore
        // file does.
        let is_top = self.paths.lie_below(own);
        let ignores = |folder: &&str| self.paths.has(&resolve(folder, IGNORE_FILE));
        if is_top || ignores(&own) {
            return Some((own.to_owned(), true));
        }
        let fits = ancestors(own).find(ignores).or_else(|| {
            let name = own.rsplit('/').next().unwrap_or(own).to_ascii_lowercase();
            (!APART.contains(&name.as_str())).then_some(own)
        });
        fits.map(|folder| (folder.to_owned(), false))
    }
}

/// A folder and those above it.
pub(super) fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    let above = std::iter::successors(Some(folder), |folder| {
        (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above))
    });
    above.take(MOST_FOLDERS)
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use crate::project::tests::linked;

    /// Whether `.env` is kept out of each context, and whether that is certain.
    fn kept_out(files: &[(&str, &str)]) -> Vec<(bool, bool)> {
        let mut found = Vec::new();
        linked(files, |project| {
            let mut dockerfiles = project.files().iter().filter_map(|file| file.dockerfile());
            let contexts = project.contexts_of(dockerfiles.next().unwrap());
            let kept = contexts.iter().map(|it| (it.excludes(".env").is_some(), it.is_certain));
            found.extend(kept);
        });
        found
    }

    #[test]
    fn the_context_is_the_folder_that_holds_what_is_copied() {
        let all = "FROM scratch\nCOPY . .\n";
        let api = "FROM scratch\nCOPY package.json .\nCOPY . .\n";
        for (files, expected) in [
            (vec![("Dockerfile", all)], vec![(false, true)]),
            (vec![("Dockerfile", all), (".dockerignore", ".env")], vec![(true, true)]),
            (
                vec![
                    ("Dockerfile", all),
                    ("Dockerfile.dockerignore", ""),
                    (".dockerignore", ".env"),
                ],
                vec![(false, true)],
            ),
            (vec![("api/Dockerfile", all), (".dockerignore", ".env")], vec![(true, false)]),
            (vec![("docker/Dockerfile", all), ("x.json", "{}")], vec![]),
            (
                vec![("api/Dockerfile", all), ("api/app.json", "{}"), ("x.json", "{}")],
                vec![(false, false)],
            ),
            (
                vec![("docker/Dockerfile", api), ("package.json", "{}"), (".dockerignore", ".env")],
                vec![(true, true)],
            ),
            (
                vec![
                    ("api/Dockerfile", api),
                    ("api/package.json", "{}"),
                    (".dockerignore", ".env"),
                ],
                vec![(false, true)],
            ),
            (
                vec![
                    ("deploy/Dockerfile", all),
                    (
                        "deploy/compose.yaml",
                        "services:\n  a: {build: {context: .., dockerfile: deploy/Dockerfile}}\n",
                    ),
                    (".dockerignore", ".env"),
                ],
                vec![(true, true)],
            ),
        ] {
            assert_eq!(kept_out(&files), expected, "{files:?}");
        }
    }
}
