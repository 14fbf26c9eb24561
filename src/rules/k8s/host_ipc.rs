use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(value) = workload.shares("hostIPC") else { return };
    let serves_its_node = cx.project().serves_its_node(workload);
    cx.report(value, format!("{} shares the memory segments of its node", workload.describe()))
        .help("it may read and change what programs of the node and other such pods share; an emptyDir of medium Memory is for its own containers")
        .milder_where(serves_its_node)
        .unsafe_fix("set hostIPC: false; mount an emptyDir of medium Memory where containers share memory", || {
            edit::replace(value, &false.into())
        });
}
