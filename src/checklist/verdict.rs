//! What is said of each item: what speaks against it, what for it, and who vouches for it.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::civil::Date;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::{CHECKLISTS, Checklist, Item, Kind, item};
use super::signal::{self, Answer, Proof, View};
use crate::diagnostic::Diagnostic;
use crate::evidence::{Evidence, Record, Standing};
use crate::repo::deployment::is_left_out;
use crate::repo::{is_among_tests, is_for_show};
use crate::source::Place;

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
            Verdict::Pass => "met",
            Verdict::Fail => "failed",
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
        records: &[Record],
        today: Date,
    ) -> Self {
        let (answers, failures) = ask(view);
        let mut by_rule: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, found) in found.iter().enumerate().filter(|(_, it)| counts(view, it)) {
            by_rule.entry(found.rule).or_default().push(index);
        }
        let records = by_item(records);
        let items = CHECKLISTS.iter().flat_map(Checklist::items).map(|asked| {
            let decides = item(asked.decided_as()).unwrap_or(asked);
            let weighed = Weighed::of(decides, found, &by_rule, &answers, &is_off);
            let none = Vec::new();
            let records = records.get(decides.id.as_str()).unwrap_or(&none);
            weighed.judge(asked, Word::on(asked, records, today))
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

/// The groups of rules that judge what is to run.
const OF_WHAT_RUNS: [&str; 6] = ["agent/", "alert/", "compose/", "docker/", "gate/", "k8s/"];

/// Whether a finding is about something that runs in production. Of files for development, tests and examples
/// only what gives a credential away is.
fn counts(view: &View<'_>, found: &Diagnostic) -> bool {
    let is_of = |group: &str| found.rule.starts_with(group);
    if !OF_WHAT_RUNS.into_iter().any(is_of) || tells_secret(found.rule) {
        return true;
    }
    let Some(source) = view.project().source(found.place.file) else { return true };
    let path = source.path_in_run();
    let is_for_others = is_among_tests(path)
        || is_of("docker/") && is_left_out(path)
        || is_of("agent/") && (source.is_example() || is_for_show(path));
    view.has(found.place.file) && !is_for_others
}

fn tells_secret(rule: &str) -> bool {
    const WORDS: [&str; 7] = [
        "chpasswd",
        "credential",
        "default-login",
        "dotenv",
        "secret-file",
        "secret-in",
        "secrets-file",
    ];
    WORDS.iter().any(|it| rule.contains(it)) || rule.ends_with("secret-literal")
}

/// Looks for every signal, each once.
fn ask(view: &View<'_>) -> (HashMap<&'static str, Answer>, Vec<&'static str>) {
    let asked: Vec<_> = signal::SIGNALS
        .par_iter()
        .map(|signal| {
            let look = catch_unwind(AssertUnwindSafe(|| signal.answer(view)));
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
        let lacking = lacking(decides, answers);
        let is_here =
            |index: &usize| found.get(*index).is_some_and(|it| lacking.contains(&it.place));
        let mut all = indexes(&decides.rules);
        all.extend(indexes(&decides.narrow).into_iter().filter(is_here));
        all.sort_unstable();
        let (accepted, against) = all.into_iter().partition(is_accepted);
        let mut lacks = indexes(&decides.lacks);
        lacks.retain(|index| !is_accepted(index));
        let off: Vec<_> = decides.against().filter(|rule| is_off(rule)).collect();
        let rules = decides.against().count();
        let is_held = rules == 0 || off.len() < rules;
        let answer = |name: &String| answers.get(name.as_str()).cloned();
        let any = Answer::any_of(decides.signals.iter().filter_map(answer));
        let all = Answer::all_of(decides.all_signals.iter().filter_map(answer));
        let answer = Answer::any_of([any, all].into_iter().flatten());
        Weighed { against, lacks, accepted, off, is_held, answer }
    }

    /// The verdict on an item that this decides.
    fn judge(self, asked: &'static Item, word: Word) -> Judged {
        let Weighed { against, lacks, accepted, off, is_held, answer } = self;
        let (verdict, why, proofs) = match (answer, &word) {
            _ if !against.is_empty() => {
                (Verdict::Fail, counted(against.len(), "finding", "findings"), Vec::new())
            }
            (Some(Answer::Shown(proofs)), _) if is_held => (Verdict::Pass, String::new(), proofs),
            (_, Word::Counts(_)) => (Verdict::Attested, String::new(), Vec::new()),
            (_, Word::Lapsed(_, why)) => (Verdict::Expired, why.clone(), Vec::new()),
            (Some(Answer::Lacking(_, at)), _)
                if !accepted.is_empty() && at.len() <= accepted.len() =>
            {
                (Verdict::Attested, "accepted where it stands".to_owned(), Vec::new())
            }
            (Some(Answer::Moot(why)), _) => (Verdict::NotApplicable, why, Vec::new()),
            (Some(Answer::Shown(_)), _) => {
                let why = "the rules that decide it are turned off".to_owned();
                (Verdict::Missing, word.after(why), Vec::new())
            }
            (Some(Answer::Lacking(why, proofs)), _) => (Verdict::Missing, word.after(why), proofs),
            (None, _) if asked.kind == Kind::Evidence => {
                let why = match &word {
                    Word::Void(why) => why.clone(),
                    _ => "nobody vouches for it".to_owned(),
                };
                (Verdict::Missing, why, Vec::new())
            }
            (None, _) => {
                let why = word.after("nothing here shows it".to_owned());
                (Verdict::Missing, why, Vec::new())
            }
        };
        let findings = if verdict == Verdict::Missing { lacks } else { against };
        let record = word.evidence();
        Judged { item: asked, verdict, why, proofs, findings, accepted, off, record }
    }
}

/// Where the signals of an item say that something is lacking.
fn lacking(decides: &Item, answers: &HashMap<&'static str, Answer>) -> HashSet<Place> {
    let answers = decides.signals().filter_map(|name| answers.get(name));
    let places = answers.filter_map(|answer| match answer {
        Answer::Lacking(_, at) => Some(at.iter().map(|proof| proof.place)),
        Answer::Moot(_) | Answer::Shown(_) => None,
    });
    places.flatten().collect()
}

/// What people say of an item.
enum Word {
    /// Somebody vouches for it.
    Counts(Evidence),
    /// Somebody did, and why that counts no more.
    Lapsed(Evidence, String),
    /// There is a record, and why it never counted.
    Void(String),
    /// Nobody says anything.
    None,
}

impl Word {
    /// The best of what the records for an item, or for one that asks for the same, say of it.
    fn on(asked: &Item, records: &[&Record], today: Date) -> Self {
        let mut void = None;
        let sound = records.iter().filter_map(|record| {
            let worth = record.evidence(today);
            worth.inspect_err(|flaw| void = void.or(Some(*flaw))).ok()
        });
        let judged = sound.map(|it| (it.standing(asked.max_age, today), it));
        let best = judged.max_by_key(|(standing, it)| (*standing == Standing::Counts, it.date));
        match best {
            Some((Standing::Counts, evidence)) => Word::Counts(evidence),
            Some((standing, evidence)) => Word::Lapsed(evidence, standing.describe()),
            None => void.map_or(Word::None, |flaw| {
                Word::Void(format!("there is a record, but {}", flaw.describe()))
            }),
        }
    }

    /// Why nothing shows the item, and why nobody's word does.
    fn after(&self, why: String) -> String {
        match self {
            Word::Void(void) => format!("{why}; {void}"),
            _ => why,
        }
    }

    fn evidence(self) -> Option<Evidence> {
        match self {
            Word::Counts(evidence) | Word::Lapsed(evidence, _) => Some(evidence),
            Word::Void(_) | Word::None => None,
        }
    }
}

/// The records by the items that they help to decide.
fn by_item(records: &[Record]) -> HashMap<&'static str, Vec<&Record>> {
    let mut by_item: HashMap<&'static str, Vec<&Record>> = HashMap::new();
    for record in records {
        if let Some(item) = record.known_item() {
            by_item.entry(item.decided_as()).or_default().push(record);
        }
    }
    by_item
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Place, Span};

    const TODAY: Date = jiff::civil::date(2026, 11, 21);
    const ON_CALL: &str = "paladin/monitoring/on-call";
    const DRILL: &str = "production-agent/recovery/drill";

    fn record(item: &str, date: &str, expires: Option<&str>) -> Record {
        Record {
            item: Some(item.to_owned()),
            owner: Some("platform-team".to_owned()),
            date: date.parse().ok(),
            expires: expires.map(|day| day.parse().unwrap()),
            ..Record::default()
        }
    }

    fn weighed(answer: Option<Answer>) -> Weighed {
        let (against, lacks, accepted, off) = (vec![], vec![7], vec![], vec![]);
        Weighed { against, lacks, accepted, off, is_held: true, answer }
    }

    fn proof() -> Proof {
        Proof::new(Place { file: FileId::new(0), span: Span::new(0, 1) }, "here")
    }

    /// Verdict and reason.
    fn judged(weighed: Weighed, id: &str, records: &[Record]) -> (Verdict, String) {
        let asked = item(id).unwrap();
        let records: Vec<_> = records.iter().collect();
        let judged = weighed.judge(asked, Word::on(asked, &records, TODAY));
        (judged.verdict, judged.why)
    }

    #[test]
    fn findings_weigh_most_and_then_what_is_shown() {
        let shown = || Some(Answer::Shown(vec![proof()]));
        let counts = [record(ON_CALL, "2026-10-01", None)];
        let against = Weighed { against: vec![1, 2], ..weighed(shown()) };
        assert_eq!(judged(against, ON_CALL, &counts), (Verdict::Fail, "2 findings".to_owned()));
        assert_eq!(judged(weighed(shown()), ON_CALL, &counts).0, Verdict::Pass);
        let unheld = || Weighed { is_held: false, ..weighed(shown()) };
        let (verdict, why) = judged(unheld(), ON_CALL, &[]);
        assert_eq!((verdict, why.contains("turned off")), (Verdict::Missing, true));
        assert_eq!(judged(unheld(), ON_CALL, &counts).0, Verdict::Attested);
    }

    #[test]
    fn a_word_weighs_more_than_a_question_that_does_not_arise() {
        let moot = || weighed(Some(Answer::Moot("no Kubernetes here".to_owned())));
        let lacking = || weighed(Some(Answer::Lacking("no alerts here".to_owned(), vec![proof()])));
        let counts = [record(ON_CALL, "2026-10-01", None)];
        let said = (Verdict::NotApplicable, "no Kubernetes here".to_owned());
        assert_eq!(judged(moot(), ON_CALL, &[]), said);
        assert_eq!(judged(moot(), ON_CALL, &counts).0, Verdict::Attested);
        let said = (Verdict::Missing, "no alerts here".to_owned());
        assert_eq!(judged(lacking(), ON_CALL, &[]), said);
        assert_eq!(judged(lacking(), ON_CALL, &counts).0, Verdict::Attested);
        assert_eq!(judged(weighed(None), ON_CALL, &[]).1, "nobody vouches for it");
    }

    #[test]
    fn what_somebody_accepts_is_attested_where_it_explains_all() {
        let lacking = || Some(Answer::Lacking("1 container as root".to_owned(), vec![proof()]));
        let accepted = Weighed { accepted: vec![3], ..weighed(lacking()) };
        assert_eq!(judged(accepted, ON_CALL, &[]).0, Verdict::Attested);
        let both = Some(Answer::Lacking("2 containers".to_owned(), vec![proof(), proof()]));
        let accepted = Weighed { accepted: vec![3], ..weighed(both) };
        assert_eq!(judged(accepted, ON_CALL, &[]).0, Verdict::Missing);
    }

    #[test]
    fn words_lapse_and_some_never_counted() {
        for (id, records, expected, why) in [
            (ON_CALL, vec![record(ON_CALL, "2025-01-01", None)], Verdict::Attested, ""),
            (
                ON_CALL,
                vec![record(ON_CALL, "2025-01-01", Some("2026-11-20"))],
                Verdict::Expired,
                "it expired on 2026-11-20",
            ),
            (
                DRILL,
                vec![record(DRILL, "2026-08-22", None)],
                Verdict::Expired,
                "it is 91 days old, and counts for 90",
            ),
            (DRILL, vec![record(DRILL, "2026-08-23", None)], Verdict::Attested, ""),
            (
                DRILL,
                vec![record(DRILL, "2026-01-01", None), record(DRILL, "2026-11-01", None)],
                Verdict::Attested,
                "",
            ),
            (
                ON_CALL,
                vec![record(ON_CALL, "2026-11-22", None)],
                Verdict::Missing,
                "there is a record, but it is of 2026-11-22, which is yet to come",
            ),
            (
                ON_CALL,
                vec![Record { owner: None, ..record(ON_CALL, "2026-10-01", None) }],
                Verdict::Missing,
                "there is a record, but it has no owner",
            ),
        ] {
            assert_eq!(judged(weighed(None), id, &records), (expected, why.to_owned()), "{id}");
        }
    }

    #[test]
    fn a_percentage_is_never_rounded_up() {
        let score = |met, missing| Score { pass: met, missing, ..Score::default() };
        assert_eq!(score(199, 1).percent(), Some(99));
        assert_eq!(score(3, 0).percent(), Some(100));
        assert_eq!(Score { not_applicable: 4, ..Score::default() }.percent(), None);
    }
}
