use crate::k8s::volume::Volume;
use crate::k8s::{Amount, Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::ALL, ContainerClasses::LONG_RUNNING, check);

/// A first guess that the author must look at.
const SUGGESTED: &str = "1Gi";

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let limit = cx.project().limit_of(container, RESOURCE);
    let (at, what) = match limit {
        Amount::Given => return,
        Amount::Zero(zero) => (zero, "an ephemeral-storage limit of zero, which is no limit"),
        Amount::Missing => {
            (container.grip_at(&["resources", "limits"]), "no ephemeral-storage limit")
        }
    };
    let found = cx.report(at, format!("{} has {what}", container.describe())).help(
        "what it logs and writes may fill the disk of the node, which then evicts other pods",
    );
    // A limit below the request is refused, and one that a volume fills gets the pod evicted.
    let is_larger = |volume: &Volume<'_>| volume.may_fill_disk_beyond(SUGGESTED);
    if container.own_amount("requests", RESOURCE).is_none()
        && !container.workload().volumes().iter().any(is_larger)
    {
        found.unsafe_fix(
            "set resources.limits.ephemeral-storage to 1Gi, to be replaced by what was measured",
            || container.give("limits", RESOURCE, limit, SUGGESTED),
        );
    }
}

const RESOURCE: &str = "ephemeral-storage";
