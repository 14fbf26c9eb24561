//! Finds the files of a run and reads them.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{WalkBuilder, WalkState};
use rayon::prelude::*;

use crate::chart::Charts;
use crate::config::plain;
use crate::file::{AT_A_TIME, Candidate, File, Files, Searched, SearchedFile, SkipReason};
use crate::repo::{self, Root};
use crate::source::{FileId, MAX_BYTES, Source};
use crate::timings::{self, Phase};

/// Folders that hold other people's files by convention, whether git ignores them or not.
const FOREIGN: [&str; 6] = [".git", "node_modules", ".venv", "__pycache__", ".terraform", ".tox"];

/// The file that says, in the syntax of `.gitignore`, what agentcheck must not look at.
const IGNORE_FILE: &str = ".agentcheckignore";

/// What to look at.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Globs of what to leave out, relative to `base`.
    pub exclude: Vec<String>,
    /// Where the globs are relative to.
    pub base: PathBuf,
    /// Whether ignore files count.
    pub respect_ignore_files: bool,
    /// The name that standard input goes by.
    pub stdin_name: Option<String>,
}

/// Why a run cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// A path that was named does not exist or cannot be read.
    #[error("cannot read `{}`: {error}", path.display())]
    Unreadable {
        /// As it was named.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A path that was named is no file and no folder.
    #[error("`{}` is neither a file nor a folder", .0.display())]
    NotAFile(PathBuf),
    /// A file that says what is left out cannot be read to its end.
    #[error("`{}` says what is left out, and is no file that ends", .0.display())]
    Endless(PathBuf),
    /// A glob of `exclude` does not parse.
    #[error("invalid glob in `exclude`: {0}")]
    Glob(#[from] ignore::Error),
}

/// What the user named, as reports print it.
#[derive(Clone, Debug)]
pub struct Roots(Vec<String>);

impl Roots {
    /// Of what stands on a command line.
    pub fn of(paths: &[PathBuf]) -> Self {
        Roots(paths.iter().map(|path| shown(path)).collect())
    }

    /// The end of a path below a folder that was named.
    pub fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        let under = |root: &String| match root.as_str() {
            "" => Some(path),
            root => path.strip_prefix(root)?.strip_prefix('/'),
        };
        self.0.iter().filter_map(under).min_by_key(|below| below.len())
    }

    /// The end of a path that tells what a file is for. Where the file itself was named, all of it
    /// counts that lies below the working directory: hooks name the files of a change one by one, and
    /// what they hear must be what a run over everything says.
    fn telling<'p>(&self, path: &'p str) -> &'p str {
        let is_elsewhere = path.starts_with('/') || path.starts_with("../");
        let end = if is_elsewhere { path.rsplit('/').next().unwrap_or(path) } else { path };
        self.below(path).unwrap_or(end)
    }

    /// A file with that path and text.
    fn source(&self, path: String, text: impl Into<Arc<str>>) -> Source {
        let end = self.telling(&path).to_owned();
        Source::new(path, text).below(&end)
    }
}

/// A file to read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    path: PathBuf,
    /// Named by the user.
    named: bool,
    /// Standard input.
    stdin: bool,
    /// A symbolic link or something unreadable that would be a candidate otherwise.
    skip: Option<SkipReason>,
}

impl Found {
    /// The path that reports print.
    fn name(&self, scope: &Scope) -> String {
        match &scope.stdin_name {
            Some(name) if self.stdin => name.clone(),
            None if self.stdin => "<stdin>".to_owned(),
            _ => shown(&self.path),
        }
    }

    /// What the path suggests.
    fn candidate(&self, charts: &Charts) -> Option<Candidate> {
        let path = shown(&self.path);
        Candidate::of(&path)?.within(charts, &path)
    }
}

/// What all files of a run may take of memory, near enough: some 400 MB of manifests.
const MOST_MEMORY: usize = 1 << 30;

/// Reads every file in scope that may be of a known format, in the order of their paths. `progress`
/// is called once the number of files is known and once for each that was read.
pub fn read(scope: &Scope, progress: &(dyn Fn(Progress) + Sync)) -> Result<Files, WalkError> {
    read_within(MOST_MEMORY, scope, progress)
}

