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
    let count = match replicas.count {
        1 => "1 replica".to_owned(),
        count => format!("{count} replicas"),
    };
    let name = workload.describe();
    let message = match replicas.by {
        // What an autoscaler does not say, it may still have been tuned to; a Rollout is asked itself.
        Some(by) if by.grip() == replicas.at || by.kind() == "Rollout" => return,
        Some(by) => format!("{name} may be scaled down to {count} by {}", by.describe()),
        None if ["HorizontalPodAutoscaler", "ScaledObject"]
            .iter()
            .any(|kind| project.may_hide(kind)) =>
        {
            return;
        }
        None if replicas.at.is_scalar() && replicas.at.as_int().is_some() => {
            format!("{name} has {count}")
        }
        None => format!("{name} has {count}, the default"),
    };
    cx.report(replicas.at, message)
        .help("with a single pod, every crash, drained node and slow start is an outage");
}
