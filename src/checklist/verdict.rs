//! What is said of each item: what speaks against it, what for it, and who vouches for it.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::civil::Date;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::{CHECKLISTS, Checklist, Item, Kind, item};
use super::signal::{self, Answer, Proof, View};
use crate::config::Evidence;
use crate::diagnostic::Diagnostic;

/// What is said of an item.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Something shows it, and nothing speaks against it.
    Pass,
    /// A finding speaks against it.
    Fail,
    /// Nothing shows it, but somebody vouches for it.
    Attested,
    /// Somebody vouched for it, but that counts no more.
    Expired,
    /// Nothing shows it, and nobody vouches for it.
    Missing,
    /// The question does not arise.
    NotApplicable,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Verdict; 6] = [
        Verdict::Pass,
        Verdict::Attested,
        Verdict::Fail,
        Verdict::Expired,
        Verdict::Missing,
        Verdict::NotApplicable,
    ];

    /// The word that programs use.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Attested => "attested",
            Verdict::Expired => "expired",
            Verdict::Missing => "missing",
            Verdict::NotApplicable => "not-applicable",
        }
    }

    /// The word for people, as in "the item is ...".
    pub fn describe(self) -> &'static str {
        match self {
            Verdict::Pass => "shown",
            Verdict::Fail => "spoken against",
            Verdict::NotApplicable => "not applicable",
            other => other.as_str(),
        }
    }

    /// The heading of the items of this verdict.
    pub fn title(self) -> &'static str {
        match self {
            Verdict::Pass => "Met",
            Verdict::Attested => "Met by somebody's word",
            Verdict::Fail => "Failed",
            Verdict::Expired => "Expired",
            Verdict::Missing => "Missing",
            Verdict::NotApplicable => "Not applicable",
        }
    }

    /// Whether the item is as it should be.
    pub fn is_met(self) -> bool {
        matches!(self, Verdict::Pass | Verdict::Attested)
    }
}

/// How many items of each verdict there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Shown by files.
    pub pass: usize,
    /// Vouched for.
    pub attested: usize,
    /// Spoken against by findings.
    pub fail: usize,
    /// Once vouched for.
    pub expired: usize,
    /// Neither shown nor vouched for.
    pub missing: usize,
    /// Not asked.
    pub not_applicable: usize,
}

impl Score {
    /// Counts verdicts.
    pub fn of(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        let mut score = Score::default();
        for verdict in verdicts {
            *match verdict {
                Verdict::Pass => &mut score.pass,
                Verdict::Attested => &mut score.attested,
                Verdict::Fail => &mut score.fail,
                Verdict::Expired => &mut score.expired,
                Verdict::Missing => &mut score.missing,
                Verdict::NotApplicable => &mut score.not_applicable,
            } += 1;
        }
        score
    }

    /// The items that are as they should be.
    pub fn met(&self) -> usize {
        self.pass + self.attested
    }

    /// The items whose question arises.
    pub fn asked(&self) -> usize {
        self.met() + self.fail + self.expired + self.missing
    }

    /// How many of a hundred are met, rounded down, so that only all of them are 100; nothing where
    /// no question arises.
    pub fn percent(&self) -> Option<usize> {
        (self.met() * 100).checked_div(self.asked())
    }
}

/// An item and what is said of it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The item.
    pub item: &'static Item,
    /// What is said of it.
    pub verdict: Verdict,
    /// Why, in a few words.
    pub why: String,
    /// Where it is shown; of one that is missing, where it is not.
    pub proofs: Vec<Proof>,
    /// The findings against it, as indexes of those of the run.
    pub findings: Vec<usize>,
    /// The findings that somebody asks to ignore.
    pub accepted: Vec<usize>,
    /// The rules that would decide it and are turned off.
    pub off: Vec<&'static str>,
    /// Who vouches for it, or did.
    pub record: Option<Evidence>,
}

/// Every item of every checklist, judged.
#[derive(Clone, Debug, Default)]
pub struct Scorecard {
    /// In the order of [`CHECKLISTS`].
    pub items: Vec<Judged>,
    /// The day on which they were judged.
    pub day: Option<Date>,
    /// The signals that could not be looked for, which is a bug of agentcheck.
    pub failures: Vec<&'static str>,
}

impl Scorecard {
    /// Judges every item. `is_off` says which rules no file is held against.
    pub(crate) fn of(
        view: &View<'_>,
        found: &[Diagnostic],
        is_off: impl Fn(&str) -> bool,
        evidence: &[Evidence],
        today: Date,
    ) -> Self {
        let (answers, failures) = ask(view);
        let mut by_rule: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, found) in found.iter().enumerate() {
            by_rule.entry(found.rule).or_default().push(index);
        }
        let items = CHECKLISTS.iter().flat_map(Checklist::items).map(|asked| {
            let decides = item(asked.decided_as()).unwrap_or(asked);
            let weighed = Weighed::of(decides, found, &by_rule, &answers, &is_off);
            let record = best(evidence, asked, decides, today);
            weighed.judge(asked, record, today)
        });
        Scorecard { items: items.collect(), day: Some(today), failures }
    }

    /// Leaves out all checklists but those of these names.
    pub fn keep(&mut self, names: &[String]) {
        self.items.retain(|judged| names.iter().any(|name| name == judged.item.checklist()));
    }

    /// The items of a checklist.
    pub fn of_checklist(&self, name: &str) -> impl Iterator<Item = &Judged> {
        self.items.iter().filter(move |judged| judged.item.checklist() == name)
    }

    /// The item of that id.
    pub fn get(&self, id: &str) -> Option<&Judged> {
        self.items.iter().find(|judged| judged.item.id == id)
    }
}

