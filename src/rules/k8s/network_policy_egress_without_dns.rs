use crate::diagnostic::{Confidence, Severity};
use crate::k8s::Object;
use crate::k8s::beside::to_dns;
use crate::k8s::network::{Direction, Dns, NetworkPolicy};
use crate::project::Isolation;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Object(&["NetworkPolicy"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(policy) = NetworkPolicy::of(object) else { return };
    // What allows no egress at all is meant to; what allows DNS is no fault of this policy.
    if policy.rules(Direction::Egress).next().is_none()
        || policy.dns() == Dns::Allowed
        || project.foreign_policy_beside(object).is_some()
        || project.may_hide("NetworkPolicy")
    {
        return;
    }
    let isolated = project.isolated_by(policy);
    let cut_off = |isolation: &Isolation<'_>| {
        isolation.allows_egress == Some(policy) && isolation.dns != Dns::Allowed
    };
    let Some((workload, isolation)) = isolated.iter().find(|(_, isolation)| cut_off(isolation))
    else {
        return;
    };
    let pods = workload.map_or_else(
        || format!("the pods that {} selects", object.describe()),
        |workload| format!("the pods of {}", workload.describe()),
    );
    let (message, help) = match isolation.dns {
        Dns::OverTcp => (
            format!("{pods} may ask for names by TCP only: no rule allows port 53 by UDP"),
            "resolvers ask by UDP first; a port without a protocol is one of TCP",
        ),
        Dns::Neighbours => (
            format!("{pods} may reach port 53 of pods in their own namespace only"),
            "the cluster's DNS runs in `kube-system`; add a namespaceSelector beside the podSelector",
        ),
        _ => (
            format!("the egress of {pods} is limited, and no rule allows DNS"),
            "they cannot resolve any name; allow port 53 by UDP and TCP to the cluster's DNS",
        ),
    };
    let mut found = cx
        .report(object.node().grip(&["spec", "egress"]).unwrap_or_else(|| object.grip()), message)
        .help(help);
    if !isolation.reaches_names {
        // Who talks to fixed addresses only may need no names.
        found = found.severity(Severity::Warning).confidence(Confidence::Low);
    } else if project.has_unseen_company(object) {
        found = found.confidence(Confidence::Low);
    }
    if let Some(workload) = *workload {
        found = found.related(workload, "selected by the policy");
    }
    let rules = object.node().at(&["spec", "egress"]);
    if let Some(rules) = rules {
        found.unsafe_fix(
            "allow the cluster's DNS; check that its pods are labelled `k8s-app: kube-dns`",
            || edit::append(rules, &to_dns()),
        );
    }
}
