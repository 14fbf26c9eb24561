use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::SERVING, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(grace) = workload.grace().filter(|_| !workload.runs_to_completion()) else { return };
    let sleep = workload.longest_sleep_before_stop();
    let slept = sleep.map_or(0, |(seconds, _)| seconds);
    // With nothing left, the hook is at fault.
    let left = grace.saturating_sub(slept);
    let work = cx.project().longest_stop_in(workload);
    let Some(work) = work.filter(|work| left > 0 && work.enough() > left) else { return };
    let stated = workload.stated_grace();
    let at = stated.unwrap_or_else(|| workload.pod_grip(&["terminationGracePeriodSeconds"]));
    let name = workload.describe();
    let is_pod = workload.kind() == WorkloadKind::Pod;
    let message = match (sleep, stated) {
        (Some(_), _) if is_pod => format!("{name} has {left} seconds after its preStop hook"),
        (None, Some(_)) if is_pod => {
            format!("{name} is killed {grace} seconds after it is stopped")
        }
        (None, None) if is_pod => format!("{name} is killed, by default, after {grace} seconds"),
        (Some(_), _) => format!("{name} leaves its pods {left} seconds after the preStop hook"),
        (None, Some(_)) => format!("{name} kills its pods {grace} seconds after it stops them"),
        (None, None) => format!("{name} kills its pods, by default, after {grace} seconds"),
    };
    let enough = work.enough().saturating_add(slept);
    let hook = sleep.map(|(_, at): (i64, Node<'_>)| (at.place(), "the hook".to_owned()));
    cx.report(at, format!("{message}, and {}", work.describe()))
        .help("what takes longer is cut off by every rollout and every drained node: give it the time, or let it go on after a restart")
        .confidence(work.confidence)
        .related_to(work.places().chain(hook))
        .unsafe_fix(&format!("give the pods {enough} seconds"), || {
            let spec = workload.pod_spec().ok_or(Refusal::Occupied)?;
            edit::set(spec, &["terminationGracePeriodSeconds"], &enough.into())
        });
}
