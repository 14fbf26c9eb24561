//! What is measured, as far as alerts, recording rules and dashboards ask for it.
//!
//! A library that counts says nothing of what. The names of metrics do, and somebody who asks for one
//! has it.

use std::collections::BTreeMap;

use super::{Answer, Proof, Signal, View};
use crate::alert::query::{metric, selectors};
use crate::alert::{Query, Watched};
use crate::repo::Part;
use crate::repo::dashboard::Dashboard;
use crate::source::Place;
use crate::words::split;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "measured/application",
        about: "queries of alerts or dashboards ask for tokens, latency and throughput",
        look: |view| asked(view, &[Topic::Tokens, Topic::Latency, Topic::Requests]),
    },
    Signal {
        name: "measured/requests",
        about: "queries of alerts or dashboards ask for requests, durations and errors",
        look: |view| asked(view, &[Topic::Requests, Topic::Latency, Topic::Errors]),
    },
    Signal {
        name: "measured/key-metrics",
        about: "queries of alerts or dashboards ask for requests, latency, errors, memory, tools and models",
        look: |view| {
            let wanted = [
                Topic::Requests,
                Topic::Latency,
                Topic::Errors,
                Topic::Memory,
                Topic::Tools,
                Topic::Models,
            ];
            asked(view, &wanted)
        },
    },
    Signal {
        name: "measured/service-metrics",
        about: "queries of alerts or dashboards ask for latency, requests, errors, tokens and health",
        look: |view| {
            let wanted =
                [Topic::Latency, Topic::Requests, Topic::Errors, Topic::Tokens, Topic::Health];
            asked(view, &wanted)
        },
    },
    Signal {
        name: "measured/infrastructure",
        about: "queries of alerts or dashboards ask for CPU, memory, network and disks",
        look: |view| asked(view, &[Topic::Cpu, Topic::Memory, Topic::Network, Topic::Disk]),
    },
    Signal { name: "measured/dashboard", about: "there is a dashboard", look: dashboard },
    Signal {
        name: "measured/dashboard-panels",
        about: "dashboards that refresh show health, latency, task success, cost and safety",
        look: dashboard_panels,
    },
];

/// What a metric is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Topic {
    Cost,
    Cpu,
    Disk,
    Errors,
    Health,
    Latency,
    Memory,
    Models,
    Network,
    Requests,
    Safety,
    Tasks,
    Tokens,
    Tools,
}

impl Topic {
    const ALL: [Topic; 14] = [
        Topic::Cost,
        Topic::Cpu,
        Topic::Disk,
        Topic::Errors,
        Topic::Health,
        Topic::Latency,
        Topic::Memory,
        Topic::Models,
        Topic::Network,
        Topic::Requests,
        Topic::Safety,
        Topic::Tasks,
        Topic::Tokens,
        Topic::Tools,
    ];

    fn describe(self) -> &'static str {
        match self {
            Topic::Cost => "cost",
            Topic::Cpu => "CPU",
            Topic::Disk => "disks",
            Topic::Errors => "errors",
            Topic::Health => "health",
            Topic::Latency => "latency",
            Topic::Memory => "memory",
            Topic::Models => "calls of models",
            Topic::Network => "the network",
            Topic::Requests => "requests",
            Topic::Safety => "safety",
            Topic::Tasks => "task success",
            Topic::Tokens => "tokens",
            Topic::Tools => "calls of tools",
        }
    }

    /// Words of the names of metrics about it.
    fn words(self) -> &'static [&'static str] {
        match self {
            Topic::Cost => &["cost", "costs", "spend", "usd"],
            Topic::Cpu => &["cpu"],
            Topic::Disk => &["disk", "filesystem", "fs", "volume"],
            Topic::Errors => &["5xx", "error", "errors", "exceptions", "failed", "failures"],
            Topic::Health => {
                &["available", "health", "healthy", "ready", "unavailable", "up", "uptime"]
            }
            Topic::Latency => &["duration", "latency"],
            Topic::Memory => &["memory", "rss"],
            Topic::Models => &["genai", "llm", "model", "openai"],
            Topic::Network => &["network", "receive", "transmit"],
            Topic::Requests => &["calls", "request", "requests", "rps", "throughput"],
            Topic::Safety => &[
                "guardrail",
                "guardrails",
                "injection",
                "jailbreak",
                "moderation",
                "pii",
                "safety",
                "violation",
                "violations",
            ],
            Topic::Tasks => &["task", "tasks"],
            Topic::Tokens => &["token", "tokens"],
            Topic::Tools => &["tool", "tools"],
        }
    }

    /// What the name of a metric is about.
    fn of(name: &str) -> impl Iterator<Item = Topic> {
        let mut words = Vec::new();
        split(name, &mut words);
        Topic::ALL.into_iter().filter(move |topic| {
            let has = words.iter().any(|word| topic.words().contains(&word.as_str()));
            // How long requests take, and how many fail, does not say how many there are.
            let is_part = *topic == Topic::Requests
                && [Topic::Latency, Topic::Memory]
                    .iter()
                    .any(|it| words.iter().any(|word| it.words().contains(&word.as_str())));
            has && !is_part
        })
    }
}

