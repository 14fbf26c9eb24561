//! The repository itself: which files it holds, and what they say of how it is kept.
//!
//! Each module below reads one kind of file into a [`Part`] of its own, from the text alone;
//! [`Repository`] is all of one repository together, and answers what rules ask of it. What no file
//! that was read can tell stays unknown.

pub(crate) mod backup;
pub(crate) mod certificate;
pub(crate) mod dashboard;
pub(crate) mod dependencies;
pub(crate) mod deployment;
pub(crate) mod documents;
pub(crate) mod dotenv;
pub(crate) mod ignored;
pub(crate) mod login;
pub(crate) mod objective;
pub(crate) mod pipeline;
pub(crate) mod signal;
mod tracked;
pub(crate) mod updates;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

pub(crate) use self::certificate::Certificate;
use self::dependencies::Dependencies;
pub(crate) use self::dotenv::Dotenv;
pub(crate) use self::ignored::{IgnoreList, Ignored};
pub(crate) use self::login::Login;
use self::pipeline::Flow;
use self::signal::Call;
pub(crate) use self::tracked::Tracked;
use self::updates::Updates;
use crate::docker::{Action, Dockerfile, Stage};
use crate::file::{File, FileKind};
use crate::source::{FileId, Place};
use crate::tree::SyntaxError;

/// What a file says of the repository that it lies in.
#[derive(Debug)]
pub(crate) enum Part {
    /// What git must not keep.
    IgnoreList(IgnoreList),
    /// Variables of a machine or an environment.
    Dotenv(Dotenv),
    /// Certificates, as many as there are.
    Certificates(Vec<Certificate>),
    /// Keys in a form that cannot be looked into.
    KeyStore,
    /// With what somebody logs in.
    Logins(Vec<Login>),
    /// The packages that it names.
    Dependencies(Dependencies),
    /// What updates packages.
    Updates(Updates),
    /// What a source file calls.
    Calls(Vec<Call>),
    /// What CI does, or what CI calls.
    Pipeline(pipeline::Part),
    /// What a text for people is about.
    Headings(Vec<documents::Heading>),
    /// What is promised of a service.
    Objectives(Vec<objective::Objective>),
    /// What is drawn of what is measured.
    Dashboards(Vec<dashboard::Dashboard>),
}

impl Part {
    /// What kind of file it makes of one that is of no other: those that rules judge by themselves.
    pub(crate) fn file_kind(&self) -> Option<FileKind> {
        match self {
            Part::Pipeline(pipeline::Part::Pipeline(_)) => Some(FileKind::Pipeline),
            Part::Updates(_) => Some(FileKind::Updates),
            Part::Dotenv(_) => Some(FileKind::EnvFile),
            Part::Objectives(_) => Some(FileKind::Objectives),
            Part::Pipeline(pipeline::Part::Recipes(_))
            | Part::IgnoreList(_)
            | Part::Certificates(_)
            | Part::KeyStore
            | Part::Logins(_)
            | Part::Dependencies(_)
            | Part::Calls(_)
            | Part::Headings(_)
            | Part::Dashboards(_) => None,
        }
    }
}

/// Whether a file of that path is read for what it says of the repository, whatever else it is. What
/// any text may hold is found by [`search`].
pub(crate) fn is_part(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == ignored::LIST
        || is_own_dotenv(name)
        || dependencies::format_of(path).is_some()
        || updates::format_of(path).is_some()
        || pipeline::format_of(path).is_some()
        || documents::is_text(path)
        || objective::may_be_named(path)
        || dashboard::may_be_named(path)
}

fn is_own_dotenv(path: &str) -> bool {
    matches!(dotenv::role(path), Some(dotenv::Role::Own | dotenv::Role::Shared))
}

/// What a file of that path says of the repository. What keeps a pipeline from being read is said in
/// `errors`.
pub(crate) fn read(
    file: FileId,
    path: &str,
    text: &Arc<str>,
    errors: &mut Vec<SyntaxError>,
) -> Vec<Part> {
    let mut parts = Vec::new();
    if path.rsplit('/').next() == Some(ignored::LIST) {
        parts.push(Part::IgnoreList(IgnoreList::read(text)));
    }
    if is_own_dotenv(path) {
        parts.extend(dotenv::read(file, text).map(Part::Dotenv));
    }
    if let Some(format) = dependencies::format_of(path) {
        parts.extend(dependencies::read(format, file, text).map(Part::Dependencies));
    }
    if let Some(format) = updates::format_of(path) {
        parts.extend(updates::read(format, file, text).map(Part::Updates));
    }
    if let Some(format) = pipeline::format_of(path) {
        parts.extend(pipeline::read(format, file, path, text, errors).map(Part::Pipeline));
    }
    if documents::is_text(path) {
        parts.extend(documents::read(file, text).map(Part::Headings));
    }
    if objective::may_be(path, text) {
        let found = objective::read(file, text);
        parts.extend((!found.is_empty()).then_some(Part::Objectives(found)));
    }
    if dashboard::may_be(path, text) {
        let found = dashboard::read(file, path, text);
        parts.extend((!found.is_empty()).then_some(Part::Dashboards(found)));
    }
    parts
}

