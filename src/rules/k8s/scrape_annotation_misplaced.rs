use crate::k8s::{Service, Workload, WorkloadKind};
use crate::project::MOST;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::SERVING, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    const SCRAPE: &str = "prometheus.io/scrape";
    let project = cx.project();
    let object = workload.object();
    let asked = object.annotation(SCRAPE).filter(|value| value.text() == "true");
    let Some(asked) = asked.filter(|_| workload.kind() != WorkloadKind::Pod) else { return };
    let mut services = project.services_of(workload).filter_map(Service::of).take(MOST);
    if !workload.has_pods()
        || workload.asks_for_scraping()
        || services.any(|service| service.object().asks_for_scraping())
        || project.monitor_of(workload).is_some()
    {
        return;
    }
    cx.report(
        asked,
        format!("{} asks to be scraped itself, and its pods do not", object.describe()),
    )
    .help("Prometheus looks at the annotations of pods and Services: move it to `spec.template.metadata.annotations`")
    .related_to(workload.template().into_iter().map(|template| {
        (template.grip(&["metadata"]).unwrap_or(template).place(), "the pods".to_owned())
    }));
}
