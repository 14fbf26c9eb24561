//! Which findings touch what changed since a revision: `--changed-since`.
//!
//! The texts of the run are compared with those that git keeps for the revision, so what is staged,
//! unstaged or untracked counts as changed. The repository is only read: no program is run, no
//! hook, no filter, and nothing is fetched.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use gix::bstr::{BString, ByteSlice};
use gix::objs::Kind;
use gix::revision::plumbing::Spec;
use gix::{ObjectId, Repository};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::check::Findings;
use crate::diagnostic::Diagnostic;
use crate::file::{File, Files};
use crate::source::{FileId, MAX_BYTES, Place, Source};
use crate::suppress::Reach;

/// No object of a repository may take more memory than this.
const MOST_MEMORY: u64 = 8 * MAX_BYTES;

/// More entries of a revision's folders are not looked through for renamed files: a tree of a few
/// kilobytes can unfold into billions.
const MOST_ENTRIES: usize = 1 << 20;

/// More bytes of paths are not kept for the same purpose.
const MOST_PATHS: usize = 64 << 20;

/// Why nothing can be compared.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Not in a repository.
    #[error("--changed-since needs a git repository, and there is none here or above")]
    NoRepository,
    /// A repository that cannot be read.
    #[error("cannot read the git repository: {0}")]
    Unusable(String),
    /// A repository that has no files checked out.
    #[error("--changed-since needs a work tree, and the repository `{}` has none", .0.display())]
    Bare(PathBuf),
    /// A name that git does not know.
    #[error("git knows no revision `{revision}` here; {}", advice(*.shallow))]
    Unknown {
        /// As it was given.
        revision: String,
        /// Whether parts of the history are missing.
        shallow: bool,
    },
    /// Two revisions, or none.
    #[error("`{0}` is not one revision; name one, or `REV...` for its merge base with HEAD")]
    NotOne(String),
    /// Nothing that both sides grew from.
    #[error("`{revision}` has no merge base that git knows; {}", advice(*.shallow))]
    NoMergeBase {
        /// As it was given.
        revision: String,
        /// Whether parts of the history are missing.
        shallow: bool,
    },
    /// An object that is missing, too large or broken.
    #[error("cannot read `{path}` at `{revision}`: {why}")]
    Unreadable {
        /// The file, or the folder.
        path: String,
        /// As it was given.
        revision: String,
        /// What was wrong.
        why: String,
    },
}

/// What to do where the history may not reach back far enough.
fn advice(shallow: bool) -> &'static str {
    if shallow {
        "this is a shallow clone: fetch the whole history (`fetch-depth: 0` of actions/checkout, \
         `git fetch --unshallow`)"
    } else {
        "a branch that was only fetched is named after its remote, such as `origin/main`"
    }
}

/// The files as they were at a revision.
pub struct Changes {
    repository: Repository,
    /// The work tree, without symbolic links on the way.
    root: PathBuf,
    revision: String,
    tree: ObjectId,
    /// Where the revision has each text.
    paths: OnceCell<HashMap<ObjectId, Vec<BString>>>,
}

impl Changes {
    /// The revision in the repository around a folder. `REV...` is the merge base of REV and HEAD.
    pub fn since(revision: &str, folder: &Path) -> Result<Self, ChangeError> {
        let repository = open(folder)?;
        let bare = || ChangeError::Bare(repository.git_dir().to_owned());
        let root = repository.workdir().ok_or_else(bare)?;
        let root = fs::canonicalize(root).map_err(|_| bare())?;
        let tree = tree_of(&repository, revision)?;
        let revision = revision.to_owned();
        Ok(Changes { repository, root, revision, tree, paths: OnceCell::new() })
    }

    /// Sets the findings aside that touch no change.
    pub fn narrow(&self, files: &Files, findings: &mut Findings) -> Result<(), ChangeError> {
        let mut changed: HashMap<FileId, Changed<'_>> = HashMap::new();
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for found in std::mem::take(&mut findings.diagnostics) {
            for place in places(&found) {
                if let Some(file) = files.get(place.file)
                    && !changed.contains_key(&place.file)
                {
                    changed.insert(place.file, self.changed(file)?);
                }
            }
            let touches = |place: Place, with_what_it_begins| {
                changed.get(&place.file).is_none_or(|it| it.touches(place, with_what_it_begins))
            };
            let near = touches(found.place, true)
                || found.related.iter().any(|related| touches(related.place, false));
            if near { inside.push(found) } else { outside.push(found) }
        }
        findings.diagnostics = inside;
        findings.outside = outside;
        Ok(())
    }

