use crate::k8s::sandbox::is_isolating;
use crate::k8s::{DEFAULT_NAMESPACE, Workload, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::SANDBOXES, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(spec) = workload.pod_spec() else { return };
    let class = spec.at(&["runtimeClassName"]).filter(|class| !class.text().is_empty());
    let (at, what) = match class {
        None => (workload.pod_grip(&["runtimeClassName"]), "names no runtime class".to_owned()),
        Some(class) => {
            let name = class.text();
            let declared = cx.project().objects("node.k8s.io", "RuntimeClass", DEFAULT_NAMESPACE);
            let declared = declared.into_iter().find(|object| object.name() == name);
            if is_templated(name) || is_isolating(name, declared, cx.words("allowed")) {
                return;
            }
            (class, format!("runs under the runtime class `{name}`, which isolates nothing"))
        }
    };
    cx.report(
        at,
        format!(
            "{} {what}: the code of the agent meets the kernel of the node",
            workload.describe()
        ),
    )
    .help("gVisor and Kata give it a kernel of its own; name their class in runtimeClassName");
}
