//! What people vouch for where no file shows it: the `[[evidence]]` of `agentcheck.toml`.
//!
//! A [`Record`] is one such table as it is written, and [`Record::evidence`] what it is worth: an
//! [`Evidence`], which counts until its [`Standing`] says otherwise, or the [`Flaw`] for which it never
//! counted. [`Written`] is a record with its places, for rules. [`link`] follows what a record points at.

pub(crate) mod link;

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use crate::checklist::{Item, item};
use crate::source::Place;
use crate::tree::Node;
use crate::words::is_placeholder;

/// What a record may state of a recovery, in the order in which the keys are listed.
pub const STATEMENTS: [&str; 2] = ["rto", "rpo"];

/// A table `[[evidence]]`. What is of the wrong type is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The checklist item.
    pub item: Option<String>,
    /// Who vouches.
    pub owner: Option<String>,
    /// Since when.
    pub date: Option<Date>,
    /// The last day on which it counts.
    pub expires: Option<Date>,
    /// Where to look it up.
    pub link: Option<String>,
    /// What else there is to say.
    pub note: Option<String>,
    /// What it states, by the keys of [`STATEMENTS`].
    pub states: BTreeMap<&'static str, String>,
}

/// What someone vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The checklist item.
    pub item: String,
    /// Who vouches.
    pub owner: String,
    /// Since when.
    pub date: Date,
    /// The last day on which it counts.
    pub expires: Option<Date>,
    /// Where to look it up.
    pub link: Option<String>,
    /// What else there is to say.
    pub note: Option<String>,
    /// What it states, by the keys of [`STATEMENTS`].
    pub states: BTreeMap<&'static str, String>,
}

/// Why a record never counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It names no item.
    NoItem,
    /// There is no item of that name.
    UnknownItem,
    /// Nobody vouches.
    NoOwner,
    /// Nobody knows since when.
    NoDate,
    /// It is of a day to come.
    InFuture(Date),
    /// It does not state what its item asks for.
    Silent(&'static str),
}

impl Flaw {
    /// What is wrong with the record: "it has no owner".
    pub(crate) fn describe(self) -> String {
        match self {
            Flaw::NoItem => "it names no item".to_owned(),
            Flaw::UnknownItem => "its item is unknown".to_owned(),
            Flaw::NoOwner => "it has no owner".to_owned(),
            Flaw::NoDate => "it has no date".to_owned(),
            Flaw::InFuture(date) => format!("it is of {date}, which is yet to come"),
            Flaw::Silent(key) => format!("it does not state `{key}`"),
        }
    }
}

/// Whether evidence counts on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// Its last day is over.
    Expired(Date),
    /// It has so many days, and the item asks for one with so many at most.
    TooOld { days: i32, most: u16 },
    /// It does.
    Counts,
}

impl Standing {
    /// Why it counts no more: "it expired on 2026-10-01".
    pub(crate) fn describe(self) -> String {
        match self {
            Standing::Expired(last) => format!("it expired on {last}"),
            Standing::TooOld { days, most } => {
                format!("it is {days} days old, and counts for {most}")
            }
            Standing::Counts => "it counts".to_owned(),
        }
    }
}

