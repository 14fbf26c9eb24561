//! What was found before and is not to count: adoption in a project that has findings already.
//!
//! A baseline is a file that lists findings by their [`Fingerprint`], a line each, so that a diff of
//! it reads well. Findings that a comment asks to ignore are not in it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::check::Findings;
use crate::config::Settings;
use crate::diagnostic::{Diagnostic, Suppression};
use crate::disk;
use crate::file::Files;
use crate::fingerprint::Fingerprint;
use crate::redact;
use crate::report::escape;
use crate::rules::{self, Surplus, index_of};
use crate::source::{MAX_BYTES, Source};

/// The only layout there is so far.
const VERSION: u64 = 1;

/// A finding as a baseline notes it. All but the fingerprint is for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The path of its file, as reports print it.
    pub file: String,
    /// The id of its rule.
    pub rule: String,
    /// What was wrong, without secrets.
    pub message: String,
    /// What it is known by.
    pub fingerprint: String,
    /// What each of several findings is known by that are said as one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
}

/// The findings that do not count.
#[derive(Debug, Default)]
pub struct Baseline {
    path: PathBuf,
    entries: BTreeMap<Fingerprint, Entry>,
}

/// What findings are known by, and their parts.
#[derive(Debug, Default)]
struct Known(BTreeSet<Fingerprint>);

impl Known {
    /// Those of some findings.
    fn of<'f>(findings: impl Iterator<Item = &'f Diagnostic>) -> Self {
        let parts = |found: &'f Diagnostic| found.parts.iter().map(|part| part.fingerprint);
        Known(findings.flat_map(|found| parts(found).chain([found.fingerprint])).collect())
    }

    /// Whether a finding is one of them, or is said of nothing that none of them is said of.
    fn has(&self, found: &Diagnostic) -> bool {
        let mut parts = found.parts.iter();
        self.0.contains(&found.fingerprint)
            || parts.len() > 0 && parts.all(|part| self.0.contains(&part.fingerprint))
    }

    /// Whether what an entry notes is still said of something.
    fn keep(&self, fingerprint: Fingerprint, entry: &Entry) -> bool {
        self.0.contains(&fingerprint) || entry.parts().any(|part| self.0.contains(&part))
    }
}

/// How the findings of a run compare with a baseline.
#[derive(Debug, Default)]
pub struct Comparison {
    known: Known,
    /// What the baseline notes and is there no more, in the order of the files.
    pub fixed: Vec<Entry>,
}

impl Comparison {
    /// Whether the baseline notes the finding.
    pub(crate) fn knows(&self, found: &Diagnostic) -> bool {
        self.known.has(found)
    }
}

/// What a run looked at, which decides whether a finding that is not there is gone.
#[derive(Debug)]
pub struct Seen<'r> {
    files: &'r Files,
    settings: &'r [Arc<Settings>],
    roots: Vec<String>,
    /// The index of each file, by its path.
    paths: HashMap<&'r str, usize>,
}

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// There is no such file.
    #[error("there is no baseline `{path}`; `agentcheck lint --write-baseline {path}` makes one", path = .0.display())]
    Absent(PathBuf),
    /// The system said no.
    #[error("cannot read the baseline `{}`: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Its content is not a baseline.
    #[error("invalid baseline `{}`: {why}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Its paths are those of another working directory.
    #[error("the paths of the baseline `{}` begin in `{}`: run agentcheck there", .0.display(), .1.display())]
    Elsewhere(PathBuf, PathBuf),
    /// The system said no.
    #[error("cannot write the baseline `{}`: {error}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// The file, as far as every version of it must be alike.
#[derive(Deserialize)]
struct Head {
    version: u64,
}

#[derive(Deserialize)]
struct Content {
    findings: Vec<Entry>,
}

