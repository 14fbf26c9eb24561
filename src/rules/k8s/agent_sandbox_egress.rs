use crate::diagnostic::Severity;
use crate::k8s::sandbox::Egress;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(&[WorkloadKind::SandboxTemplate], check);

fn check(template: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let described = template.describe();
    match Egress::of(template) {
        Egress::Scoped => {}
        Egress::Unmanaged(management) => {
            if project.policies_on(template).next().is_some()
                || project.foreign_policy_on(template).is_some()
                || project.may_hide("NetworkPolicy")
            {
                return;
            }
            cx.report(
                management,
                format!("{described} leaves the network of its sandboxes to others, and no NetworkPolicy in this project selects them"),
            )
            .help("what an agent runs may then reach everything, the metadata of the cloud included");
        }
        Egress::Open(at) => {
            cx.report(at, format!("{described} lets its sandboxes send requests to everybody"))
                .help("list what they need: what may reach anything may carry anything away");
        }
        Egress::Default => {
            let at = template.object().node().grip(&["spec", "networkPolicy"]);
            cx.report(
                at.unwrap_or_else(|| template.object().grip()),
                format!("{described} does not say where its sandboxes may send requests to"),
            )
            .help("the controller then allows the whole internet; list what they need in networkPolicy.egress")
            .severity(Severity::Note);
        }
    }
}
