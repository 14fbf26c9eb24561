use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// The types that name storage of one kind, those no longer supported included; `hostPath` is
/// the finding of rules of its own.
///
/// Source: Pod Security Standards, "Volume Types" of the restricted one.
const NOT_CORE: [&str; 20] = [
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "gitRepo",
    "glusterfs",
    "iscsi",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
];

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    for volume in workload.volumes() {
        let Some(source) = volume.source() else { continue };
        let kind = source.key.text();
        if NOT_CORE.contains(&kind) {
            cx.report(source.key, format!("{} is of type {kind}", volume.describe())).help(
                "the restricted Pod Security Standard refuses it; reach the storage through a PersistentVolumeClaim",
            );
        }
    }
}
