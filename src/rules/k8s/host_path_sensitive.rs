use crate::diagnostic::Severity;
use crate::k8s::volume::{Exposure, Mount};
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let serves_its_node = cx.project().serves_its_node(workload);
    for volume in workload.volumes() {
        let Some((path, Exposure::Node)) = volume.host_path() else { continue };
        let is_written = volume.mounts.iter().any(|mount| mount.is_writable());
        let (severity, help) = if is_written {
            (
                Severity::Error,
                "whoever can write there can take the node over; mount what is needed of it, read-only",
            )
        } else {
            (
                Severity::Warning,
                "whoever can read there learns how to take the node over; mount what is needed of it and no more",
            )
        };
        let mut finding = cx
            .report(path, format!("{} is `{}` of the node", volume.describe(), path.text()))
            .help(help)
            .severity(severity)
            .milder_where(serves_its_node);
        for mount in &volume.mounts {
            finding = finding.related(mount.grip(), describe(*mount));
        }
    }
}

fn describe(mount: Mount<'_>) -> String {
    let does = if mount.is_writable() { "can write there" } else { "can read it" };
    format!("{} {does}", mount.container.describe())
}
