//! The rules of Prometheus, in files of their own and in objects of the operators.
//!
//! Source: prometheus.io/docs/prometheus/latest/configuration, `alerting_rules` and `recording_rules`.

use std::collections::HashSet;

use super::query::Query;
use super::{Alert, AlertSet, Format, Watched};
use crate::k8s::Object;
use crate::schema::Shape::{Any, Is, List, Map, Nullable, Number, Plain, Text};
use crate::schema::{Fault, FaultKind, Reader, ScalarKind, Shape, fields};
use crate::tree::Node;
use crate::words::is_placeholder;

/// Annotations that say what is wrong, and those that say what to do.
const SUMMARIES: [&str; 5] = ["summary", "description", "message", "title", "info"];
const RUNBOOKS: [&str; 7] = [
    "runbook_url",
    "runbook",
    "runbookUrl",
    "runbook-url",
    "runbook_link",
    "playbook",
    "playbook_url",
];

/// What only vmalert knows, in a group and in a rule.
const VICTORIA: [&str; 9] = [
    "concurrency",
    "debug",
    "eval_alignment",
    "eval_delay",
    "eval_offset",
    "headers",
    "notifier_headers",
    "params",
    "update_entries_limit",
];

fn is_rule(node: Node<'_>) -> bool {
    let has = |key: &str| node.get(key).is_some();
    has("expr") && (has("alert") || has("record"))
}

fn rules(group: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    group.at(&["rules"]).into_iter().flat_map(Node::items)
}

pub(super) fn recognise(document: Node<'_>) -> bool {
    let mut groups = document.at(&["groups"]).into_iter().flat_map(Node::items);
    groups.any(|group| rules(group).any(is_rule))
}

pub(super) fn of_document(document: Node<'_>) -> Option<AlertSet<'_>> {
    if !recognise(document) {
        return None;
    }
    let groups = document.get("groups")?;
    Some(read(None, document, groups.key, groups.value))
}

pub(super) fn of_object(object: Object<'_>) -> Option<AlertSet<'_>> {
    let is_victoria = object.is("operator.victoriametrics.com", "VMRule");
    if !is_victoria && !object.is("monitoring.coreos.com", "PrometheusRule") {
        return None;
    }
    let spec = object.node().at(&["spec"])?;
    let groups = spec.get("groups")?;
    let set = read(Some(object), spec, groups.key, groups.value);
    Some(AlertSet { is_victoria: is_victoria || set.is_victoria, ..set })
}

fn read<'t>(
    object: Option<Object<'t>>,
    node: Node<'t>,
    key: Node<'t>,
    groups: Node<'t>,
) -> AlertSet<'t> {
    let (mut alerts, mut records, mut recorded) = (Vec::new(), Vec::new(), Vec::new());
    let (mut by_name, mut jobs, mut is_victoria) = (Vec::new(), Vec::new(), false);
    for group in groups.items() {
        is_victoria |=
            VICTORIA.iter().any(|key| group.get(key).is_some()) || group.at(&["type"]).is_some();
        for rule in rules(group) {
            let query = rule.at(&["expr"]).map(|expr| (expr, Query::of(expr.text())));
            if let Some(name) = rule.at(&["record"]) {
                recorded.push(name);
                jobs.extend([rule, group].iter().find_map(|it| it.at(&["labels", "job"])));
                by_name.extend(query.is_some().then_some((name.text(), records.len())));
                records.extend(query);
                continue;
            }
            let Some(name) = rule.get("alert") else { continue };
            let label = |holder: Node<'t>| holder.at(&["labels", "severity"]);
            let annotations = rule.at(&["annotations"]);
            let is_said = |text: &str| !text.trim().is_empty() && !is_placeholder(text);
            let has = |keys: &[&str]| {
                let mut said = keys.iter().filter_map(|key| annotations?.at(&[key]));
                said.any(|it| !it.is_scalar() || is_said(it.text()))
            };
            let watched = match query {
                Some((at, query)) => Watched::Query(at, query),
                None => Watched::Metric { metric: None, condition: None, at: None },
            };
            alerts.push(Alert {
                format: Format::Prometheus,
                node: rule,
                name: name.value,
                group: Some(group),
                watched,
                duration: rule.at(&["for"]),
                severity: label(rule).or_else(|| label(group)),
                has_summary: has(&SUMMARIES),
                has_runbook: has(&RUNBOOKS),
                channels: None,
            });
        }
    }
    AlertSet {
        format: Format::Prometheus,
        object,
        node,
        key,
        alerts,
        records,
        recorded,
        by_name,
        jobs,
        is_victoria,
    }
}

