use crate::diagnostic::{Confidence, Severity};
use crate::k8s::security::{Setting, lacks};
use crate::k8s::{Container, KubernetesVersion, Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// The first version with the field; before, an annotation says it for each container, which later
/// versions read where there is no field.
///
/// Source: kubernetes.io/docs/tutorials/security/apparmor.
const FIELD_SINCE: KubernetesVersion = KubernetesVersion::of(30);
const ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io";

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    if workload.is_windows() {
        return;
    }
    let has_field = cx.kubernetes() >= FIELD_SINCE;
    for lack in lacks(workload, is_confined, |it| cx.is_ignored(it)) {
        let what = lack.describe();
        let mut finding = if lack.is_denied() {
            cx.report(lack.at, format!("no AppArmor profile confines {what}"))
                .help("without a profile of its own it has the one of the container runtime; take Unconfined away")
        } else {
            cx.report(lack.at, format!("the AppArmor profile of {what} is left to the node"))
                .help("RuntimeDefault, said aloud, keeps it off nodes that have no AppArmor")
                .severity(Severity::Note)
                .confidence(Confidence::Medium)
        };
        finding = finding.about(lack.subject()).parts(lack.parts());
        for container in lack.concerned() {
            finding = finding.related(*container, "may run unconfined");
        }
        // The annotation has a word of its own for it.
        let is_annotation = lack.is_denied() && lack.at.text() == UNCONFINED_BY_ANNOTATION;
        if has_field || lack.is_denied() {
            let value = if is_annotation { "runtime/default" } else { "RuntimeDefault" };
            finding.unsafe_fix(
                "confine it by the profile of the container runtime; its nodes must have AppArmor",
                || lack.mend(&["appArmorProfile", "type"], &value.into()),
            );
        }
    }
}

const UNCONFINED_BY_ANNOTATION: &str = "unconfined";

fn is_confined(container: Container<'_>) -> Option<Setting<'_>> {
    // A privileged container runs unconfined, whatever its profile.
    if container.is_privileged() {
        return None;
    }
    let by_annotation =
        || container.workload().pod_annotation(&format!("{ANNOTATION}/{}", container.name()));
    let own = container.own_security("appArmorProfile").and_then(|it| it.at(&["type"]));
    let of_pod = || container.workload().pod_security("appArmorProfile")?.at(&["type"]);
    let profile = own.or_else(by_annotation).or_else(of_pod);
    let Some(profile) = profile else { return Some(Setting::Unset) };
    match profile.text() {
        "Unconfined" | UNCONFINED_BY_ANNOTATION => Some(Setting::Denied(profile)),
        "RuntimeDefault" | "Localhost" | "runtime/default" => Some(Setting::Holds),
        other if other.starts_with("localhost/") => Some(Setting::Holds),
        // A placeholder, or a word that the API server refuses.
        _ => None,
    }
}
