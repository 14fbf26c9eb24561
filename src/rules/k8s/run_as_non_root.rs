use crate::k8s::security::{Setting, lacks};
use crate::k8s::{Container, Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    // Of users of their own, root is nobody on the node.
    if workload.is_windows() || workload.has_own_users() {
        return;
    }
    for lack in lacks(workload, keeps_root_out, |it| cx.is_ignored(it)) {
        let mut finding = cx
            .report(lack.at, format!("{} may run as root", lack.describe()))
            .about(lack.subject())
            .parts(lack.parts())
            .help("set securityContext.runAsNonRoot: true; whoever breaks out of a container that runs as root is root on the node")
            .unsafe_fix(
                "set securityContext.runAsNonRoot: true; the image must name a user other than root, by its number",
                || lack.mend(&["runAsNonRoot"], &true.into()),
            );
        for container in lack.concerned() {
            finding = finding.related(*container, "runs as whatever user its image names");
        }
    }
}

fn keeps_root_out(container: Container<'_>) -> Option<Setting<'_>> {
    if let Some(user) = container.security("runAsUser") {
        // User 0 is the finding of `run-as-user-zero`; a placeholder is anybody.
        return user.as_int().is_some_and(|user| user > 0).then_some(Setting::Holds);
    }
    match container.security("runAsNonRoot") {
        None => Some(Setting::Unset),
        Some(value) => verdict(value),
    }
}

fn verdict(value: Node<'_>) -> Option<Setting<'_>> {
    value.as_bool().map(|non_root| if non_root { Setting::Holds } else { Setting::Denied(value) })
}
