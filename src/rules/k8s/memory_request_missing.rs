use crate::k8s::{Amount, Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

/// A first guess that the author must look at.
///
/// Source: reference production-agent, "Resource Management".
const SUGGESTED: &str = "256Mi";

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let amount = cx.project().request_of(container, "memory");
    let (at, what) = match amount {
        Amount::Given => return,
        Amount::Zero(zero) => (zero, "requests zero memory"),
        Amount::Missing => (container.grip_at(&["resources", "requests"]), "requests no memory"),
    };
    let found = cx.report(at, format!("{} {what}", container.describe()))
        .help("pods are placed by what they request, and those that request nothing are the first to be evicted");
    if let Some(suggested) = container.within_limit("memory", SUGGESTED) {
        found.unsafe_fix(
            &format!(
                "set resources.requests.memory to {suggested}, to be replaced by what was measured"
            ),
            || container.give("requests", "memory", amount, suggested),
        );
    }
}
