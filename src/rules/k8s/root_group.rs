use crate::k8s::security::{Setting, lacks};
use crate::k8s::{Container, Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::{Node, edit};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

const HELP: &str =
    "files of the node and of volumes that belong to root are often open to its group";

/// A group that images commonly leave free.
const GROUP: i64 = 1001;

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    if workload.is_windows() || workload.has_own_users() {
        return;
    }
    for lack in lacks(workload, stays_out, |it| cx.is_ignored(it)) {
        let mut finding = cx
            .report(
                lack.at,
                format!("runAsGroup: 0 puts {} into the group of root", lack.describe()),
            )
            .about(lack.subject())
            .parts(lack.parts())
            .help(HELP)
            .unsafe_fix(
                "set runAsGroup to 1001; files of the image may be kept for root's group",
                || lack.mend(&["runAsGroup"], &GROUP.into()),
            );
        for container in lack.concerned() {
            finding = finding.related(*container, "runs in the group of root");
        }
    }
    if let Some(group) = workload.pod_security("fsGroup").filter(|group| is_root(*group)) {
        cx.report(
            group,
            format!("fsGroup: 0 gives the volumes of {} to the group of root", workload.describe()),
        )
        .help(HELP)
        .unsafe_fix("set fsGroup to 1001; the files of its volumes change their group", || {
            edit::replace(group, &GROUP.into())
        });
    }
    let groups = workload.pod_security("supplementalGroups").into_iter().flat_map(Node::items);
    for group in groups.filter(|group| is_root(*group)) {
        cx.report(
            group,
            format!(
                "supplementalGroups puts the containers of {} into the group of root",
                workload.describe()
            ),
        )
        .help(HELP);
    }
}

fn stays_out(container: Container<'_>) -> Option<Setting<'_>> {
    let group = container.security("runAsGroup")?;
    Some(if is_root(group) { Setting::Denied(group) } else { Setting::Holds })
}

fn is_root(group: Node<'_>) -> bool {
    group.as_int() == Some(0)
}
