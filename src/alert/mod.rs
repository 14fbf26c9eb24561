//! Alerts of every kind, read into one model: Prometheus rules, in files of their own and in objects of
//! the operators, the `alerts` and `automated_triggers` of a release policy, and the `alerts` of an
//! observability configuration.
//!
//! [`query`] says what an expression of `PromQL` asks, [`class`] what an alert watches, and [`level`]
//! from where on it fires. Each document or object that holds alerts is an [`AlertSet`]. May import from
//! [`crate::k8s`], [`crate::tree`] and below only.

pub(crate) mod class;
mod level;
mod policy;
mod prometheus;
pub(crate) mod query;
#[cfg(test)]
mod tests;

pub(crate) use self::class::Class;
pub(crate) use self::level::{Level, Measure, Recordings, Resource};

pub(crate) use self::policy::amount;
use self::query::Op;
pub(crate) use self::query::Query;
use crate::diagnostic::Subject;
use crate::file::FileKind;
use crate::k8s::Object;
use crate::schema::Fault;
use crate::tree::Node;

/// How alerts are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// The rules of Prometheus and of what reads the same files.
    Prometheus,
    /// The `alerts` of an observability configuration: a mapping with `channels` and `rules`.
    Observability,
    /// The `alerts` of a release policy: a list.
    Policy,
    /// The `automated_triggers` of a release policy.
    Triggers,
}

impl Format {
    pub(crate) fn file_kind(self) -> FileKind {
        match self {
            Format::Prometheus => FileKind::PrometheusRules,
            _ => FileKind::Alerts,
        }
    }
}

/// Patterns of which every document with alerts holds at least one, outside of Kubernetes.
pub(crate) const MARKERS: [&str; 3] =
    [r#"\bexpr["']?\s*:"#, r#"\balerts["']?\s*:"#, "automated_triggers"];

/// Whether a document holds alerts, told by its content alone, and how.
pub(crate) fn recognise(document: Node<'_>) -> Option<Format> {
    if prometheus::recognise(document) {
        return Some(Format::Prometheus);
    }
    policy::recognise(document)
}

/// The alerts of one document or object.
#[derive(Debug)]
pub(crate) struct AlertSet<'t> {
    format: Format,
    /// The object that holds them, for those that Kubernetes holds.
    pub(crate) object: Option<Object<'t>>,
    /// The mapping that holds them.
    pub(crate) node: Node<'t>,
    /// The key that they stand under.
    pub(crate) key: Node<'t>,
    pub(crate) alerts: Vec<Alert<'t>>,
    /// The expressions of recording rules.
    pub(crate) records: Vec<(Node<'t>, Query)>,
    /// The names under which recording rules keep what they come to.
    pub(crate) recorded: Vec<Node<'t>>,
    /// The same names, each with the index of its expression.
    by_name: Vec<(&'t str, usize)>,
    /// The labels `job` that recording rules give to what they record.
    pub(crate) jobs: Vec<Node<'t>>,
    /// Whether it is `VictoriaMetrics` that reads them, whose language knows more.
    pub(crate) is_victoria: bool,
}

/// An alert, and what is said about it.
#[derive(Debug)]
pub(crate) struct Alert<'t> {
    pub(crate) format: Format,
    pub(crate) node: Node<'t>,
    /// Its name, or what stands where the name should.
    pub(crate) name: Node<'t>,
    /// The group that it belongs to.
    pub(crate) group: Option<Node<'t>>,
    pub(crate) watched: Watched<'t>,
    /// For how long it must be so.
    pub(crate) duration: Option<Node<'t>>,
    /// Its own severity, or that of its group.
    pub(crate) severity: Option<Node<'t>>,
    pub(crate) has_summary: bool,
    pub(crate) has_runbook: bool,
    /// Where it goes; nothing where the format leaves that to another program.
    pub(crate) channels: Option<Channels<'t>>,
}

/// What an alert looks at.
#[derive(Debug)]
pub(crate) enum Watched<'t> {
    /// An expression, and where it stands.
    Query(Node<'t>, Query),
    /// A metric, and the condition that it must meet, as far as it can be read.
    Metric { metric: Option<Node<'t>>, condition: Option<(Op, f64)>, at: Option<Node<'t>> },
}

/// Where an alert goes.
#[derive(Debug)]
pub(crate) struct Channels<'t> {
    pub(crate) all: Vec<Node<'t>>,
    /// The key that names them, or the nearest one that is there.
    pub(crate) grip: Node<'t>,
}

/// What somebody is woken by, as words of a channel's name.
const PAGERS: [&str; 22] = [
    "call",
    "firehydrant",
    "grafana-oncall",
    "incident.io",
    "incidentio",
    "ilert",
    "oncall",
    "on-call",
    "opsgenie",
    "page",
    "pager",
    "pagerduty",
    "phone",
    "pushover",
    "rootly",
    "signl4",
    "sms",
    "splunk",
    "squadcast",
    "twilio",
    "victorops",
    "zenduty",
];

impl Channels<'_> {
    /// Whether one of them wakes somebody, or may: a template, or a hook to who knows where.
    pub(crate) fn may_page(&self) -> bool {
        self.all.iter().any(|channel| {
            let name = channel.text().to_ascii_lowercase();
            let is_open =
                name.contains(['$', '{']) || name.contains("webhook") || !channel.is_scalar();
            is_open || PAGERS.iter().any(|pager| name.contains(pager))
        })
    }

    /// Whether one of them surely wakes somebody.
    pub(crate) fn page(&self) -> bool {
        self.all.iter().any(|channel| {
            let name = channel.text().to_ascii_lowercase();
            PAGERS.iter().any(|pager| name.contains(pager))
        })
    }

    /// Whether nobody sees them who does not look at the output of the program.
    pub(crate) fn are_output_only(&self) -> bool {
        let is_output = |channel: &Node<'_>| {
            ["console", "file", "log", "stderr", "stdout"]
                .contains(&channel.text().to_ascii_lowercase().as_str())
        };
        !self.all.is_empty() && self.all.iter().all(is_output)
    }
}