impl Record {
    /// The item that it is for, if there is one of that name.
    pub(crate) fn known_item(&self) -> Option<&'static Item> {
        item(self.item.as_deref()?)
    }

    /// Who vouches. `TODO` is nobody.
    pub(crate) fn named_owner(&self) -> Option<&str> {
        self.owner.as_deref().map(str::trim).filter(|owner| !owner.is_empty() && !is_nobody(owner))
    }

    /// What it is worth.
    pub(crate) fn evidence(&self, today: Date) -> Result<Evidence, Flaw> {
        let name = self.item.clone().filter(|item| !item.trim().is_empty()).ok_or(Flaw::NoItem)?;
        let item = self.known_item().ok_or(Flaw::UnknownItem)?;
        let owner = self.named_owner().ok_or(Flaw::NoOwner)?;
        let date = self.date.ok_or(Flaw::NoDate)?;
        if date > today {
            return Err(Flaw::InFuture(date));
        }
        if let Some(key) = self.unstated(item).next() {
            return Err(Flaw::Silent(key));
        }
        Ok(Evidence {
            item: name,
            owner: owner.to_owned(),
            date,
            expires: self.expires,
            link: self.link.clone(),
            note: self.note.clone(),
            states: self.states.clone(),
        })
    }

    /// What the item asks for and it does not state.
    pub(crate) fn unstated(&self, item: &Item) -> impl Iterator<Item = &'static str> {
        let wanted = STATEMENTS.into_iter().filter(|key| item.states().iter().any(|it| it == key));
        wanted.filter(|key| !self.states.contains_key(key))
    }
}

/// Whether an owner is none: what templates have there, and `nobody`.
fn is_nobody(owner: &str) -> bool {
    const NOBODY: [&str; 14] = [
        "n/a",
        "na",
        "none",
        "nobody",
        "noone",
        "no one",
        "null",
        "owner",
        "someone",
        "somebody",
        "unassigned",
        "unknown",
        "your-name",
        "your-team",
    ];
    let lower = owner.to_lowercase();
    let is_bracketed = [('<', '>'), ('[', ']'), ('{', '}')]
        .iter()
        .any(|(open, close)| lower.starts_with(*open) && lower.ends_with(*close));
    NOBODY.contains(&lower.as_str())
        || is_placeholder(&lower)
        || is_bracketed
        || !lower.chars().any(char::is_alphanumeric)
}

impl Evidence {
    /// Whether it counts on a day, for an item that asks for records of so many days at most.
    pub(crate) fn standing(&self, most: Option<u16>, today: Date) -> Standing {
        if let Some(last) = self.expires.filter(|last| *last < today) {
            return Standing::Expired(last);
        }
        let days = today.since(self.date).map_or(i32::MAX, |age| age.get_days());
        match most.filter(|most| days > i32::from(*most)) {
            Some(most) => Standing::TooOld { days, most },
            None => Standing::Counts,
        }
    }
}

/// A record and its places.
#[derive(Debug)]
pub(crate) struct Written<'t> {
    /// The table. In a file its place is that of the header.
    pub(crate) table: Node<'t>,
    pub(crate) record: Record,
}

impl<'t> Written<'t> {
    /// The value of a key.
    pub(crate) fn value(&self, key: &str) -> Option<Node<'t>> {
        self.table.get(key).map(|entry| entry.value)
    }

    /// The value of a key or, without one, the header.
    pub(crate) fn at(&self, key: &str) -> Place {
        self.value(key).unwrap_or(self.table).place()
    }

    /// What it is called in a message: "the evidence for `paladin/recovery/drill`".
    pub(crate) fn describe(&self) -> String {
        match self.record.item.as_deref().filter(|item| !item.trim().is_empty()) {
            Some(item) => format!("the evidence for `{item}`"),
            None => "this evidence".to_owned(),
        }
    }

    /// The item, what it is worth, and whether that counts on a day.
    fn judged(&self, today: Date) -> Option<(&'static Item, Evidence, Standing)> {
        let (item, evidence) = (self.record.known_item()?, self.record.evidence(today).ok()?);
        let standing = evidence.standing(item.max_age, today);
        Some((item, evidence, standing))
    }
}

/// The records that counted once and do no more, unless another one took their place.
pub(crate) fn lapsed<'w, 't>(
    all: &'w [Written<'t>],
    today: Date,
) -> Vec<(&'w Written<'t>, Standing)> {
    let judged = all.iter().filter_map(|it| Some((it, it.judged(today)?)));
    let (counting, lapsed): (Vec<_>, Vec<_>) =
        judged.partition(|(_, (_, _, standing))| *standing == Standing::Counts);
    let renewed: HashSet<&str> = counting.iter().map(|(_, (item, ..))| item.decided_as()).collect();
    let lapsed = lapsed.into_iter().filter(|(_, (item, ..))| !renewed.contains(item.decided_as()));
    lapsed.map(|(written, (_, _, standing))| (written, standing)).collect()
}

