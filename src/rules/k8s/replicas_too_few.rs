use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Workload(&[WorkloadKind::Deployment, WorkloadKind::Rollout], check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(replicas) = project.replicas_of(workload) else { return };
    // Zero is switched off, or scaled from zero on demand.
    if replicas.count == 0 || replicas.count >= cx.parameter("min") {
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
    cx.report(replicas.at, message)
        .help("with a single pod, every crash, drained node and slow start is an outage");
}

const AUTOSCALERS: [&str; 2] = ["HorizontalPodAutoscaler", "ScaledObject"];
