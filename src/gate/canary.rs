//! `canary_config`: how the traffic moves to a new version, and what stops it.

use super::value::{
    Block, DAY, Field, HOUR, MINUTE, Share, number, percentage, rounded, seconds, share,
    share_in_percent,
};
use crate::tree::Node;
use crate::words::split;

pub(super) const KEYS: [&str; 4] =
    ["initial_deployment", "promotion_criteria", "rollback_triggers", "promotion_schedule"];

/// A share of the traffic, and how long the new version has to prove itself there.
#[derive(Debug)]
pub(crate) struct Stage<'t> {
    /// In percent of the traffic.
    pub(crate) percentage: Field<'t, f64>,
    /// In seconds.
    pub(crate) hold: Field<'t, f64>,
}

/// What a metric is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// In parts of one.
    Errors,
    /// In milliseconds.
    Latency,
    /// In parts of one.
    Success,
}

impl Signal {
    pub(crate) const ALL: [Signal; 3] = [Signal::Errors, Signal::Latency, Signal::Success];

    pub(crate) fn words(self) -> &'static str {
        match self {
            Signal::Errors => "the error rate",
            Signal::Latency => "latency",
            Signal::Success => "task success",
        }
    }

    /// A value of it, in words.
    pub(crate) fn show(self, value: f64) -> String {
        match self {
            Signal::Latency => format!("{value} ms"),
            Signal::Errors | Signal::Success => super::value::percent(value),
        }
    }
}

/// What the name of a metric tells.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Named {
    about: Signal,
    /// Whether it is sure that less of it is better, and of success more.
    is_directed: bool,
    /// How many units of the signal one of its own is; nothing where it counts something else.
    unit: Option<f64>,
}

impl Named {
    fn of(metric: &str) -> Option<Self> {
        let mut words = Vec::new();
        split(metric, &mut words);
        let has = |all: &[&str]| words.iter().any(|word| all.contains(&word.as_str()));
        let is_error = words.iter().any(|word| word.starts_with("error")) || has(&FAILURES);
        let is_slow = has(&["latency", "latencies", "ttft"])
            || has(&["response"]) && has(&["time", "times"])
            || has(&PERCENTILES) && !has(&NO_TIMES);
        let is_duration = has(&["duration", "durations"]);
        let is_success = has(&SUCCESSES) || has(&["completion", "completed"]) && !has(&NO_TIMES);
        let about = if is_error {
            Signal::Errors
        } else if is_slow || is_duration {
            Signal::Latency
        } else if is_success {
            Signal::Success
        } else {
            return None;
        };
        let is_turned = has(&TURNED) || has(&["budget"]) && !has(&["burn", "burned", "consumed"]);
        let is_directed = !is_turned
            && match about {
                Signal::Errors => true,
                // A session may well be long.
                Signal::Latency => is_slow || has(&["request", "requests", "response", "answer"]),
                Signal::Success => !has(&["time", "times"]) && !has(&NO_TIMES),
            };
        let unit = match about {
            Signal::Latency => time_unit(has),
            // `error_count`, `errors_per_minute` and `error_budget_burn` are no shares.
            _ if has(&["burn", "budget", "per"]) => None,
            _ if has(&PERCENTS) => Some(0.01),
            _ => has(&["rate", "rates", "ratio", "share", "fraction", "errorrate"]).then_some(1.0),
        };
        Some(Named { about, is_directed, unit })
    }
}

/// How many milliseconds one of a latency is; nothing where it is compared with another one.
fn time_unit(has: impl Fn(&[&str]) -> bool) -> Option<f64> {
    if has(&PERCENTS) || has(&["ratio", "multiplier", "change", "increase", "delta", "per"]) {
        return None;
    }
    Some(if has(&["s", "sec", "secs", "second", "seconds"]) {
        1000.0
    } else if has(&["minutes"]) {
        MINUTE * 1000.0
    } else if has(&["us", "micros", "microseconds"]) {
        0.001
    } else {
        1.0
    })
}

const PERCENTS: [&str; 3] = ["percent", "percentage", "pct"];
const FAILURES: [&str; 9] =
    ["5xx", "exception", "exceptions", "fail", "failed", "failing", "fails", "failure", "failures"];
const PERCENTILES: [&str; 6] = ["p50", "p75", "p90", "p95", "p99", "p999"];
const SUCCESSES: [&str; 6] =
    ["success", "successes", "successful", "succeeded", "successrate", "unsuccessful"];

/// Words of what percentiles and completions are counted in besides time.
const NO_TIMES: [&str; 17] = [
    "bytes", "cost", "costs", "cpu", "depth", "length", "mb", "memory", "per", "qps", "quality",
    "rating", "rps", "score", "size", "token", "tokens",
];

