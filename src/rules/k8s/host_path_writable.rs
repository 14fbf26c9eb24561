use crate::k8s::volume::Exposure;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let serves_its_node = cx.project().serves_its_node(workload);
    for volume in workload.volumes() {
        let Some((path, Exposure::Other)) = volume.host_path() else { continue };
        for mount in volume.mounts.iter().filter(|mount| mount.is_writable()) {
            let container = mount.container;
            cx.report(
                mount.grip(),
                format!("{} can write to `{}` of its node", container.describe(), path.text()),
            )
            .about(container.subject())
            .help("what it writes there outlives it and is read by others; a claim keeps data, an emptyDir shares files")
            .related(path, "the path on the node")
            .milder_where(serves_its_node)
            .unsafe_fix("mount it read-only; what the container writes needs another place", || {
                edit::set(mount.node, &["readOnly"], &true.into())
            });
        }
    }
}
