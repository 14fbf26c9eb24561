use crate::k8s::quantity::{Quantity, larger};
use crate::k8s::{Amount, Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::BUT_SANDBOXES, ContainerClasses::ALL, check);

/// A first guess that the author must look at.
///
/// Source: reference production-agent, "Resource Management".
const SUGGESTED: &str = "500m";

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let amount = cx.project().limit_of(container, "cpu");
    let (at, what) = match amount {
        Amount::Given => return,
        Amount::Zero(zero) => (zero, "has a CPU limit of zero, which is no limit"),
        Amount::Missing => (container.grip_at(&["resources", "limits"]), "has no CPU limit"),
    };
    let found = cx.report(at, format!("{} {what}", container.describe())).help(
        "a limit keeps a busy container from its neighbours; where requests do, turn this rule off",
    );
    if let Some(suggested) = suggested(container) {
        found.unsafe_fix(
            &format!(
                "set resources.limits.cpu to {suggested}, to be replaced by what was measured"
            ),
            || container.give("limits", "cpu", amount, &suggested),
        );
    }
}

/// Room for a burst: twice what is requested, where that is more. Nothing where a template decides
/// what is requested.
fn suggested(container: Container<'_>) -> Option<String> {
    let Some(request) = container.own_amount("requests", "cpu") else {
        return Some(SUGGESTED.to_owned());
    };
    let twice = Quantity::parse(request)?.doubled().to_string();
    larger(SUGGESTED, &twice).map(str::to_owned)
}
