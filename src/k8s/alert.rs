//! The alerts that rules of the Prometheus operator define.

use super::Object;
use crate::tree::Node;

/// An alert, and what is said about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alert<'t> {
    pub(crate) node: Node<'t>,
    pub(crate) name: Node<'t>,
    /// Its own, or that of its group.
    pub(crate) severity: Option<Node<'t>>,
    pub(crate) has_summary: bool,
    pub(crate) has_runbook: bool,
}

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

/// Functions of `PromQL` that look at a stretch of time themselves, or for something that happens
/// once.
///
/// Source: prometheus.io/docs/prometheus/latest/querying/functions
const OVER_TIME: [&str; 6] =
    ["_over_time(", "changes(", "delta(", "increase(", "predict_linear(", "resets("];

impl<'t> Alert<'t> {
    /// The alerts of an object.
    pub(crate) fn all_of(object: Object<'t>) -> Vec<Self> {
        let known = [
            ("monitoring.coreos.com", "PrometheusRule"),
            ("operator.victoriametrics.com", "VMRule"),
        ];
        if !known.iter().any(|(group, kind)| object.is(group, kind)) {
            return Vec::new();
        }
        let groups = object.node().at(&["spec", "groups"]).into_iter().flat_map(Node::items);
        let rules = groups.flat_map(|group| {
            let rules = group.at(&["rules"]).into_iter().flat_map(Node::items);
            rules.map(move |rule| (group, rule))
        });
        rules
            .filter_map(|(group, node)| {
                let name = node.at(&["alert"])?;
                let label = |holder: Node<'t>| holder.at(&["labels", "severity"]);
                let annotations = node.at(&["annotations"]);
                let has = |keys: &[&str]| {
                    annotations.is_some_and(|all| keys.iter().any(|key| all.at(&[key]).is_some()))
                };
                Some(Alert {
                    node,
                    name,
                    severity: label(node).or_else(|| label(group)),
                    has_summary: has(&SUMMARIES),
                    has_runbook: has(&RUNBOOKS),
                })
            })
            .collect()
    }

    /// Whether somebody is called at night.
    pub(crate) fn pages(self) -> bool {
        self.severity.is_some_and(|severity| {
            ["critical", "page", "emergency"]
                .contains(&severity.text().to_ascii_lowercase().as_str())
        })
    }

    /// Whether a single sample may fire the alert, and should not. One that always fires, to show that
    /// alerts arrive, needs no duration, and neither does a query over a stretch of time.
    pub(crate) fn lacks_duration(self) -> bool {
        let query = self.node.at(&["expr"]).map_or("", Node::text);
        let squeezed: String = query.chars().filter(|c| !c.is_whitespace()).collect();
        self.node.at(&["for"]).is_none()
            && squeezed != "vector(1)"
            && !OVER_TIME.iter().any(|function| squeezed.contains(function))
    }
}
