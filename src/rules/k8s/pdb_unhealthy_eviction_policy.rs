use crate::k8s::{KubernetesVersion, Object};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Object(&["PodDisruptionBudget"], check);

/// Since when the field is on by default.
///
/// Source: kubernetes.io/docs/tasks/run-application/configure-pdb ("Unhealthy Pod Eviction Policy").
const SINCE: KubernetesVersion = KubernetesVersion::of(27);

const FIELD: &str = "unhealthyPodEvictionPolicy";

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    if object.api_version() != "policy/v1" || cx.kubernetes() < SINCE {
        return;
    }
    let stated = object.node().at(&["spec", FIELD]);
    if stated.is_some_and(|stated| stated.text() != "IfHealthyBudget") {
        return;
    }
    let grip = || object.node().grip(&["spec", FIELD]).unwrap_or_else(|| object.grip());
    cx.report(
        stated.unwrap_or_else(grip),
        format!("{} keeps pods that are not healthy from being evicted", object.describe()),
    )
    .help("a pod that never becomes ready blocks the drain of its node until somebody deletes it")
    .unsafe_fix("let unhealthy pods be evicted, unless they only need time to recover", || {
        let spec = object.node().at(&["spec"]).ok_or(Refusal::Occupied)?;
        edit::set(spec, &[FIELD], &"AlwaysAllow".into())
    });
}
