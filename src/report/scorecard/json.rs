//! The scorecard as JSON, version 1: a contract with other programs. Fields may be added, never changed.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use super::Options;
use super::comparison::{Change, Comparison};
use crate::checklist::{CHECKLISTS, Checklist, Judged, Kind, Proof, Score, Scorecard, Verdict};
use crate::diagnostic::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::outcome::Outcome;
use crate::report::escape;
use crate::report::json::{Finding, Range, Seen, Tool, findings};
use crate::report::locate::Locator;

/// Where the schema stands on the web.
const ID: &str = "https://raw.githubusercontent.com/agentcheck/agentcheck/main/docs/schemas/scorecard.schema.json";

/// The JSON Schema of the scorecard, draft 7.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft07().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Report<'_>>();
    schema.insert("$id".to_owned(), ID.into());
    schema.to_value()
}

/// What `agentcheck checklist --format json` prints. New fields may appear at any time; `version`
/// changes when one is removed or changes its meaning.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Scorecard of agentcheck")]
struct Report<'o> {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The program that wrote the report.
    tool: Tool,
    /// The items of all checklists together.
    score: ToldScore,
    /// Every checklist that was asked for.
    checklists: Vec<ToldChecklist<'o>>,
    /// The findings that decide items, sorted by path, place and rule; suppressed ones included.
    diagnostics: Vec<Finding<'o>>,
    /// The files of the run.
    files: Seen<'o>,
    /// What changed since the report that was compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<ToldComparison>,
}

/// How many items of each verdict there are.
#[derive(Serialize, JsonSchema)]
struct ToldScore {
    /// Shown by files.
    pass: usize,
    /// Vouched for.
    attested: usize,
    /// Spoken against by findings.
    fail: usize,
    /// Once vouched for.
    expired: usize,
    /// Neither shown nor vouched for.
    missing: usize,
    /// Not asked.
    not_applicable: usize,
    /// How many of a hundred that apply are shown or vouched for, rounded down; nothing where none
    /// applies.
    percent: Option<usize>,
}

/// A checklist.
#[derive(Serialize, JsonSchema)]
struct ToldChecklist<'o> {
    /// The first part of the ids of its items.
    name: &'o str,
    /// What people call it.
    title: &'o str,
    /// The document that it is taken from.
    document: &'o str,
    /// Its items in numbers.
    score: ToldScore,
    /// Its parts.
    sections: Vec<ToldSection<'o>>,
}

/// A part of a checklist.
#[derive(Serialize, JsonSchema)]
struct ToldSection<'o> {
    /// The second part of the ids of its items.
    name: &'o str,
    /// What people call it.
    title: &'o str,
    /// Its items in numbers.
    score: ToldScore,
    /// Its items.
    items: Vec<ToldItem<'o>>,
}

/// An item.
#[derive(Serialize, JsonSchema)]
struct ToldItem<'o> {
    /// `checklist/section/name`
    id: &'o str,
    /// What it asks for.
    text: &'o str,
    /// How it can be decided.
    kind: Kind,
    /// What is said of it.
    verdict: Verdict,
    /// Why, where there is more to say.
    why: Option<&'o str>,
    /// The item of another checklist that asks for the same and decides this one.
    #[serde(rename = "as")]
    same: Option<&'o str>,
    /// The places that show it.
    shown: Vec<ToldProof<'o>>,
    /// The places that fail to.
    lacking: Vec<ToldProof<'o>>,
    /// The fingerprints of the findings that speak against it; of a missing one, of those that say so.
    #[schemars(with = "Vec<String>")]
    findings: Vec<Fingerprint>,
    /// The fingerprints of the findings that somebody asks to ignore.
    #[schemars(with = "Vec<String>")]
    accepted: Vec<Fingerprint>,
    /// The rules that would decide it and are turned off.
    off: &'o [&'static str],
    /// Who vouches for it, or did.
    evidence: Option<ToldRecord<'o>>,
}

/// A place, and what is there.
#[derive(Serialize, JsonSchema)]
struct ToldProof<'o> {
    /// Its file.
    file: &'o str,
    /// Where.
    range: Range,
    /// What is there.
    message: &'o str,
}

/// A record of evidence.
#[derive(Serialize, JsonSchema)]
struct ToldRecord<'o> {
    /// Who vouches.
    owner: &'o str,
    /// Since when, as `YYYY-MM-DD`.
    date: String,
    /// The last day on which it counts, as `YYYY-MM-DD`.
    expires: Option<String>,
    /// Where to look it up.
    link: Option<&'o str>,
    /// What else there is to say.
    note: Option<&'o str>,
    /// What it states, as the item asks: `rto`, `rpo`.
    states: &'o BTreeMap<&'static str, String>,
}

