//! The repository itself: which files it holds, and what they say of how it is kept.
//!
//! Each module below reads one kind of file into a [`Part`] of its own, from the text alone;
//! [`Repository`] is all of one repository together, and answers what rules ask of it. What no file
//! that was read can tell stays unknown.

pub(crate) mod backup;
pub(crate) mod deployment;
pub(crate) mod documents;
pub(crate) mod objective;
pub(crate) mod pipeline;

use std::sync::{Arc, OnceLock};

use self::pipeline::Flow;
use crate::file::File;
use crate::source::FileId;

/// What a file says of the repository that it lies in.
#[derive(Debug)]
pub(crate) enum Part {
    /// What CI does, or what CI calls.
    Pipeline(pipeline::Part),
    /// What a text for people is about.
    Headings(Vec<documents::Heading>),
    /// What is promised of a service.
    Objectives(Vec<objective::Objective>),
}

/// Whether a file of that path is read for what it says of the repository, whatever else it is.
pub(crate) fn is_part(path: &str) -> bool {
    pipeline::format_of(path).is_some() || documents::is_text(path) || objective::may_be_named(path)
}

/// What a file of that path says of the repository.
pub(crate) fn read(file: FileId, path: &str, text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(format) = pipeline::format_of(path) {
        let text: Arc<str> = text.into();
        parts.extend(pipeline::read(format, file, path, &text).map(Part::Pipeline));
    }
    if documents::is_text(path) {
        parts.extend(documents::read(file, text).map(Part::Headings));
    }
    if objective::may_be(path, text) {
        let found = objective::read(file, &text.into());
        parts.extend((!found.is_empty()).then_some(Part::Objectives(found)));
    }
    parts
}

/// Where a repository begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    /// The folder, as reports print paths: empty for the working directory.
    pub(crate) folder: String,
    /// Whether git keeps it.
    pub(crate) is_versioned: bool,
}

/// Files at the root of repositories, in lower case, which nothing else has in its place.
const MARKS: [&str; 10] = [
    ".gitignore",
    ".gitattributes",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    ".pre-commit-config.yaml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "jenkinsfile",
    "license",
    "readme.md",
];

/// The folder of which a path says that it is the root of a repository.
fn marked_root(path: &str) -> Option<&str> {
    let lower = path.to_ascii_lowercase();
    let of = |length: usize| path.get(..length).map(|folder| folder.trim_end_matches('/'));
    let is_start = |at: usize| at == 0 || path.get(..at).is_some_and(|it| it.ends_with('/'));
    if let Some(at) = lower.find(".github/").filter(|&at| is_start(at)) {
        return of(at);
    }
    let mark = MARKS.iter().find(|mark| {
        lower.strip_suffix(**mark).is_some_and(|before| before.is_empty() || before.ends_with('/'))
    })?;
    of(path.len() - mark.len())
}

/// The roots of the repositories that paths lie in: what git keeps, and where it keeps none of them,
/// the highest folders that look like the root of one.
pub(crate) fn roots<'p>(versioned: Vec<String>, paths: impl Iterator<Item = &'p str>) -> Vec<Root> {
    let mut roots: Vec<Root> =
        versioned.into_iter().map(|folder| Root { folder, is_versioned: true }).collect();
    let mut marked: Vec<&str> = paths.filter_map(marked_root).collect();
    marked.sort_unstable_by_key(|folder| (folder.len(), *folder));
    marked.dedup();
    for folder in marked {
        // Below or above one that is known, it is a part of that one.
        let is_known = roots.iter().any(|root| {
            is_below(folder, &root.folder) || root.is_versioned && is_below(&root.folder, folder)
        });
        if !is_known {
            roots.push(Root { folder: folder.to_owned(), is_versioned: false });
        }
    }
    roots.sort_by(|a, b| a.folder.cmp(&b.folder));
    roots.dedup();
    roots
}

/// The rest of a path below a folder.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

fn is_below(path: &str, folder: &str) -> bool {
    path == folder || below(path, folder).is_some()
}

/// All of a repository that is in scope.
#[derive(Debug)]
pub(crate) struct Repository<'p> {
    root: &'p Root,
    /// The paths of all files, from the root on, in order.
    paths: Vec<&'p str>,
    /// The files of which anything is known, by their paths from the root on, in order.
    files: Vec<(&'p str, &'p File)>,
    is_whole: bool,
    flow: OnceLock<Flow>,
}

