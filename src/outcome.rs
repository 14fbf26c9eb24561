//! What a run saw and found: what every report prints and the exit code follows from.

use std::collections::BTreeMap;

use crate::check::Findings;
use crate::diagnostic::{Diagnostic, Severity};
use crate::file::{FileKind, Files, SkipReason};

/// What a run saw and found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The files, for excerpts and positions.
    pub files: Files,
    /// Sorted by path, place and rule; suppressed ones included.
    pub diagnostics: Vec<Diagnostic>,
    /// The rules that failed on a file, which is a bug of agentcheck: rule id and path.
    pub failures: Vec<(&'static str, String)>,
}

/// The findings in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors that are not suppressed.
    pub error: usize,
    /// Warnings that are not suppressed.
    pub warning: usize,
    /// Notes that are not suppressed.
    pub note: usize,
    /// Findings with a fix, among those that are not suppressed.
    pub fixable: usize,
    /// Findings that a comment or an annotation asks to ignore.
    pub suppressed: usize,
}

impl Outcome {
    /// What there is to say of files and what was found in them.
    pub fn of(files: Files, findings: Findings) -> Self {
        Outcome { files, diagnostics: findings.diagnostics, failures: findings.failures }
    }

    /// The findings that count.
    pub fn active(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|found| found.suppressed.is_none())
    }

    /// The findings in numbers.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for found in &self.diagnostics {
            if found.suppressed.is_some() {
                counts.suppressed += 1;
                continue;
            }
            match found.severity {
                Severity::Error => counts.error += 1,
                Severity::Warning => counts.warning += 1,
                Severity::Note => counts.note += 1,
            }
            counts.fixable += usize::from(found.fix.is_some());
        }
        counts
    }

    /// How many files of each kind were checked.
    pub fn checked(&self) -> BTreeMap<FileKind, usize> {
        let mut checked = BTreeMap::new();
        for kind in self.files.as_slice().iter().filter_map(crate::file::File::kind) {
            *checked.entry(kind).or_default() += 1;
        }
        checked
    }

    /// The files that were not checked, and why, in the order of their paths.
    pub fn skipped(&self) -> impl Iterator<Item = (&str, &SkipReason)> {
        self.files.as_slice().iter().filter_map(|file| {
            let reason = file.skip_reason().filter(|reason| **reason != SkipReason::Foreign)?;
            Some((file.source().path(), reason))
        })
    }

    /// Whether there was no file that agentcheck understands; a broken one counts as understood.
    pub fn nothing_checked(&self) -> bool {
        self.checked().is_empty() && self.diagnostics.is_empty()
    }
}
