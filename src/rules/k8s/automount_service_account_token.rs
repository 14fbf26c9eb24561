use crate::diagnostic::Confidence;
use crate::k8s::{Workload, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// Agents that an annotation of the pods brings in, and that show the token to somebody.
const SHOWN_BY: [&str; 2] = ["vault.hashicorp.com/agent-inject", "conjur.org/inject"];

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let account = workload.account();
    let Some(spec) = workload.pod_spec().filter(|_| workload.has_pods()) else { return };
    // What cannot be read may hold a binding.
    let has_use = || {
        project.is_bound(workload)
            || ["RoleBinding", "ClusterRoleBinding"].iter().any(|kind| project.may_hide(kind))
    };
    // A token of the `default` account is the finding of `default-service-account`.
    if account == Workload::DEFAULT_ACCOUNT
        || is_templated(account)
        || !project.shows_token(workload)
        || workload.projects_token()
        || has_use()
        || SHOWN_BY.iter().any(|key| workload.pod_annotation(key).is_some())
    {
        return;
    }
    let own = spec.at(&["automountServiceAccountToken"]);
    let of_account = project.service_account(workload, account);
    let at = own.unwrap_or_else(|| workload.pod_grip(&["automountServiceAccountToken"]));
    // An account that is not here may say that it mounts none, and may be granted something.
    let confidence = if of_account.is_some() { Confidence::Medium } else { Confidence::Low };
    cx.report(
        at,
        format!("{} mounts a token of ServiceAccount `{account}`, which no binding of this project names", workload.describe()),
    )
    .help("set automountServiceAccountToken: false where they do not talk to the API server")
    .confidence(confidence)
    .unsafe_fix(
        "set automountServiceAccountToken: false; programs that talk to the API server need the token",
        || edit::set_first(spec, &["automountServiceAccountToken"], &false.into()),
    );
}
