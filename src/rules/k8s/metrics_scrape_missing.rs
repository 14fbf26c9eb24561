use crate::diagnostic::{Confidence, Subject};
use crate::k8s::monitor::{Monitor, is_for_metrics};
use crate::k8s::ports::PortRef;
use crate::k8s::{Service, Workload, WorkloadKind};
use crate::project::MOST;
use crate::rules::{Check, Cx};
use crate::tree::Node;
use crate::tree::edit::{self, Edits, Value};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::SERVING, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let services = project.services_of(workload).filter_map(Service::of);
    let services: Vec<_> = services.take(MOST).collect();
    let Some(metrics) = declared(workload).or_else(|| services.iter().copied().find_map(served))
    else {
        return;
    };
    if !workload.has_pods()
        || workload.runs_to_completion()
        || workload.asks_for_scraping()
        // Where the workload asks instead of its pods, that is what is wrong.
        || workload.object().asks_for_scraping()
        || services.iter().any(|service| service.object().asks_for_scraping())
        || project.monitor_of(workload).is_some()
        || project.scrapes_by_configuration()
        || Monitor::kinds().any(|(_, kind)| project.may_hide(kind))
    {
        return;
    }
    let is_likely = Monitor::kinds().any(|(group, kind)| project.has_kind(group, kind));
    let found = cx
        .report(
            metrics.name,
            format!("nothing in this project scrapes the metrics of {}", metrics.owner),
        )
        .help("select it by a ServiceMonitor or a PodMonitor, or annotate its pods with `prometheus.io/scrape`")
        .confidence(if is_likely { Confidence::Medium } else { Confidence::Low })
        .about(metrics.subject);
    if let (Some(number), Some(template)) = (metrics.number, workload.template()) {
        let port = number.to_string();
        let asked = [("prometheus.io/scrape", "true"), ("prometheus.io/port", port.as_str())];
        found.unsafe_fix("annotate the pods, for a Prometheus that scrapes by annotations", || {
            annotate(template, asked)
        });
    }
}

/// A port for metrics.
struct Metrics<'t> {
    name: Node<'t>,
    /// The number on which the pods listen.
    number: Option<i64>,
    owner: String,
    subject: Subject,
}

/// The port that a container names for metrics.
fn declared(workload: Workload<'_>) -> Option<Metrics<'_>> {
    workload.long_running().find_map(|container| {
        let mut named = container.ports().filter_map(|port| Some((port, port.name()?)));
        let (port, name) = named.find(|(_, name)| is_for_metrics(name.text()))?;
        Some(Metrics {
            name,
            number: port.number().and_then(Node::as_int),
            owner: container.describe(),
            subject: container.subject(),
        })
    })
}

/// The port that a Service names for metrics, of containers that name none.
fn served(service: Service<'_>) -> Option<Metrics<'_>> {
    let mut named = service.ports().filter_map(|port| Some((port, port.name()?)));
    let (port, name) = named.find(|(_, name)| is_for_metrics(name.text()))?;
    let number = match port.target() {
        Some((PortRef::Number(number), _)) => Some(number),
        _ => None,
    };
    let object = service.object();
    Some(Metrics { name, number, owner: object.describe(), subject: object.subject() })
}

fn annotate(template: Node<'_>, [first, second]: [(&str, &str); 2]) -> Edits {
    let path = ["metadata", "annotations"];
    let Some(annotations) = template.at(&path) else {
        let both = [(first.0, first.1.into()), (second.0, second.1.into())];
        return edit::set(template, &path, &Value::map(both));
    };
    let set = |(key, value): (&str, &str)| edit::set(annotations, &[key], &value.into());
    Ok(set(first)?.and(set(second)?))
}