/// A duration as Prometheus reads it.
const DURATION: Shape = Is(&ScalarKind {
    wanted: "a duration, such as `5m`",
    fits: |node| is_duration(node.text()),
    help: |_| {
        Some(
            "Prometheus refuses the file; a number needs its unit, the larger one first and no blank between: `30s`, `5m`, `1h30m`",
        )
    },
});

/// Source: prometheus/common, `model.ParseDuration`.
fn is_duration(text: &str) -> bool {
    const UNITS: [&str; 7] = ["y", "w", "d", "h", "m", "s", "ms"];
    let (mut rest, mut units) = (text, UNITS.iter());
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let Some((unit, next)) = after.split_at_checked(end) else { return false };
        if after.len() == rest.len() || !units.any(|known| *known == unit) {
            return text == "0";
        }
        rest = next;
    }
    !text.is_empty()
}

static READER: Reader = Reader {
    is_open: |text| text.contains("{{") || text.contains("${"),
    extensions: None,
    refusal: "Prometheus refuses the file",
    unknown: "Prometheus refuses the whole file",
};

/// The keys of Prometheus, and in a group those of Thanos, Mimir and Loki, which read the same files.
static KEYS: Shape = fields! {
    "groups": List(&fields! {
        "name" !required: Text,
        "interval": DURATION,
        "query_offset": DURATION,
        "limit": Number,
        "labels": Nullable(&Map(&Plain)),
        "rules": Nullable(&List(&fields! {
            "record": Text,
            "alert": Text,
            "expr" !required: Plain,
            "for": DURATION,
            "keep_firing_for": DURATION,
            "labels": Nullable(&Map(&Plain)),
            "annotations": Nullable(&Map(&Plain)),
        })),
        "partial_response_strategy": Text,
        "source_tenants": List(&Text),
        "evaluation_delay": DURATION,
        "align_evaluation_time_on_interval": Any,
        "remote_write": Any,
    }),
    "namespace": Text,
};

/// What Prometheus refuses in a file of rules.
pub(super) fn faults<'t>(set: &AlertSet<'t>) -> Vec<Fault<'t>> {
    if set.format != Format::Prometheus || set.object.is_some() || set.is_victoria {
        return Vec::new();
    }
    let mut found = READER.faults(&KEYS, set.key, set.node, "");
    let mut names = HashSet::new();
    for (index, group) in set.node.at(&["groups"]).into_iter().flat_map(Node::items).enumerate() {
        let path = format!("groups[{index}]");
        if let Some(name) = group.at(&["name"]).filter(|name| !names.insert(name.text())) {
            found.push(Fault {
                kind: FaultKind::Misfit,
                at: name,
                field: format!("{path}.name"),
                problem: format!("is `{}`, like that of an earlier group", name.text()),
                help: "Prometheus refuses the file: groups need names of their own".into(),
            });
        }
        for (index, rule) in rules(group).enumerate() {
            let Some(record) = rule.get("record") else {
                let grip = rule.get("expr").filter(|_| rule.get("alert").is_none());
                found.extend(grip.map(|expr| Fault {
                    kind: FaultKind::Misfit,
                    at: expr.key,
                    field: format!("{path}.rules[{index}]"),
                    problem: "is neither an alert nor a recording rule".to_owned(),
                    help: "Prometheus refuses the file: a rule needs `alert` or `record` with its name".into(),
                }));
                continue;
            };
            let stray = ["alert", "annotations", "for", "keep_firing_for"];
            let stray = stray.iter().find_map(|key| rule.get(key).map(|entry| entry.key));
            found.extend(stray.map(|key| Fault {
                kind: FaultKind::Misfit,
                at: key,
                field: format!("{path}.rules[{index}].{}", key.text()),
                problem: format!("stands in the recording rule `{}`", record.value.text()),
                help: "Prometheus refuses the file: only alerts have it".into(),
            }));
        }
    }
    found
}
