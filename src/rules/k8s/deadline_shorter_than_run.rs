use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check =
    Check::Workload(&[WorkloadKind::Job, WorkloadKind::CronJob, WorkloadKind::Pod], check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some((deadline, at)) = workload.deadline() else { return };
    let work = cx.project().longest_work_in(workload);
    let Some(work) = work.filter(|work| work.enough() > deadline) else { return };
    let name = workload.describe();
    let enough = work.enough();
    cx.report(at, format!("{name} is ended after {deadline} seconds, and {}", work.describe()))
        .help("the pod is killed in the middle of the run, whose tokens are paid for; end the run before, or give the pod more time")
        .confidence(work.confidence)
        .related_to(work.places())
        .unsafe_fix(&format!("give it {enough} seconds, and more for its start"), || {
            edit::replace(at, &enough.into())
        });
}