/// What changed.
#[derive(Serialize, JsonSchema)]
struct ToldComparison {
    /// What got better.
    better: Vec<ToldChange>,
    /// What got worse.
    worse: Vec<ToldChange>,
}

/// How an item changed.
#[derive(Serialize, JsonSchema)]
struct ToldChange {
    /// The item.
    item: &'static str,
    /// What was said of it.
    before: Verdict,
    /// What is said of it now.
    after: Verdict,
}

/// Writes one document.
pub(super) fn write(
    card: &Scorecard,
    outcome: &Outcome,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut locator = Locator::new(&outcome.files);
    let checklists = CHECKLISTS.iter().filter(|it| card.of_checklist(&it.name).next().is_some());
    let report = Report {
        version: 1,
        tool: Tool::this(),
        score: ToldScore::of(card.items.iter()),
        checklists: checklists
            .map(|it| ToldChecklist::of(it, card, outcome, &mut locator))
            .collect(),
        diagnostics: findings(outcome).collect(),
        files: Seen::of(outcome),
        comparison: options.comparison.map(ToldComparison::of),
    };
    writeln!(out, "{}", escape::json(serde_json::to_string_pretty(&report)?))
}

impl ToldScore {
    fn of<'o>(items: impl Iterator<Item = &'o Judged>) -> Self {
        let score = Score::of(items.map(|judged| judged.verdict));
        let percent = score.percent();
        let Score { pass, attested, fail, expired, missing, not_applicable } = score;
        ToldScore { pass, attested, fail, expired, missing, not_applicable, percent }
    }
}

impl<'o> ToldChecklist<'o> {
    fn of(
        checklist: &'o Checklist,
        card: &'o Scorecard,
        outcome: &'o Outcome,
        locator: &mut Locator<'o>,
    ) -> Self {
        let sections = checklist.sections.iter().map(|section| {
            let items = || {
                let all = card.of_checklist(&checklist.name);
                all.filter(|judged| judged.item.section() == section.name)
            };
            ToldSection {
                name: &section.name,
                title: &section.title,
                score: ToldScore::of(items()),
                items: items().map(|judged| ToldItem::of(judged, outcome, locator)).collect(),
            }
        });
        ToldChecklist {
            name: &checklist.name,
            title: &checklist.title,
            document: &checklist.document,
            sections: sections.collect(),
            score: ToldScore::of(card.of_checklist(&checklist.name)),
        }
    }
}

impl<'o> ToldItem<'o> {
    fn of(judged: &'o Judged, outcome: &'o Outcome, locator: &mut Locator<'o>) -> Self {
        let fingerprints = |of: &[usize]| -> Vec<Fingerprint> {
            let found = of.iter().filter_map(|index| outcome.diagnostics.get(*index));
            found.map(|found: &Diagnostic| found.fingerprint).collect()
        };
        let proofs = judged.proofs.iter().map(|proof| ToldProof::of(proof, locator)).collect();
        let (shown, lacking) = if judged.verdict == Verdict::Pass {
            (proofs, Vec::new())
        } else {
            (Vec::new(), proofs)
        };
        ToldItem {
            id: &judged.item.id,
            text: &judged.item.text,
            kind: judged.item.kind,
            verdict: judged.verdict,
            why: Some(judged.why.as_str()).filter(|why| !why.is_empty()),
            same: judged.item.same.as_deref(),
            shown,
            lacking,
            findings: fingerprints(&judged.findings),
            accepted: fingerprints(&judged.accepted),
            off: &judged.off,
            evidence: judged.record.as_ref().map(|record| ToldRecord {
                owner: &record.owner,
                date: record.date.to_string(),
                expires: record.expires.map(|day| day.to_string()),
                link: record.link.as_deref(),
                note: record.note.as_deref(),
                states: &record.states,
            }),
        }
    }
}

impl<'o> ToldProof<'o> {
    fn of(proof: &'o Proof, locator: &mut Locator<'o>) -> Self {
        ToldProof {
            file: locator.path(proof.place),
            range: Range::of(proof.place, locator),
            message: &proof.says,
        }
    }
}

impl ToldComparison {
    fn of(comparison: &Comparison) -> Self {
        let changes = |changes: &[Change]| -> Vec<ToldChange> {
            let changes = changes.iter();
            let told =
                changes.map(|it| ToldChange { item: it.item, before: it.before, after: it.after });
            told.collect()
        };
        ToldComparison { better: changes(&comparison.better), worse: changes(&comparison.worse) }
    }
}
