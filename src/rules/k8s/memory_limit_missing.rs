use crate::k8s::{Amount, Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

/// A first guess that the author must look at.
///
/// Source: reference production-agent, "Resource Management".
const SUGGESTED: &str = "512Mi";

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let (at, what) = match cx.project().limit_of(container, "memory") {
        Amount::Given => return,
        Amount::Zero(zero) => (zero, "has a memory limit of zero, which is no limit"),
        Amount::Missing => (container.grip_at(&["resources", "limits"]), "has no memory limit"),
    };
    cx.report(at, format!("{} {what}", container.describe()))
        .help("a limit above the observed peak keeps one leak from taking the node")
        .unsafe_fix(
            &format!(
                "set resources.limits.memory to {SUGGESTED}, to be replaced by what was measured"
            ),
            || edit::set(container.node(), &["resources", "limits", "memory"], &SUGGESTED.into()),
        );
}
