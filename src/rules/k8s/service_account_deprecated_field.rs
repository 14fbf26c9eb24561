use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(spec) = workload.pod_spec() else { return };
    let old = spec.get("serviceAccount").filter(|old| !old.value.text().is_empty());
    let Some(old) = old else { return };
    let new = spec.at(&["serviceAccountName"]).filter(|new| !new.text().is_empty());
    let what = workload.describe();
    let Some(new) = new else {
        cx.report(
            old.key,
            format!("{what} names its account by the deprecated field `serviceAccount`"),
        )
        .help("the field is called serviceAccountName")
        .safe_fix("rename it to serviceAccountName", || {
            edit::replace_entry(spec, old, "serviceAccountName", &old.value.text().into())
        });
        return;
    };
    let message = if new.text() == old.value.text() {
        format!("{what} repeats its account in the deprecated field `serviceAccount`")
    } else {
        let (old, new) = (old.value.text(), new.text());
        format!(
            "{what} runs under `{new}`: `{old}` of the deprecated field `serviceAccount` is ignored"
        )
    };
    cx.report(old.key, message)
        .help("serviceAccountName decides; remove serviceAccount")
        .related(new, "the account of the pods")
        .safe_fix("remove serviceAccount, which says nothing beside serviceAccountName", || {
            edit::delete(spec, old)
        });
}