impl Baseline {
    /// The baseline in a file.
    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => BaselineError::Absent(path.to_owned()),
            _ => BaselineError::Unreadable { path: path.to_owned(), error },
        };
        let mut text = String::new();
        let file = fs::File::open(path).map_err(unreadable)?;
        file.take(MAX_BYTES).read_to_string(&mut text).map_err(unreadable)?;
        let invalid = |why| BaselineError::Invalid { path: path.to_owned(), why };
        let entries = parse(&text).map_err(invalid)?;
        let baseline = Baseline { path: path.to_owned(), entries };
        if baseline.is_of_elsewhere() {
            return Err(BaselineError::Elsewhere(path.to_owned(), baseline.folder().to_owned()));
        }
        Ok(baseline)
    }

    /// What a run notes in the file at `path`: every finding that nobody asks to ignore, and of an
    /// `older` baseline what this run cannot know to be gone.
    pub fn of(path: &Path, findings: &Findings, seen: &Seen<'_>, older: Option<&Baseline>) -> Self {
        let noted =
            |found: &&Diagnostic| found.suppressed.as_deref().is_none_or(Suppression::is_baseline);
        let mut entries: BTreeMap<_, _> = findings
            .all()
            .filter(noted)
            .map(|found| (found.fingerprint, Entry::of(found, seen.files)))
            .collect();
        let known = Known::of(findings.all());
        let noted = older.iter().flat_map(|older| older.entries.iter().map(move |it| (older, it)));
        for (older, (fingerprint, entry)) in noted {
            if !known.keep(*fingerprint, entry) && !older.would_be_found(entry, findings, seen) {
                entries.insert(*fingerprint, entry.clone());
            }
        }
        Baseline { path: path.to_owned(), entries }
    }

    /// Marks the findings that the baseline notes, unless somebody asks to ignore them anyway.
    pub fn mark(&self, diagnostics: &mut [Diagnostic]) {
        let known = self.known();
        for found in diagnostics.iter_mut().filter(|found| found.suppressed.is_none()) {
            if known.has(found) {
                let reason = format!("noted in {}", self.path.display());
                let kind = Suppression::BASELINE;
                found.suppressed = Some(Box::new(Suppression { kind, reason }));
            }
        }
    }

    /// How the findings compare with the baseline.
    pub fn compare(&self, findings: &Findings, seen: &Seen<'_>) -> Comparison {
        let found = Known::of(findings.all());
        let gone = self.entries.iter().filter(|(fingerprint, entry)| {
            !found.keep(**fingerprint, entry) && self.would_be_found(entry, findings, seen)
        });
        let mut fixed: Vec<_> = gone.map(|(_, entry)| entry.clone()).collect();
        fixed.sort();
        Comparison { known: self.known(), fixed }
    }

    /// Whether a run would have found what the entry notes if it were still there. A file that is there
    /// from where the baseline lies is only looked for in the wrong folder.
    fn would_be_found(&self, entry: &Entry, findings: &Findings, seen: &Seen<'_>) -> bool {
        seen.would_have_found(entry, findings)
            && (seen.has(entry) || is_absent(&self.folder().join(&entry.file)))
    }

    /// Where the baseline lies.
    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// Whether its paths lead to files from where it lies and from nowhere else: it was not written
    /// in the working directory.
    fn is_of_elsewhere(&self) -> bool {
        let files: BTreeSet<_> =
            self.entries.values().map(|entry| Path::new(&entry.file)).collect();
        files.iter().all(|file| is_absent(file))
            && files.iter().any(|file| self.folder().join(file).exists())
    }

    /// What its entries are known by.
    fn known(&self) -> Known {
        let parts = self.entries.values().flat_map(Entry::parts);
        Known(self.entries.keys().copied().chain(parts).collect())
    }

    /// Writes the file. If that fails, an older one stays.
    pub fn write(&self) -> Result<(), BaselineError> {
        let unwritable = |error| BaselineError::Unwritable { path: self.path.clone(), error };
        let text = self.render().map_err(|error| unwritable(error.into()))?;
        disk::put(&self.path, |out| out.write_all(text.as_bytes())).map_err(unwritable)
    }

    /// The content of the file: sorted, an entry a line.
    fn render(&self) -> serde_json::Result<String> {
        let mut entries: Vec<_> = self.entries.values().collect();
        entries.sort();
        let mut text = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
        for (index, entry) in entries.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let entry = serde_json::to_string(entry)?;
            let _ = write!(text, "{comma}\n    {entry}"); // writing to a string cannot fail
        }
        text.push_str(if entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        Ok(escape::json(text))
    }

    /// Where the baseline is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many findings it notes.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it notes nothing.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