/// Where something is asked for first.
type Found = BTreeMap<Topic, Proof>;

fn note(found: &mut Found, name: &str, place: Place, by: &str) {
    for topic in Topic::of(name) {
        let says = || Proof::new(place, format!("{by} asks for {}: `{name}`", topic.describe()));
        found.entry(topic).or_insert_with(says);
    }
}

/// The names of metrics in a text of some query language: those of a query that is read, else words
/// that look like names.
fn names(text: &str) -> Vec<String> {
    if let Some(expr) = Query::of(text).expr() {
        let mut names: Vec<_> = selectors(expr)
            .filter_map(|(selector, _)| Some(metric(selector)?.to_owned()))
            .collect();
        let matchers = selectors(expr).flat_map(|(selector, _)| &selector.matchers.matchers);
        let is_failure =
            |value: &str| value.starts_with("5.") || value.starts_with("5x") || value == "500";
        names.extend(matchers.filter(|it| is_failure(&it.value)).map(|_| "5xx".to_owned()));
        return names;
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':' || c == '.';
    let words = text.split(|c: char| !is_name(c)).filter(|word| word.contains('_'));
    words.take(64).map(str::to_owned).collect()
}

fn dashboards<'p>(view: &View<'p>) -> impl Iterator<Item = &'p Dashboard> {
    let parts = view.files().flat_map(crate::file::File::parts);
    let all = parts.filter_map(|part| match part {
        Part::Dashboards(all) => Some(all),
        _ => None,
    });
    all.flatten()
}

fn of_alerts(view: &View<'_>, found: &mut Found) {
    for set in view.alert_sets() {
        for (at, query) in set.queries() {
            let Some(expr) = query.expr() else { continue };
            let _ = expr;
            for name in names(at.text()) {
                note(found, &name, at.place(), "a rule");
            }
        }
        for alert in &set.alerts {
            let Watched::Metric { metric: Some(metric), .. } = &alert.watched else { continue };
            note(found, metric.text(), metric.place(), "an alert");
        }
    }
}

fn of_dashboards(view: &View<'_>, found: &mut Found) {
    for dashboard in dashboards(view) {
        for panel in &dashboard.panels {
            let by = format!("panel `{}`", panel.title);
            for name in panel.queries.iter().flat_map(|query| names(query)) {
                note(found, &name, panel.place, &by);
            }
        }
    }
}

fn decide(mut found: Found, wanted: &[Topic], absent: &str) -> Answer {
    if found.is_empty() {
        return Answer::Lacking(absent.to_owned(), Vec::new());
    }
    let missing: Vec<_> = wanted.iter().filter(|topic| !found.contains_key(topic)).collect();
    if missing.is_empty() {
        return Answer::Shown(wanted.iter().filter_map(|topic| found.remove(topic)).collect());
    }
    let missing: Vec<_> = missing.into_iter().map(|topic| topic.describe()).collect();
    let there = wanted.iter().filter_map(|topic| found.remove(topic));
    Answer::Lacking(format!("nothing asks for {}", missing.join(", ")), there.collect())
}

fn asked(view: &View<'_>, wanted: &[Topic]) -> Answer {
    let mut found = Found::new();
    of_alerts(view, &mut found);
    of_dashboards(view, &mut found);
    decide(found, wanted, "no alerts and no dashboards here that ask for metrics")
}

