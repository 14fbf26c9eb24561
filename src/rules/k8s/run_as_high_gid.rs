use crate::k8s::security::{Setting, lacks};
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    if workload.is_windows() || workload.has_own_users() {
        return;
    }
    let least = cx.number("min");
    let judge = |container| Setting::at_least(container, "runAsGroup", least);
    for lack in lacks(workload, judge, |it| cx.is_ignored(it)) {
        let what = lack.describe();
        let message = if lack.is_denied() {
            format!("{what} may share group {} with the node", lack.at.text())
        } else {
            format!("nothing says as which group to run {what}")
        };
        let mut finding = cx
            .report(lack.at, message)
            .about(lack.subject())
            .parts(lack.parts())
            .help(format!(
                "set securityContext.runAsGroup to {least} or more, which no group of a node has"
            ))
            .unsafe_fix(
                &format!(
                    "set runAsGroup to {least}; files of the image may be kept for another group"
                ),
                || lack.mend(&["runAsGroup"], &least.into()),
            );
        for container in lack.concerned() {
            finding = finding.related(*container, "runs as that group");
        }
    }
}
