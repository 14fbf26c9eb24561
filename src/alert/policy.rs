//! The alerts of release policies and of observability configurations.
//!
//! `alerts` is a list in the one and a mapping in the other, which tells them apart. Neither has a
//! loader that anybody publishes: the keys are those of the documents.

use super::query::Op;
use super::{Alert, AlertSet, Channels, Format, Watched};
use crate::tree::{Entry, Node};
use crate::words::is_placeholder;

/// What an item of the list `alerts` has besides its name.
fn is_alert(item: Node<'_>) -> bool {
    let has = |key: &str| item.get(key).is_some();
    has("name") && has("metric") && (has("condition") || has("threshold"))
}

fn is_trigger(item: Node<'_>) -> bool {
    item.get("name").is_some()
        && (item.at(&["condition"]).is_some_and(Node::is_map) || item.get("actions").is_some())
}

/// The `alerts` of an observability configuration.
fn observed<'t>(document: Node<'t>) -> Option<Entry<'t>> {
    let entry = document.get("alerts").filter(|entry| entry.value.is_map())?;
    let is_rule = |item: Node<'t>| {
        item.get("name").is_some()
            && ["metric", "event_type"].iter().any(|key| item.get(key).is_some())
    };
    let mut rules = entry.value.at(&["rules"])?.items();
    rules.any(is_rule).then_some(entry)
}

