use crate::k8s::rollout::Pause;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(&[WorkloadKind::Rollout], check);

fn check(rollout: Workload<'_>, cx: &mut Cx<'_>) {
    for step in rollout.canary_steps() {
        let Some(pause) = step.get("pause") else { continue };
        if Pause::of(pause.value) != Pause::Endless {
            continue;
        }
        cx.report(pause.key, format!("{} pauses until somebody goes on", rollout.describe()))
            .help("a release that nobody promotes stays between two versions; give the pause a `duration`");
    }
}
