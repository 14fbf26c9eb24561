//! `canary_config`: how the traffic moves to a new version, and what stops it.

use super::value::{Block, Field, HOUR, MINUTE, Share, milliseconds, number, percentage, share};
use crate::tree::Node;

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

    /// What a metric of that name is about, and whether it is in the unit of the signal.
    fn of(metric: &str) -> Option<(Self, bool)> {
        let metric = metric.to_ascii_lowercase().replace(['-', ' ', '.'], "_");
        let has = |words: &[&str]| words.iter().any(|word| metric.contains(word));
        // `error_count` and `error_budget_burn` are about errors, and no shares.
        let is_share = has(&["rate", "ratio", "percent", "share"]) && !has(&["burn", "budget"]);
        Some(if has(&["error", "failure"]) {
            (Signal::Errors, is_share)
        } else if has(&["latency", "response_time"]) {
            (Signal::Latency, !has(&["ratio", "percent"]))
        } else if has(&["success", "completion_rate", "task_completion"]) {
            (Signal::Success, is_share)
        } else {
            return None;
        })
    }
}

/// What a metric is compared with, to promote or to roll back.
#[derive(Debug)]
pub(crate) struct Condition<'t> {
    pub(crate) metric: &'t str,
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
        &[("wait_hours", HOUR), ("wait_minutes", MINUTE), ("wait", 0.0), ("duration", 0.0)],
    )
}

fn stage<'t>(block: Block<'t>, percentages: &[&str], holds: &[(&str, f64)]) -> Stage<'t> {
    let percentage = block.field(percentages, percentage);
    Stage { percentage, hold: block.in_units(holds) }
}

fn condition(item: Node<'_>) -> Condition<'_> {
    let block = Block::item(item, "metric");
    let metric = item.at(&["metric"]).map(Node::text).unwrap_or_default();
    let (signal, in_unit) = Signal::of(metric).unzip();
    let in_unit = in_unit.unwrap_or(false);
    let unread = |_: Node<'_>| None;
    let is_share = in_unit && signal != Some(Signal::Latency);
    let as_share = block.field(&["threshold"], |node| share(node).filter(|_| is_share));
    let threshold = match signal {
        Some(Signal::Latency) if in_unit => block.field(&["threshold"], milliseconds),
        Some(_) if in_unit => as_share.map(|share| share.of_one),
        Some(_) => block.field(&["threshold"], unread),
        None => block.field(&["threshold"], number),
    };
    Condition {
        metric,
        signal,
        threshold,
        share: as_share,
        comparison: comparison(block),
        multiplier: block.field(&["baseline_multiplier"], number),
        action: block.field(&["action"], Node::as_str),
    }
}

fn comparison(block: Block<'_>) -> Field<'_, Comparison> {
    let word = block.field(&["comparison", "operator"], |node| {
        let word = node.as_str()?.trim().to_ascii_lowercase();
        Some(match word.split(['_', ' ', '-']).next()? {
            "less" | "lt" | "lte" | "below" | "<" | "<=" | "at_most" => Comparison::Less,
            "greater" | "gt" | "gte" | "above" | ">" | ">=" | "more" => Comparison::Greater,
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