/// The same, with another limit to what the files of known formats may take of memory, and those of
/// other formats together again.
fn read_within(
    memory: usize,
    scope: &Scope,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Files, WalkError> {
    let mut laps = timings::laps();
    let Tree { found, mut others, versioned, enclosing } = find(scope)?;
    let listing: Vec<String> = found
        .iter()
        .map(|found| found.name(scope))
        .chain(others.iter().map(|it| shown(it)))
        .collect();
    let charts = Charts::among(listing.iter().map(String::as_str));
    let is_candidate =
        |found: &Found| found.named || found.skip.is_some() || found.candidate(&charts).is_some();
    let (found, strays): (Vec<_>, Vec<_>) = found.into_iter().partition(is_candidate);
    others.extend(strays.into_iter().map(|stray| stray.path));
    progress(Progress::Found(found.len() + others.len()));
    laps.end(Phase::Walk);
    let roots = Roots::of(&scope.paths);
    let (texts, searched) = search(&others, &roots, memory, progress);
    let mut entries: Vec<Entry> = found.into_iter().map(Entry::Found).chain(texts).collect();
    entries.sort_by_cached_key(|entry| entry.order(scope));
    let turns = Mutex::new(());
    let found = entries.iter().zip(0..).filter_map(|(entry, index)| match entry {
        Entry::Found(found) => Some((FileId::new(index), found)),
        Entry::Searched { .. } => None,
    });
    let found: Vec<_> = found.collect();
    let read = |(id, found): &(FileId, &Found)| {
        let file = read_one(*id, found, scope, &roots, &charts, &turns);
        progress(Progress::Read);
        file
    };
    let weigh = |file: &Result<File, WalkError>| file.as_ref().map_or(0, File::weight);
    let shed = |file: Result<File, WalkError>| file.map(File::too_much);
    let mut read = within(memory, &found, read, weigh, shed).into_iter();
    let file = |(index, entry)| match entry {
        Entry::Searched { source, found, is_too_much } => {
            let file = File::searched(FileId::new(index), source, found);
            Some(Ok(if is_too_much { file.too_much() } else { file }))
        }
        Entry::Found(_) => read.next(),
    };
    let files = entries.into_iter().enumerate().filter_map(file).collect::<Result<Vec<_>, _>>()?;
    // Whoever names a file of source code asks for no more than that.
    let named = files.iter().filter(|file| file.is_only_searched()).count();
    let searched = Searched { files: searched.files + named, ..searched };
    let whole = versioned.iter().map(|folder| (folder, false));
    let parts = enclosing.iter().map(|folder| (folder, true));
    let roots = whole.chain(parts).map(|(folder, is_part)| Root {
        folder: shown(folder),
        is_versioned: true,
        is_part,
    });
    let files = Files::new(files);
    laps.end(Phase::Read);
    Ok(files.listed(listing, roots.collect()).beside(searched).on_disk())
}

/// What no run can do without: the same walk, and the text of each file that a run looks at. Sums up
/// what `of_text` makes of the path and the text of one.
pub(crate) fn read_only(
    scope: &Scope,
    of_text: impl Fn(&str, String) -> usize + Sync,
) -> Result<usize, WalkError> {
    let Tree { found, others, .. } = find(scope)?;
    let of_path =
        |path: &Path, text: Option<String>| text.map_or(0, |it| of_text(&shown(path), it));
    let found = found.into_par_iter().map(|Found { path, .. }| {
        let bytes = fs::File::open(&path).and_then(|file| read_up_to(MAX_BYTES + 1, file));
        of_path(&path, bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()))
    });
    let others = others.into_par_iter().map(|path| of_path(&path, read_text(&path).ok()));
    Ok(found.sum::<usize>() + others.sum::<usize>())
}

/// What is in scope.
#[derive(Debug, Default)]
struct Tree {
    /// Files whose names suggest a known format, and those that were named.
    found: Vec<Found>,
    /// All others.
    others: Vec<PathBuf>,
    /// The folders that git keeps.
    versioned: Vec<PathBuf>,
    /// Those that git keeps together with what is around them, which is not in scope.
    enclosing: BTreeSet<PathBuf>,
}

impl Tree {
    /// Forgets what was found twice, as several paths may lead to it. What was named counts, and of the rest what
    /// comes first.
    fn forget_twins(&mut self, identity: fn(&Path) -> PathBuf) {
        self.found.sort_by_cached_key(|found| (!found.named, order(&found.path)));
        let mut known = HashSet::new();
        self.found.retain(|found| known.insert(identity(&found.path)));
        self.others.sort();
        self.others.retain(|path| known.insert(identity(path)));
    }

    /// Forgets the file that standard input stands for: an editor sends what is not saved yet.
    fn forget_older(&mut self, scope: &Scope, identity: fn(&Path) -> PathBuf) {
        let Some(name) = &scope.stdin_name else { return };
        if self.found.iter().any(|found| found.stdin) {
            let name = identity(Path::new(name));
            self.found.retain(|found| found.stdin || identity(&found.path) != name);
            self.others.retain(|path| identity(path) != name);
        }
    }
}

