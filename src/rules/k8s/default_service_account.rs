use crate::k8s::beside::service_account;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

const DEFAULT: &str = Workload::DEFAULT_ACCOUNT;

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(spec) = workload.pod_spec().filter(|_| workload.has_pods()) else { return };
    let account = workload.stated_account();
    if workload.account() != DEFAULT || !project.shows_token(workload) {
        return;
    }
    let found = cx
        .report(
            account.unwrap_or_else(|| workload.pod_grip(&["serviceAccountName"])),
            format!(
                "{} runs under the `default` ServiceAccount of its namespace",
                workload.describe()
            ),
        )
        .help("whatever is granted to it for the sake of one pod, every other pod may do as well");
    let own = workload.name();
    if project.service_account(workload, own).is_some() {
        if own != DEFAULT {
            found.unsafe_fix(
                &format!("name the ServiceAccount `{own}`, if it grants what the pods need"),
                || edit::set_first(spec, &["serviceAccountName"], &own.into()),
            );
        }
        return;
    }
    let name = project.name_beside(workload, ("", "ServiceAccount"));
    if let Some(name) = name.filter(|name| name != DEFAULT && !project.may_hide("ServiceAccount")) {
        let document = service_account(workload, &name);
        found.unsafe_fix(
            "append a ServiceAccount of its own, without a token; bind what it needs of the API to it",
            || {
                let named = edit::set_first(spec, &["serviceAccountName"], &name.as_str().into())?;
                Ok(named.and(edit::append_beside(workload.object().node(), &document)?))
            },
        );
    }
}