fn parse(text: &str) -> Result<BTreeMap<Fingerprint, Entry>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let Head { version } = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if version != VERSION {
        let known = format!("this agentcheck reads version {VERSION}");
        return Err(format!("its version is {version}, and {known}"));
    }
    let Content { findings } = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let keyed = |entry: Entry| match entry.fingerprint.parse() {
        Ok(fingerprint) => Ok((fingerprint, entry)),
        Err(_) => Err(format!("`{}` is no fingerprint", entry.fingerprint)),
    };
    findings.into_iter().map(keyed).collect()
}

impl Entry {
    fn of(found: &Diagnostic, files: &Files) -> Self {
        // The baseline is committed; what a rule about secrets says may hold a part of one.
        let message = match rules::find(found.rule) {
            Some(rule) if redact::is_about_secrets(rule.id) => rule.title.to_owned(),
            _ => escape::line(&redact::masked("", &found.message)).into_owned(),
        };
        Entry {
            file: files.source(found.place.file).map_or("", Source::path).to_owned(),
            rule: found.rule.to_owned(),
            message,
            fingerprint: found.fingerprint.to_string(),
            parts: found.parts.iter().map(|part| part.fingerprint.to_string()).collect(),
        }
    }

    /// What its parts are known by; one that is no fingerprint is known by nothing.
    fn parts(&self) -> impl Iterator<Item = Fingerprint> {
        self.parts.iter().filter_map(|part| part.parse().ok())
    }
}

impl<'r> Seen<'r> {
    /// A run over `files`; `settings` are those of each, by its index, and `roots` what was named
    /// on the command line, as reports print it.
    pub fn new(files: &'r Files, settings: &'r [Arc<Settings>], roots: Vec<String>) -> Self {
        let paths = files.paths().enumerate().map(|(index, path)| (path, index)).collect();
        Seen { files, settings, roots, paths }
    }

    /// Whether the run read the file of an entry.
    fn has(&self, entry: &Entry) -> bool {
        self.paths.contains_key(entry.file.as_str()) || self.files.was_searched(&entry.file)
    }

    /// Whether the run would have found what the entry notes if it were still there: its file was
    /// read as a whole and its rule ran on it, or the file is no more where the run looked.
    fn would_have_found(&self, entry: &Entry, findings: &Findings) -> bool {
        let rule = index_of(&entry.rule);
        let is_on = |settings: &Arc<Settings>| match rule {
            // A rule that there is no more finds nothing any more.
            None => true,
            Some(rule) => settings.rules.get(rule).is_some_and(|it| it.enabled),
        };
        let Some(&index) = self.paths.get(entry.file.as_str()) else {
            // Of a file that was only searched, nothing is kept if there is nothing in it.
            if self.files.was_searched(&entry.file) {
                return self.settings.is_empty() || self.settings.iter().any(is_on);
            }
            let is_below = self.roots.iter().any(|root| is_below(&entry.file, root));
            return is_below && is_absent(Path::new(&entry.file));
        };
        let ran = rule.is_none() || self.settings.get(index).is_some_and(is_on);
        let failed = |(rule, path): &(&str, String)| *rule == entry.rule && *path == entry.file;
        let unlisted = |it: &Surplus| it.rule == entry.rule && it.first.file.index() == index;
        ran && self.files.was_understood(index)
            && !findings.failures.iter().any(failed)
            && !findings.surplus.iter().any(unlisted)
    }
}

/// Whether the path is the root or below it; the working directory is the empty root.
fn is_below(path: &str, root: &str) -> bool {
    match root {
        "" => Path::new(path).is_relative() && !path.starts_with("../"),
        root => {
            path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
    }
}

/// Whether there is certainly no such file.
fn is_absent(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|error| {
        matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_hold_what_is_below_them() {
        assert!(is_below("deploy/a.yaml", ""));
        assert!(is_below("deploy/a.yaml", "deploy"));
        assert!(is_below("../x/a.yaml", "../x"));
        for (path, root) in [("../a.yaml", ""), ("/a.yaml", ""), ("deployment/a.yaml", "deploy")] {
            assert!(!is_below(path, root), "{path} {root}");
        }
    }

    #[test]
    fn what_is_no_baseline_is_said() {
        for (text, why) in [
            ("", "EOF while parsing"),
            ("[]", "invalid"),
            ("{\"version\": 2}", "its version is 2, and this agentcheck reads version 1"),
            ("{\"version\": 1}", "missing field `findings`"),
            (
                r#"{"version": 1, "findings": [{"file": "", "rule": "", "message": "", "fingerprint": "x"}]}"#,
                "`x` is no fingerprint",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