/// Looks for every signal, each once.
fn ask(view: &View<'_>) -> (HashMap<&'static str, Answer>, Vec<&'static str>) {
    let asked: Vec<_> = signal::SIGNALS
        .par_iter()
        .map(|signal| {
            let look = catch_unwind(AssertUnwindSafe(|| (signal.look)(view)));
            (signal.name, look.ok())
        })
        .collect();
    let mut failures = Vec::new();
    let mut answers = HashMap::new();
    for (name, answer) in asked {
        match answer {
            Some(answer) => drop(answers.insert(name, answer)),
            None => failures.push(name),
        }
    }
    (answers, failures)
}

/// All that speaks for and against an item, without anybody's word.
struct Weighed {
    against: Vec<usize>,
    lacks: Vec<usize>,
    accepted: Vec<usize>,
    off: Vec<&'static str>,
    /// Whether any rule that decides it is on.
    is_held: bool,
    answer: Option<Answer>,
}

impl Weighed {
    fn of(
        decides: &'static Item,
        found: &[Diagnostic],
        by_rule: &HashMap<&str, Vec<usize>>,
        answers: &HashMap<&'static str, Answer>,
        is_off: &impl Fn(&str) -> bool,
    ) -> Self {
        let indexes = |rules: &[String]| -> Vec<usize> {
            let found = rules.iter().filter_map(|rule| by_rule.get(rule.as_str()));
            let mut indexes: Vec<_> = found.flatten().copied().collect();
            indexes.sort_unstable();
            indexes
        };
        let is_accepted =
            |index: &usize| found.get(*index).is_some_and(|found| found.suppressed.is_some());
        let (accepted, against) = indexes(&decides.rules).into_iter().partition(is_accepted);
        let mut lacks = indexes(&decides.lacks);
        lacks.retain(|index| !is_accepted(index));
        let rules = decides.rules.iter().map(String::as_str);
        let off: Vec<_> = rules.filter(|rule| is_off(rule)).collect();
        let is_held = decides.rules.is_empty() || off.len() < decides.rules.len();
        let answer = |name: &String| answers.get(name.as_str()).cloned();
        let any = Answer::any_of(decides.signals.iter().filter_map(answer));
        let all = Answer::all_of(decides.all_signals.iter().filter_map(answer));
        let answer = Answer::any_of([any, all].into_iter().flatten());
        Weighed { against, lacks, accepted, off, is_held, answer }
    }

    /// The verdict on an item that this decides.
    fn judge(self, asked: &'static Item, record: Option<Evidence>, today: Date) -> Judged {
        let Weighed { against, lacks, accepted, off, is_held, answer } = self;
        let is_current = record.as_ref().map(|record| counts(record, asked, today));
        let (verdict, why, proofs) = match (answer, is_current) {
            _ if !against.is_empty() => {
                (Verdict::Fail, counted(against.len(), "finding", "findings"), Vec::new())
            }
            (Some(Answer::Shown(proofs)), _) if is_held => (Verdict::Pass, String::new(), proofs),
            (_, Some(true)) => (Verdict::Attested, String::new(), Vec::new()),
            (_, Some(false)) => (Verdict::Expired, String::new(), Vec::new()),
            (Some(Answer::Lacking(_, at)), None)
                if !accepted.is_empty() && at.len() <= accepted.len() =>
            {
                (Verdict::Attested, "accepted where it stands".to_owned(), Vec::new())
            }
            (Some(Answer::Shown(_)), None) => {
                let why = "the rules that decide it are turned off".to_owned();
                (Verdict::Missing, why, Vec::new())
            }
            (Some(Answer::Moot(why)), None) => (Verdict::NotApplicable, why, Vec::new()),
            (Some(Answer::Lacking(why, proofs)), None) => (Verdict::Missing, why, proofs),
            (None, None) if asked.kind == Kind::Evidence => {
                (Verdict::Missing, "nobody vouches for it".to_owned(), Vec::new())
            }
            (None, None) => (Verdict::Missing, "nothing here shows it".to_owned(), Vec::new()),
        };
        let findings = if verdict == Verdict::Missing { lacks } else { against };
        Judged { item: asked, verdict, why, proofs, findings, accepted, off, record }
    }
}

/// The record that counts longest of those for an item, or for one that asks for the same.
fn best(evidence: &[Evidence], asked: &Item, decides: &Item, today: Date) -> Option<Evidence> {
    let is_for =
        |record: &&Evidence| item(&record.item).is_some_and(|of| of.decided_as() == decides.id);
    let records = evidence.iter().filter(is_for);
    let best = records.max_by_key(|record| (counts(record, asked, today), record.date));
    best.cloned()
}

/// Whether a record counts for an item on a day.
fn counts(record: &Evidence, asked: &Item, today: Date) -> bool {
    let is_young = asked.max_age.is_none_or(|days| {
        let age = today.since(record.date).map(|age| age.get_days());
        age.is_ok_and(|age| age <= i32::from(days))
    });
    record.date <= today && record.expires.is_none_or(|last| today <= last) && is_young
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
