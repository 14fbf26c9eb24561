use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(value) = workload.shares("hostPID") else { return };
    let serves_its_node = cx.project().serves_its_node(workload);
    cx.report(value, format!("{} sees the processes of its node", workload.describe()))
        .help("it may read their arguments and environment, and end those of its user; shareProcessNamespace is for the pod's own containers")
        .milder_where(serves_its_node)
        .unsafe_fix("set hostPID: false; only a tool that watches the node needs its processes", || {
            edit::replace(value, &false.into())
        });
}
