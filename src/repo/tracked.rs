//! What git keeps of a folder: the paths in the index of its repository, and the branch that the
//! others start from.
//!
//! The repository is opened by gix, which runs nothing and obeys nobody's configuration but the
//! repository's own. Its index is read here: the reader that gix has unfolds whatever an index of
//! version 4 says, and follows trees of any depth.
//!
//! Sources: git's `Documentation/gitformat-index.adoc`; gitglossary(7), "default branch".

use std::collections::HashSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use gix::Repository;
use gix::refs::TargetRef;

/// An index of more bytes is not read: it would be that of half a million files.
const MOST_BYTES: u64 = 64 << 20;

/// Paths of more bytes are not kept: few bytes of an index of version 4 can unfold into many.
const MOST_PATHS: usize = 64 << 20;

/// The names that a first branch has, where no remote says which it is.
const FIRST_BRANCHES: [&str; 4] = ["main", "master", "trunk", "develop"];

/// What git knows of a folder and everything below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tracked {
    /// Relative to the folder.
    paths: HashSet<Box<str>>,
    default_branch: Option<String>,
}

impl Tracked {
    /// Asks the repository around a folder; nothing where there is none, or where its index cannot
    /// be read.
    pub(crate) fn of(folder: &Path) -> Option<Self> {
        let repository = crate::changes::open(folder).ok()?;
        let root = fs::canonicalize(repository.workdir()?).ok()?;
        let folder = fs::canonicalize(folder).ok()?;
        let below = folder.strip_prefix(&root).ok()?.to_str()?.replace('\\', "/");
        let below = if below.is_empty() { below } else { format!("{below}/") };
        let index = read(&repository.index_path())?;
        let hash = repository.object_hash().len_in_bytes();
        Some(Tracked { paths: paths(&index, hash, &below)?, default_branch: default(&repository) })
    }

    /// Whether git keeps the file of that path, which is relative to the folder.
    pub(crate) fn holds(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// Everything that git keeps, in no order.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(AsRef::as_ref)
    }

    /// The branch that others start from and are merged into.
    pub(crate) fn default_branch(&self) -> Option<&str> {
        self.default_branch.as_deref()
    }
}

/// All of a file, unless it is no plain one or too large.
fn read(path: &Path) -> Option<Vec<u8>> {
    let about = fs::metadata(path).ok()?;
    if !about.is_file() || about.len() > MOST_BYTES {
        return None;
    }
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The branch that the remote calls its own; without a word of it the one with a usual name, or the
/// one that is checked out where it is the first.
fn default(repository: &Repository) -> Option<String> {
    let of_remote = repository.try_find_reference("refs/remotes/origin/HEAD").ok().flatten();
    if let Some(reference) = of_remote
        && let TargetRef::Symbolic(name) = reference.target()
        && let Some(name) = name.as_bstr().strip_prefix(b"refs/remotes/origin/".as_slice())
    {
        return String::from_utf8(name.to_vec()).ok();
    }
    let is_there = |name: &&&str| {
        ["refs/remotes/origin", "refs/heads"].iter().any(|kind| {
            let name = format!("{kind}/{name}");
            repository.try_find_reference(name.as_str()).is_ok_and(|found| found.is_some())
        })
    };
    if let Some(name) = FIRST_BRANCHES.iter().find(is_there) {
        return Some((*name).to_owned());
    }
    // Before the first commit, no branch is there yet.
    let head = repository.head_name().ok().flatten()?;
    let name = head.shorten().to_string();
    FIRST_BRANCHES.contains(&name.as_str()).then_some(name)
}

/// The paths of files below a folder (with a slash at its end, or empty), relative to it; nothing for
/// an index that is broken, or that keeps a part of its entries elsewhere.
fn paths(index: &[u8], hash: usize, below: &str) -> Option<HashSet<Box<str>>> {
    let mut reader = Reader { index, at: 0 };
    if reader.take(4)? != b"DIRC" {
        return None;
    }
    let version = reader.number()?;
    let count = reader.number()?;
    if !(2..=4).contains(&version) {
        return None;
    }
    let (mut paths, mut total) = (HashSet::new(), 0);
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..count {
        let is_file = reader.entry(version, hash, &mut path)?;
        total += path.len();
        if total > MOST_PATHS {
            return None;
        }
        let own = std::str::from_utf8(&path).ok().and_then(|path| path.strip_prefix(below));
        paths.extend(own.filter(|_| is_file).map(Box::from));
    }
    (!reader.is_split(hash)?).then_some(paths)
}

/// Reads an index from its beginning on.
struct Reader<'i> {
    index: &'i [u8],
    at: usize,
}

impl<'i> Reader<'i> {
    fn take(&mut self, count: usize) -> Option<&'i [u8]> {
        let taken = self.index.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// Reads an entry into `path`, which holds that of the entry before, and says whether it is a
    /// plain file.
    fn entry(&mut self, version: u32, hash: usize, path: &mut Vec<u8>) -> Option<bool> {
        /// Says of the flags that two more bytes of them follow.
        const EXTENDED: u16 = 0x4000;
        /// Of a mode, the bits that say what is there, and what they are for a plain file.
        const KIND: u32 = 0o170_000;
        const PLAIN: u32 = 0o100_000;
        let start = self.at;
        // Times, device and number.
        self.take(24)?;
        let mode = self.number()?;
        // Owner, group, size and the hash of the content.
        self.take(12 + hash)?;
        let flags = u16::from_be_bytes(self.take(2)?.try_into().ok()?);
        if flags & EXTENDED != 0 {
            self.take(2)?;
        }
        let kept = if version == 4 { path.len().checked_sub(self.offset()?)? } else { 0 };
        path.truncate(kept);
        let rest = self.index.get(self.at..)?;
        let length = rest.iter().position(|byte| *byte == 0)?;
        path.extend_from_slice(self.take(length)?);
        // Of the versions before, each entry is padded to a multiple of eight.
        self.take(if version == 4 { 1 } else { 8 - (self.at - start) % 8 })?;
        Some(mode & KIND == PLAIN)
    }

