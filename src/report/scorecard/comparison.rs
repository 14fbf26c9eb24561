//! What got better and what got worse since an older scorecard.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::checklist::{CHECKLISTS, Score, Scorecard, Verdict};

/// Why there is nothing to compare with.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// The file cannot be read.
    #[error("cannot read `{}`: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// It is no scorecard.
    #[error("`{}` is no report of `agentcheck checklist --format json`: {error}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// It is one of a format to come.
    #[error("`{}` is of version {version}, which this agentcheck does not know", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
}

/// An older scorecard, as far as it is compared.
#[derive(Debug)]
pub struct Before(HashMap<String, Verdict>);

/// How an item changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The item.
    pub item: &'static str,
    /// What was said of it.
    pub before: Verdict,
    /// What is said of it now.
    pub after: Verdict,
}

/// How the score of a checklist changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trend {
    /// The checklist.
    pub checklist: &'static str,
    /// The score of the items that both have, before.
    pub before: Score,
    /// And now.
    pub after: Score,
}

/// How a scorecard compares with an older one. Items that one of them lacks are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What got better, in the order of the checklists.
    pub better: Vec<Change>,
    /// What got worse.
    pub worse: Vec<Change>,
    /// The checklists that both have.
    pub trends: Vec<Trend>,
}

#[derive(Deserialize)]
struct Report {
    version: u32,
    checklists: Vec<Checklist>,
}

#[derive(Deserialize)]
struct Checklist {
    sections: Vec<Section>,
}

#[derive(Deserialize)]
struct Section {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    verdict: Verdict,
}

impl Comparison {
    /// Reads an older report.
    pub fn read(path: &Path) -> Result<Before, CompareError> {
        let text = fs::read_to_string(path)
            .map_err(|error| CompareError::Unreadable { path: path.to_owned(), error })?;
        let report: Report = serde_json::from_str(&text)
            .map_err(|error| CompareError::Foreign { path: path.to_owned(), error })?;
        if report.version != 1 {
            return Err(CompareError::Version { path: path.to_owned(), version: report.version });
        }
        let sections = report.checklists.into_iter().flat_map(|checklist| checklist.sections);
        let items = sections.flat_map(|section| section.items);
        Ok(Before(items.map(|item| (item.id, item.verdict)).collect()))
    }
}

impl Before {
    /// Compares a scorecard with this one.
    pub fn with(&self, card: &Scorecard) -> Comparison {
        let mut comparison = Comparison::default();
        for checklist in CHECKLISTS.iter() {
            let both = card.of_checklist(&checklist.name).filter_map(|judged| {
                let before = *self.0.get(&judged.item.id)?;
                Some(Change { item: &judged.item.id, before, after: judged.verdict })
            });
            let both: Vec<_> = both.collect();
            if both.is_empty() {
                continue;
            }
            comparison.trends.push(Trend {
                checklist: &checklist.name,
                before: Score::of(both.iter().map(|change| change.before)),
                after: Score::of(both.iter().map(|change| change.after)),
            });
            for change in both {
                match rank(change.after).cmp(&rank(change.before)) {
                    std::cmp::Ordering::Less => comparison.worse.push(change),
                    std::cmp::Ordering::Greater => comparison.better.push(change),
                    std::cmp::Ordering::Equal => {}
                }
            }
        }
        comparison
    }
}

/// The higher the better. An item that does not apply is nobody's fault.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Missing | Verdict::Expired => 1,
        Verdict::Pass | Verdict::Attested | Verdict::NotApplicable => 2,
    }
}