/// A file that there is something to say of.
enum Entry {
    Found(Found),
    Searched { source: Source, found: SearchedFile, is_too_much: bool },
}

/// Does something with each of many items, many at a time, and keeps what comes of it in their order as
/// long as all of it together does not weigh too much; what would is shed. What is kept does not
/// depend on threads: if not everything can be, the items are gone through once more, in their order.
fn within<T: Sync, R: Send>(
    most: usize,
    items: &[T],
    read: impl Fn(&T) -> R + Sync,
    size: impl Fn(&R) -> usize + Sync,
    shed: impl Fn(R) -> R,
) -> Vec<R> {
    /// So many may be there before they are weighed.
    const AT_ONCE: usize = 8;
    let weight = AtomicUsize::new(0);
    let all = items.par_iter().with_max_len(AT_A_TIME).map(|item| {
        let one = (weight.load(Ordering::Relaxed) <= most).then(|| read(item))?;
        weight.fetch_add(size(&one), Ordering::Relaxed);
        Some(one)
    });
    let all: Option<Vec<R>> = all.collect();
    if let Some(all) = all.filter(|_| weight.into_inner() <= most) {
        return all;
    }
    let (mut kept, mut weight) = (Vec::with_capacity(items.len()), 0_usize);
    for some in items.chunks(AT_ONCE) {
        let all: Vec<R> = some.par_iter().map(&read).collect();
        for one in all {
            let own = size(&one);
            weight = weight.saturating_add(own);
            kept.push(if weight <= most || own == 0 { one } else { shed(one) });
        }
    }
    kept
}

impl Entry {
    /// What files are put in order by.
    fn order(&self, scope: &Scope) -> (String, Option<PathBuf>) {
        match self {
            Entry::Found(found) if found.stdin => (found.name(scope), None),
            Entry::Found(found) => order(&found.path),
            Entry::Searched { source, .. } => (source.path().to_owned(), None),
        }
    }
}

/// The path on paper and, as two paths may look alike there where their bytes are not UTF-8, itself.
fn order(path: &Path) -> (String, Option<PathBuf>) {
    (shown(path), path.to_str().is_none().then(|| relative(path)))
}

/// Nobody writes longer texts by hand; notebooks and states of Terraform are written by programs.
const MOST_SEARCHED: u64 = 1 << 20;
const MOST_WRITTEN: u64 = 16 << 20;

/// Endings of names of files that are no text.
const BINARY: [&str; 62] = [
    "7z",
    "a",
    "avi",
    "avif",
    "bin",
    "bmp",
    "bz2",
    "ckpt",
    "class",
    "db",
    "dll",
    "doc",
    "docx",
    "dylib",
    "eot",
    "exe",
    "flac",
    "gguf",
    "gif",
    "gz",
    "h5",
    "icns",
    "ico",
    "jar",
    "jpeg",
    "jpg",
    "lib",
    "mkv",
    "mo",
    "mov",
    "mp3",
    "mp4",
    "npy",
    "npz",
    "o",
    "obj",
    "ogg",
    "onnx",
    "otf",
    "parquet",
    "pdf",
    "pickle",
    "pkl",
    "png",
    "pt",
    "pyc",
    "safetensors",
    "so",
    "sqlite",
    "sqlite3",
    "tar",
    "tgz",
    "tif",
    "tiff",
    "ttf",
    "wasm",
    "wav",
    "webm",
    "webp",
    "woff",
    "woff2",
    "zip",
];

/// Looks for credentials in files of no known format, and keeps those in which there are any.
fn search(
    others: &[PathBuf],
    roots: &Roots,
    memory: usize,
    progress: &(dyn Fn(Progress) + Sync),
) -> (Vec<Entry>, Searched) {
    let look = |path: &PathBuf| {
        let mut laps = timings::laps();
        let read = read_text(path);
        laps.end(Phase::Disk);
        progress(Progress::Read);
        let place = shown(path);
        let (found, searched) = match read {
            Ok(text) => {
                let source = roots.source(place, text);
                let found = (SearchedFile::of(&source), source);
                laps.end(Phase::Secrets);
                (Some(found), Searched { files: 1, ..Searched::default() })
            }
            Err(Unread::TooLarge) => (None, Searched { too_large: 1, ..Searched::default() }),
            Err(Unread::Bytes(bytes)) => {
                let found = SearchedFile::of_bytes(&place, &bytes);
                (Some((found, roots.source(place, ""))), Searched::default())
            }
            Err(Unread::NoText) => (None, Searched::default()),
        };
        let found = found.filter(|(found, _)| !found.is_empty());
        let is_too_much = false;
        (found.map(|(found, source)| Entry::Searched { source, found, is_too_much }), searched)
    };
    let weigh = |(entry, _): &(Option<Entry>, Searched)| match entry {
        Some(Entry::Searched { source, .. }) => source.text().len(),
        _ => 0,
    };
    let shed = |(entry, searched): (Option<Entry>, Searched)| match entry {
        Some(Entry::Searched { source, found, .. }) => {
            let source = source.without_text();
            (Some(Entry::Searched { source, found, is_too_much: true }), searched)
        }
        other => (other, searched),
    };
    let looked = within(memory, others, look, weigh, shed);
    let mut sum = Searched::default();
    let entries = looked.into_iter().filter_map(|(entry, searched)| {
        sum.files += searched.files;
        sum.too_large += searched.too_large;
        entry
    });
    (entries.collect(), sum)
}

