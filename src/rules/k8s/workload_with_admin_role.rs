use crate::diagnostic::Severity;
use crate::k8s::rbac::Power;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    if !workload.has_pods() || !project.shows_token(workload) {
        return;
    }
    let Some((power, binding)) = project.power_of(workload) else { return };
    let stated = workload.stated_account();
    cx.report(
        stated.unwrap_or_else(|| workload.pod_grip(&["serviceAccountName"])),
        format!(
            "{} runs under ServiceAccount `{}`, which {}",
            workload.describe(),
            workload.account(),
            power.describe()
        ),
    )
    .help("whoever gets into one of its containers may do the same; bind the verbs and resources that it uses")
    .severity(match power {
        Power::OwnsCluster => Severity::Error,
        Power::EditsNamespace => Severity::Note,
        _ => Severity::Warning,
    })
    .related(
        binding.object(),
        format!("bound to {} `{}` here", binding.role_kind(), binding.role_name()),
    );
}
