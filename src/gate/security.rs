//! `security_validation`: the scans that a version must pass, the reviews and the compliance.

use super::value::{Block, Field, Share, is_empty, number, share};
use crate::k8s::is_templated;
use crate::tree::{Entry, Node};
use crate::words::{is_placeholder, split};

/// What a scan attacks or measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suite {
    PromptInjection,
    IndirectInjection,
    Jailbreak,
    Pii,
    OutputSafety,
    AccessControl,
}

impl Suite {
    pub(crate) const ALL: [Suite; 6] = [
        Suite::PromptInjection,
        Suite::IndirectInjection,
        Suite::Jailbreak,
        Suite::Pii,
        Suite::OutputSafety,
        Suite::AccessControl,
    ];

    /// The name in parameters.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Suite::PromptInjection => "prompt-injection",
            Suite::IndirectInjection => "indirect-injection",
            Suite::Jailbreak => "jailbreak",
            Suite::Pii => "pii",
            Suite::OutputSafety => "output-safety",
            Suite::AccessControl => "access-control",
        }
    }

    /// What it is about, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Suite::PromptInjection => "prompt injection",
            Suite::IndirectInjection => "indirect injection",
            Suite::Jailbreak => "jailbreaks",
            Suite::Pii => "personal data",
            Suite::OutputSafety => "output safety",
            Suite::AccessControl => "access control",
        }
    }

    /// The suite that a scan of that name is.
    fn named(name: &str) -> Option<Self> {
        let mut parts = Vec::new();
        split(name, &mut parts);
        let name = parts.join("_");
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let is = |words: &[&str]| parts.iter().any(|part| words.contains(&part.as_str()));
        Some(if has(&["injection"]) {
            if has(&["indirect", "context", "poison", "xpia"]) {
                Suite::IndirectInjection
            } else if has(&["prompt", "direct"]) {
                Suite::PromptInjection
            } else {
                return None; // of SQL, of code
            }
        } else if has(&["poisoned_context", "context_poisoning"]) {
            Suite::IndirectInjection
        } else if has(&["jailbreak", "jail_break"]) {
            Suite::Jailbreak
        } else if is(&["pii"]) || has(&["personal_data", "personal_information"]) {
            Suite::Pii
        } else if has(&["output_safety", "content_safety", "harmful", "toxicity"]) {
            Suite::OutputSafety
        } else if has(&["access_control", "authorization", "authorisation", "privilege_escalation"])
            || is(&["authz", "rbac"])
        {
            Suite::AccessControl
        } else {
            return None;
        })
    }
}

/// One of `automated_scans`.
#[derive(Debug)]
pub(crate) struct Scan<'t> {
    pub(crate) name: &'t str,
    /// What it scans for, if its name tells.
    pub(crate) suite: Option<Suite>,
    pub(crate) tests: Field<'t, f64>,
    pub(crate) pass_threshold: Field<'t, Share>,
}

/// A review or a point of compliance, and how far it is.
#[derive(Debug)]
pub(crate) struct Item<'t> {
    pub(crate) name: &'t str,
    pub(crate) at: Node<'t>,
    pub(crate) state: State,
}

/// How far a review is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It says so, or it names a day or a report.
    Done,
    /// It says that it is not, or nothing that would mean it is.
    Open,
    /// A template.
    Unclear,
}

/// A list of reviews, and the ones of the guide that are not in it.
#[derive(Debug)]
pub(crate) struct Reviews<'t> {
    /// The key of the list, or of the block that has none.
    pub(crate) at: Node<'t>,
    pub(crate) items: Vec<Item<'t>>,
    pub(crate) missing: Vec<&'static str>,
}

#[derive(Debug)]
pub(crate) struct SecurityValidation<'t> {
    /// The key of the list of scans, or of the block that has none.
    pub(crate) scans_key: Node<'t>,
    /// Nothing for a list that a template fills in.
    pub(crate) scans: Option<Vec<Scan<'t>>>,
    pub(crate) reviews: Reviews<'t>,
    pub(crate) compliance: Reviews<'t>,
}