/// Words that turn a name round, or may: of `error_free_rate` more is better.
const TURNED: [&str; 47] = [
    "adherence",
    "attainment",
    "avoidance",
    "avoided",
    "below",
    "between",
    "caught",
    "compliance",
    "compliant",
    "corrected",
    "correction",
    "decrease",
    "detected",
    "detection",
    "errorfree",
    "errorless",
    "fixed",
    "free",
    "good",
    "handled",
    "headroom",
    "improved",
    "improvement",
    "improvements",
    "left",
    "margin",
    "met",
    "no",
    "non",
    "not",
    "prevented",
    "prevention",
    "recovered",
    "recoveries",
    "recovery",
    "reduced",
    "reduction",
    "remaining",
    "resolution",
    "resolved",
    "saved",
    "savings",
    "score",
    "under",
    "unsuccessful",
    "within",
    "without",
];

/// What a metric is compared with, to promote or to roll back.
#[derive(Debug)]
pub(crate) struct Condition<'t> {
    pub(crate) metric: &'t str,
    /// What the metric has to do with.
    pub(crate) about: Option<Signal>,
    /// The same, where it is sure which way is better.
    pub(crate) signal: Option<Signal>,
    /// In the unit of the signal; unclear where the metric has another one.
    pub(crate) threshold: Field<'t, f64>,
    /// The threshold as a share, for a signal that is one.
    pub(crate) share: Field<'t, Share>,
    /// Whether something stands at `comparison`, and whether it asks for less or for more.
    pub(crate) comparison: Field<'t, Comparison>,
    /// How many times the value of the version before is fine.
    pub(crate) multiplier: Field<'t, f64>,
    pub(crate) action: Field<'t, &'t str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Less,
    Greater,
}

/// Whether an action of that name stops a version.
pub(crate) fn stops(action: &str) -> bool {
    const STOPS: [&str; 12] = [
        "rollback",
        "roll_back",
        "revert",
        "abort",
        "pause",
        "halt",
        "stop",
        "disable",
        "drain",
        "freeze",
        "kill",
        "scale_down",
    ];
    let word = action.to_ascii_lowercase().replace(['-', ' '], "_");
    STOPS.iter().any(|stop| word.contains(stop))
}

#[derive(Debug)]
pub(crate) struct Canary<'t> {
    pub(crate) key: Node<'t>,
    pub(crate) initial: Option<Stage<'t>>,
    /// What follows; nothing where a template fills it in.
    pub(crate) schedule: Option<Vec<Stage<'t>>>,
    pub(crate) schedule_key: Option<Node<'t>>,
    pub(crate) criteria: Option<Vec<Condition<'t>>>,
    pub(crate) criteria_key: Option<Node<'t>>,
    pub(crate) triggers: Option<Vec<Condition<'t>>>,
    pub(crate) triggers_key: Option<Node<'t>>,
    /// The end of a schedule that counts to one instead of to a hundred. It is read as it is meant.
    pub(crate) in_fractions: Option<Node<'t>>,
}

impl Condition<'_> {
    /// The metric, as what follows on the condition's kind: `` on `error_rate` ``.
    pub(crate) fn on(&self) -> String {
        if self.metric.is_empty() { String::new() } else { format!(" on `{}`", self.metric) }
    }
}

impl<'t> Canary<'t> {
    pub(super) fn read(block: Block<'t>) -> Self {
        let list = |key: &str| block.entry(&[key]);
        let (schedule, criteria, triggers) =
            (list("promotion_schedule"), list("promotion_criteria"), list("rollback_triggers"));
        let mut canary = Canary {
            key: block.grip,
            initial: block.block("initial_deployment").map(|initial| {
                stage(
                    initial,
                    &["traffic_percentage", "percentage"],
                    &[
                        ("min_duration_minutes", MINUTE),
                        ("min_duration_hours", HOUR),
                        ("min_duration_days", DAY),
                        ("min_duration", 0.0),
                        ("duration", 0.0),
                    ],
                )
            }),
            schedule: items(schedule.map(|entry| entry.value))
                .map(|items| items.into_iter().map(promotion).collect()),
            schedule_key: schedule.map(|entry| entry.key),
            criteria: items(criteria.map(|entry| entry.value))
                .map(|items| items.into_iter().map(condition).collect()),
            criteria_key: criteria.map(|entry| entry.key),
            triggers: items(triggers.map(|entry| entry.value))
                .map(|items| items.into_iter().map(condition).collect()),
            triggers_key: triggers.map(|entry| entry.key),
            in_fractions: None,
        };
        canary.read_fractions();
        canary
    }

    /// A schedule whose last step is 1 and whose others are below it counts in parts of one.
    fn read_fractions(&mut self) {
        let Some(schedule) = &mut self.schedule else { return };
        let values: Option<Vec<_>> =
            schedule.iter().map(|stage| stage.percentage.stated()).collect();
        let Some([before @ .., (last, at)]) = values.as_deref() else { return };
        let is_below = |(value, _): &(f64, Node<'_>)| *value < 1.0;
        if before.is_empty() || !before.iter().all(is_below) || (last - 1.0).abs() > 1e-9 {
            return;
        }
        self.in_fractions = Some(*at);
        let initial = self
            .initial
            .iter_mut()
            .filter(|stage| stage.percentage.value().is_some_and(|value| value < 1.0));
        for stage in schedule.iter_mut().chain(initial) {
            stage.percentage = stage.percentage.map(|value| super::value::rounded(value * 100.0));
        }
    }

    /// All stages in their order.
    pub(crate) fn stages(&self) -> impl Iterator<Item = &Stage<'t>> {
        self.initial.iter().chain(self.schedule.iter().flatten())
    }

