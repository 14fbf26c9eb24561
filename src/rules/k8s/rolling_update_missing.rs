use crate::diagnostic::Severity;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;
use crate::tree::edit::{self, Edits};

pub(crate) const CHECK: Check = Check::Workload(
    &[WorkloadKind::Deployment, WorkloadKind::StatefulSet, WorkloadKind::DaemonSet],
    check,
);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(stated) = workload.update_type() else { return };
    let (name, is_off) = (workload.describe(), workload.replicas() == Some(0));
    // Volumes and devices that one pod holds at a time are a reason to stop the old one first.
    let needs_a_gap = workload.keeps_data() || workload.claims_of_its_node();
    let keeps_data = workload.keeps_data() || workload.has_claim_templates();
    match stated.text() {
        "Recreate" if !needs_a_gap && !is_off => {
            let Some(service) = cx.project().services_of(workload).next() else { return };
            cx.report(stated, format!("{name} stops all of its pods before an update starts new ones"))
                .help("every release is an outage; update in turn where two versions may run side by side")
                .related(service, "sends them requests")
                .unsafe_fix(TITLE, || roll(stated));
        }
        "OnDelete" if !keeps_data && !is_off => {
            cx.report(stated, format!("{name} updates a pod only after somebody has deleted it"))
                .help("a release, a security fix included, stays half done until then")
                .severity(Severity::Note)
                .unsafe_fix(TITLE, || roll(stated));
        }
        _ => {}
    }
}

const TITLE: &str = "update the pods in turn, if the old and the new version may run side by side";

fn roll(stated: Node<'_>) -> Edits {
    edit::reword(stated, "RollingUpdate")
}