/// What there is in a text, whatever it is.
pub(crate) fn search(path: &str, text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let certificates = certificate::read(text);
    if !certificates.is_empty() {
        parts.push(Part::Certificates(certificates));
    }
    let logins = login::read(path, text);
    if !logins.is_empty() {
        parts.push(Part::Logins(logins));
    }
    if certificate::is_key_store_name(path) {
        parts.push(Part::KeyStore);
    }
    let calls = if signal::is_source(path) { signal::read(path, text) } else { Vec::new() };
    if !calls.is_empty() {
        parts.push(Part::Calls(calls));
    }
    parts
}

/// Whether the bytes of a file of that path, which are no text, are worth reading.
pub(crate) fn is_told_by_bytes(path: &str) -> bool {
    certificate::is_der_name(path) || certificate::is_key_store_name(path)
}

/// What there is in a file that is no text.
pub(crate) fn search_bytes(path: &str, bytes: &[u8]) -> Vec<Part> {
    if certificate::is_key_store_name(path) {
        return vec![Part::KeyStore];
    }
    let certificate = certificate::read_der(bytes);
    certificate.map(|it| Part::Certificates(vec![it])).into_iter().collect()
}

/// Words of paths of which only tests and examples are.
const SHOWN: [&str; 16] = [
    "test",
    "tests",
    "testing",
    "testdata",
    "testcerts",
    "fixture",
    "fixtures",
    "spec",
    "specs",
    "mock",
    "mocks",
    "e2e",
    "example",
    "examples",
    "sample",
    "samples",
];

/// Folders of what others wrote, and of what a project is made from.
const FOREIGN: [&str; 9] = [
    ".devcontainer",
    "bower_components",
    "node_modules",
    "site-packages",
    "snippets",
    "template",
    "templates",
    "third_party",
    "vendor",
];

/// Whether a path is that of something that only tests, documentation or examples use.
pub(crate) fn is_for_show(path: &str) -> bool {
    const DOCUMENTS: [&str; 4] = [".md", ".mdx", ".rst", ".adoc"];
    let lower = path.to_ascii_lowercase();
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    folder.split('/').any(is_shown)
        || name.split(['.', '-', '_']).any(|word| SHOWN.contains(&word))
        || DOCUMENTS.iter().any(|end| name.ends_with(end))
}

/// Whether a file lies among tests and examples. The folder `specs` may be that of manifests.
pub(crate) fn is_among_tests(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let folder = lower.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.split('/').any(|segment| is_shown(segment) && !segment.contains("spec"))
}

/// Whether a file lies among tests, documents and examples, or among what others wrote.
pub(crate) fn is_aside(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let folder = lower.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder
        .split('/')
        .any(|segment| is_shown(segment) || FOREIGN.contains(&segment) || segment.contains('{'))
}

/// Whether a folder of that name holds tests, documents or examples. `test-platform` may be what the
/// company sells; `api-tests` is not.
fn is_shown(segment: &str) -> bool {
    let segment = segment.trim_matches('_');
    let last = segment.rsplit(['-', '_', '.']).next().unwrap_or(segment);
    matches!(segment, "doc" | "docs")
        || SHOWN.contains(&segment)
        || ["test", "tests", "fixtures"].contains(&last)
}

