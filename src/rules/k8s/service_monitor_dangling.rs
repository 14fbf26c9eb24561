use crate::diagnostic::Confidence;
use crate::k8s::monitor::{Monitor, Scraped};
use crate::k8s::ports::PortRef;
use crate::k8s::{LabelSelector, Object};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(
    &[
        "ServiceMonitor",
        "PodMonitor",
        "VMServiceScrape",
        "VMPodScrape",
        "PodMonitoring",
        "ClusterPodMonitoring",
    ],
    check,
);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(monitor) = Monitor::of(object) else { return };
    let selector = monitor.selector();
    if selector.is_templated() || cx.project().is_for_operated(object, &selector) {
        return;
    }
    match monitor.scraped {
        Scraped::Services => services(monitor, &selector, cx),
        Scraped::Pods => pods(monitor, &selector, cx),
    }
}

fn services(monitor: Monitor<'_>, selector: &LabelSelector<'_>, cx: &mut Cx<'_>) {
    let (project, object) = (cx.project(), monitor.object());
    let namespaces = project.monitored_namespaces(monitor);
    let found = project.services_labelled(namespaces.as_deref(), selector);
    if found.is_empty() {
        if selector.is_empty() || project.may_hide("Service") || !project.has_services(None) {
            return;
        }
        let is_likely =
            project.has_services(namespaces.as_deref()) && !project.has_unseen_company(object);
        nothing(monitor, "Services", is_likely, cx);
        return;
    }
    for at in monitor.ports() {
        let Some(port @ PortRef::Name(_)) = PortRef::of(at) else { continue };
        if !found.iter().any(|service| service.has_port(port)) {
            let names: Vec<_> =
                found.iter().map(|service| service.object().describe()).take(3).collect();
            let report = cx
                .report(
                    at,
                    format!(
                        "{} scrapes port {port}, which {} does not have",
                        object.describe(),
                        names.join(", ")
                    ),
                )
                .help("nothing is scraped; the port is asked for by its name in the Service");
            if let Some(service) = found.first() {
                let ports = service.object().node().grip(&["spec", "ports"]);
                report.related(
                    ports.unwrap_or_else(|| service.object().grip()),
                    "the ports that it has",
                );
            }
        }
    }
}

fn pods(monitor: Monitor<'_>, selector: &LabelSelector<'_>, cx: &mut Cx<'_>) {
    let (project, object) = (cx.project(), monitor.object());
    let namespaces = project.monitored_namespaces(monitor);
    let found = project.workloads_labelled(namespaces.as_deref(), selector);
    if found.is_empty() {
        if selector.is_empty()
            || project.may_hide_workloads()
            || project.workloads().next().is_none()
        {
            return;
        }
        let has_some = |namespaces: &Vec<&str>| {
            namespaces.iter().any(|namespace| project.has_workloads_in(namespace))
        };
        let is_likely = namespaces.as_ref().is_none_or(has_some)
            && !project.has_unseen_company(object)
            && project.pod_makers_beside(object).next().is_none();
        nothing(monitor, "pods", is_likely, cx);
        return;
    }
    for at in monitor.ports() {
        let Some(port @ PortRef::Name(_)) = PortRef::of(at) else { continue };
        if let Some(example) = found.first()
            && found.iter().all(|workload| workload.has_pods() && !workload.declares(port, None))
        {
            cx.report(
                at,
                format!(
                    "{} scrapes port {port}, which {} does not declare",
                    object.describe(),
                    example.describe()
                ),
            )
            .help("nothing is scraped; the port is asked for by its name in the container")
            .related(*example, "makes the pods");
        }
    }
}

fn nothing(monitor: Monitor<'_>, what: &str, is_likely: bool, cx: &mut Cx<'_>) {
    let object = monitor.object();
    let place = match cx.project().monitored_namespaces(monitor) {
        Some(namespaces) => format!("in namespace `{}`", namespaces.join("`, `")),
        None => "in any namespace".to_owned(),
    };
    let at = object.node().grip(&["spec", "selector"]).unwrap_or_else(|| object.grip());
    let help = match monitor.scraped {
        Scraped::Services => {
            "nothing is scraped; it selects by the labels of the Service itself, not of the pods"
        }
        Scraped::Pods => {
            "nothing is scraped; it selects by the labels of the pods, not of the workload"
        }
    };
    cx.report(
        at,
        format!(
            "{} selects no {what}: none of this project {place} has such labels",
            object.describe()
        ),
    )
    .help(help)
    .confidence(if is_likely { Confidence::Medium } else { Confidence::Low });
}
