use crate::k8s::{Container, ContainerClasses, KubernetesVersion, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Value};

pub(crate) const CHECK: Check = Check::Container(
    &[
        WorkloadKind::Deployment,
        WorkloadKind::StatefulSet,
        WorkloadKind::DaemonSet,
        WorkloadKind::ReplicaSet,
        WorkloadKind::ReplicationController,
        WorkloadKind::Rollout,
    ],
    ContainerClasses::MAIN,
    check,
);

/// How long the fix waits, in seconds, unless the pod has not twice as long.
///
/// Source: the reliability chapter of Paladin ("Graceful Shutdown").
const WAIT: i64 = 15;

/// Since when a hook can sleep without a shell.
///
/// Source: kubernetes.io/docs/concepts/containers/container-lifecycle-hooks (`sleep`, on by default
/// since 1.30).
const SLEEP_SINCE: KubernetesVersion = KubernetesVersion::of(30);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let workload = container.workload();
    // What is stopped before its successor starts drops requests in any case.
    if container.pre_stop().is_some() || !container.takes_requests() || workload.must_run_alone() {
        return;
    }
    let Some(service) = cx.project().services_of(workload).next() else { return };
    let sleeps = cx.kubernetes() >= SLEEP_SINCE;
    let found = cx
        .report(
            container.grip_at(&["lifecycle", "preStop"]),
            format!("{} has no preStop hook", container.describe()),
        )
        .help("requests still arrive while the endpoints are being told; wait some seconds, or do so on SIGTERM")
        .related(service, "sends it requests");
    let Some(wait) = workload.grace().map(|grace| WAIT.min(grace / 2)).filter(|wait| *wait > 0)
    else {
        return;
    };
    let (keys, value) = if sleeps {
        (["lifecycle", "preStop", "sleep", "seconds"].as_slice(), Value::from(wait))
    } else {
        let words = ["/bin/sh", "-c", &format!("sleep {wait}")].map(Value::from);
        (["lifecycle", "preStop", "exec", "command"].as_slice(), Value::List(words.into()))
    };
    found.unsafe_fix(
        "wait before the container is told to stop, if it does not do so itself",
        || edit::set(container.node(), keys, &value),
    );
}
