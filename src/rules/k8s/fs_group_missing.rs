use crate::k8s::volume::{Claim, Mount, Volume};
use crate::k8s::{ContainerClass, User, Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// A group for users that have no number in the manifest.
///
/// Source: reference production-agent, "Container Security".
const GROUP: i64 = 1001;

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let is_set = |field| workload.pod_security(field).is_some();
    if workload.is_windows() || is_set("fsGroup") || is_set("supplementalGroups") {
        return;
    }
    let shut: Vec<_> = workload
        .volumes()
        .into_iter()
        .filter(|volume| may_change_owner(volume, workload, cx))
        .flat_map(|volume| shut_out(&volume.mounts))
        .collect();
    let (Some(spec), Some(first)) = (workload.pod_spec(), shut.first()) else { return };
    let group = match first.container.user() {
        User::Other(Some(user)) => user,
        _ => GROUP,
    };
    let mut finding = cx
        .report(
            workload.pod_grip(&["securityContext", "fsGroup"]),
            format!("{} lets no group other than root's write to its volumes", workload.describe()),
        )
        .help(format!("a new volume belongs to root; set securityContext.fsGroup: {group} for the user of its containers"));
    for mount in &shut {
        let describe = mount.container.describe();
        finding = finding.related(mount.grip(), format!("{describe} may not write here"));
    }
    finding.unsafe_fix(
        &format!(
            "set securityContext.fsGroup to {group}; the files of the volumes change their group"
        ),
        || edit::set_first(spec, &["securityContext", "fsGroup"], &group.into()),
    );
}

/// Whether the volume is one whose owner the kubelet changes when a pod says `fsGroup`. It leaves
/// alone what many nodes mount at once, and an `emptyDir` is open to everybody.
///
/// Source: kubernetes-csi.github.io/docs/support-fsgroup: the default, `ReadWriteOnceWithFSType`.
fn may_change_owner(volume: &Volume<'_>, workload: Workload<'_>, cx: &Cx<'_>) -> bool {
    let spec = match volume.claim() {
        None => return false,
        Some(Claim::Spec(spec)) => spec,
        Some(Claim::Named(name)) => {
            let claim = ("", "PersistentVolumeClaim");
            let claim = cx.project().named_beside(workload.object(), claim, name);
            claim.and_then(|claim| claim.node().at(&["spec"]))
        }
    };
    let modes = spec.and_then(|spec| spec.at(&["accessModes"]));
    modes.is_none_or(|modes| modes.items().any(|mode| mode.text().starts_with("ReadWriteOnce")))
}

/// The mounts to which a user other than root wants to write, unless somebody may prepare the
/// volume for them.
fn shut_out<'t>(mounts: &[Mount<'t>]) -> Vec<Mount<'t>> {
    let prepares = |mount: &Mount<'_>| {
        mount.container.class() == ContainerClass::Init
            && !matches!(mount.container.user(), User::Other(_))
    };
    let writable = || mounts.iter().copied().filter(|mount| mount.is_writable());
    if writable().any(|mount| prepares(&mount)) {
        return Vec::new();
    }
    writable().filter(|mount| matches!(mount.container.user(), User::Other(_))).collect()
}
