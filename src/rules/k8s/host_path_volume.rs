use crate::k8s::volume::Exposure;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let serves_its_node = cx.project().serves_its_node(workload);
    for volume in workload.volumes() {
        let Some((path, Exposure::Other)) = volume.host_path() else { continue };
        // That is the finding of `host-path-writable`.
        if volume.mounts.iter().any(|mount| mount.is_writable()) {
            continue;
        }
        cx.report(path, format!("{} is `{}` of the node", volume.describe(), path.text()))
            .help("each node has other files there; use a ConfigMap, a claim or an emptyDir")
            .milder_where(serves_its_node);
    }
}
