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
    let volumes = workload.volumes();
    let shut: Vec<_> = volumes.iter().flat_map(|volume| shut_out(volume, workload, cx)).collect();
    let (Some(spec), Some((first, _))) = (workload.pod_spec(), shut.first()) else { return };
    let (user, said) = cx.project().user_of(first.container);
    let group = match user {
        User::Other(Some(user)) => user,
        _ => GROUP,
    };
    let mut finding = cx
        .report(
            workload.pod_grip(&["securityContext", "fsGroup"]),
            format!("{} lets no group other than root's use its volumes", workload.describe()),
        )
        .help(format!("the files belong to root; set securityContext.fsGroup: {group} for the user of the containers"));
    if let Some(said) = said {
        finding = finding.related(said, "the user of the image");
    }
    for (mount, does) in &shut {
        let describe = mount.container.describe();
        finding = finding.related(mount.grip(), format!("{describe} may not {does} here"));
    }
    finding.unsafe_fix(
        &format!(
            "set securityContext.fsGroup to {group}; the files of the volumes change their group"
        ),
        || edit::set_first(spec, &["securityContext", "fsGroup"], &group.into()),
    );
}

/// The mounts that a user other than root has no use of, and what that user may not do there.
fn shut_out<'t>(
    volume: &Volume<'t>,
    workload: Workload<'_>,
    cx: &Cx<'_>,
) -> Vec<(Mount<'t>, &'static str)> {
    let mounts = volume.mounts.iter().copied();
    let is_other =
        |mount: &Mount<'_>| matches!(cx.project().user_of(mount.container).0, User::Other(_));
    let of_others = mounts.filter(is_other);
    if volume.is_for_root_alone() {
        return of_others.map(|mount| (mount, "read")).collect();
    }
    if !may_change_owner(volume, workload, cx)
        || volume.mounts.iter().any(|mount| prepares(mount, cx))
    {
        return Vec::new();
    }
    of_others.filter(|mount| mount.is_writable()).map(|mount| (mount, "write")).collect()
}

/// Whether the volume is a claim whose owner the kubelet changes when a pod says `fsGroup`. It
/// leaves alone what many nodes mount at once.
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

/// Whether an init container that may be root can change the owner of the volume for the others.
fn prepares(mount: &Mount<'_>, cx: &Cx<'_>) -> bool {
    mount.container.class() == ContainerClass::Init
        && mount.is_writable()
        && !matches!(cx.project().user_of(mount.container).0, User::Other(_))
}
