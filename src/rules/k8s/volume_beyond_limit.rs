use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    for volume in workload.volumes() {
        let Some(tight) = volume.beyond_limit() else { continue };
        let (size, limit) = (tight.size.text(), &tight.most);
        let message = if tight.is_memory {
            format!(
                "{} may hold {size} in the memory of a container that may take {limit}",
                volume.describe()
            )
        } else {
            format!("{} may hold {size}, and the pod is evicted at {limit}", volume.describe())
        };
        cx.report(tight.size, message)
            .help(if tight.is_memory {
                "what is written there counts as memory of whoever writes, who is killed before the volume is full"
            } else {
                "what is written there counts as ephemeral storage of the pod, together with logs and the layers of its containers"
            })
            .related(tight.limit, "the limit that it counts towards");
    }
}
