//! What a run saw and found: what every report prints and the exit code follows from.

use std::collections::BTreeMap;

use crate::baseline::Comparison;
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
    /// How the findings compare with a baseline, in a run that was given one.
    pub baseline: Option<Comparison>,
    /// Findings that would count, but lie outside of the change that was asked for.
    pub outside: usize,
    /// Findings beyond the number that is kept of a rule and a file.
    pub unlisted: usize,
}

/// The findings in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors that count.
    pub error: usize,
    /// Warnings that count.
    pub warning: usize,
    /// Notes that count.
    pub note: usize,
    /// Findings with a fix, among those that count.
    pub fixable: usize,
    /// Findings that a comment or an annotation asks to ignore.
    pub suppressed: usize,
    /// Findings that the baseline notes.
    pub baselined: usize,
    /// Findings that would count, but lie outside of the change that was asked for.
    pub outside: usize,
}

impl Outcome {
    /// What there is to say of files and what was found in them.
    pub fn of(files: Files, findings: Findings) -> Self {
        let Findings { diagnostics, outside, surplus, failures, .. } = findings;
        let outside = outside.iter().filter(|found| found.suppressed.is_none()).count();
        let unlisted = surplus.iter().map(|surplus| surplus.count).sum();
        Outcome { files, diagnostics, failures, baseline: None, outside, unlisted }
    }

    /// The findings that count.
    pub fn active(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|found| found.suppressed.is_none())
    }

    /// The findings in numbers.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { outside: self.outside, ..Counts::default() };
        for found in &self.diagnostics {
            if let Some(suppressed) = &found.suppressed {
                let baselined = usize::from(suppressed.is_baseline());
                counts.baselined += baselined;
                counts.suppressed += 1 - baselined;
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
        self.checked().is_empty() && self.diagnostics.is_empty() && self.outside == 0
    }
}