/// Functions of `PromQL` that look at a stretch of time themselves, or for something that happens
/// once.
///
/// Source: prometheus.io/docs/prometheus/latest/querying/functions
const OVER_TIME: [&str; 6] =
    ["_over_time(", "changes(", "delta(", "increase(", "predict_linear(", "resets("];

/// The words for an alert that somebody is woken by.
const PAGES: [&str; 10] =
    ["critical", "crit", "disaster", "emergency", "fatal", "p0", "p1", "page", "sev0", "sev1"];

impl<'t> Alert<'t> {
    /// The event that sets a trigger off: a new model has no figure that could pass a threshold.
    pub(crate) fn event(&self) -> Option<Node<'t>> {
        policy::event_of(self)
    }

    /// Whether somebody is called at night.
    pub(crate) fn pages(&self) -> bool {
        self.severity
            .is_some_and(|severity| PAGES.contains(&severity.text().to_ascii_lowercase().as_str()))
    }

    /// The name, as messages say it.
    pub(crate) fn title(&self) -> &'t str {
        match self.name.text() {
            "" => "without a name",
            name => name,
        }
    }

    /// The query, and where it stands.
    pub(crate) fn query(&self) -> Option<(Node<'t>, &Query)> {
        match &self.watched {
            Watched::Query(at, query) => Some((*at, query)),
            Watched::Metric { .. } => None,
        }
    }

    /// The duration in seconds; nothing for one that is not stated, or not readable.
    pub(crate) fn seconds(&self) -> Option<f64> {
        seconds(self.duration?.text())
    }

    /// Whether it always fires, to show that alerts arrive: nobody is woken by it.
    pub(crate) fn is_watchdog(&self) -> bool {
        self.format == Format::Prometheus && self.squeezed().starts_with("vector(")
    }

    /// The expression without the space in it.
    fn squeezed(&self) -> String {
        let query = self.node.at(&["expr"]).map_or("", Node::text);
        query.chars().filter(|c| !c.is_whitespace()).collect()
    }

    /// Whether a single sample may fire the alert, and should not. One that always fires, to show that
    /// alerts arrive, needs no duration, and neither does a query over a stretch of time.
    pub(crate) fn lacks_duration(&self) -> bool {
        let is_none = self.duration.is_none() || self.seconds() == Some(0.0);
        match self.format {
            Format::Prometheus => {
                let query = self.squeezed();
                is_none
                    && !self.is_watchdog()
                    && !OVER_TIME.iter().any(|function| query.contains(function))
            }
            Format::Policy => is_none,
            Format::Observability | Format::Triggers => false,
        }
    }

    /// Whether the alert can fire, and is silent otherwise: its condition is read.
    pub(crate) fn works(&self) -> bool {
        match &self.watched {
            Watched::Query(_, query) => query.expr().is_some_and(|it| !query::always_yields(it)),
            Watched::Metric { metric, condition, .. } => {
                // An event is a condition by itself.
                metric.is_some() && (condition.is_some() || self.node.get("event_type").is_some())
            }
        }
    }

    /// What says when it fires, or its name.
    pub(crate) fn watched_at(&self) -> Node<'t> {
        match &self.watched {
            Watched::Query(at, _) | Watched::Metric { at: Some(at), .. } => *at,
            Watched::Metric { .. } => self.name,
        }
    }

    /// What a finding is about.
    pub(crate) fn subject(&self) -> Subject {
        Subject {
            kind: "alert".to_owned(),
            name: self.title().to_owned(),
            namespace: None,
            container: None,
        }
    }
}

impl<'t> AlertSet<'t> {
    /// The alerts of an object, if it is one that holds alerts.
    pub(crate) fn of_object(object: Object<'t>) -> Option<Self> {
        prometheus::of_object(object)
    }

    /// The alerts of a document that is no Kubernetes object.
    pub(crate) fn of_document(document: Node<'t>) -> Vec<Self> {
        prometheus::of_document(document).into_iter().chain(policy::read(document)).collect()
    }

    /// What the program that reads the file refuses.
    pub(crate) fn faults(&self) -> Vec<Fault<'t>> {
        prometheus::faults(self)
    }

    /// The switches that turn all of them off.
    pub(crate) fn off(&self) -> impl Iterator<Item = (&'static str, Node<'t>)> {
        let is_asked = self.format == Format::Observability;

        ["alerts", "monitoring"].into_iter().filter_map(move |section| {
            let switch = self.node.at(&[section, "enabled"]).filter(|_| is_asked)?;
            (switch.as_switch() == Some(false)).then_some((section, switch))
        })
    }

    /// How the alerts are written.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// The expressions of alerts and of recording rules, with their places.
    pub(crate) fn queries(&self) -> impl Iterator<Item = (Node<'t>, &Query)> {
        let alerts = self.alerts.iter().filter_map(Alert::query);
        alerts.chain(self.records.iter().map(|(at, query)| (*at, query)))
    }
}

/// A duration as Prometheus and the release policies write it (`1h30m`, `0`), in seconds.
pub(crate) fn seconds(text: &str) -> Option<f64> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(0.0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let unit = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        total += number
            * match rest.get(..unit)?.trim() {
                "ms" => 0.001,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3_600.0,
                "d" => 86_400.0,
                "w" => 604_800.0,
                "y" => 31_536_000.0,
                _ => return None,
            };
        rest = rest.get(unit..)?;
    }
    Some(total)
}
