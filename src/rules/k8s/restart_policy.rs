use crate::k8s::{Workload, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// What the API server takes, by kind; the default is the first of all.
///
/// Source: kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle ("Container restarts").
const ALL: [&str; 3] = ["Always", "OnFailure", "Never"];
const OF_CONTROLLERS: [&str; 1] = ["Always"];
const OF_JOBS: [&str; 2] = ["OnFailure", "Never"];

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let allowed = match workload.kind() {
        WorkloadKind::Pod => &ALL[..],
        WorkloadKind::Job | WorkloadKind::CronJob => &OF_JOBS,
        _ => &OF_CONTROLLERS,
    };
    let Some(spec) = workload.pod_spec().filter(|_| workload.has_pods()) else { return };
    let stated = spec.at(&["restartPolicy"]);
    let policy = stated.map_or("Always", |stated| stated.text());
    if allowed.contains(&policy) || is_templated(policy) {
        return;
    }
    let wanted = match allowed {
        // A policy for failed pods needs pods that are not restarted.
        _ if workload.has_failure_policy() => "Never",
        [first, ..] => first,
        [] => return,
    };
    let name = workload.describe();
    cx.report(
        stated.unwrap_or_else(|| workload.pod_grip(&["restartPolicy"])),
        match stated {
            Some(_) => format!("{name} cannot have the restart policy `{policy}`"),
            None => format!("{name} has no restart policy, and cannot have the default, `Always`"),
        },
    )
    .help(format!("the API server refuses the object; it takes {}", allowed.join(", ")))
    .unsafe_fix(
        &format!("restart its containers by the policy `{wanted}`, if that is what was meant"),
        || match stated {
            Some(stated) => edit::reword(stated, wanted),
            None => edit::set_first(
                workload.pod_spec().ok_or(Refusal::Occupied)?,
                &["restartPolicy"],
                &wanted.into(),
            ),
        },
    );
}
