use crate::k8s::{Workload, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::REPLICATED, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(replicas) = workload.object().node().at(&["spec", "replicas"]) else { return };
    // Zero switches the autoscaler off, on purpose.
    if replicas.as_int() == Some(0) || is_templated(replicas.text()) {
        return;
    }
    let Some(autoscaler) = cx.project().autoscaler_of(workload) else { return };
    cx.report(
        replicas,
        format!(
            "{} states `replicas: {}`, and {} sets their number",
            workload.describe(),
            replicas.text(),
            autoscaler.object().describe()
        ),
    )
    .help("each apply sets the number back, whatever the load is at that moment")
    .related(autoscaler.object(), "scales it")
    .unsafe_fix("leave the number out; where it is applied, that may set it to 1 once", || {
        let spec = workload.object().node().at(&["spec"]).ok_or(Refusal::Occupied)?;
        edit::delete(spec, spec.get("replicas").ok_or(Refusal::Occupied)?)
    });
}
