use crate::k8s::Object;
use crate::k8s::autoscaler::Autoscaler;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["HorizontalPodAutoscaler", "ScaledObject"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let Some(by_cpu) = autoscaler.only_cpu() else { return };
    let project = cx.project();
    let Some(workload) = project.scaled_by(autoscaler) else { return };
    let Some((place, why)) = project.waits_for_model(workload) else { return };
    let by = if autoscaler.utilization_of("memory").is_some() { "CPU and memory" } else { "CPU" };
    let message = format!(
        "{} scales by {by} alone, while {} waits for its model",
        object.describe(),
        workload.describe()
    );
    cx.report(by_cpu.at, message)
        .help("a pod that waits for answers looks idle however busy it is, and none is added: scale by requests in flight or the length of a queue as well")
        .related(place, why);
}
