use crate::k8s::Object;
use crate::k8s::autoscaler::Autoscaler;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["HorizontalPodAutoscaler", "ScaledObject"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let Some(resources) = autoscaler.only_resources() else { return };
    let Some((_, by_cpu)) = resources.iter().find(|(name, _)| *name == "cpu") else { return };
    let project = cx.project();
    let Some(workload) = project.scaled_by(autoscaler) else { return };
    let Some((place, why)) = project.waits_for_model(workload) else { return };
    let is_by_memory = resources.iter().any(|(name, _)| *name == "memory");
    let by = if is_by_memory { "CPU and memory" } else { "CPU" };
    let message = format!(
        "{} scales by {by} alone, while {} waits for its model",
        object.describe(),
        workload.describe()
    );
    cx.report(*by_cpu, message)
        .help("a pod that waits for answers looks idle however busy it is, and none is added: scale by requests in flight or the length of a queue as well")
        .related(place, why);
}