/// Why a file has no text.
enum Unread {
    /// It would be too large for one.
    TooLarge,
    /// It is none, and its bytes tell something.
    Bytes(Vec<u8>),
    /// It is none.
    NoText,
}

/// The text of a file.
fn read_text(path: &Path) -> Result<String, Unread> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    if BINARY.binary_search(&extension.as_str()).is_ok() {
        return Err(Unread::NoText);
    }
    let is_written = matches!(extension.as_str(), "ipynb" | "tfstate");
    let most = if is_written { MOST_WRITTEN } else { MOST_SEARCHED };
    let bytes = fs::File::open(path).and_then(|file| read_up_to(most + 1, file));
    let bytes = bytes.map_err(|_| Unread::NoText)?;
    let is_told_by_bytes = || repo::is_told_by_bytes(&path.to_string_lossy());
    let no_text = |bytes| if is_told_by_bytes() { Unread::Bytes(bytes) } else { Unread::NoText };
    if bytes.contains(&0) {
        return Err(no_text(bytes));
    }
    if u64::try_from(bytes.len()).is_ok_and(|length| length > most) {
        return Err(Unread::TooLarge);
    }
    String::from_utf8(bytes).or_else(|error| {
        let bytes = error.into_bytes();
        in_ascii(&bytes).filter(|_| !is_told_by_bytes()).ok_or_else(|| no_text(bytes))
    })
}

/// A text in an older encoding of eight bits, such as Latin-1, of which what is ASCII is left: credentials are, and
/// each byte stays where it is. Nothing for bytes that are no text.
fn in_ascii(bytes: &[u8]) -> Option<String> {
    let is_text = |byte: &u8| !byte.is_ascii_control() || byte.is_ascii_whitespace();
    bytes.iter().all(is_text).then(|| {
        bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect()
    })
}

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// That many files will be read.
    Found(usize),
    /// One more was read.
    Read,
}

fn find(scope: &Scope) -> Result<Tree, WalkError> {
    let mut tree = Tree::default();
    for path in &scope.paths {
        if path.as_os_str() == "-" {
            tree.found.push(Found { path: path.clone(), named: true, stdin: true, skip: None });
            continue;
        }
        let unreadable = |error| WalkError::Unreadable { path: path.clone(), error };
        let metadata = fs::metadata(path).map_err(unreadable)?;
        if metadata.is_dir() {
            // A folder that cannot be listed would pass for an empty one.
            fs::read_dir(path).map_err(unreadable)?;
            walk(path, scope, &mut tree)?;
            tree.enclosing.extend(enclosing(path));
        } else if metadata.is_file() || is_descriptor(path) {
            tree.found.push(Found { path: path.clone(), named: true, stdin: false, skip: None });
            tree.found.extend(companions(path));
            tree.enclosing.extend(enclosing(path).filter(|root| root != path));
        } else {
            return Err(WalkError::NotAFile(path.clone()));
        }
    }
    if scope.paths.len() > 1 {
        let names = scope.stdin_name.iter().map(Path::new);
        let all_below =
            scope.paths.iter().map(PathBuf::as_path).chain(names).all(|path| !leads_back(path));
        let identity = if all_below {
            relative
        } else {
            |path: &Path| absolute(path).unwrap_or_else(|| relative(path))
        };
        tree.forget_twins(identity);
        tree.forget_older(scope, identity);
    }
    tree.versioned.sort();
    tree.versioned.dedup();
    Ok(tree)
}

