use crate::k8s::monitor::is_for_metrics;
use crate::k8s::ports::PortRef;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let says = |key: &str| workload.pod_annotation(key);
    let Some(asked) = says("prometheus.io/port") else { return };
    let is_on = says("prometheus.io/scrape").is_some_and(|value| value.text() == "true");
    let Ok(number) = asked.text().parse::<i64>() else { return };
    if !is_on || workload.declares(PortRef::Number(number), None) {
        return;
    }
    let named = workload.long_running().find_map(|container| {
        let mut ports = container.ports().filter_map(|port| Some((port.name()?, port.number()?)));
        let (_, own) = ports.find(|(name, _)| is_for_metrics(name.text()))?;
        Some((container, own))
    });
    let Some((container, own)) = named else { return };
    let Some(stated) = own.as_int() else { return };
    cx.report(
        asked,
        format!(
            "the pods ask to be scraped at port {number}, but {} has its metrics at {stated}",
            container.describe()
        ),
    )
    .help("what is asked at the wrong port is down for Prometheus, or answers with something else")
    .related(own, "the port that is named for metrics");
}
