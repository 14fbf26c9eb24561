use crate::k8s::Object;
use crate::k8s::budget::Budget;
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Object(&["PodDisruptionBudget"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    if object.group() != "policy" || !Budget::is_without_policy(object) {
        return;
    }
    cx.report(
        object.node().grip(&["spec"]).unwrap_or_else(|| object.grip()),
        format!("{} has neither `minAvailable` nor `maxUnavailable`", object.describe()),
    )
    .help("it does not say how many pods may go, and Kubernetes lets none go then")
    .unsafe_fix("let one pod go at a time, if the service bears it", || {
        let spec = object.node().at(&["spec"]).ok_or(Refusal::Occupied)?;
        edit::set_first(spec, &["maxUnavailable"], &1.into())
    });
}
