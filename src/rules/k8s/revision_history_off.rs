use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(
    &[
        WorkloadKind::Deployment,
        WorkloadKind::StatefulSet,
        WorkloadKind::DaemonSet,
        WorkloadKind::Rollout,
    ],
    check,
);

/// How many old versions Kubernetes and Argo Rollouts keep unless told otherwise.
const DEFAULT: i64 = 10;

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let limit = workload.object().node().at(&["spec", "revisionHistoryLimit"]);
    let Some(limit) = limit.filter(|limit| limit.as_int() == Some(0)) else { return };
    cx.report(limit, format!("{} keeps no old version", workload.describe()))
        .help("there is nothing to roll back to when a release turns out to be bad")
        .unsafe_fix("keep ten, as by default; a few are enough", || {
            edit::replace(limit, &DEFAULT.into())
        });
}
