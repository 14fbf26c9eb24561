use crate::k8s::quantity::larger;
use crate::k8s::{Amount, Container, ContainerClasses, WorkloadKind};
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::BUT_SANDBOXES, ContainerClasses::ALL, check);

/// A first guess that the author must look at.
///
/// Source: reference production-agent, "Resource Management".
const SUGGESTED: &str = "512Mi";

fn check<'p>(container: Container<'p>, cx: &mut Cx<'p>) {
    let amount = cx.project().limit_of(container, "memory");
    let (at, what) = match amount {
        Amount::Given => return,
        Amount::Zero(zero) => (zero, "has a memory limit of zero, which is no limit"),
        Amount::Missing => (container.grip_at(&["resources", "limits"]), "has no memory limit"),
    };
    let is_guess = !cx.process_of(Runner::Container(container)).may_need_any_memory();
    let found = cx
        .report(at, format!("{} {what}", container.describe()))
        .help("a limit above the observed peak keeps one leak from taking the node");
    if let Some(suggested) = suggested(container).filter(|_| is_guess) {
        found.unsafe_fix(
            &format!(
                "set resources.limits.memory to {suggested}, to be replaced by what was measured"
            ),
            || container.give("limits", "memory", amount, suggested),
        );
    }
}

/// No less than what is requested; nothing where a template decides that.
fn suggested(container: Container<'_>) -> Option<&str> {
    match container.own_amount("requests", "memory") {
        Some(request) => larger(SUGGESTED, request),
        None => Some(SUGGESTED),
    }
}
