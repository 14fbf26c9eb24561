use crate::k8s::beside::pod_selector;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal, Value};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::REPLICATED, check);

/// A single pod is in one zone whatever is said.
const REPLICATED: i64 = 2;

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(replicas) = cx.project().replicas_of(workload) else { return };
    let Some(spreads) = workload.spreads().filter(|_| workload.has_pods()) else { return };
    // A Rollout that runs the same pods is asked instead.
    let is_borrowed = replicas.by.is_some_and(|by| by.kind() == "Rollout");
    // One that selects other pods is the subject of the rule about anti-affinity.
    let is_spread = spreads.iter().any(|spread| spread.is_beyond_nodes());
    if replicas.count < REPLICATED || is_borrowed || workload.is_on_host_network() || is_spread {
        return;
    }
    let found = cx
        .report(
            workload.pod_grip(&["topologySpreadConstraints"]),
            format!(
                "the {} replicas of {} may all run in one zone",
                replicas.count,
                workload.describe()
            ),
        )
        .help("when a zone goes, so does the service: add a topology spread constraint by zone")
        .related(replicas.at, "the number of replicas");
    let Some(selector) = pod_selector(workload) else { return };
    let constraint = Value::map([
        ("maxSkew", 1.into()),
        ("topologyKey", "topology.kubernetes.io/zone".into()),
        ("whenUnsatisfiable", "ScheduleAnyway".into()),
        ("labelSelector", selector),
    ]);
    found.unsafe_fix("prefer zones that run fewer of these pods, if the nodes have zones", || {
        let spec = workload.pod_spec().ok_or(Refusal::Occupied)?;
        match spec.at(&["topologySpreadConstraints"]) {
            Some(list) => edit::append(list, &constraint),
            None => edit::set(spec, &["topologySpreadConstraints"], &Value::List(vec![constraint])),
        }
    });
}