/// The records that say what another one says as well, each with that one: of several that count for an
/// item, the newest is enough.
pub(crate) fn duplicates<'w, 't>(
    all: &'w [Written<'t>],
    today: Date,
) -> Vec<(&'w Written<'t>, &'w Written<'t>)> {
    let counting = all.iter().filter_map(|written| {
        let (item, evidence, standing) = written.judged(today)?;
        (standing == Standing::Counts).then_some((written, item.id.as_str(), evidence.date))
    });
    let counting: Vec<_> = counting.collect();
    let mut newest: HashMap<&str, (&Written<'_>, Date)> = HashMap::new();
    for (written, item, date) in &counting {
        let best = newest.entry(item).or_insert((written, *date));
        if *date > best.1 {
            *best = (written, *date);
        }
    }
    let again = counting.iter().filter_map(|(written, item, _)| {
        let (best, _) = newest.get(item)?;
        (!std::ptr::eq(*best, *written)).then_some((*written, *best))
    });
    again.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn record() -> Record {
        Record {
            item: Some("paladin/monitoring/on-call".to_owned()),
            owner: Some("platform-team".to_owned()),
            date: Some(day("2026-10-01")),
            ..Record::default()
        }
    }

    #[test]
    fn a_record_counts_if_nothing_is_wrong_with_it() {
        let today = day("2026-11-21");
        assert!(record().evidence(today).is_ok());
        let text = |text: &str| Some(text.to_owned());
        for (record, flaw) in [
            (Record { item: None, ..record() }, Flaw::NoItem),
            (Record { item: text(" "), ..record() }, Flaw::NoItem),
            (Record { item: text("paladin/monitoring/oncall"), ..record() }, Flaw::UnknownItem),
            (Record { owner: None, ..record() }, Flaw::NoOwner),
            (Record { owner: text("  "), ..record() }, Flaw::NoOwner),
            (Record { owner: text("TODO: name one"), ..record() }, Flaw::NoOwner),
            (Record { owner: text("<team>"), ..record() }, Flaw::NoOwner),
            (Record { owner: text("?"), ..record() }, Flaw::NoOwner),
            (Record { date: None, ..record() }, Flaw::NoDate),
            (
                Record { date: Some(day("2026-11-22")), ..record() },
                Flaw::InFuture(day("2026-11-22")),
            ),
            (Record { item: text("paladin/recovery/drill"), ..record() }, Flaw::Silent("rto")),
        ] {
            assert_eq!(record.evidence(today), Err(flaw), "{record:?}");
        }
        let states = [("rto", "4h".to_owned()), ("rpo", "15m".to_owned())].into();
        let drill = Record { item: text("paladin/recovery/drill"), states, ..record() };
        assert!(drill.evidence(today).is_ok());
    }

    #[test]
    fn evidence_counts_for_a_time() {
        let evidence = |expires: Option<&str>| {
            let record = Record { expires: expires.map(day), ..record() };
            record.evidence(day("2026-11-21")).unwrap()
        };
        let (forever, until) = (evidence(None), evidence(Some("2026-11-21")));
        assert_eq!(forever.standing(None, day("2036-11-21")), Standing::Counts);
        assert_eq!(until.standing(None, day("2026-11-21")), Standing::Counts);
        let last = day("2026-11-21");
        assert_eq!(until.standing(None, day("2026-11-22")), Standing::Expired(last));
        assert_eq!(forever.standing(Some(51), day("2026-11-21")), Standing::Counts);
        let old = Standing::TooOld { days: 51, most: 50 };
        assert_eq!(forever.standing(Some(50), day("2026-11-21")), old);
    }
}