/// The repository that a folder or a file is a part of: its root, as far as the path of the folder leads there,
/// or else the folder itself. One with workflows of its own is a copy of a whole repository, wherever
/// it lies.
fn enclosing(folder: &Path) -> Option<PathBuf> {
    let is_root = |folder: &Path| folder.join(".git").exists();
    if is_root(folder) || folder.join(".github").is_dir() {
        return None;
    }
    let whole = std::path::absolute(folder).ok()?;
    let is_plain = !whole.components().any(|it| it == Component::ParentDir);
    let whole = if is_plain { whole } else { fs::canonicalize(folder).ok()? };
    let root = whole.ancestors().skip(1).find(|above| is_root(above))?;
    let leads_there = relative(folder).starts_with(relative(root)) && is_plain;
    Some(if leads_there { root.to_owned() } else { folder.to_owned() })
}

/// What is read along with a file that is named: the ignore files of a Dockerfile.
fn companions(path: &Path) -> Vec<Found> {
    let names = Candidate::companions(&path.file_name().unwrap_or_default().to_string_lossy());
    let paths = names.into_iter().map(|name| path.with_file_name(name));
    let is_plain = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|about| about.is_file());
    let there = paths.filter(is_plain);
    there.map(|path| Found { path, named: false, stdin: false, skip: None }).collect()
}

/// A shell's `<(command)`: a pipe that someone writes to, unlike a FIFO that lies about.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev/fd")
        || path.starts_with("/proc/self/fd")
        || path == Path::new("/dev/stdin")
}

/// The first of the files that say what a folder leaves out which is no file to read: a pipe would be
/// waited for, and a device never ends.
fn endless(folder: &Path) -> Option<PathBuf> {
    /// More than anybody writes.
    const MOST: u64 = 16 << 20;
    let is_endless =
        |about: fs::Metadata| !(about.is_dir() || about.is_file() && about.len() <= MOST);
    let paths = [".gitignore", ".ignore", IGNORE_FILE, ".git/info/exclude"];
    let mut paths = paths.iter().map(|name| folder.join(name));
    paths.find(|path| fs::metadata(path).is_ok_and(is_endless))
}

fn walk(root: &Path, scope: &Scope, tree: &mut Tree) -> Result<(), WalkError> {
    let excluded = excluded(scope, root)?;
    let above = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    if scope.respect_ignore_files
        && let Some(path) = above.ancestors().find_map(endless)
    {
        return Err(WalkError::Endless(path));
    }
    let stopped = Arc::new(OnceLock::new());
    let stop = Arc::clone(&stopped);
    let versioned = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&versioned);
    let respect = scope.respect_ignore_files;
    let walker = WalkBuilder::new(root)
        .hidden(false)
        .ignore(respect)
        .git_ignore(respect)
        .git_exclude(respect)
        .git_global(false)
        .require_git(false)
        .parents(respect)
        .add_custom_ignore_filename(IGNORE_FILE)
        .filter_entry(move |entry| {
            let name = entry.file_name().to_string_lossy();
            if name == ".git"
                && let (Some(folder), Ok(mut versioned)) = (entry.path().parent(), noted.lock())
            {
                versioned.push(folder.to_owned());
            }
            let foreign = FOREIGN.contains(&name.as_ref()) || excluded(entry.path());
            let is_entered = entry.depth() == 0 || !foreign;
            if is_entered
                && respect
                && entry.file_type().is_some_and(|kind| kind.is_dir())
                && let Some(path) = endless(entry.path())
            {
                let _ = stop.set(path);
                return false;
            }
            is_entered
        })
        .build_parallel();
    let all = Mutex::new((Vec::new(), Vec::new()));
    walker.run(|| {
        Box::new(|entry| {
            let seen = entry.map_or_else(|error| unreadable(&error).map(Ok), |entry| sort(&entry));
            if let (Some(seen), Ok(mut all)) = (seen, all.lock()) {
                match seen {
                    Ok(found) => all.0.push(found),
                    Err(other) => all.1.push(other),
                }
            }
            WalkState::Continue
        })
    });
    if let Some(path) = stopped.get() {
        return Err(WalkError::Endless(path.clone()));
    }
    let (found, others) = all.into_inner().unwrap_or_default();
    tree.found.extend(found);
    tree.others.extend(others);
    if let Ok(mut versioned) = versioned.lock() {
        tree.versioned.append(&mut versioned);
    }
    Ok(())
}

/// A path from the root on, without the `..` that come of what the user named.
fn absolute(path: &Path) -> Option<PathBuf> {
    std::path::absolute(path).ok().map(|path| plain(&path))
}

