use crate::k8s::beside::service_account;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// The account that every namespace has, and that pods get which name none.
const DEFAULT: &str = "default";

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(spec) = workload.pod_spec().filter(|_| workload.has_pods()) else { return };
    let account = stated_account(spec);
    if account.is_some_and(|account| account.text() != DEFAULT) {
        return;
    }
    // What the pod says overrules what the account says; a placeholder is anything.
    let by_account = || project.service_account(workload, DEFAULT)?.node().at(&[AUTOMOUNT]);
    let automount = spec.at(&[AUTOMOUNT]).or_else(by_account);
    if automount.is_some_and(|automount| automount.as_bool() != Some(true))
        || spec.at(&[AUTOMOUNT]).is_none() && !workload.mounts_token_by_default()
    {
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

const AUTOMOUNT: &str = "automountServiceAccountToken";

/// The account that the pods name; `serviceAccount` is the old name of the field.
///
/// Source: Kubernetes API reference, `PodSpec.serviceAccount`.
fn stated_account(spec: Node<'_>) -> Option<Node<'_>> {
    let stated = |key| spec.at(&[key]).filter(|account| !account.text().is_empty());
    stated("serviceAccountName").or_else(|| stated("serviceAccount"))
}
