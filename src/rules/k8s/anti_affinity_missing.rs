use crate::k8s::beside::pod_selector;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal, Value};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::REPLICATED, check);

/// A single pod is on one node whatever is said.
const REPLICATED: i64 = 2;

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(replicas) = cx.project().replicas_of(workload) else { return };
    let Some(spreads) = workload.spreads().filter(|_| workload.has_pods()) else { return };
    // A Rollout that runs the same pods is asked instead.
    let is_borrowed = replicas.by.is_some_and(|by| by.kind() == "Rollout");
    if replicas.count < REPLICATED
        || is_borrowed
        || workload.is_on_host_network()
        || spreads.iter().any(|spread| spread.is_of_own_pods)
    {
        return;
    }
    let name = workload.describe();
    if let Some(named) = spreads.first().and_then(|stray| stray.elsewhere) {
        cx.report(
            named,
            format!("the pods of {name} are kept from those of other namespaces alone"),
        )
        .help("a term without `namespaces` is about the pods beside these");
        return;
    }
    if let Some(stray) = spreads.first() {
        cx.report(
            stray.node.grip(&["labelSelector"]).unwrap_or(stray.node),
            format!("the pods of {name} are spread by labels that they do not have"),
        )
        .help("a selector that matches no pod of its own keeps nothing apart")
        .related(workload.labels_grip(), "the labels of the pods");
        return;
    }
    let found = cx
        .report(
            workload.pod_grip(&["affinity", "podAntiAffinity"]),
            format!("the {} replicas of {name} may all run on one node", replicas.count),
        )
        .help("when that node goes, so does the service: spread them by anti-affinity or topology constraints")
        .related(replicas.at, "the number of replicas");
    let Some(selector) = pod_selector(workload) else { return };
    let term =
        Value::map([("labelSelector", selector), ("topologyKey", "kubernetes.io/hostname".into())]);
    // Source: the anti-affinity rules of the production agent guide (weight 100, by host name).
    let preferred = Value::map([("weight", 100.into()), ("podAffinityTerm", term)]);
    let keys = ["affinity", "podAntiAffinity", "preferredDuringSchedulingIgnoredDuringExecution"];
    found.unsafe_fix("prefer nodes that run no other of these pods", || {
        let spec = workload.pod_spec().ok_or(Refusal::Occupied)?;
        edit::set(spec, &keys, &Value::List(vec![preferred]))
    });
}