/// Tells what the globs leave out. They are relative to the folder of the configuration, which may
/// lie above the working directory, so whole paths are compared. A folder that was named is read, so a
/// glob that leaves out all of it does not count there.
fn excluded(
    scope: &Scope,
    root: &Path,
) -> Result<impl Fn(&Path) -> bool + Send + Sync + 'static, WalkError> {
    let base = absolute(&scope.base).unwrap_or_else(|| scope.base.clone());
    let named = absolute(root);
    let named = named.filter(|root| *root != base && root.starts_with(&base));
    let mut globs = GitignoreBuilder::new(&base);
    for glob in &scope.exclude {
        if let Some(root) = &named
            && covers_whole(&GitignoreBuilder::new(&base).add_line(None, glob)?.build()?, root)
        {
            continue;
        }
        globs.add_line(None, glob)?;
    }
    let globs = globs.build()?;
    Ok(move |path: &Path| {
        if globs.is_empty() {
            return false;
        }
        let Some(path) = absolute(path) else { return false };
        let below = path.strip_prefix(&base).is_ok();
        below && globs.matched(&path, path.is_dir()).is_ignore()
    })
}

/// Whether a glob leaves out whatever lies in a folder, as `deploy/**` does.
fn covers_whole(glob: &Gitignore, folder: &Path) -> bool {
    // Nobody has a file of that name, so what it matches is matched by any.
    let any = folder.join("\u{1}\u{2}\u{3}");
    glob.matched(&any, false).is_ignore() && glob.matched(&any, true).is_ignore()
}

/// A file whose name suggests a known format, or the path of any other.
fn sort(entry: &ignore::DirEntry) -> Option<Result<Found, PathBuf>> {
    let kind = entry.file_type()?;
    let found = |skip| Found { path: entry.path().to_owned(), named: false, stdin: false, skip };
    if kind.is_symlink() && entry.depth() > 0 && entry.path().is_dir() {
        return Some(Ok(found(Some(SkipReason::SymbolicLink))));
    }
    let Some(candidate) = Candidate::of(&written(entry.path())) else {
        return kind.is_file().then(|| Err(entry.path().to_owned()));
    };
    // Emacs marks what somebody edits with a link that leads nowhere.
    let is_lock = || entry.file_name().to_string_lossy().starts_with(".#");
    let unreadable = |why: &str| Some(SkipReason::Unreadable(why.to_owned()));
    let skip = match () {
        () if kind.is_file() => None,
        () if kind.is_dir() || candidate.is_silent() || is_lock() => return None,
        () if kind.is_symlink() && entry.path().is_file() => Some(SkipReason::SymbolicLink),
        () if kind.is_symlink() && !entry.path().exists() => {
            unreadable("a link that leads nowhere")
        }
        () => unreadable("neither a file nor a folder"),
    };
    Some(Ok(found(skip)))
}

/// A folder that could not be listed. Broken ignore files and the like are no reason to speak.
fn unreadable(error: &ignore::Error) -> Option<Found> {
    let (mut path, mut error) = (None, error);
    loop {
        match error {
            ignore::Error::WithPath { path: at, err } => {
                path = Some(at.clone());
                error = err.as_ref();
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                error = err.as_ref();
            }
            ignore::Error::Io(io) => {
                let skip = Some(SkipReason::Unreadable(describe(io)));
                return Some(Found { path: path?, named: false, stdin: false, skip });
            }
            _ => return None,
        }
    }
}

fn read_one(
    id: FileId,
    found: &Found,
    scope: &Scope,
    roots: &Roots,
    charts: &Charts,
    turns: &Mutex<()>,
) -> Result<File, WalkError> {
    let path = found.name(scope);
    let mut laps = timings::laps();
    let mut turn = None;
    let bytes = match &found.skip {
        Some(reason) => Err(reason.clone()),
        None if found.stdin => {
            let error = |error| WalkError::Unreadable { path: found.path.clone(), error };
            Ok(bounded(io::stdin().lock(), None).map_err(error)?)
        }
        None => match open(&found.path, turns).and_then(|(file, length, its)| {
            turn = its;
            bounded(file, Some(length))
        }) {
            Ok(bytes) => Ok(bytes),
            Err(error) if found.named => {
                return Err(WalkError::Unreadable { path: found.path.clone(), error });
            }
            Err(error) => Err(SkipReason::Unreadable(describe(&error))),
        },
    };
    if let Ok(Bytes::Beginning(head)) = &bytes {
        let head = String::from_utf8_lossy(head);
        let candidate = Candidate::of(&path).unwrap_or_else(|| Candidate::of_text(&head));
        return Ok(File::too_large(id, path, candidate, &head));
    }
    let text = bytes.and_then(|bytes| {
        let (Bytes::All(bytes) | Bytes::Beginning(bytes)) = bytes;
        if bytes.contains(&0) {
            return Err(SkipReason::Binary);
        }
        String::from_utf8(bytes).map_err(|_| SkipReason::NotUtf8)
    });
    laps.end(Phase::Disk);
    let file = match text {
        Ok(text) => {
            let candidate = Candidate::of(&path).and_then(|it| it.within(charts, &path));
            let is_other = candidate.is_none() && Path::new(&path).extension().is_some();
            let candidate = candidate.unwrap_or_else(|| Candidate::of_text(&text));
            let file = File::read(id, roots.source(path, text), candidate, found.named);
            if is_other && !found.stdin { file.or_only_searched() } else { file }
        }
        Err(reason) => {
            let is_silent = Candidate::of(&path).is_some_and(Candidate::is_silent) && !found.named;
            File::skipped(id, path, if is_silent { SkipReason::Foreign } else { reason })
        }
    };
    drop(turn);
    Ok(file)
}

