use crate::k8s::beside::disruption_budget;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(
    &[WorkloadKind::Deployment, WorkloadKind::StatefulSet, WorkloadKind::Rollout],
    check,
);

/// With fewer, a budget could only forbid every eviction.
const REPLICATED: i64 = 2;

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(replicas) = project.replicas_of(workload) else { return };
    if replicas.count < REPLICATED
        || !workload.has_pods()
        || project.budgets_of(workload).next().is_some()
        || project.may_hide("PodDisruptionBudget")
    {
        return;
    }
    let found = cx
        .report(
            workload,
            format!(
                "no PodDisruptionBudget in this project covers {}, which has {} replicas",
                workload.describe(),
                replicas.count
            ),
        )
        .help("without one, draining nodes may evict every replica at once")
        .related(replicas.at, "the number of replicas");
    let name = project.name_beside(workload, ("policy", "PodDisruptionBudget"));
    if let Some(budget) = name.and_then(|name| disruption_budget(workload, &name)) {
        found.unsafe_fix(
            "append a PodDisruptionBudget that lets one pod be evicted at a time",
            || edit::append_beside(workload.object().node(), &budget),
        );
    }
}