impl<'p> Repository<'p> {
    /// What its pipelines do.
    pub(crate) fn flow(&self) -> &Flow {
        self.flow.get_or_init(|| {
            let parts = self.files().flat_map(|(path, file)| {
                let own = file.parts().iter().filter_map(|part| match part {
                    Part::Pipeline(part) => Some(part),
                    _ => None,
                });
                own.filter(move |part| pipeline::is_at_home(path, part))
                    .map(move |part| (path, part))
            });
            Flow::of(parts, None)
        })
    }

    /// The repositories of a run. Of one inside another, the files belong to the inner one alone.
    pub(crate) fn all(
        roots: &'p [Root],
        listing: &'p [String],
        files: &'p [File],
        is_whole: bool,
    ) -> Vec<Self> {
        let mut all: Vec<_> = roots
            .iter()
            .map(|root| {
                let (paths, files, flow) = (Vec::new(), Vec::new(), OnceLock::new());
                Repository { root, paths, files, is_whole, flow }
            })
            .collect();
        // The longest root that fits.
        let home = |path: &str| {
            let fits = roots.iter().enumerate().filter(|(_, root)| is_below(path, &root.folder));
            fits.max_by_key(|(_, root)| root.folder.len()).map(|(index, _)| index)
        };
        for path in listing {
            if let Some(repository) = home(path).and_then(|index| all.get_mut(index)) {
                repository.paths.extend(below(path, &repository.root.folder));
            }
        }
        for file in files {
            let path = file.source().path();
            if let Some(repository) = home(path).and_then(|index| all.get_mut(index)) {
                repository.files.extend(below(path, &repository.root.folder).map(|it| (it, file)));
            }
        }
        for repository in &mut all {
            repository.paths.sort_unstable();
            repository.files.sort_unstable_by_key(|(path, _)| *path);
        }
        all
    }

    /// Where it begins.
    pub(crate) fn root(&self) -> &'p Root {
        self.root
    }

    /// Whether all of its files are in scope, so that what is not there is missing.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The paths of all its files, from the root on, in order. Of most of them nothing was read but
    /// whether they hold a credential.
    pub(crate) fn paths(&self) -> &[&'p str] {
        &self.paths
    }

    /// Whether there is a file of that path.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.paths.binary_search(&path).is_ok()
    }

    /// The files of which anything is known, by their paths from the root on, in order.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&'p str, &'p File)> {
        self.files.iter().copied()
    }

    /// The file of that path, if anything of it is known.
    pub(crate) fn file(&self, path: &str) -> Option<&'p File> {
        let at = self.files.binary_search_by_key(&path, |(path, _)| path).ok()?;
        self.files.get(at).map(|(_, file)| *file)
    }

    /// What its files say of it.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&'p File, &'p Part)> {
        self.files().flat_map(|(_, file)| file.parts().iter().map(move |part| (file, part)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Root, roots};

    #[test]
    fn a_repository_begins_where_git_keeps_it_or_where_it_looks_like_one() {
        let found = |versioned: &[&str], paths: &[&str]| {
            let versioned = versioned.iter().map(ToString::to_string).collect();
            let found = roots(versioned, paths.iter().copied()).into_iter();
            found.map(|Root { folder, is_versioned }| (folder, is_versioned)).collect::<Vec<_>>()
        };
        let of = |folder: &str, is_versioned| (folder.to_owned(), is_versioned);
        assert_eq!(found(&[], &["a.yaml", "k8s/b.yaml"]), []);
        assert_eq!(found(&[], &["x/.gitignore", "x/y/README.md"]), [of("x", false)]);
        assert_eq!(
            found(&[], &["a/.github/workflows/ci.yml", "b/LICENSE"]),
            [of("a", false), of("b", false)]
        );
        assert_eq!(found(&[], &["x.github/a.yml"]), []);
        assert_eq!(found(&[""], &["x/README.md", "README.md"]), [of("", true)]);
        assert_eq!(
            found(&["sub"], &["README.md", "other/README.md"]),
            [of("other", false), of("sub", true)]
        );
    }
}