/// Files larger than this are read one at a time: a parser takes several times the size of what it
/// reads, and what is of no known format is forgotten right after.
const LARGE: u64 = 4 << 20;

/// So much of the beginning of a file tells what it would be.
const HEAD: usize = 64 << 10;

/// A file, how long it is, and its turn if it is a large one.
fn open<'t>(
    path: &Path,
    turns: &'t Mutex<()>,
) -> io::Result<(fs::File, u64, Option<MutexGuard<'t, ()>>)> {
    let file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    let wait = || turns.lock().unwrap_or_else(PoisonError::into_inner);
    Ok((file, length, (length > LARGE).then(wait)))
}

/// What was read of a file.
enum Bytes {
    All(Vec<u8>),
    /// There are more than any file has that is checked.
    Beginning(Vec<u8>),
}

/// Everything there is to read, up to the limit; one byte more tells that there is too much. The length
/// is what the system says, which may be wrong.
fn bounded(reader: impl Read, length: Option<u64>) -> io::Result<Bytes> {
    let is_too_long = |length: u64| length > MAX_BYTES;
    let most = if length.is_some_and(is_too_long) { HEAD as u64 } else { MAX_BYTES + 1 };
    let room = length.map_or(0, |length| usize::try_from(length.min(most)).unwrap_or(0) + 1);
    let mut bytes = Vec::with_capacity(room);
    reader.take(most).read_to_end(&mut bytes)?;
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if is_too_long(length.unwrap_or(0).max(read)) {
        bytes.truncate(HEAD);
        bytes.shrink_to_fit();
        return Ok(Bytes::Beginning(bytes));
    }
    Ok(Bytes::All(bytes))
}

/// At most so many bytes of a file. The memory is asked for at once, if the system knows how much it will be.
fn read_up_to(most: u64, file: fs::File) -> io::Result<Vec<u8>> {
    // The end is found by a read that brings nothing, for which there is to be room.
    let length = file.metadata().map_or(0, |metadata| metadata.len().min(most)) + 1;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What the system said, without the number that Rust appends.
fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// The working directory, which a run does not leave.
static HERE: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::current_dir().ok());

/// The path from the working directory, where it lies below.
fn relative(path: &Path) -> PathBuf {
    let path = HERE.as_deref().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    path.components().filter(|component| *component != Component::CurDir).collect()
}

fn leads_back(path: &Path) -> bool {
    path.components().any(|component| component == Component::ParentDir)
}

/// A path that a user named, from the working directory where it leads back below it: `../app/deploy`
/// in `app`. One with `..` further on is left as it is, because what is before may be a link.
pub fn from_here(path: &Path) -> PathBuf {
    let is_up = |component: &Component<'_>| *component == Component::ParentDir;
    let rest = path.components().skip_while(is_up).any(|it| is_up(&it));
    let is_behind = path.components().next().as_ref().is_some_and(is_up) && !rest;
    let below = HERE.as_deref().filter(|_| is_behind).and_then(|here| {
        let whole = plain(&here.join(path));
        whole.strip_prefix(here).map(Path::to_owned).ok()
    });
    match below {
        Some(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Some(below) => below,
        None => path.to_owned(),
    }
}

/// The path as reports print it: relative to the working directory where it lies below, with `/`.
/// The working directory itself is empty.
pub fn shown(path: &Path) -> String {
    plain_below(path).map_or_else(|| display(&relative(path)), str::to_owned)
}

/// The same of a path that is written so that nothing but its beginning has to go, as those are that a
/// walk comes across.
fn plain_below(path: &Path) -> Option<&str> {
    let text = path.to_str()?;
    let from_here = text.strip_prefix("./");
    let text = Some(from_here.unwrap_or(text)).filter(|text| is_plain(text))?;
    if !text.starts_with('/') {
        return Some(text);
    }
    if from_here.is_some() {
        return None;
    }
    let here = HERE.as_deref()?.to_str().filter(|here| *here != "/")?;
    match text.strip_prefix(here) {
        Some("") => None,
        Some(below) => Some(below.strip_prefix('/').unwrap_or(text)),
        None => Some(text),
    }
}

/// Whether a path is the row of its segments, with one `/` between two of them.
fn is_plain(path: &str) -> bool {
    let is_odd = |segment: &str| segment.is_empty() || segment == ".";
    let rest = path.strip_prefix('/').unwrap_or(path);
    !cfg!(windows) && !rest.split('/').any(is_odd)
}

/// The path with `/`, as it was named.
fn written(path: &Path) -> Cow<'_, str> {
    let is_plain = |text: &&str| match text.strip_prefix("./") {
        Some(below) => is_plain(below) && !below.starts_with('/'),
        None => is_plain(text),
    };
    let plain = path.to_str().filter(is_plain);
    plain.map_or_else(|| Cow::Owned(display(path)), Cow::Borrowed)
}