/// A review or a point, with what else goes by its name.
type Wanted = (&'static str, &'static [&'static str]);

/// Source: the evaluation guide, section 21.1.1 ("Security Validation Checklist").
const REVIEWS: [Wanted; 3] = [
    ("red_team_assessment", &["red_team", "redteam"]),
    ("security_architecture_review", &["architecture"]),
    ("penetration_test", &["penetration", "pentest", "pen_test"]),
];
const COMPLIANCE: [Wanted; 4] = [
    ("data_handling_policy", &[]),
    ("audit_logging", &[]),
    ("encryption_at_rest", &[]),
    ("encryption_in_transit", &[]),
];

impl<'t> Reviews<'t> {
    /// What is not done or not there, and where.
    pub(crate) fn gaps(&self) -> Vec<(Node<'t>, String)> {
        let open = self.items.iter().filter(|item| item.state == State::Open);
        let mut gaps: Vec<_> = open.map(|item| (item.at, item.describe())).collect();
        if !self.missing.is_empty() {
            let names: Vec<_> = self.missing.iter().map(|name| format!("`{name}`")).collect();
            gaps.push((self.at, format!("nothing is said of {}", names.join(", "))));
        }
        gaps
    }
}

impl Item<'_> {
    /// What it says.
    pub(crate) fn describe(&self) -> String {
        let text = self.at.text();
        if text.is_empty() || text == self.name {
            format!("`{}` has no result", self.name)
        } else {
            format!("`{}` is `{text}`", self.name)
        }
    }
}

impl<'t> SecurityValidation<'t> {
    pub(super) fn read(block: Block<'t>) -> Self {
        let scans = block.entry(&["automated_scans"]);
        SecurityValidation {
            scans_key: scans.map_or(block.grip, |entry| entry.key),
            scans: match scans {
                None => Some(Vec::new()),
                Some(entry) if entry.value.is_scalar() => None,
                Some(entry) => Some(read_scans(entry.value)),
            },
            reviews: reviews(block, "manual_review", &REVIEWS, |_, said| {
                said.map_or(State::Open, review_state)
            }),
            compliance: reviews(block, "compliance", &COMPLIANCE, |value, said| match said {
                Some(said) => compliance_state(said),
                // What is described is there.
                None if is_empty(value) => State::Open,
                None => State::Done,
            }),
        }
    }
}

fn scan<'t>(name: &'t str, block: Block<'t>) -> Scan<'t> {
    Scan {
        name,
        suite: Suite::named(name),
        tests: block.field(&["tests"], number),
        pass_threshold: block.field(&["pass_threshold"], share),
    }
}

/// A list of scans that name themselves, or a mapping from their names.
fn read_scans(node: Node<'_>) -> Vec<Scan<'_>> {
    let listed = node.items().filter(|item| item.is_map()).map(|item| {
        let name = item.at(&["name"]).map(Node::text).unwrap_or_default();
        scan(name, Block::item(item, "name"))
    });
    let mapped = node.entries().into_iter().filter(|entry| entry.value.is_map());
    listed.chain(mapped.map(|entry| scan(entry.key.text(), Block::of(entry)))).collect()
}

/// What says how far a review is, from the plainest to what only shows that it is done.
const SAYS: [&str; 16] = [
    "status",
    "result",
    "state",
    "outcome",
    "done",
    "completed",
    "passed",
    "approved",
    "enabled",
    "implemented",
    "compliant",
    "date",
    "completed_at",
    "completed_on",
    "report",
    "link",
];

/// The reviews by name: of a mapping, or of a list of mappings that have one key each or name themselves.
fn points<'t>(list: Node<'t>) -> Vec<(Node<'t>, Node<'t>)> {
    let pairs = |map: Node<'t>| -> Vec<_> {
        map.entries().into_iter().map(|Entry { key, value }| (key, value)).collect()
    };
    if list.is_map() {
        return pairs(list);
    }
    let of = |item: Node<'t>| match item.at(&["name"]).filter(|name| name.is_scalar()) {
        Some(name) => vec![(name, item)],
        None => pairs(item),
    };
    list.items().flat_map(of).collect()
}

