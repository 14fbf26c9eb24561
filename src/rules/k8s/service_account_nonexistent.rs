use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(at) = workload.stated_account() else { return };
    let name = at.text();
    if name == Workload::DEFAULT_ACCOUNT {
        return;
    }
    if let Some(confidence) = cx.dangles(workload.object(), ("", "ServiceAccount"), name) {
        cx.report(at, format!("{} runs under ServiceAccount `{name}`, which is not in this project", workload.describe()))
            .help("no pod is made until the account exists; list it as external where it is made elsewhere")
            .confidence(confidence);
    }
}
