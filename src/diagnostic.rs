//! A finding, and the fix that it may carry.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fingerprint::Fingerprint;
use crate::source::Place;

/// How bad it is. The order is the order of weight.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Will hurt some day.
    Warning,
    /// Hurts.
    Error,
}

impl Severity {
    /// The word that configuration and reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The severity of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Severity::Note, Severity::Warning, Severity::Error]
            .into_iter()
            .find(|severity| severity.as_str() == name)
    }
}

/// How sure the rule is that the finding is a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The other end may live outside this project.
    Low,
    /// A heuristic that is usually right.
    Medium,
    /// The file says so.
    High,
}

impl Confidence {
    /// The word that rule pages and reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }

    /// The confidence of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Confidence::Low, Confidence::Medium, Confidence::High]
            .into_iter()
            .find(|confidence| confidence.as_str() == name)
    }
}

/// How sure a fix is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// What runs does not change for the worse.
    Safe,
    /// Needs a value or a judgement that only the author has.
    Unsafe,
}

/// Replaces the bytes of `place` by `text`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub place: Place,
    /// What stands there afterwards.
    pub text: String,
}

/// Where a value is in the data of a file: the index of the document, then keys and indexes.
pub type DataPath = Vec<String>;

/// Edits that together mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the edits do, as a command: "set resources.limits.memory".
    pub title: String,
    /// Whether it may be applied without a look.
    pub applicability: Applicability,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
    /// The data that the edits mean to change; nothing else may differ afterwards.
    pub touches: Vec<DataPath>,
}

/// Another place that belongs to the story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What is there.
    pub message: String,
}

/// The object that a finding is about, where it has a name of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema, Default)]
pub struct Subject {
    /// `Deployment`, `Service`, `compose service`, `stage`, `agent`, ...
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The namespace of a Kubernetes object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The container of a workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
}

/// Why a finding is not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suppression {
    /// `comment`, `annotation` or `baseline`.
    pub kind: &'static str,
    /// The reason its author gave, if any.
    pub reason: String,
}

impl Suppression {
    /// The kind of those that a baseline notes.
    pub(crate) const BASELINE: &'static str = "baseline";

    /// Whether a baseline notes the finding, instead of somebody asking to ignore it.
    pub(crate) fn is_baseline(&self) -> bool {
        self.kind == Suppression::BASELINE
    }
}

/// One of several findings that are said as one: that a container has no limit, where none has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it would be by itself.
    pub place: Place,
    /// What it is about.
    pub subject: Arc<Subject>,
    /// What it would be known by.
    pub fingerprint: Fingerprint,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The id of the rule, `group/name`.
    pub rule: &'static str,
    /// The severity, after configuration.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The token at fault; for something missing, the key that should hold it.
    pub place: Place,
    /// What is wrong with this thing, by name.
    pub message: String,
    /// Why it matters or what to do.
    pub help: Option<Cow<'static, str>>,
    /// The edits that mend it.
    pub fix: Option<Box<Fix>>,
    /// Why the rule's fix is not offered here.
    pub no_fix: Option<&'static str>,
    /// The other ends of a relation.
    pub related: Vec<Related>,
    /// The object that it is about.
    pub subject: Option<Arc<Subject>>,
    /// What it would be if it had not been said once for several things.
    pub parts: Box<[Part]>,
    /// Other places where a comment or an annotation may ask to ignore it: where the object holds
    /// what a patch brings, and what the patch annotates.
    pub also_at: Vec<Place>,
    /// Set when a comment or an annotation asks to ignore it, or a baseline notes it.
    pub suppressed: Option<Box<Suppression>>,
    /// What it is known by in the next run; set once all findings are known, see
    /// [`crate::fingerprint::name`].
    pub fingerprint: Fingerprint,
}
