use crate::k8s::{KubernetesVersion, Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// The first version that has user namespaces switched on.
///
/// Source: kubernetes.io/docs/tasks/configure-pod-container/user-namespaces.
const SINCE: KubernetesVersion = KubernetesVersion::of(33);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(spec) = workload.pod_spec().filter(|_| workload.has_pods()) else { return };
    // Pods that share something else of their node cannot have users of their own.
    let shares =
        ["hostNetwork", "hostPID", "hostIPC"].iter().any(|it| workload.shares(it).is_some());
    if cx.kubernetes() < SINCE || workload.is_windows() || shares {
        return;
    }
    let stated = spec.at(&["hostUsers"]);
    if stated.is_some_and(|stated| stated.as_bool() != Some(true)) {
        return;
    }
    cx.report(
        stated.unwrap_or_else(|| workload.pod_grip(&["hostUsers"])),
        format!("{} shares the users of its node", workload.describe()),
    )
    .help("set hostUsers: false; then even root of a container is nobody on the node")
    .unsafe_fix(
        "set hostUsers: false; nodes need Linux 6.3 and a runtime with user namespaces, and NFS volumes do not work",
        || edit::set_first(spec, &["hostUsers"], &false.into()),
    );
}
