//! Keeps what one rule says of one file within bounds.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, Place};

/// No more findings of a rule are kept of one file: as many as a file may have documents. Nobody reads
/// more of them, and a file may hold a million of what a rule looks for, each of which would take time
/// and memory from here on.
pub const MOST_FINDINGS: usize = 10_000;

/// Findings of a rule in a file that are not kept, as there are too many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surplus {
    /// The rule.
    pub rule: &'static str,
    /// Where the first of them is.
    pub first: Place,
    /// How many there are.
    pub count: usize,
    /// How bad the worst of them is.
    pub severity: Severity,
}

/// What a rule has found so far, file by file.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    kept: HashMap<FileId, usize>,
    surplus: Vec<Surplus>,
    /// The last one that is not kept: its rule may still say how bad it is.
    last: Option<Box<Diagnostic>>,
}

impl Bounds {
    /// Whether one more finding in a file is kept.
    pub(super) fn admit(&mut self, file: FileId) -> bool {
        let kept = self.kept.entry(file).or_default();
        *kept += 1;
        *kept <= MOST_FINDINGS
    }

    /// Notes a finding that is not kept.
    pub(super) fn pass_over(&mut self, found: Diagnostic) -> &mut Diagnostic {
        self.settle();
        self.last.insert(Box::new(found))
    }

    fn settle(&mut self) {
        let Some(last) = self.last.take() else { return };
        match self.surplus.iter_mut().find(|known| known.first.file == last.place.file) {
            Some(known) => {
                known.count += 1;
                known.severity = known.severity.max(last.severity);
            }
            None => self.surplus.push(Surplus {
                rule: last.rule,
                first: last.place,
                count: 1,
                severity: last.severity,
            }),
        }
    }

    /// What is not kept.
    pub(super) fn surplus(&mut self) -> Vec<Surplus> {
        self.settle();
        std::mem::take(&mut self.surplus)
    }
}
