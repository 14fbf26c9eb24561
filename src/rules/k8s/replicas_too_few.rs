use crate::k8s::{Workload, WorkloadKind};
use crate::project::Replicas;
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check =
    Check::Workload(&[WorkloadKind::Deployment, WorkloadKind::Rollout], check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(replicas) = project.replicas_of(workload) else { return };
    // Zero is switched off, or scaled from zero on demand.
    let min = cx.number("min");
    if replicas.count == 0 || replicas.count >= min {
        return;
    }
    let is_decided_elsewhere = match replicas.by {
        // A Rollout is a subject of its own; an autoscaler's default is the subject of other rules.
        Some(by) => by.kind() == "Rollout" || replicas.is_default,
        None => AUTOSCALERS.iter().any(|kind| project.may_hide(kind)),
    };
    if is_decided_elsewhere {
        return;
    }
    let (name, s) = (workload.describe(), if replicas.count == 1 { "" } else { "s" });
    let count = format!("{} replica{s}", replicas.count);
    let message = match replicas.by {
        Some(by) => format!("{name} may be scaled down to {count} by {}", by.describe()),
        None if replicas.is_default => format!("{name} has {count}, the default"),
        None => format!("{name} has {count}"),
    };
    let found = cx
        .report(replicas.at, message)
        .help("with a single pod, every crash, drained node and slow start is an outage");
    if may_run_more(workload, replicas, min) {
        found.unsafe_fix(
            &format!("set the replicas to {min}, if the pods may run beside each other"),
            || {
                if replicas.is_default {
                    let spec = workload.object().node().at(&["spec"]).ok_or(Refusal::Occupied)?;
                    edit::set_first(spec, &["replicas"], &min.into())
                } else {
                    edit::replace(replicas.at, &min.into())
                }
            },
        );
    }
}

/// Whether nothing in sight keeps that many pods from running at once: what they share or keep, an
/// autoscaler's maximum.
fn may_run_more(workload: Workload<'_>, replicas: Replicas<'_>, min: i64) -> bool {
    let maximum = ["maxReplicas", "maxReplicaCount"]
        .iter()
        .find_map(|field| replicas.by?.node().at(&["spec", field])?.as_int());
    !workload.must_run_alone() && maximum.is_none_or(|maximum| maximum >= min)
}

const AUTOSCALERS: [&str; 2] = ["HorizontalPodAutoscaler", "ScaledObject"];