fn dashboard(view: &View<'_>) -> Answer {
    let shown = dashboards(view).filter(|dashboard| !dashboard.panels.is_empty());
    let shown = shown.map(|it| {
        let says = format!("dashboard `{}`: {} panels", it.title, it.panels.len());
        Proof::new(it.place, says)
    });
    Answer::any(shown, "no dashboard here")
}

/// Source: the evaluation guide, section 21.3.1 ("Essential Dashboard Panels").
fn dashboard_panels(view: &View<'_>) -> Answer {
    let wanted = [Topic::Health, Topic::Latency, Topic::Tasks, Topic::Cost, Topic::Safety];
    let mut found = Found::new();
    of_dashboards(view, &mut found);
    // "Health Overview" shows error rate and uptime, cost is told in tokens as well.
    for (topic, other) in [(Topic::Health, Topic::Errors), (Topic::Cost, Topic::Tokens)] {
        if let (false, Some(proof)) = (found.contains_key(&topic), found.get(&other).cloned()) {
            found.insert(topic, proof);
        }
    }
    let answer = decide(found, &wanted, "no dashboard here");
    let mut still = dashboards(view).filter(|it| !it.panels.is_empty() && it.refresh.is_none());
    match (answer, still.next()) {
        (Answer::Shown(_), Some(dashboard)) => {
            let says = format!("dashboard `{}` says no refresh rate", dashboard.title);
            Answer::Lacking(says.clone(), vec![Proof::new(dashboard.place, says)])
        }
        (answer, _) => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    fn dashboard(refresh: &str, queries: &[&str]) -> String {
        let panels = queries.iter().map(|query| {
            format!(r#"{{"title": "{query}", "targets": [{{"expr": "sum(rate({query}[5m]))"}}]}}"#)
        });
        let panels: Vec<_> = panels.collect();
        format!(
            "{{\"title\": \"Agent\", \"schemaVersion\": 39, {refresh}\n\"panels\": [{}]}}",
            panels.join(",\n")
        )
    }

    const ALL: [&str; 5] = [
        "agent_errors_total",
        "agent_request_duration_seconds_sum",
        "agent_tasks_completed_total",
        "agent_tokens_total",
        "agent_guardrail_triggers_total",
    ];

    #[test]
    fn panels_show_what_the_guide_asks_for() {
        let of = |signal: &str, text: &str| ask(signal, &[("grafana/agent.json", text)]);
        let whole = dashboard("\"refresh\": \"30s\",", &ALL);
        let answer = of("measured/dashboard-panels", &whole);
        assert!(answer.starts_with("shown\ngrafana/agent.json:"), "{answer}");
        assert!(of("measured/dashboard", &whole).contains("dashboard `Agent`: 5 panels"));
        let still = of("measured/dashboard-panels", &dashboard("", &ALL));
        assert!(still.starts_with("lacking: dashboard `Agent` says no refresh rate"), "{still}");
        let four = dashboard("\"refresh\": \"30s\",", &ALL[..4]);
        let four = of("measured/dashboard-panels", &four);
        assert!(four.starts_with("lacking: nothing asks for safety"), "{four}");
        let none = ask("measured/dashboard-panels", &[("README.md", "# Orders\n")]);
        assert_eq!(none, "lacking: no dashboard here");
    }

    #[test]
    fn queries_of_rules_name_metrics() {
        let rules = "groups:\n- name: a\n  rules:\n  - {alert: Slow, expr: 'histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 3'}\n  \
            - {alert: Errors, expr: 'sum(rate(http_requests_total{code=~\"5..\"}[5m])) > 1'}\n";
        let of = |text: &str| ask("measured/requests", &[("rules.yaml", text)]);
        assert!(of(rules).starts_with("shown\nrules.yaml:5:"), "{}", of(rules));
        let half = of(&rules.replace("{code=~\"5..\"}", ""));
        assert!(half.starts_with("lacking: nothing asks for errors"), "{half}");
        let open = of(&rules.replace("http_requests_total", "{{ metric }}"));
        assert!(open.starts_with("lacking: nothing asks for requests"), "{open}");
    }
}