/// The items of a list at the root, if one of them is what the list is for.
fn listed<'t>(document: Node<'t>, key: &str, is_item: fn(Node<'_>) -> bool) -> Option<Entry<'t>> {
    document.get(key).filter(|entry| entry.value.items().any(is_item))
}

/// The mapping that holds the blocks of a release policy.
fn root(document: Node<'_>) -> Node<'_> {
    document.at(&["release_policy"]).filter(|node| node.is_map()).unwrap_or(document)
}

pub(super) fn recognise(document: Node<'_>) -> Option<Format> {
    let document = root(document);
    if observed(document).is_some() {
        return Some(Format::Observability);
    }
    if listed(document, "alerts", is_alert).is_some() {
        return Some(Format::Policy);
    }
    listed(document, "automated_triggers", is_trigger).map(|_| Format::Triggers)
}

pub(super) fn read(document: Node<'_>) -> impl Iterator<Item = AlertSet<'_>> {
    let document = root(document);
    let set = |format, key, alerts| AlertSet {
        format,
        object: None,
        node: document,
        key,
        alerts,
        records: Vec::new(),
        recorded: Vec::new(),
        by_name: Vec::new(),
        jobs: Vec::new(),
        is_victoria: false,
    };
    let observed = observed(document).map(|entry| {
        let channels = entry.value.get("channels");
        let rules = entry.value.at(&["rules"]).into_iter().flat_map(Node::items);
        let alerts = rules.filter(|rule| rule.is_map()).map(|rule| {
            let none = Channels { all: Vec::new(), grip: entry.key };
            let channels = channels.map_or(none, channels_of);
            observability(rule, channels)
        });
        set(Format::Observability, entry.key, alerts.collect())
    });
    let policy = listed(document, "alerts", is_alert).map(|entry| {
        let alerts = entry.value.items().filter(|item| item.is_map()).map(alert);
        set(Format::Policy, entry.key, alerts.collect())
    });
    let triggers = listed(document, "automated_triggers", is_trigger).map(|entry| {
        let triggers = entry.value.items().filter(|item| item.is_map()).map(trigger);
        set(Format::Triggers, entry.key, triggers.collect())
    });
    observed.into_iter().chain(policy).chain(triggers)
}

/// The name of an item, or the first thing in it.
fn name(item: Node<'_>) -> Node<'_> {
    let first = || item.own_entries().next().map(|entry| entry.key);
    item.at(&["name"]).or_else(first).unwrap_or(item)
}

/// `> 0.05`, `>= 5%`
pub(super) fn condition(text: &str) -> Option<(Op, f64)> {
    let text = text.trim();
    let signs = [
        (">=", Op::GreaterOrEqual),
        ("<=", Op::LessOrEqual),
        ("==", Op::Equal),
        ("!=", Op::Unequal),
        (">", Op::Greater),
        ("<", Op::Less),
    ];
    let (rest, op) =
        signs.iter().find_map(|(sign, op)| Some((text.strip_prefix(sign)?.trim(), *op)))?;
    Some((op, amount(rest)?))
}

/// `0.05`, `5%`
pub(crate) fn amount(text: &str) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(percent) => Some(percent.trim().parse::<f64>().ok()? / 100.0),
        None => text.parse().ok(),
    }
}

/// The words that the documents use for signs.
fn operator(text: &str) -> Option<Op> {
    Some(match text {
        "greater_than" | "gt" | ">" => Op::Greater,
        "greater_than_or_equal" | "gte" | ">=" => Op::GreaterOrEqual,
        "less_than" | "lt" | "<" => Op::Less,
        "less_than_or_equal" | "lte" | "<=" => Op::LessOrEqual,
        "equal" | "equals" | "eq" | "==" => Op::Equal,
        _ => return None,
    })
}

/// A condition whose sign stands before the number, or beside it.
fn stated(holder: Node<'_>, key: &str) -> Option<(Op, f64)> {
    let node = holder.at(&[key])?;
    if let Some(op) = holder.at(&["operator"]).or_else(|| holder.at(&["comparison"])) {
        return Some((operator(op.text())?, node.as_number().or_else(|| amount(node.text()))?));
    }
    condition(node.text())
}

fn alert(item: Node<'_>) -> Alert<'_> {
    let key = if item.get("condition").is_some() { "condition" } else { "threshold" };
    let channels = item.get("channels").or_else(|| item.get("channel"));
    let name = name(item);
    Alert {
        format: Format::Policy,
        node: item,
        name,
        group: None,
        watched: Watched::Metric {
            metric: item.at(&["metric"]),
            condition: stated(item, key),
            at: item.at(&[key]),
        },
        duration: item.at(&["duration"]).or_else(|| item.at(&["for"])),
        severity: item.at(&["severity"]),
        has_summary: true,
        has_runbook: ["runbook", "runbook_url"].iter().any(|key| {
            let is_said = |text: &str| !text.is_empty() && !is_placeholder(text);
            item.at(&[key]).is_some_and(|runbook| !runbook.is_scalar() || is_said(runbook.text()))
        }),
        channels: Some(channels.map_or(Channels { all: Vec::new(), grip: name }, channels_of)),
    }
}

/// The channels of a list, one alone, or the keys of a mapping that says more of each.
fn channels_of(entry: Entry<'_>) -> Channels<'_> {
    let value = entry.value;
    let is_on = |it: &Entry<'_>| it.value.at(&["enabled"]).and_then(Node::as_bool) != Some(false);
    let keys = value.entries().into_iter().filter(is_on).map(|it| it.key);
    let one = Some(value).filter(|value| value.is_scalar());
    let all = value.items().chain(keys).chain(one);
    let is_said = |channel: &Node<'_>| !channel.is_scalar() || !channel.text().trim().is_empty();
    Channels { all: all.filter(is_said).collect(), grip: entry.key }
}

/// Under which keys a condition names what happens instead of what is measured.
const EVENTS: [&str; 2] = ["event", "event_type"];

/// The event that sets a trigger off.
pub(super) fn event_of<'t>(trigger: &Alert<'t>) -> Option<Node<'t>> {
    let node = Some(trigger.node).filter(|_| trigger.format == Format::Triggers)?;
    let rule = node.at(&["condition"]).unwrap_or(node);
    EVENTS
        .iter()
        .find_map(|key| rule.at(&[key]))
        .filter(|event| event.is_scalar() && !event.text().trim().is_empty())
}

fn trigger(item: Node<'_>) -> Alert<'_> {
    let rule = item.at(&["condition"]).unwrap_or(item);
    Alert {
        format: Format::Triggers,
        node: item,
        name: name(item),
        group: None,
        watched: Watched::Metric {
            metric: rule.at(&["metric"]),
            condition: stated(rule, "threshold"),
            at: rule.at(&["threshold"]),
        },
        duration: rule.at(&["duration"]).or_else(|| rule.at(&["window"])),
        severity: None,
        has_summary: true,
        has_runbook: true,
        channels: None,
    }
}

fn observability<'t>(rule: Node<'t>, channels: Channels<'t>) -> Alert<'t> {
    Alert {
        format: Format::Observability,
        node: rule,
        name: name(rule),
        group: None,
        watched: Watched::Metric {
            metric: rule.at(&["metric"]).or_else(|| rule.at(&["event_type"])),
            condition: stated(rule, "threshold"),
            at: rule.at(&["threshold"]),
        },
        duration: None,
        severity: rule.at(&["severity"]),
        has_summary: true,
        has_runbook: true,
        channels: Some(channels),
    }
}