/// The value that says how far a review is: itself, or one in its mapping.
fn said(value: Node<'_>) -> Option<Node<'_>> {
    if value.is_scalar() {
        return Some(value);
    }
    SAYS.iter().find_map(|key| value.at(&[key]).filter(|said| !said.is_null()))
}

/// `state_of` tells how far one of them is, from its value and from what that says.
fn reviews<'t>(
    block: Block<'t>,
    key: &str,
    wanted: &[Wanted],
    state_of: fn(Node<'t>, Option<Node<'t>>) -> State,
) -> Reviews<'t> {
    let Some(list) = block.entry(&[key]) else {
        let missing = wanted.iter().map(|(name, _)| *name).collect();
        return Reviews { at: block.grip, items: Vec::new(), missing };
    };
    if list.value.is_scalar() {
        return Reviews { at: list.key, items: Vec::new(), missing: Vec::new() };
    }
    let items: Vec<_> = points(list.value)
        .into_iter()
        .map(|(name, value)| {
            let said = said(value).filter(|said| said.is_scalar() && !said.is_null());
            let state = state_of(value, said);
            Item { name: name.text(), at: said.unwrap_or(name), state }
        })
        .collect();
    let is_there = |(name, others): &Wanted| {
        items.iter().any(|item| {
            let said = joined(item.name);
            item.name == *name || others.iter().any(|other| said.contains(other))
        })
    };
    let missing = wanted.iter().filter(|it| !is_there(it)).map(|(name, _)| *name).collect();
    Reviews { at: list.key, items, missing }
}

/// The words of a name in lower case: `Red-team exercise` as `red_team_exercise`.
fn joined(name: &str) -> String {
    let mut parts = Vec::new();
    split(name, &mut parts);
    parts.join("_")
}

/// A value in lower case, without what stands between its words.
fn plain(node: Node<'_>) -> String {
    node.text().trim().to_ascii_lowercase().replace(['_', '-'], " ")
}

/// Whether a text is, or begins with, one of some words.
fn begins(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        let rest = text.strip_prefix(word);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    })
}

/// A point is met by whatever tells how (`AES-256`, `GDPR compliant`), unless that says the contrary.
fn compliance_state(node: Node<'_>) -> State {
    const NEGATIVE: [&str; 26] = [
        "absent",
        "disabled",
        "fail",
        "failed",
        "failing",
        "false",
        "in progress",
        "inactive",
        "incomplete",
        "missing",
        "non",
        "noncompliant",
        "none",
        "not",
        "off",
        "open",
        "partial",
        "partially",
        "pending",
        "plaintext",
        "planned",
        "rejected",
        "scheduled",
        "to be",
        "unencrypted",
        "unknown",
    ];
    let text = plain(node);
    if is_templated(&text) {
        return State::Unclear;
    }
    let is_negative = matches!(text.as_str(), "" | "0" | "n/a" | "na" | "no")
        || begins(&text, &NEGATIVE)
        || is_placeholder(node.text());
    if is_negative { State::Open } else { State::Done }
}

fn review_state(node: Node<'_>) -> State {
    const DONE: [&str; 26] = [
        "completed",
        "complete",
        "done",
        "finished",
        "closed",
        "approved",
        "accepted",
        "signed off",
        "passed",
        "pass",
        "ok",
        "success",
        "successful",
        "yes",
        "true",
        "compliant",
        "conformant",
        "certified",
        "met",
        "enabled",
        "enforced",
        "active",
        "on",
        "verified",
        "implemented",
        "in place",
    ];
    let text = plain(node);
    if is_templated(&text) {
        return State::Unclear;
    }
    // A day or a report is how those say it who keep records.
    let is_record = text.contains("://")
        || text.starts_with("20") && text.chars().filter(char::is_ascii_digit).count() >= 6;
    if begins(&text, &DONE) || is_record { State::Done } else { State::Open }
}
