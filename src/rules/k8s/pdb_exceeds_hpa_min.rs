use crate::k8s::Object;
use crate::k8s::autoscaler::Autoscaler;
use crate::k8s::budget::Budget;
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Object(&["PodDisruptionBudget"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(budget) = Budget::of(object).filter(|_| object.group() == "policy") else { return };
    let project = cx.project();
    let workloads = project.workloads_under(object);
    // With several workloads under one budget, the others make up for it.
    let [workload] = workloads.as_slice() else { return };
    let Some(replicas) = project.replicas_of(*workload) else { return };
    let Some(autoscaler) = replicas.by.and_then(Autoscaler::of) else { return };
    // What never lets a pod go is the subject of `k8s/pdb-blocks-evictions`.
    let lets_some_go = |max: i64| budget.allows(max) > 0;
    if replicas.count < 1
        || budget.allows(replicas.count) > 0
        || budget.allows_none()
        || !autoscaler.max().is_none_or(lets_some_go)
    {
        return;
    }
    cx.report(
        budget.entry.value,
        format!(
            "{} lets no pod be evicted (`{}`) when {} has scaled down to {}",
            object.describe(),
            budget.quote(),
            autoscaler.object().describe(),
            replicas.count
        ),
    )
    .help("when there is little to do, nodes cannot be drained; that is when upgrades are done")
    .related(replicas.at, "the least number of pods")
    .unsafe_fix("let one pod go at a time, if the service bears it", || {
        let spec = object.node().at(&["spec"]).ok_or(Refusal::Occupied)?;
        edit::replace_entry(spec, budget.entry, "maxUnavailable", &1.into())
    });
}
