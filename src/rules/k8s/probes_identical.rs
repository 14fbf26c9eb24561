use crate::k8s::probe::Probe;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SERVING, ContainerClasses::LONG_RUNNING, check);

/// How many times as long as unready a container may be ill before it is restarted.
const PATIENCE: i64 = 3;

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some(liveness) = container.probe("livenessProbe") else { return };
    let Some(readiness) = container.probe("readinessProbe") else { return };
    if !liveness.asks_the_same(readiness) || liveness.is_more_patient(readiness) != Some(false) {
        return;
    }
    let (kind, at) = liveness.handler().unwrap_or(("livenessProbe", liveness.node()));
    let found = cx
        .report(
            liveness.node().grip(&[kind]).unwrap_or(at),
            format!(
                "{} is asked the same by its liveness and its readiness probe",
                container.describe()
            ),
        )
        .help("what should only keep requests away for a while restarts the container as well");
    let found = match readiness.node().grip(&[kind]) {
        Some(other) => found.related(other, "the readiness probe asks the same"),
        None => found,
    };
    if let Some(failures) = failures_to_restart(liveness, readiness) {
        found.unsafe_fix(
            "let the liveness probe fail more often; a path that asks the process alone is better",
            || edit::set(liveness.node(), &["failureThreshold"], &failures.into()),
        );
    }
}

fn failures_to_restart(liveness: Probe<'_>, readiness: Probe<'_>) -> Option<i64> {
    let seconds = readiness.patience()?.checked_mul(PATIENCE)?;
    let period = liveness.number("periodSeconds")?.max(1);
    let least = readiness.number("failureThreshold")?.checked_mul(PATIENCE)?;
    Some(seconds.checked_add(period - 1)?.checked_div(period)?.max(least))
}
