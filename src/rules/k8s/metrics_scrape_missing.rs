use crate::diagnostic::Confidence;
use crate::k8s::monitor::Monitor;
use crate::k8s::ports::ContainerPort;
use crate::k8s::{Container, Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::SERVING, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some((container, port)) = metrics_port(workload) else { return };
    if workload.runs_to_completion()
        || workload.asks_for_scraping()
        || project.services_of(workload).any(|service| service.asks_for_scraping())
        || project.monitor_of(workload).is_some()
        || project.scrapes_by_configuration()
        || Monitor::kinds().any(|(_, kind)| project.may_hide(kind))
    {
        return;
    }
    let is_likely = Monitor::kinds().any(|(group, kind)| project.has_kind(group, kind));
    let found = cx
        .report(
            port.name().unwrap_or_else(|| port.node()),
            format!("nothing in this project scrapes the metrics of {}", container.describe()),
        )
        .help("select it by a ServiceMonitor or a PodMonitor, or annotate its pods with `prometheus.io/scrape`")
        .confidence(if is_likely { Confidence::Medium } else { Confidence::Low })
        .about(container.subject());
    let Some(number) = port.number().and_then(crate::tree::Node::as_int) else { return };
    if let Some(template) = workload.template() {
        let annotation = |key: &str, value: &str| {
            edit::set(template, &["metadata", "annotations", key], &value.into())
        };
        found.unsafe_fix(
            "annotate the pods, for a Prometheus that scrapes by annotations",
            || Ok(annotation("prometheus.io/scrape", "true")?.and(annotation("prometheus.io/port", &number.to_string())?)),
        );
    }
}

/// The port that a container names for metrics, with the container.
fn metrics_port(workload: Workload<'_>) -> Option<(Container<'_>, ContainerPort<'_>)> {
    let is_for_metrics = |port: &ContainerPort<'_>| {
        port.name().is_some_and(|name| {
            name.text().split('-').any(|word| matches!(word, "metrics" | "prometheus" | "prom"))
        })
    };
    workload
        .long_running()
        .find_map(|container| Some((container, container.ports().find(is_for_metrics)?)))
}
