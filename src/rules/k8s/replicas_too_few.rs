use crate::k8s::{Workload, WorkloadKind};
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
    // An autoscaler and a Rollout are subjects of their own.
    if replicas.by.is_some() || AUTOSCALERS.iter().any(|kind| project.may_hide(kind)) {
        return;
    }
    let (name, s) = (workload.describe(), if replicas.count == 1 { "" } else { "s" });
    let count = format!("{} replica{s}", replicas.count);
    let message =
        format!("{name} has {count}{}", if replicas.is_default { ", the default" } else { "" });
    let found = cx
        .report(replicas.at, message)
        .help("with a single pod, every crash, drained node and slow start is an outage");
    if !workload.must_run_alone() {
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

const AUTOSCALERS: [&str; 2] = ["HorizontalPodAutoscaler", "ScaledObject"];