    /// What changed in a file.
    fn changed<'f>(&self, file: &'f File) -> Result<Changed<'f>, ChangeError> {
        // Standard input, and what lies elsewhere, have no past.
        let Some(path) = self.path(file.source()) else { return Ok(Changed::Everything) };
        let text = file.source().text();
        match self.blob(&path)? {
            Some(old) => Ok(Changed::between(&old, file)),
            None if self.is_moved(text) => Ok(Changed::Nothing),
            None => Ok(Changed::Everything),
        }
    }

    /// The path of a file from the root of the work tree.
    fn path(&self, source: &Source) -> Option<PathBuf> {
        let path = fs::canonicalize(source.path()).ok()?;
        path.strip_prefix(&self.root).ok().map(Path::to_owned)
    }

    /// The text that the revision has under a path.
    fn blob(&self, path: &Path) -> Result<Option<Vec<u8>>, ChangeError> {
        let mut parts = path.components().peekable();
        let mut folder = self.tree;
        while let Some(part) = parts.next() {
            let tree = self.read(folder, Kind::Tree).map_err(|why| self.unreadable(path, why))?;
            let name = part.as_os_str().as_encoded_bytes();
            let found = gix::objs::TreeRefIter::from_bytes(&tree, folder.kind())
                .filter_map(Result::ok)
                .find(|entry| entry.filename == name);
            match found {
                Some(entry) if parts.peek().is_some() && entry.mode.is_tree() => {
                    folder = entry.oid.to_owned();
                }
                Some(entry) if parts.peek().is_none() && entry.mode.is_blob() => {
                    let blob = self.read(entry.oid.to_owned(), Kind::Blob);
                    return blob.map(Some).map_err(|why| self.unreadable(path, why));
                }
                // A submodule or a symbolic link is no file that could have been read.
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    fn unreadable(&self, path: &Path, why: String) -> ChangeError {
        let path = path.display().to_string();
        ChangeError::Unreadable { path, revision: self.revision.clone(), why }
    }

    /// An object's bytes, unless they are too many.
    fn read(&self, id: ObjectId, kind: Kind) -> Result<Vec<u8>, String> {
        let header = self.repository.find_header(id).map_err(|error| told(&error))?;
        if header.kind() != kind {
            return Err(format!("object {id} is of another kind"));
        }
        if header.size() > MAX_BYTES {
            return Err(format!("object {id} is larger than {} MiB", MAX_BYTES >> 20));
        }
        let mut object = self.repository.find_object(id).map_err(|error| told(&error))?;
        Ok(std::mem::take(&mut object.data))
    }

    /// Whether the revision has the same text under a path that is there no more.
    fn is_moved(&self, text: &str) -> bool {
        let paths = self.paths.get_or_init(|| self.paths());
        let id = |text: &str| {
            gix::objs::compute_hash(self.tree.kind(), Kind::Blob, text.as_bytes()).ok()
        };
        // Git may keep the lines of the work tree with other ends.
        let plain = text.replace("\r\n", "\n");
        let ids = [id(text), id(&plain), id(&plain.replace('\n', "\r\n"))];
        ids.iter().flatten().filter_map(|id| paths.get(id)).flatten().any(|path| {
            let path = path.to_path().map(|path| self.root.join(path));
            path.is_ok_and(|path| fs::symlink_metadata(path).is_err())
        })
    }

    /// Where the revision has each text, as far as there is room.
    fn paths(&self) -> HashMap<ObjectId, Vec<BString>> {
        let mut paths: HashMap<ObjectId, Vec<BString>> = HashMap::new();
        let mut folders = vec![(BString::default(), self.tree)];
        let (mut entries, mut bytes) = (0, 0);
        while let Some((folder, id)) = folders.pop() {
            // What cannot be read has moved nowhere.
            let Ok(tree) = self.read(id, Kind::Tree) else { continue };
            for entry in gix::objs::TreeRefIter::from_bytes(&tree, id.kind()).filter_map(Result::ok)
            {
                let mut path = folder.clone();
                if !path.is_empty() {
                    path.push(b'/');
                }
                path.extend_from_slice(entry.filename);
                entries += 1;
                bytes += path.len();
                if entries > MOST_ENTRIES || bytes > MOST_PATHS {
                    return paths;
                }
                if entry.mode.is_tree() {
                    folders.push((path, entry.oid.to_owned()));
                } else if entry.mode.is_blob() {
                    paths.entry(entry.oid.to_owned()).or_default().push(path);
                }
            }
        }
        paths
    }
}

/// Opens the repository around a folder. Its own configuration is read and nobody else's.
pub(crate) fn open(folder: &Path) -> Result<Repository, ChangeError> {
    let limit = format!("gitoxide.objects.allocLimit={MOST_MEMORY}");
    let options = || gix::open::Options::isolated().config_overrides([limit.as_str()]);
    let trust = gix::sec::trust::Mapping { full: options(), reduced: options() };
    let found = gix::ThreadSafeRepository::discover_opts(
        folder,
        gix::discover::upwards::Options::default(),
        trust,
    );
    found.map(|repository| repository.to_thread_local()).map_err(|error| {
        match error.downcast_any_ref::<gix::discover::upwards::Error>() {
            Some(_) => ChangeError::NoRepository,
            None => ChangeError::Unusable(told(&error)),
        }
    })
}

/// The tree of the commit that is meant.
fn tree_of(repository: &Repository, revision: &str) -> Result<ObjectId, ChangeError> {
    let shallow = is_shallow(repository);
    let unknown = |_| ChangeError::Unknown { revision: revision.to_owned(), shallow };
    let not_one = || ChangeError::NotOne(revision.to_owned());
    let id = match repository.rev_parse(revision).map_err(unknown)?.detach() {
        Spec::Include(id) => id,
        Spec::Merge { theirs, ours } => match repository.merge_base(theirs, ours) {
            Ok(Some(base)) => base.detach(),
            Ok(None) | Err(_) => {
                return Err(ChangeError::NoMergeBase { revision: revision.to_owned(), shallow });
            }
        },
        _ => return Err(not_one()),
    };
    // A hash that is written out need not be that of something that is there.
    let object = repository.find_object(id).map_err(unknown)?;
    // A tree may be that of a folder, whose paths are not those of the work tree.
    let commit = object.peel_to_kind(Kind::Commit).map_err(|_| not_one())?;
    Ok(commit.peel_to_tree().map_err(|_| not_one())?.id)
}

fn is_shallow(repository: &Repository) -> bool {
    repository.is_shallow().unwrap_or(false)
}

/// What was wrong, on one line.
fn told(error: &gix::Error) -> String {
    error.probable_cause().to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where a finding is, and what belongs to it.
fn places(found: &Diagnostic) -> impl Iterator<Item = Place> {
    std::iter::once(found.place).chain(found.related.iter().map(|related| related.place))
}

/// What changed in a file.
enum Changed<'f> {
    Everything,
    Nothing,
    Lines(Box<Lines<'f>>),
}

/// The lines of a file that changed, by their indexes.
struct Lines<'f> {
    file: &'f File,
    reach: Reach<'f>,
    /// What is new or different, in order.
    new: Vec<std::ops::Range<usize>>,
    /// The lines before which others were taken out, in order.
    gaps: Vec<usize>,
    /// The line that was asked for last, and how far it reaches: thousands of findings on one
    /// line must not each be followed to its end.
    reached: Cell<Option<(usize, usize)>>,
}

impl<'f> Changed<'f> {
    /// Compares by lines. How they end does not matter: git may keep them with other line endings
    /// than they have in the work tree.
    fn between(old: &[u8], file: &'f File) -> Self {
        fn lines(text: &[u8]) -> Vec<&[u8]> {
            text.split(|&byte| byte == b'\n')
                .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
                .collect()
        }
        let text = file.source().text();
        if old == text.as_bytes() {
            return Changed::Nothing;
        }
        let (mut new, mut gaps) = (Vec::new(), Vec::new());
        // Unlike the exact one, this way of comparing takes bounded time.
        for op in capture_diff_slices(Algorithm::Myers, &lines(old), &lines(text.as_bytes())) {
            let at = op.new_range();
            if op.old_range().len() > at.len() {
                gaps.push(at.end);
            }
            if !matches!(op, DiffOp::Equal { .. }) && !at.is_empty() {
                new.push(at);
            }
        }
        Changed::Lines(Box::new(Lines {
            file,
            reach: Reach::of(file),
            new,
            gaps,
            reached: Cell::new(None),
        }))
    }

    /// Whether the lines of a place were added or changed, or others taken out between them or
    /// after them. `with_what_it_begins` looks for the latter also in everything below the keys
    /// that begin there: what is missing is reported at the key that should hold it.
    fn touches(&self, place: Place, with_what_it_begins: bool) -> bool {
        match self {
            Changed::Everything => true,
            Changed::Nothing => false,
            Changed::Lines(lines) => lines.touches(place, with_what_it_begins),
        }
    }
}

impl Lines<'_> {
    fn touches(&self, place: Place, with_what_it_begins: bool) -> bool {
        let source = self.file.source();
        let (start, end) = (place.span.start, place.span.end);
        let text = source.slice(place.span).trim_end().len();
        let first = source.line_index(start);
        let last = source.line_index(end.min(start + u32::try_from(text).unwrap_or(u32::MAX)));
        let after = self.new.partition_point(|lines| lines.end <= first);
        if self.new.get(after).is_some_and(|lines| lines.start <= last) {
            return true;
        }
        let after = self.gaps.partition_point(|&gap| gap <= first);
        let Some(&gap) = self.gaps.get(after) else { return false };
        let last = if with_what_it_begins { last.max(self.reach(first, start)) } else { last };
        gap <= last + 1
    }

    /// The last line of what begins on the line with that index, where `start` is.
    fn reach(&self, line: usize, start: u32) -> usize {
        if let Some((known, last)) = self.reached.get()
            && known == line
        {
            return last;
        }
        let source = self.file.source();
        let stage = self.file.dockerfile().and_then(|file| file.end_of_stage(start));
        let end = self.reach.end(start).max(stage.unwrap_or_default());
        let text = source.text().get(..end as usize).unwrap_or_default().trim_end();
        let last = source.line_index(u32::try_from(text.len()).unwrap_or(u32::MAX));
        self.reached.set(Some((line, last)));
        last
    }
}
