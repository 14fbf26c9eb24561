use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(plan) = policy.incident.as_ref().filter(|plan| !plan.missing.is_empty()) else {
        return;
    };
    let names: Vec<_> = plan.missing.iter().map(|phase| format!("`{phase}`")).collect();
    cx.report(plan.key, format!("the plan says nothing about {}", names.join(", ")))
        .help("what is not written down is made up at night, by whoever is on call");
}
