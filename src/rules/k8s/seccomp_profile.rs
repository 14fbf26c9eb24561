use crate::k8s::security::{Setting, lacks};
use crate::k8s::{Container, Workload, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    if workload.is_windows() {
        return;
    }
    for lack in lacks(workload, is_confined, |it| cx.is_ignored(it)) {
        let mut finding = cx
            .report(lack.at, format!("no seccomp profile confines {}", lack.describe()))
            .about(lack.subject())
            .parts(lack.parts())
            .help("set securityContext.seccompProfile.type: RuntimeDefault, which blocks the system calls that break-outs use");
        let mend = || lack.mend(&["seccompProfile", "type"], &"RuntimeDefault".into());
        finding = if lack.is_denied() {
            finding.unsafe_fix(
                "set the seccomp profile to RuntimeDefault; somebody chose Unconfined, maybe for a reason",
                mend,
            )
        } else {
            finding.safe_fix("set securityContext.seccompProfile.type: RuntimeDefault", mend)
        };
        for container in lack.concerned() {
            finding = finding.related(*container, "may make any system call");
        }
    }
}

fn is_confined(container: Container<'_>) -> Option<Setting<'_>> {
    // A privileged container runs unconfined, whatever its profile.
    if container.is_privileged() {
        return None;
    }
    let profile = container.security("seccompProfile").and_then(|profile| profile.at(&["type"]));
    let Some(kind) = profile else { return Some(Setting::Unset) };
    match kind.text() {
        "RuntimeDefault" | "Localhost" => Some(Setting::Holds),
        "Unconfined" => Some(Setting::Denied(kind)),
        // A placeholder, or a word that the API server refuses.
        _ => None,
    }
}
