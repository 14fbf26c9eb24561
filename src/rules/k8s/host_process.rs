use crate::k8s::security::{Setting, lacks};
use crate::k8s::{Container, Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    for lack in lacks(workload, keeps_in_its_container, |it| cx.is_ignored(it)) {
        let mut finding = cx
            .report(lack.at, format!("nothing separates {} from its Windows node (hostProcess: true)", lack.describe()))
            .about(lack.subject())
            .parts(lack.parts())
            .help("it may do on the node whatever its user may, an administrator unless another is named; there is no container around it")
            .unsafe_fix("set hostProcess: false; what manages the node stops working", || {
                lack.mend(&["windowsOptions", "hostProcess"], &false.into())
            });
        for container in lack.concerned() {
            finding = finding.related(*container, "has no container around it");
        }
    }
}

fn keeps_in_its_container(container: Container<'_>) -> Option<Setting<'_>> {
    const FIELD: [&str; 3] = ["securityContext", "windowsOptions", "hostProcess"];
    let of_pod = || container.workload().pod_spec()?.at(&FIELD);
    let value: Node<'_> = container.node().at(&FIELD).or_else(of_pod)?;
    Some(if value.as_bool() == Some(true) { Setting::Denied(value) } else { Setting::Holds })
}
