use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::SERVING, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(found) = cx.project().crowded_at(workload) else { return };
    cx.report(found.at, found.describe())
        .help("whoever comes next is refused, at the peak when all pools are full: make the pools smaller, put a pooler between, or raise max_connections")
        .related_to(found.places());
}