/// The path with `/`.
fn display(path: &Path) -> String {
    let mut shown = String::new();
    for component in path.components() {
        if component == Component::RootDir {
            shown.push('/');
            continue;
        }
        if !shown.is_empty() && !shown.ends_with('/') {
            shown.push('/');
        }
        shown.push_str(&component.as_os_str().to_string_lossy());
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_and_does_not_depend_on_threads() {
        let items: Vec<usize> = (0..500).collect();
        let keep = |most| within(most, &items, |it| Some(*it), |it| it.map_or(0, |_| 1), |_| None);
        assert!(keep(500).iter().all(Option::is_some));
        let kept = keep(499);
        assert_eq!((kept.len(), kept.iter().flatten().count()), (500, 499));
        assert_eq!(keep(100).iter().flatten().copied().collect::<Vec<_>>(), items[..100]);
    }

    #[test]
    fn texts_of_eight_bits_are_searched() {
        let here = tempfile::tempdir().unwrap();
        let path = here.path().join("app.conf");
        fs::write(&path, b"# Gr\xfc\xdfe\npassword = x\n").unwrap();
        assert!(matches!(read_text(&path), Ok(text) if text == "# Gr??e\npassword = x\n"));
        fs::write(&path, b"\x01\xfcpassword = x\n").unwrap();
        assert!(matches!(read_text(&path), Err(Unread::NoText)));
    }

    #[test]
    fn files_beyond_the_memory_of_a_run_are_told() {
        let here = tempfile::tempdir().unwrap();
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
        for number in 0..9 {
            fs::write(here.path().join(format!("{number}.yaml")), pod).unwrap();
            let text = format!("password = \"hunter2-{number}-Xk9Qz71\"\n");
            fs::write(here.path().join(format!("{number}.py")), text).unwrap();
        }
        fs::write(here.path().join("x.yaml"), "a: b\n").unwrap();
        let scope = Scope {
            paths: vec![here.path().to_owned()],
            exclude: Vec::new(),
            base: here.path().to_owned(),
            respect_ignore_files: true,
            stdin_name: None,
        };
        let left_out = |memory| {
            let files = read_within(memory, &scope, &|_| ()).unwrap();
            let files = files.as_slice().iter();
            let out = files.filter(|file| file.skip_reason() == Some(&SkipReason::TooMuch));
            assert!(out.clone().all(|file| file.errors().len() == 1 && file.weight() == 0));
            out.map(|file| file.source().name().to_owned()).collect::<Vec<_>>()
        };
        assert!(left_out(MOST_MEMORY).is_empty());
        let left = left_out(1_000);
        assert!(
            left.contains(&"8.yaml".to_owned()) && !left.contains(&"0.yaml".to_owned()),
            "{left:?}"
        );
        assert!(!left.contains(&"x.yaml".to_owned()), "there is nothing to say of it: {left:?}");
        let all = left_out(0);
        assert!(all.contains(&"0.py".to_owned()) && all.contains(&"0.yaml".to_owned()), "{all:?}");
    }

    #[test]
    fn paths_are_shown_alike_whichever_way_is_taken() {
        let here = std::env::current_dir().unwrap();
        let here = here.to_str().unwrap();
        let ends =
            ["", "/", "a", "./a", "a/b", "a//b", "a/./b", "a/.", "a/", "../a", ".a/..b", "é"];
        let starts = ["", "./", ".//", "/", "//", &format!("{here}/"), &format!("{here}x/"), here];
        for path in starts.iter().flat_map(|start| ends.map(|end| format!("{start}{end}"))) {
            let path = Path::new(&path);
            assert_eq!(shown(path), display(&relative(path)), "{}", path.display());
            assert_eq!(written(path), display(path), "{}", path.display());
        }
        assert_eq!(shown(Path::new(&format!("{here}/a"))), "a");
    }
}