    /// The last percentage before each stage, and the stage.
    pub(crate) fn steps(&self) -> Vec<(f64, &Stage<'t>)> {
        let mut before = Some(0.0);
        let mut steps = Vec::new();
        for stage in self.stages() {
            if let Some(before) = before {
                steps.push((before, stage));
            }
            before = stage.percentage.value();
        }
        steps
    }
}

/// The items of a list; none where there is no list, nothing where it is no list.
fn items(list: Option<Node<'_>>) -> Option<Vec<Node<'_>>> {
    let Some(list) = list else { return Some(Vec::new()) };
    list.is_list().then(|| list.items().filter(|item| item.is_map()).collect())
}

fn promotion(item: Node<'_>) -> Stage<'_> {
    let block = Block::item(item, "percentage");
    stage(
        block,
        &["percentage", "traffic_percentage"],
        &[
            ("wait_hours", HOUR),
            ("wait_minutes", MINUTE),
            ("wait_days", DAY),
            ("wait", 0.0),
            ("duration", 0.0),
        ],
    )
}

fn stage<'t>(block: Block<'t>, percentages: &[&str], holds: &[(&str, f64)]) -> Stage<'t> {
    let percentage = block.field(percentages, percentage);
    Stage { percentage, hold: block.in_units(holds) }
}

fn condition(item: Node<'_>) -> Condition<'_> {
    let block = Block::item(item, "metric");
    let metric = block.entry(&["metric"]);
    // `condition: error_rate > 0.05` says all of it.
    let whole = block.entry(&["condition", "expression", "expr", "query"]);
    let whole = whole.filter(|_| metric.is_none());
    let metric = metric.or(whole).map(|entry| entry.value.text()).unwrap_or_default();
    let named = Named::of(metric);
    let signal = named.filter(|named| named.is_directed).map(|named| named.about);
    let unit = named.and_then(|named| named.unit).filter(|_| signal.is_some());
    let is_percent = unit.is_some_and(|unit| unit < 1.0);
    let read_share = if is_percent { share_in_percent } else { share };
    let is_share = unit.is_some() && signal != Some(Signal::Latency);
    let as_share = block.field(&["threshold"], |node| read_share(node).filter(|_| is_share));
    let threshold = match (signal, unit) {
        (Some(Signal::Latency), Some(unit)) => block.field(&["threshold"], |node| {
            let bare = number(node).map(|number| number * unit);
            bare.or_else(|| seconds(node).map(|seconds| seconds * 1000.0)).map(rounded)
        }),
        (Some(_), Some(_)) => as_share.map(|share| share.of_one),
        _ => block.field(&["threshold"], |node| number(node).filter(|_| named.is_none())),
    };
    // Of other formats: that it is a threshold is all that is sure.
    let other = block.entry(&["value", "max", "min", "limit"]).filter(|_| as_share.is_missing());
    let threshold = match whole.or(other) {
        Some(other) => Field::Unclear(other.value),
        None => threshold,
    };
    Condition {
        metric,
        about: named.map(|named| named.about),
        signal,
        threshold,
        share: as_share,
        comparison: comparison(block),
        multiplier: block.field(&["baseline_multiplier"], number),
        action: block.field(&["action", "actions"], action),
    }
}

/// What is done: of several things, one that stops the version.
fn action(node: Node<'_>) -> Option<&str> {
    let listed = || {
        let all = || node.items().filter_map(Node::as_str);
        all().find(|action| stops(action)).or_else(|| all().next())
    };
    node.as_str().or_else(listed)
}

fn comparison(block: Block<'_>) -> Field<'_, Comparison> {
    let word = block.field(&["comparison", "operator"], |node| {
        let words = node.as_str()?.trim().to_ascii_lowercase();
        let mut words = words.split(['_', ' ', '-']);
        Some(match (words.next()?, words.next()) {
            ("less" | "lower" | "lt" | "lte" | "below" | "under" | "<" | "<=", _)
            | ("at", Some("most")) => Comparison::Less,
            ("greater" | "higher" | "gt" | "gte" | "above" | "over" | ">" | ">=" | "more", _)
            | ("at", Some("least")) => Comparison::Greater,
            _ => return None,
        })
    });
    if word.missing().is_none() {
        return word;
    }
    // `threshold: "< 0.02"` compares as well.
    let sign = block.field(&["threshold"], |node| match node.as_str()?.trim().chars().next()? {
        '<' | '≤' => Some(Comparison::Less),
        '>' | '≥' => Some(Comparison::Greater),
        _ => None,
    });
    if sign.value().is_some() { sign } else { word }
}