/// The text of a file of a repository on the disk that is not in scope; nothing of one that nobody
/// writes by hand.
pub(crate) fn plain_text(root: &Path, path: &str) -> Option<String> {
    const LARGEST: u64 = 1 << 20;
    let path = root.join(path);
    // What is not a plain file may never end, and a folder may lead out of the repository.
    let is_inside = path.canonicalize().ok()?.starts_with(root.canonicalize().ok()?);
    if !is_inside || !fs::symlink_metadata(&path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    fs::File::open(path).ok()?.take(LARGEST).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Where a repository begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    /// The folder, as reports print paths: empty for the working directory.
    pub(crate) folder: String,
    /// Whether git keeps it.
    pub(crate) is_versioned: bool,
    /// Whether there is more of it than what the run looks at.
    pub(crate) is_part: bool,
}

/// Files at the root of repositories, in lower case, which nothing else has in its place.
const MARKS: [&str; 11] = [
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
    "renovate.json",
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
pub(crate) fn roots<'p>(mut roots: Vec<Root>, paths: impl Iterator<Item = &'p str>) -> Vec<Root> {
    let mut marked: Vec<&str> = paths.filter_map(marked_root).collect();
    marked.sort_unstable_by_key(|folder| (folder.len(), *folder));
    marked.dedup();
    let versioned = roots.iter().filter(|root| root.is_versioned);
    let above: HashSet<String> =
        versioned.flat_map(|root| upwards(&root.folder)).map(str::to_owned).collect();
    let mut known: HashSet<String> = roots.iter().map(|root| root.folder.clone()).collect();
    for folder in marked {
        // Below or above one that is known, it is a part of that one.
        if !above.contains(folder) && !upwards(folder).any(|it| known.contains(it)) {
            known.insert(folder.to_owned());
            let folder = folder.to_owned();
            roots.push(Root { folder, is_versioned: false, is_part: false });
        }
    }
    // Of a part and the whole, the whole is left.
    roots.sort_by(|a, b| (&a.folder, a.is_part).cmp(&(&b.folder, b.is_part)));
    roots.dedup_by(|a, b| a.folder == b.folder);
    roots
}

/// The rest of a path below a folder.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

/// A path and the folders that it lies in, up to the working directory.
fn upwards(path: &str) -> impl Iterator<Item = &str> {
    fn above<'p>(path: &&'p str) -> Option<&'p str> {
        let path: &'p str = path;
        (!path.is_empty()).then(|| path.rsplit_once('/').map_or("", |(folder, _)| folder))
    }
    std::iter::successors(Some(path), above)
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
    is_on_disk: bool,
    tracked: OnceLock<Option<Tracked>>,
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
            let branch = self.tracked().and_then(|tracked| tracked.default_branch());
            Flow::of(parts, branch)
        })
    }

    /// Whether a step of one of its Dockerfiles runs tests, so that no image is built where they fail.
    pub(crate) fn tests_in_builds(&self) -> bool {
        let dockerfiles = self.files().filter_map(|(_, file)| file.dockerfile());
        let actions = dockerfiles.flat_map(Dockerfile::stages).flat_map(Stage::actions);
        let mut commands =
            actions.filter_map(Action::run).flat_map(|run| run.command.simple_commands());
        commands.any(pipeline::runs_tests)
    }

    /// The repositories of a run. Of one inside another, the files belong to the inner one alone.
    pub(crate) fn all(
        roots: &'p [Root],
        listing: &'p [String],
        files: &'p [File],
        is_whole: bool,
        is_on_disk: bool,
    ) -> Vec<Self> {
        let empty = |root: &'p Root| {
            let (paths, files) = (Vec::new(), Vec::new());
            let (tracked, flow) = (OnceLock::new(), OnceLock::new());
            let is_whole = is_whole && !root.is_part;
            Repository { root, paths, files, is_whole, is_on_disk, tracked, flow }
        };
        let mut all: Vec<_> = roots.iter().map(empty).collect();
        let by_folder: HashMap<&str, usize> =
            roots.iter().zip(0..).map(|(root, index)| (root.folder.as_str(), index)).collect();
        // The longest root that fits.
        let home = |path: &str| upwards(path).find_map(|folder| by_folder.get(folder).copied());
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

    /// Whether a path, as reports print it, is that of something in it.
    pub(crate) fn holds(&self, path: &str) -> bool {
        below(path, &self.root.folder).is_some()
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

    /// What git keeps of it, where it lies on a disk, and the branch that others start from.
    pub(crate) fn tracked(&self) -> Option<&Tracked> {
        self.tracked.get_or_init(|| Tracked::of(&self.folder()?)).as_ref()
    }

    /// Its folder, where it lies on a disk.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        let folder = Path::new(&self.root.folder);
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        self.is_on_disk.then(|| folder.to_owned())
    }

    /// What its lists keep out of git.
    pub(crate) fn ignored(&self) -> Ignored<'p, &'p File> {
        Ignored::of(self.files().filter_map(|(path, file)| {
            let folder = path.strip_suffix(ignored::LIST)?.trim_end_matches('/');
            Some((folder, file, file.ignore_list()?))
        }))
    }

    /// Whether a list keeps a file out of git. On a disk, those lists count as well that are not in
    /// scope, since somebody named a few files.
    pub(crate) fn keeps_out(&self, path: &str) -> bool {
        if self.ignored().ignores(path).is_some() {
            return true;
        }
        let Some(root) = self.folder() else { return false };
        let above = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        let unseen = std::iter::once("").chain(above).filter_map(|folder| {
            let list = if folder.is_empty() {
                ignored::LIST.to_owned()
            } else {
                format!("{folder}/{}", ignored::LIST)
            };
            let is_seen = self.file(&list).is_some_and(|file| file.ignore_list().is_some());
            let text = if is_seen { None } else { plain_text(&root, &list) };
            Some((folder, IgnoreList::read(&text?)))
        });
        let unseen: Vec<_> = unseen.collect();
        Ignored::of(unseen.iter().map(|(folder, list)| (*folder, (), list))).ignores(path).is_some()
    }

    /// The files of variables that machines and environments run with.
    pub(crate) fn dotenvs(&self) -> impl Iterator<Item = (&'p str, &'p File, &'p Dotenv)> {
        self.files().flat_map(|(path, file)| {
            file.parts().iter().filter_map(move |part| match part {
                Part::Dotenv(dotenv) => Some((path, file, dotenv)),
                _ => None,
            })
        })
    }

    /// What reads a `.env` of its folder: services of Compose, which also fill in what their file leaves
    /// open, and programs by a package.
    pub(crate) fn readers_of_dotenv(&self) -> Vec<dotenv::Reader<'p>> {
        let files = self.files().filter(|(path, _)| !is_aside(path) && !is_for_show(path));
        files.flat_map(|(path, file)| dotenv::readers(path, file)).collect()
    }

    /// The files of variables that git keeps although a list says that it must not: the pattern that
    /// says so, the path and what it holds. They are not in scope, and so they are read here.
    pub(crate) fn kept_though_ignored(&self) -> Vec<(Place, String, Dotenv)> {
        /// Nobody reads of more.
        const MOST: usize = 32;
        let (Some(tracked), Some(root)) = (self.tracked(), self.folder()) else {
            return Vec::new();
        };
        let paths = tracked.paths().filter(|path| is_own_dotenv(path) && !self.has(path));
        let mut paths: Vec<&str> = paths.collect();
        paths.sort_unstable();
        let ignored = self.ignored();
        let kept = paths.into_iter().filter_map(|path| {
            let (list, span) = ignored.ignores(path)?;
            let dotenv = dotenv::read(list.id(), &plain_text(&root, path)?.into())?;
            Some((Place { file: list.id(), span }, path.to_owned(), dotenv))
        });
        kept.take(MOST).collect()
    }

    /// What its files say of it.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&'p File, &'p Part)> {
        self.files().flat_map(|(_, file)| file.parts().iter().map(move |part| (file, part)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Root, is_aside, is_for_show, roots};

    #[test]
    fn tests_and_documents_are_for_show() {
        for path in [
            "tests/certs/a.pem",
            "api/__tests__/a.pem",
            "src/test/resources/a.jks",
            "orders-tests/a.pem",
            "certs/server_test.pem",
            "docs/tls.yaml",
            "README.md",
        ] {
            assert!(is_for_show(path), "{path}");
        }
        for path in ["certs/api.pem", "test-platform/a.pem", "latest/a.pem", "deploy/attest.yaml"] {
            assert!(!is_for_show(path), "{path}");
        }
    }

    #[test]
    fn what_others_wrote_lies_aside() {
        for path in ["vendor/a/go.mod", "examples/rag/pyproject.toml", "Docs/package.json"] {
            assert!(is_aside(path), "{path}");
        }
        for path in ["go.mod", "services/api/pyproject.toml", "test-platform/package.json"] {
            assert!(!is_aside(path), "{path}");
        }
    }

    #[test]
    fn a_repository_begins_where_git_keeps_it_or_where_it_looks_like_one() {
        let found = |versioned: &[&str], paths: &[&str]| {
            let versioned = versioned.iter().map(|folder| Root {
                folder: folder.to_string(),
                is_versioned: true,
                is_part: false,
            });
            let found = roots(versioned.collect(), paths.iter().copied()).into_iter();
            found.map(|it| (it.folder, it.is_versioned)).collect::<Vec<_>>()
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

    #[test]
    fn a_folder_of_a_repository_is_none_of_its_own() {
        let part =
            |folder: &str| Root { folder: folder.to_owned(), is_versioned: true, is_part: true };
        let paths = ["services/api/README.md", "services/api/.gitignore"];
        assert_eq!(roots(vec![part("")], paths.into_iter()), [part("")]);
        let whole = Root { is_part: false, ..part("") };
        assert_eq!(roots(vec![part(""), whole.clone()], paths.into_iter()), [whole]);
    }
}
