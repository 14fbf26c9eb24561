//! The published checklists, and the verdict on each of their items.
//!
//! [`catalogue`] reads `rules/checklists/*.toml`, which say of every item what decides it: rules, whose
//! findings speak against it, and signals, which speak for it. [`signal`] looks for those in the
//! project; [`verdict`] weighs both, and what people vouch for. Rules know nothing of checklists.

mod catalogue;
pub(crate) mod signal;
mod verdict;

pub use self::catalogue::{
    CHECKLISTS, Checklist, Item, Kind, Section, item, items_of, items_shown_by, nearest_item,
};
pub(crate) use self::signal::View;
pub use self::signal::{Proof, signals};
pub use self::verdict::{Judged, Score, Scorecard, Verdict};