    /// A number of a varying count of bytes, as packs write offsets.
    fn offset(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        loop {
            let &[byte] = self.take(1)? else { return None };
            value = value.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
            value = value.checked_add(1)?;
        }
    }

    /// Whether what follows the entries says that there are others in another file.
    fn is_split(&mut self, hash: usize) -> Option<bool> {
        while self.at + hash < self.index.len() {
            let signature = self.take(4)?;
            if signature == b"link" {
                return Some(true);
            }
            let length = self.number()?;
            self.take(usize::try_from(length).ok()?)?;
        }
        Some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index as git writes it.
    fn index(version: u32, entries: &[(u32, &str)]) -> Vec<u8> {
        let mut out = b"DIRC".to_vec();
        out.extend(version.to_be_bytes());
        out.extend(u32::try_from(entries.len()).unwrap().to_be_bytes());
        let mut before = "";
        for (mode, path) in entries {
            let start = out.len();
            out.extend([7; 24]);
            out.extend(mode.to_be_bytes());
            out.extend([7; 32]);
            out.extend(u16::try_from(path.len()).unwrap().to_be_bytes());
            if version == 4 {
                let common = before.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
                let cut = before.len() - common;
                if cut < 128 {
                    out.push(u8::try_from(cut).unwrap());
                } else {
                    let cut = cut - 128;
                    out.extend([
                        0x80 | u8::try_from(cut >> 7).unwrap(),
                        u8::try_from(cut & 0x7f).unwrap(),
                    ]);
                }
                out.extend(path.as_bytes().get(common..).unwrap());
                out.push(0);
            } else {
                out.extend(path.as_bytes());
                out.extend(vec![0; 8 - (out.len() - start) % 8]);
            }
            before = path;
        }
        out.extend(b"TREE\0\0\0\x02ab");
        out.extend([9; 20]);
        out
    }

    const FILE: u32 = 0o100_644;

    fn sorted(index: &[u8], below: &str) -> Option<Vec<String>> {
        let mut paths: Vec<String> =
            paths(index, 20, below)?.into_iter().map(String::from).collect();
        paths.sort();
        Some(paths)
    }

    #[test]
    fn an_index_of_every_version_is_read() {
        let long = "x".repeat(300);
        for version in [2, 3, 4] {
            let index = index(
                version,
                &[
                    (FILE, ".env"),
                    (0o100_755, &long),
                    (FILE, "api/.env"),
                    (0o120_000, "api/link"),
                    (FILE, "api/src/main.py"),
                    (0o160_000, "module"),
                ],
            );
            assert_eq!(sorted(&index, "").unwrap(), [".env", "api/.env", "api/src/main.py", &long]);
            assert_eq!(sorted(&index, "api/").unwrap(), [".env", "src/main.py"]);
        }
    }

    #[test]
    fn a_broken_index_says_nothing() {
        for version in [2, 4] {
            let whole = index(version, &[(FILE, ".env"), (FILE, "api/.env")]);
            for length in 0..whole.len() - 30 {
                assert_eq!(sorted(&whole[..length], ""), None, "{version} {length}");
            }
        }
        let mut split = index(2, &[(FILE, "a")]);
        let at = split.len() - 20;
        split.splice(at..at, *b"link\0\0\0\0");
        assert_eq!(sorted(&split, ""), None);
    }

    #[test]
    fn an_index_does_not_unfold_without_bound() {
        let long = "x".repeat(60_000);
        let paths: Vec<String> = (0..2000).map(|number| format!("{long}{number:04}")).collect();
        let entries: Vec<(u32, &str)> = paths.iter().map(|path| (FILE, path.as_str())).collect();
        let index = index(4, &entries);
        assert!(index.len() < 1 << 20);
        assert_eq!(sorted(&index, ""), None);
    }

    #[test]
    fn what_git_writes_is_read() {
        let here = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| {
            let mut run = std::process::Command::new("git");
            let status = run.args(arguments).current_dir(here.path()).status().unwrap();
            assert!(status.success(), "{arguments:?}");
        };
        git(&["init", "--quiet", "--initial-branch=main"]);
        fs::create_dir(here.path().join("api")).unwrap();
        for path in ["a.py", "api/.env", "api/b.py"] {
            fs::write(here.path().join(path), "x").unwrap();
        }
        git(&["add", "a.py", "api/.env"]);
        let tracked = Tracked::of(here.path()).unwrap();
        assert!(tracked.holds("api/.env") && tracked.holds("a.py") && !tracked.holds("api/b.py"));
        assert_eq!(tracked.default_branch(), Some("main"));
        assert!(Tracked::of(&here.path().join("api")).unwrap().holds(".env"));
        git(&["update-index", "--index-version", "4"]);
        assert_eq!(Tracked::of(here.path()), Some(tracked));
        git(&["update-index", "--split-index"]);
        assert_eq!(Tracked::of(here.path()), None);
    }
}
