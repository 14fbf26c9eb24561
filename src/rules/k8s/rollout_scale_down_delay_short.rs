use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(&[WorkloadKind::Rollout], check);

fn check(rollout: Workload<'_>, cx: &mut Cx<'_>) {
    let least = cx.number("seconds");
    for name in ["blueGreen", "canary"] {
        let Some(strategy) = rollout.strategy(name) else { continue };
        let Some(delay) = strategy.value.at(&["scaleDownDelaySeconds"]) else { continue };
        // With zero the old pods are kept until the next release.
        let Some(seconds) = delay.as_int().filter(|seconds| (1..least).contains(seconds)) else {
            continue;
        };
        cx.report(
            delay,
            format!("{} stops the old pods {seconds} seconds after the switch", rollout.describe()),
        )
        .help("nodes that have not heard of the switch still send requests to the old pods")
        .unsafe_fix(
            &format!("keep the old pods for {least} seconds; longer lets you switch back at once"),
            || edit::replace(delay, &least.into()),
        );
    }
}
