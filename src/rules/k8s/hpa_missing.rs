use crate::k8s::beside::autoscaler;
use crate::k8s::{Amount, ContainerClasses, Workload, WorkloadKind};
use crate::project::Project;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check =
    Check::Workload(&[WorkloadKind::Deployment, WorkloadKind::Rollout], check);

/// What may set a number of replicas, or the requests that utilisation is measured by.
const AUTOSCALERS: [&str; 3] = ["HorizontalPodAutoscaler", "ScaledObject", "VerticalPodAutoscaler"];

/// With fewer, one crash is an outage: an autoscaler should not go below.
const LEAST: i64 = 2;

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(replicas) = project.replicas_of(workload) else { return };
    // What decides instead is an autoscaler, or a Rollout that runs the pods in its place.
    if replicas.count == 0
        || replicas.by.is_some()
        || workload.must_run_alone()
        || project.resizer_of(workload).is_some()
        || AUTOSCALERS.iter().any(|kind| project.may_hide(kind))
    {
        return;
    }
    let Some(service) = project.services_of(workload).next() else { return };
    let found = cx
        .report(
            workload,
            format!(
                "no autoscaler in this project scales {}, whose pods are behind {}",
                workload.describe(),
                service.describe()
            ),
        )
        .help("a fixed number of pods is too few at the peak, or too many all day")
        .related(service, "selects these pods");
    let name = project.name_beside(workload, ("autoscaling", "HorizontalPodAutoscaler"));
    if let Some(name) = name.filter(|_| requests_cpu(workload, project)) {
        let min = replicas.count.max(LEAST);
        let document = autoscaler(workload, &name, min);
        found.unsafe_fix(
            "append a HorizontalPodAutoscaler by CPU, if CPU is what the pods run short of; then take `replicas` out",
            || edit::append_beside(workload.object().node(), &document),
        );
    }
}

/// Whether the use of CPU can be measured: it is a share of what every container of the pod
/// requests.
///
/// Source: kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale ("Algorithm details").
fn requests_cpu(workload: Workload<'_>, project: &Project<'_>) -> bool {
    workload
        .containers()
        .into_iter()
        .filter(|container| ContainerClasses::LONG_RUNNING.contains(container.class()))
        .all(|container| project.request_of(container, "cpu") == Amount::Given)
}
