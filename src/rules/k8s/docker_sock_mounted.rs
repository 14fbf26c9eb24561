use crate::k8s::volume::Exposure;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    for volume in workload.volumes() {
        let Some((path, Exposure::Runtime)) = volume.host_path() else { continue };
        let mut finding = cx
            .report(
                path,
                format!("{} is `{}`, which leads to the container runtime of the node", volume.describe(), path.text()),
            )
            .help("whoever may speak to the runtime can start a privileged container, also through a read-only mount; build images with a rootless builder");
        for mount in &volume.mounts {
            finding =
                finding.related(mount.grip(), format!("{} mounts it", mount.container.describe()));
        }
    }
}
