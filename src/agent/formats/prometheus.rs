//! The configuration of Prometheus itself, and of what scrapes by the same files.
//!
//! Source: prometheus.io/docs/prometheus/latest/configuration/configuration.

use crate::agent::scraper::{Job, Scraper};
use crate::agent::{AgentConfig, Definition, Endpoint, leaves};
use crate::file::FileKind;
use crate::tree::Node;

pub(super) static FORMAT: Definition = Definition {
    name: "Prometheus",
    kind: FileKind::Prometheus,
    marker: r#"\bscrape_configs["']?\s*:"#,
    recognise: |document, _| recognise(document),
    objects: &[],
    read,
    keys: None,
};

/// What may stand at the top. Promtail has `scrape_configs` as well, and other keys beside them.
const TOP_LEVEL: [&str; 11] = [
    "alerting",
    "global",
    "otlp",
    "remote_read",
    "remote_write",
    "rule_files",
    "runtime",
    "scrape_config_files",
    "scrape_configs",
    "storage",
    "tracing",
];

fn recognise(document: Node<'_>) -> bool {
    let jobs = document.at(&["scrape_configs"]);
    let is_job = |job: Node<'_>| job.get("job_name").is_some();
    jobs.is_some_and(|jobs| jobs.items().len() > 0 && jobs.items().all(is_job))
        && document.own_entries().all(|entry| TOP_LEVEL.contains(&entry.key.text()))
}

fn read(document: Node<'_>) -> AgentConfig<'_> {
    let common = AgentConfig::of_tree(&FORMAT, document);
    // What is probed is a URL too, and is called without a key.
    let remote = ["remote_read", "remote_write"].iter().filter_map(|key| document.at(&[key]));
    let endpoints = remote.flat_map(leaves::below).filter_map(|leaf| Endpoint::of(&leaf));
    let items = |path: &[&str]| document.at(path).into_iter().flat_map(Node::items);
    AgentConfig {
        endpoints: endpoints.collect(),
        machine_paths: Vec::new(),
        scraper: Some(Scraper {
            jobs: items(&["scrape_configs"]).filter_map(job).collect(),
            rule_files: items(&["rule_files"]).collect(),
            alertmanagers: items(&["alerting", "alertmanagers"]).flat_map(targets).collect(),
            is_open: ["otlp", "remote_read", "scrape_config_files"]
                .iter()
                .any(|key| document.get(key).is_some()),
        }),
        ..common
    }
}

fn job(node: Node<'_>) -> Option<Job<'_>> {
    let lists = |key: &str| node.at(&[key]).into_iter().flat_map(Node::items);
    let relabels: Vec<_> =
        ["relabel_configs", "metric_relabel_configs"].into_iter().flat_map(lists).collect();
    let writes = |label: &str| {
        relabels.iter().any(|rule| rule.at(&["target_label"]).is_some_and(|it| it.text() == label))
    };
    let maps = |action: &str| {
        relabels.iter().any(|rule| rule.at(&["action"]).is_some_and(|it| it.text() == action))
    };
    let entries = node.entries();
    let finds_by_file = entries.iter().any(|entry| {
        let key = entry.key.text();
        key == "file_sd_configs" || key == "http_sd_configs"
    });
    let is_honoured = node.at(&["honor_labels"]).and_then(Node::as_bool) != Some(false)
        && node.get("honor_labels").is_some();
    let labels = lists("static_configs").filter_map(|it| it.at(&["labels", "job"]));
    let is_probe = node.at(&["metrics_path"]).is_some_and(|path| path.text() == "/probe");
    Some(Job {
        name: node.at(&["job_name"])?,
        labels: labels.collect(),
        targets: if writes("__address__") || is_probe { Vec::new() } else { targets(node) },
        is_relabelled: writes("job") || maps("labelmap") || finds_by_file || is_honoured,
    })
}

/// The addresses in the `static_configs` of a mapping.
fn targets(holder: Node<'_>) -> Vec<Node<'_>> {
    let groups = holder.at(&["static_configs"]).into_iter().flat_map(Node::items);
    let all = groups.filter_map(|group| group.at(&["targets"])).flat_map(Node::items);
    all.filter(|target| target.is_scalar()).collect()
}

#[cfg(test)]
mod tests {
    use super::Scraper;
    use crate::agent::tests::{format_of, read};

    #[test]
    fn what_scrapes_is_told_by_its_content() {
        for (text, expected) in [
            ("scrape_configs: [{job_name: a}]", Some("Prometheus")),
            ("global: {}\nscrape_configs: [{job_name: a}]", Some("Prometheus")),
            ("clients: []\nscrape_configs: [{job_name: a}]", None),
            ("scrape_configs: []", None),
            ("scrape_configs: [{name: a}]", None),
        ] {
            assert_eq!(format_of(text), expected, "{text}");
        }
    }

    #[test]
    fn jobs_say_what_their_series_are_called_and_where_they_come_from() {
        let text = "
rule_files: [rules/*.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ['alertmanager:9093']}]}]}
scrape_configs:
  - {job_name: a, static_configs: [{targets: ['a:1', 'b:2']}, {targets: ['c:3'], labels: {job: c}}]}
  - {job_name: b, metrics_path: /probe, static_configs: [{targets: ['https://acme.io']}]}
";
        read(text, |config| {
            let scraper = config.scraper.as_ref().expect("jobs");
            let texts = |nodes: Vec<_>| {
                nodes
                    .iter()
                    .map(|it: &crate::tree::Node<'_>| it.text())
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            assert_eq!(texts(scraper.addresses().collect()), "a:1 b:2 c:3 alertmanager:9093");
            assert_eq!(scraper.job_labels().map(texts).as_deref(), Some("c a b"));
            assert_eq!(texts(scraper.rule_files.clone()), "rules/*.yml");
        });
        for open in [
            "relabel_configs: [{target_label: job}]",
            "relabel_configs: [{action: labelmap, regex: x}]",
            "honor_labels: true",
            "file_sd_configs: []",
        ] {
            read(&format!("scrape_configs: [{{job_name: a, {open}}}]"), |config| {
                let labels = config.scraper.as_ref().and_then(Scraper::job_labels);
                assert!(labels.is_none(), "{open}");
            });
        }
    }
}
